// A back-up of what is the family's: saved on this device, and brought back by a
// parent or while a new monitor is set up.
import { call, parseProblem, Problem, reportSignedOut, say } from './api';
import { attr, h, put, show } from './dom';
import { ErrorLine, form, passwordInput } from './form';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';
import { download } from './snapshot';
import { sendFile } from './upload';

/** Headers that say who asks. */
type Headers = Record<string, string>;

/** backup is the folded part of the settings. */
export function backup(house: House): HTMLElement {
  const password = passwordInput('backup-password', 'current-password', words.password);
  const error = new ErrorLine('backup-error');
  const save = h('button', { class: 'wide', test: 'backup-save', attrs: { type: 'submit' } }, icon('file'), words.backupSave);
  const asParent = (): Headers | null => {
    const secret = password.input.value;
    error.say(secret ? '' : words.backupFirst);
    return secret ? { Authorization: basic(house.me.name, secret) } : null;
  };
  const fetchIt = async () => {
    const headers = asParent();
    if (!headers) return;
    save.disabled = true;
    house.notice.say(words.backupSaving);
    try {
      download(await fetchFile('/api/backup', headers));
      house.notice.say(words.backupSaved);
    } catch (e) {
      error.say(wrongPassword(e) ?? say(e));
    }
    save.disabled = false;
  };
  const restore = bringBack(asParent, () => {
    house.sheets.close();
    house.notice.say(words.restoring);
  });
  return h(
    'details',
    { test: 'backup' },
    h('summary', {}, words.backup),
    h(
      'div',
      { class: 'stack' },
      form('stack', () => void fetchIt(), h('p', {}, words.backupHelp), password.element, error.element, save, h('p', { class: 'hint' }, words.backupSecret)),
      restore,
      h('p', { class: 'hint' }, words.restoreHelp),
    ),
  );
}

/** restoreNew sets a new monitor up from a back-up; code is what was typed, done is called once it is set up. */
export function restoreNew(code: () => string, done: () => void): HTMLElement {
  const restored = async () => {
    put(fold, h('p', { attrs: { role: 'status' } }, words.restoring));
    for (;;) {
      await new Promise((r) => setTimeout(r, 1000));
      const { needed } = await call<{ needed: boolean }>('GET', '/api/setup').catch(() => ({ needed: true }));
      if (!needed) return done();
    }
  };
  const fold = h('details', { test: 'backup' }, h('summary', {}, words.restoreNew));
  const restore = bringBack(() => ({ 'Setup-Code': code() }), () => void restored(), words.setupWrong);
  put(fold, h('div', { class: 'stack' }, h('p', { class: 'hint' }, words.restoreNewHelp), restore));
  return fold;
}

/** bringBack chooses a file and sends it. headers are null where something is missing; refused is what a 403 means. */
function bringBack(headers: () => Headers | null, done: () => void, refused = words.resetWrong): HTMLElement {
  const bar = h('progress', { test: 'restore-progress', attrs: { max: 100, value: 0, hidden: true } });
  const error = new ErrorLine('restore-error');
  const file = h('input', { class: 'unseen', test: 'restore-file', attrs: { type: 'file', accept: '.gz,application/gzip', 'aria-label': words.restore, tabindex: -1 } });
  const button = h('button', { class: 'wide', test: 'restore', attrs: { type: 'button' }, on: { click: () => headers() && file.click() } }, icon('plus'), words.restore);
  const send = async () => {
    const chosen = file.files?.[0];
    file.value = '';
    const who = headers();
    if (!chosen || !who) return;
    button.disabled = true;
    error.say('');
    show(bar, true);
    try {
      await sendFile('/api/restore', chosen, (percent) => attr(bar, 'value', percent), who);
      done();
    } catch (e) {
      error.say(wrongPassword(e, refused) ?? (e instanceof Problem ? refusal(e) : say(e)));
      button.disabled = false;
    }
    show(bar, false);
  };
  file.addEventListener('change', () => void send());
  return h('div', { class: 'stack' }, button, file, bar, error.element);
}

function refusal(p: Problem): string {
  if (p.status !== 413 && p.status !== 422) return say(p);
  return `${words.restoreNot} ${words.language === 'en' && p.detail !== words.failed ? p.detail : words.restoreWrong}`;
}

function wrongPassword(e: unknown, refused = words.resetWrong): string | null {
  return e instanceof Problem && e.status === 403 ? refused : null;
}

/** basic is the header of HTTP Basic (RFC 7617), in UTF-8. */
export function basic(name: string, password: string): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${name}:${password}`)))}`;
}

async function fetchFile(path: string, headers: Headers): Promise<File> {
  const response = await fetch(path, { headers, cache: 'no-store' }).catch(() => {
    throw new Problem(0, words.failedOffline);
  });
  if (response.status === 401) reportSignedOut();
  if (!response.ok) throw parseProblem(response.status, await response.text(), response.headers.get('Retry-After'));
  const content = await response.blob().catch(() => {
    throw new Problem(0, words.failedOffline);
  });
  return new File([content], nameIn(response.headers.get('Content-Disposition') ?? ''), { type: content.type });
}

/** nameIn is the file name that a Content-Disposition header (RFC 6266) gives. */
export function nameIn(disposition: string): string {
  const name = /filename\*?=(?:utf-8'')?"?([^";]+)/i.exec(disposition)?.[1];
  return name ? decodeURIComponent(name) : 'babymonitor-backup.tar.gz';
}
