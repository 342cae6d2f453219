// Caring for the monitor itself, for parents: its version and updates, back-up,
// restart, a file for bug reports, and forgetting everything.
import { call, Problem, say } from './api';
import { backup } from './backup';
import { attr, h, put, refill, show, text } from './dom';
import { ErrorLine, form, passwordInput } from './form';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';
import type { Device, Update } from './state';
import { sendFile } from './upload';

/** An update is a whole system; what is larger than this is a film. */
const LARGEST = 800 * 1024 * 1024;

/** care is the folded part of the settings, and what to call when it is left. */
export function care(house: House): { element: HTMLElement; stop: () => void } {
  const facts = h('dl', { class: 'parts' });
  const updates = new Updates(house);
  const device = house.live.state?.device;
  const element = h(
    'details',
    { attrs: { 'data-group': 'care' } },
    h('summary', {}, words.care),
    h(
      'div',
      { class: 'stack' },
      facts,
      device && updates.element,
      restartButton(house),
      h('a', { class: 'button', test: 'diagnostics', attrs: { href: '/api/diagnostics', download: true } }, icon('file'), words.diagnostics),
      h('p', { class: 'hint' }, words.diagnosticsHelp),
      backup(house),
      device && resetForm(house, device.update?.way ?? ''),
    ),
  );
  let drawn = '';
  const stop = house.live.on((s) => {
    updates.draw(s.device);
    const key = `${s.device.version} ${s.device.support_end}`;
    if (key === drawn) return;
    drawn = key;
    refill(facts, ...fact(words.aboutVersion, s.device.version, 'version'), ...fact(words.support, supportWords(s.device.support_end ?? '', new Date()), 'support'));
  });
  return { element, stop };
}

function fact(name: string, value: string, test: 'version' | 'support'): Node[] {
  return [h('dt', {}, name), h('dd', { test }, value)];
}

/** supportWords says how long a version gets updates; end is a day as 2028-12-31, "" where nobody has said. */
export function supportWords(end: string, now: Date): string {
  if (!end) return words.supportUnknown;
  const day = new Date(`${end}T23:59:59`);
  const shown = Number.isNaN(day.getTime()) ? end : day.toLocaleDateString(words.language, { dateStyle: 'long' });
  return day < now ? words.supportOver(shown) : shown;
}

/** updateWords is what to say of an update. */
export function updateWords(u: Update): string {
  switch (u.stage) {
    case 'uploading':
    case 'installing':
      return words.updateIs[u.stage](u.percent);
    case 'installed':
    case 'updated':
      return words.updateIs[u.stage](u.version ?? '');
    case 'failed':
      return `${u.why === 'rolledback' ? '' : words.updateIs.failed} ${words.updateWhy[u.why ?? ''] ?? u.detail ?? ''}`.trim();
    case 'checking':
      return words.updateIs.checking;
    default:
      return '';
  }
}

/** Updates by file, or who else sees to them. */
class Updates {
  readonly element = h('div', { class: 'stack' });
  private readonly status = h('p', { test: 'update-state', attrs: { 'aria-live': 'polite' } });
  private readonly bar = h('progress', { test: 'update-progress', attrs: { max: 100, hidden: true } });
  private readonly error = new ErrorLine('update-error');
  private readonly file = h('input', { class: 'unseen', test: 'update-file', attrs: { type: 'file', accept: '.raucb', 'aria-label': words.updateChoose, tabindex: -1 } });
  private readonly button = h('button', { class: 'wide', test: 'update-choose', attrs: { type: 'button' }, on: { click: () => this.file.click() } }, icon('plus'), words.updateChoose);
  private sending = false;
  private way: string | null = null;

  constructor(private readonly house: House) {
    this.file.addEventListener('change', () => void this.send());
  }

  draw(d: Device): void {
    const u = d.update ?? { way: '', stage: 'idle', percent: 0 };
    if (u.way !== this.way) {
      this.way = u.way;
      this.fill(u.way);
    }
    if (u.way !== 'itself' || (this.sending && u.stage !== 'checking' && u.stage !== 'installing')) return;
    this.tell(u);
  }

  private fill(way: string): void {
    const title = h('h3', {}, words.update);
    if (way === 'itself') refill(this.element, title, this.status, this.bar, this.error.element, this.button, this.file, h('p', { class: 'hint' }, words.updateHelp));
    else if (way === 'apt') refill(this.element, title, h('p', { test: 'update-state' }, words.updateApt), h('code', { class: 'address' }, 'sudo apt update && sudo apt upgrade'));
    else refill(this.element, title, h('p', { test: 'update-state' }, words.updateHand));
  }

  private tell(u: Update): void {
    const busy = u.stage === 'uploading' || u.stage === 'checking' || u.stage === 'installing';
    attr(this.status, 'data-stage', u.stage);
    attr(this.status, 'class', u.stage === 'failed' && 'error');
    text(this.status, updateWords(u));
    show(this.status, u.stage !== 'idle');
    show(this.bar, busy);
    attr(this.bar, 'value', u.stage === 'checking' ? null : u.percent);
    this.button.disabled = busy || this.sending;
  }

  private async send(): Promise<void> {
    const chosen = this.file.files?.[0];
    this.file.value = '';
    if (!chosen) return;
    if (chosen.size > LARGEST) return this.error.say(words.updateWhy.broken!);
    this.error.say('');
    this.sending = true;
    this.tell({ way: 'itself', stage: 'uploading', percent: 0 });
    try {
      await sendFile('/api/update', chosen, (percent) => this.tell({ way: 'itself', stage: 'uploading', percent }));
    } catch (error) {
      this.error.say(error instanceof Problem ? `${words.updateIs.failed} ${error.detail}` : say(error));
    }
    this.sending = false;
    const now = this.house.live.state;
    if (now) this.draw(now.device);
  }
}

function restartButton(house: House): HTMLElement {
  const button = h('button', { class: 'wide', test: 'restart', attrs: { type: 'button' } }, icon('power'), h('span', {}, words.restart));
  button.addEventListener('click', () => {
    if (!button.hasAttribute('data-sure')) {
      button.setAttribute('data-sure', '');
      return text(button.querySelector('span')!, words.restartSure);
    }
    button.disabled = true;
    call('POST', '/api/restart').then(
      () => house.notice.say(words.restarting),
      (e: unknown) => {
        button.disabled = false;
        house.notice.say(say(e));
      },
    );
  });
  return h('div', { class: 'stack tight' }, button, h('p', { class: 'hint' }, words.restartHelp));
}

function resetForm(house: House, way: string): HTMLElement {
  const fold = h('details', {}, h('summary', {}, words.reset));
  if (way !== 'itself') {
    put(fold, way === 'apt' ? h('p', {}, words.resetElsewhere) : h('p', {}, words.updateHand), way === 'apt' && h('code', { class: 'address' }, 'sudo apt purge babymonitor'));
    return fold;
  }
  const password = passwordInput('reset-password', 'current-password', words.password);
  const error = new ErrorLine('reset-error');
  const go = h('button', { class: 'wide danger', test: 'reset', attrs: { type: 'submit' } }, icon('bin'), words.resetGo);
  const submit = async () => {
    go.disabled = true;
    error.say('');
    try {
      await call('POST', '/api/reset', { password: password.input.value });
      house.sheets.close();
      house.notice.say(words.resetting);
    } catch (e) {
      error.say(e instanceof Problem && e.status === 403 ? words.resetWrong : say(e));
    }
    go.disabled = false;
  };
  put(fold, form('stack', () => void submit(), h('p', {}, words.resetHelp), password.element, error.element, go));
  return fold;
}
