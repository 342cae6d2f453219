// Who watches now, who may sign in, and the own password.
import { call, Problem, say } from './api';
import { h, put, refill } from './dom';
import { ErrorLine, form, labelled } from './form';
import { clock } from './format';
import { mayAct, type House } from './house';
import { icon } from './icons';
import { words } from './language';
import type { Person, Role, Viewer } from './state';

/** openPeople shows the sheet and keeps it up to date while it is open. */
export function openPeople(house: House): void {
  const watching = h('ul', { class: 'rows' });
  const content: Node[] = [h('h3', {}, words.peopleNow), watching];
  const users = h('ul', { class: 'rows' });
  if (mayAct(house)) content.push(h('h3', {}, words.accounts), users, newPerson(house, () => void loadUsers(house, users)));
  content.push(invitation(house), password(house));
  house.sheets.show({ name: 'people', title: words.people, content, onClose: () => off() });
  let drawn = '-';
  const off = house.live.on((s) => {
    const viewers = s.viewers ?? [];
    const key = viewers.map((v) => `${v.id} ${v.talking}`).join();
    if (key === drawn) return;
    drawn = key;
    refill(watching, ...viewers.map((v) => viewerRow(house, v)));
    if (viewers.length === 0) put(watching, h('li', {}, words.peopleNobody));
  });
  if (mayAct(house)) void loadUsers(house, users);
}

function viewerRow(house: House, v: Viewer): HTMLElement {
  const own = v.id === house.link.session;
  const kick = h(
    'button',
    {
      class: 'small',
      test: 'kick',
      attrs: { type: 'button', 'aria-label': words.endSession(v.name) },
      on: { click: () => act(house, call('DELETE', `/api/viewers/${encodeURIComponent(v.id)}`)) },
    },
    words.end,
  );
  return h(
    'li',
    { test: 'viewer', attrs: { 'data-id': v.id } },
    h('span', { class: 'who' }, h('strong', {}, v.name), h('small', {}, details(v, own))),
    v.talking && icon('mic'),
    mayAct(house) && !own && kick,
  );
}

function details(v: Viewer, own: boolean): string {
  return [own && words.thisPhone, words.roles[v.role], v.from, clock(v.since), v.rtt_ms > 0 && `${Math.round(v.rtt_ms)} ms`].filter(Boolean).join(' · ');
}

async function loadUsers(house: House, list: HTMLElement): Promise<void> {
  try {
    const people = (await call<Person[] | null>('GET', '/api/users')) ?? [];
    refill(list, ...people.map((p) => userRow(house, p, () => void loadUsers(house, list))));
  } catch (error) {
    house.notice.say(say(error));
  }
}

function userRow(house: House, p: Person, reload: () => void): HTMLElement {
  const remove = h('button', { class: 'plain', test: 'user-remove', attrs: { type: 'button', 'aria-label': words.removePerson(p.name) } }, icon('bin'));
  remove.addEventListener('click', () => {
    if (!remove.hasAttribute('data-sure')) {
      remove.setAttribute('data-sure', '');
      return house.notice.say(words.removeSure);
    }
    act(house, call('DELETE', `/api/users/${encodeURIComponent(p.name)}`).then(reload));
  });
  return h(
    'li',
    { test: 'user', attrs: { 'data-name': p.name } },
    h('span', { class: 'who' }, h('strong', {}, p.name), h('small', {}, words.roles[p.role])),
    p.name !== house.me.name && remove,
  );
}

function newPerson(house: House, reload: () => void): HTMLElement {
  const name = h('input', { test: 'user-name', attrs: { type: 'text', maxlength: 40, autocomplete: 'off', autocapitalize: 'off' } });
  const pass = h('input', { test: 'user-password', attrs: { type: 'password', autocomplete: 'new-password' } });
  const role = h(
    'select',
    { test: 'user-role' },
    h('option', { attrs: { value: 'viewer' } }, words.roles.viewer),
    h('option', { attrs: { value: 'parent' } }, words.roles.parent),
  );
  const error = new ErrorLine('user-error');
  const add = async () => {
    try {
      await call('POST', '/api/users', { name: name.value.trim(), role: role.value as Role, password: pass.value });
      house.notice.say(words.personAdded(name.value.trim()));
      name.value = pass.value = '';
      error.say('');
      reload();
    } catch (e) {
      error.say(say(e));
    }
  };
  const fields = form(
    'stack',
    () => void add(),
    labelled(words.name, name),
    labelled(words.password, pass, words.passwordHelp),
    labelled(words.role, role, words.roleHelp),
    error.element,
    h('button', { class: 'wide', test: 'user-add', attrs: { type: 'submit' } }, icon('plus'), words.add),
  );
  return h('details', {}, h('summary', {}, words.newPerson), fields);
}

/** The address of this page as a QR code, which another phone reads; there is no secret in it. */
function invitation(house: House): HTMLElement {
  const device = house.live.state?.device;
  const others = [...(device?.https ?? []), ...(device?.http ?? [])];
  const reached = (url: string) => !/localhost|127\.0\.0\.1/.test(url); // by another phone
  const url = [location.origin, ...others].find(reached) ?? location.origin;
  const picture = h('img', { class: 'qr', test: 'invite-code', attrs: { alt: words.invite } });
  const fold = h('details', { test: 'invite' }, h('summary', {}, words.invite), h('div', { class: 'stack' }, h('p', { class: 'hint' }, words.inviteHelp), picture, h('p', { class: 'address' }, url)));
  fold.addEventListener('toggle', () => (picture.src = `/api/qr.svg?text=${encodeURIComponent(url)}`));
  return fold;
}

function password(house: House): HTMLElement {
  const old = h('input', { test: 'password-old', attrs: { type: 'password', autocomplete: 'current-password' } });
  const fresh = h('input', { test: 'password-new', attrs: { type: 'password', autocomplete: 'new-password' } });
  const error = new ErrorLine('password-error');
  const save = async () => {
    try {
      await call('POST', '/api/password', { old: old.value, new: fresh.value });
      old.value = fresh.value = '';
      error.say('');
      house.notice.say(words.passwordChanged);
    } catch (e) {
      error.say(e instanceof Problem && e.status === 403 ? words.wrongOldPassword : say(e));
    }
  };
  const fields = form(
    'stack',
    () => void save(),
    h('input', { class: 'unseen', attrs: { type: 'text', autocomplete: 'username', value: house.me.name, tabindex: -1, 'aria-hidden': 'true', readonly: true } }),
    labelled(words.oldPassword, old),
    labelled(words.newPassword, fresh, words.passwordHelp),
    error.element,
    h('button', { class: 'wide', test: 'password-save', attrs: { type: 'submit' } }, words.save),
  );
  return h('details', {}, h('summary', {}, words.changePassword), fields);
}

function act(house: House, done: Promise<unknown>): void {
  done.catch((e: unknown) => house.notice.say(say(e)));
}
