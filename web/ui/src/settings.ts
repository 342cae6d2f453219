// Settings: of this phone, and, for parents, of the monitor, grouped like its
// settings file. What the monitor offers is shown; it checks every change.
import { call, Problem, say } from './api';
import { h, put, refill, show, text } from './dom';
import { fieldOf, patch, valueAt, type Field, type Tree } from './fields';
import type { House } from './house';
import { mayAct } from './house';
import { icon } from './icons';
import { words } from './language';
import { networkWords, openWifi } from './wifi';
import { care } from './care';
import { devices } from './devices';
import { phoneSettings } from './phone';
import { TrustHelp } from './trust';

interface Answer {
  settings: Tree;
  restart_needed?: boolean;
}

/** openSettings shows the sheet. */
export function openSettings(house: House): void {
  const content: Node[] = [h('h3', {}, words.phoneSettings), phoneSettings(house), trustRow(house)];
  const monitor = h('div', { class: 'stack' });
  const network = house.live.state?.network;
  if (mayAct(house)) content.push(h('h3', {}, words.monitorSettings));
  if (mayAct(house) && network) {
    const row = h('button', { class: 'menu-row', test: 'settings-wifi', attrs: { type: 'button' }, on: { click: () => openWifi(house) } });
    put(row, icon('wifi'), h('span', { class: 'who' }, h('strong', {}, words.wifi), h('small', {}, networkWords(network))));
    content.push(row);
  }
  const keep = mayAct(house) ? care(house) : null;
  if (keep) content.push(monitor, keep.element);
  house.sheets.show({ name: 'settings', title: words.settings, content, onClose: () => keep?.stop() });
  if (mayAct(house)) void load(house, monitor);
}

function trustRow(house: House): HTMLElement {
  const open = () => {
    const help = new TrustHelp();
    house.sheets.show({ name: 'trust', title: words.trust, content: [help.element], onClose: () => help.stop() });
  };
  const row = h('button', { class: 'menu-row', test: 'settings-trust', attrs: { type: 'button' }, on: { click: open } });
  put(row, icon('lock'), h('span', { class: 'who' }, h('strong', {}, words.trust), h('small', {}, words.trustHint)));
  return row;
}

async function load(house: House, into: HTMLElement): Promise<void> {
  try {
    draw(house, into, await call<Answer>('GET', '/api/settings'));
  } catch (error) {
    refill(into, h('p', { class: 'error' }, say(error)));
  }
}

function draw(house: House, into: HTMLElement, answer: Answer): void {
  const fields: Field[] = [];
  const groups: Node[] = [];
  const general: Node[] = [];
  for (const [key, value] of Object.entries(answer.settings)) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const inner = collect(value as Tree, key, fields);
      if (inner.length > 0) groups.push(group(key, inner));
    } else {
      const field = fieldOf(key, value);
      if (!field) continue;
      fields.push(field);
      general.push(field.element);
    }
  }
  if (general.length > 0) groups.unshift(group('general', general));
  const note = h('p', { class: 'hint', test: 'settings-note', attrs: { 'aria-live': 'polite', hidden: !answer.restart_needed } }, words.restartNeeded);
  const save = h(
    'button',
    { class: 'wide primary', test: 'settings-save', attrs: { type: 'button' }, on: { click: () => void send(house, fields, note) } },
    words.save,
  );
  refill(into, ...groups, note, save, devices());
}

function group(key: string, content: Node[]): HTMLElement {
  return h('details', { attrs: { 'data-group': key } }, h('summary', {}, words.groups[key] ?? key), ...content);
}

function collect(tree: Tree, prefix: string, fields: Field[]): Node[] {
  return Object.entries(tree).flatMap(([key, value]): Node[] => {
    const path = `${prefix}.${key}`;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return collect(value as Tree, path, fields);
    const field = fieldOf(path, value);
    if (!field) return [];
    fields.push(field);
    return [field.element];
  });
}

async function send(house: House, fields: Field[], note: HTMLElement): Promise<void> {
  const changed = fields.filter((f) => f.changed());
  for (const f of fields) f.complain('');
  if (changed.length === 0) return house.notice.say(words.saved);
  try {
    const answer = await call<Answer | undefined>('PATCH', '/api/settings', patch(changed));
    for (const f of changed) f.settle(answer ? valueAt(answer.settings, f.path) : undefined);
    show(note, answer?.restart_needed === true);
    text(note, words.restartNeeded);
    house.notice.say(words.saved);
  } catch (error) {
    const marked = error instanceof Problem && complain(fields, error);
    house.notice.say(marked ? words.settingsMarked : say(error));
  }
}

/** complain marks the fields that are wrong, and says whether there is any. */
function complain(fields: Field[], problem: Problem): boolean {
  let marked = false;
  for (const { field, detail } of problem.fields) {
    const path = field.replace(/^[/.]/, '').replace(/\//g, '.').replace(/^settings\./, '');
    const found = fields.find((f) => f.path === path || path.startsWith(`${f.path}[`));
    if (!found) continue;
    marked = true;
    found.complain(detail);
    found.element.closest('details')?.setAttribute('open', '');
  }
  return marked;
}
