// What the parts of the page lend each other.
import type { Link } from './link';
import type { Live } from './live';
import type { Notice } from './notice';
import type { Player } from './player';
import type { Sheets } from './sheets';
import type { Person } from './state';
import type { Tones } from './tones';
import type { Watch } from './watch';

export interface House {
  me: Person;
  live: Live;
  link: Link;
  player: Player;
  watch: Watch;
  tones: Tones;
  sheets: Sheets;
  notice: Notice;
}

/** mayAct says whether this person may move, talk, play and change. */
export function mayAct(house: House): boolean {
  return house.me.role === 'parent';
}
