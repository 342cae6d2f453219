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
  const add = () => {
    const wanted = name.value.trim();
    if (wanted) void save(house, wanted).then(() => (name.value = ''));
  };
  const button = h('button', { class: 'wide', test: 'position-save', attrs: { type: 'submit' } }, icon('plus'), words.saveHere);
  house.sheets.show({
    name: 'positions',
    title: words.positions,
    onClose: () => off(),
    content: [h('p', { class: 'hint' }, words.positionsHelp), list, form('stack', add, labelled(words.positionName, name), button)],
  });
  let drawn = '';
  const off = house.live.on(({ head }) => {
    const names = ['home', ...Object.keys(head.presets ?? {}).filter((n) => n !== 'home').sort()];
    if (names.join('\n') === drawn) return;
    drawn = names.join('\n');
    refill(list, ...names.map((preset) => row(house, preset)));
  });
}

function row(house: House, preset: string): HTMLElement {
  const home = preset === 'home';
  const label = home ? words.home : preset;
  const go = h(
    'button',
    {
      class: 'small',
      test: 'position-go',
      attrs: { type: 'button', 'aria-label': `${words.go}: ${label}` },
      on: { click: () => void act(house, call('POST', '/api/head', { preset })) },
    },
    words.go,
  );
  const here = h(
    'button',
    { class: 'small', attrs: { type: 'button', 'aria-label': `${words.saveHere}: ${label}` }, on: { click: () => void save(house, preset) } },
    words.saveHere,
  );
  const remove = h(
    'button',
    {
      class: 'plain',
      test: 'position-remove',
      attrs: { type: 'button', 'aria-label': words.removeOwn(label) },
      on: { click: () => void act(house, call('DELETE', path(preset))) },
    },
    icon('bin'),
  );
  return h('li', { test: 'position', attrs: { 'data-preset': preset } }, h('span', { class: 'who' }, h('strong', {}, label)), go, here, !home && remove);
}

function save(house: House, preset: string): Promise<void> {
  return act(house, call('PUT', path(preset)), () => house.notice.say(words.positionSaved(preset === 'home' ? words.home : preset)));
}

function path(preset: string): string {
  return `/api/presets/${encodeURIComponent(preset)}`;
}

async function act(house: House, done: Promise<unknown>, after?: () => void): Promise<void> {
  try {
    await done;
    after?.();
  } catch (error) {
    house.notice.say(say(error));
  }
}
