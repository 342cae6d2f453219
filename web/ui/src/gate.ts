// Getting in: signing in, and waiting for a monitor that does not answer.
import { call, Problem, say } from './api';
import { h, type Child } from './dom';
import { ErrorLine, form, labelled, passwordInput } from './form';
import { icon } from './icons';
import { words } from './language';
import type { Person } from './state';
import type { TestId } from './testhooks';

/** loginScreen lets somebody in. note says why it is shown, if there is a reason. */
export function loginScreen(onDone: (me: Person) => void, note: string): HTMLElement {
  const name = input('name', { autocomplete: 'username', autocapitalize: 'none', maxlength: '40' });
  const password = passwordInput('password', 'current-password', words.password);
  const gate = new Gate(async () => {
    onDone(await call<Person>('POST', '/api/login', { name: name.value.trim(), password: password.input.value }));
  });
  gate.explain = (p) => (p.status === 401 ? words.loginWrong : null);
  const screen = gate.screen('login', words.login, words.login, labelled(words.name, name), password.element);
  if (note) gate.error.say(note);
  return screen;
}

/** unreachableScreen is shown until the monitor answers. */
export function unreachableScreen(): HTMLElement {
  return h('main', { class: 'gate', test: 'unreachable' }, mark(), h('p', { attrs: { role: 'alert' } }, words.unreachable));
}

/** Gate is a screen with one form for getting in. */
export class Gate {
  readonly error = new ErrorLine('gate-error');
  /** Words for a problem that this form knows better than the monitor. */
  explain: (p: Problem) => string | null = () => null;
  private readonly button = h('button', { class: 'wide primary', test: 'submit', attrs: { type: 'submit' } });
  private waiting: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly enter: () => Promise<void>) {}

  screen(test: TestId, title: string, action: string, ...fields: Child[]): HTMLElement {
    this.button.textContent = action;
    const fill = form('stack', () => void this.submit(), ...fields, this.error.element, this.button);
    return h('main', { class: 'gate', test }, mark(), h('h1', {}, title), fill, h('a', { class: 'aside', test: 'trust-link', attrs: { href: '#trust' } }, icon('lock'), words.trust));
  }

  private async submit(): Promise<void> {
    if (this.button.disabled) return;
    this.button.disabled = true;
    this.error.say('');
    try {
      await this.enter();
    } catch (error) {
      if (error instanceof Problem && error.status === 429) return this.slowDown(Math.max(1, error.retryAfter));
      this.error.say((error instanceof Problem && this.explain(error)) || say(error));
    }
    this.button.disabled = false;
  }

  /** Counts the seconds that the monitor wants to wait. */
  private slowDown(seconds: number): void {
    clearInterval(this.waiting);
    let left = Math.ceil(seconds);
    const tick = () => {
      this.error.say(left > 0 ? words.slowDown(left) : '');
      if (left-- > 0) return;
      clearInterval(this.waiting);
      this.button.disabled = false;
    };
    tick();
    this.waiting = setInterval(tick, 1000);
  }
}

/** input is a text field that must be filled in. */
export function input(test: TestId, attrs: Record<string, string>): HTMLInputElement {
  return h('input', { test, attrs: { type: 'text', required: true, ...attrs } });
}

/** mark is the picture above every screen for getting in. */
export function mark(): HTMLElement {
  return h('img', { class: 'gate-mark', attrs: { src: '/icons/icon.svg', alt: '', width: 88, height: 88 } });
}
