// Camera positions by name: look there, save, remove.
import { call, say } from './api';
import { h, refill } from './dom';
import { form, labelled } from './form';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';

/** openPositions shows the sheet and keeps it up to date while it is open. */
export function openPositions(house: House): void {
  const list = h('ul', { class: 'rows' });
  const name = h('input', { test: 'position-name', attrs: { type: 'text', maxlength: 40, autocomplete: 'off' } });
  const act = (done: Promise<unknown>, after?: () => void) => done.then(after).catch((e: unknown) => house.notice.say(say(e)));
  const path = (preset: string) => `/api/presets/${encodeURIComponent(preset)}`;
  const save = (preset: string) => act(call('PUT', path(preset)), () => house.notice.say(words.positionSaved(preset)));

  const row = (preset: string) => {
    const home = preset === 'home';
    const label = home ? words.home : preset;
    const small = (text: string, action: () => void, test?: 'position-go') =>
      h('button', { class: 'small', test, attrs: { type: 'button', 'aria-label': `${text}: ${label}` }, on: { click: action } }, text);
    const remove = h(
      'button',
      {
        class: 'plain',
        test: 'position-remove',
        attrs: { type: 'button', 'aria-label': words.removeOwn(label) },
        on: { click: () => void act(call('DELETE', path(preset))) },
      },
      icon('bin'),
    );
    return h(
      'li',
      { test: 'position', attrs: { 'data-preset': preset } },
      h('span', { class: 'who' }, h('strong', {}, label)),
      small(words.go, () => void act(call('POST', '/api/head', { preset })), 'position-go'),
      small(words.saveHere, () => void save(preset)),
      !home && remove,
    );
  };
  const add = () => {
    const wanted = name.value.trim();
    if (wanted) void save(wanted).then(() => (name.value = ''));
  };
  house.sheets.show({
    name: 'positions',
    title: words.positions,
    onClose: () => off(),
    content: [
      h('p', { class: 'hint' }, words.positionsHelp),
      list,
      form('stack', add, labelled(words.positionName, name), h('button', { class: 'wide', test: 'position-save', attrs: { type: 'submit' } }, icon('plus'), words.saveHere)),
    ],
  });
  let drawn = '';
  const off = house.live.on(({ head }) => {
    const names = ['home', ...Object.keys(head.presets ?? {}).filter((n) => n !== 'home').sort()];
    if (names.join('\n') === drawn) return;
    drawn = names.join('\n');
    refill(list, ...names.map(row));
  });
}
