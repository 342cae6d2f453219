// The menu: everything that is not needed with one thumb in the dark.
import { call } from './api';
import { h } from './dom';
import { mayAct, type House } from './house';
import { icon, type Icon } from './icons';
import { words } from './language';
import { open } from './later';
import type { TestId } from './testhooks';

/** openMenu shows it; onSignOut ends the monitor's page. */
export function openMenu(house: House, openRoom: () => void, onSignOut: () => void): void {
  const row = (test: TestId, face: Icon, label: string, action: () => void) =>
    h('button', { class: 'menu-row', test, attrs: { type: 'button' }, on: { click: action } }, icon(face), h('span', {}, label));
  const head = house.live.state?.head.condition !== 'absent';
  const signOut = () => {
    void call('POST', '/api/logout').catch(() => {});
    house.sheets.close();
    onSignOut();
  };
  const rows = [
    row('menu-timeline', 'clock', words.timeline, () => open(house, (d) => d.openTimeline(house))),
    row('menu-room', 'thermometer', words.room, openRoom),
    row('menu-people', 'people', words.people, () => open(house, (d) => d.openPeople(house))),
    mayAct(house) && head && row('menu-positions', 'pin', words.positions, () => open(house, (d) => d.openPositions(house))),
    row('menu-settings', 'gear', words.settings, () => open(house, (d) => d.openSettings(house))),
    row('menu-about', 'info', words.about, () => open(house, (d) => d.openAbout(house))),
    row('signout', 'leave', words.signOut, signOut),
  ].filter((r): r is HTMLButtonElement => r !== false);
  house.sheets.show({
    name: 'menu',
    title: house.live.state?.device.name ?? words.appName,
    content: [h('p', { class: 'hint' }, words.signedInAs(house.me.name, words.roles[house.me.role])), h('nav', { class: 'menu-rows' }, ...rows)],
  });
}
