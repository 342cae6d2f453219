// Set-up: the first parent of a new monitor.
import { call } from './api';
import { restoreNew } from './backup';
import { h, put } from './dom';
import { labelled, passwordInput } from './form';
import { Gate, input } from './gate';
import { words } from './language';
import type { Person } from './state';

/** What follows set-up: entering, or learning that it was done before. */
export interface SetupNext {
  done(me: Person): void;
  taken(): void;
  /** It was set up from a back-up. */
  restored(): void;
}

/** setupScreen makes the first parent; withCode: the monitor asks for its set-up code, known is what this phone knows of it. */
export function setupScreen(withCode: boolean, known: string, next: SetupNext): HTMLElement {
  const code = input('setup-code', { autocomplete: 'one-time-code', autocapitalize: 'characters', spellcheck: 'false' });
  code.value = known;
  const name = input('name', { autocomplete: 'username', autocapitalize: 'words', maxlength: '40' });
  const password = passwordInput('password', 'new-password', words.password, words.passwordHelp);
  const gate = new Gate(async () => {
    next.done(await call<Person>('POST', '/api/setup', { code: code.value.trim(), name: name.value.trim(), password: password.input.value }));
  });
  gate.explain = (p) => {
    if (p.status === 409) next.taken();
    return p.status === 403 ? words.setupWrong : null;
  };
  const screen = gate.screen(
    'setup',
    words.setupTitle,
    words.setupGo,
    h('p', {}, withCode ? words.setupIntro : words.setupIntroOpen),
    withCode && labelled(words.setupCode, code, words.setupCodeWhere),
    labelled(words.name, name),
    password.element,
  );
  put(screen, restoreNew(() => code.value.trim(), () => next.restored()));
  return screen;
}
