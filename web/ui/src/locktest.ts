// Does the sound go on while this very phone is locked? The page notes, for a
// minute, whether packets kept coming and the media element kept playing.
import { h, text } from './dom';
import type { House } from './house';
import { words } from './language';
import { prefer } from './preferences';

const LENGTH = 60000; // ms
const ENOUGH = 30000; // hidden for so long at least
const GAP = 4000; // a longer silence is a stop

/** Notes while the page was hidden: wall clock and what had been played, in ms. */
export interface Note {
  at: number;
  played: number;
}

/** heardFor is for how long the sound went on without a gap, in ms. */
export function heardFor(notes: readonly Note[]): number {
  const first = notes[0];
  if (!first) return 0;
  let last = first;
  let progress = first;
  for (const note of notes.slice(1)) {
    if (note.at - last.at > GAP) break;
    if (note.played > progress.played) progress = note;
    if (note.at - progress.at > GAP) break;
    last = note;
  }
  return progress.at - first.at;
}

/** lockTest is the test's row in the settings. */
export function lockTest(house: House): HTMLElement {
  const result = h('p', { class: 'hint', test: 'lock-result', attrs: { 'aria-live': 'polite' } });
  const button = h(
    'button',
    { class: 'small', test: 'lock-test', attrs: { type: 'button' }, on: { click: () => run(house, button, result) } },
    words.lockTestStart,
  );
  return h('div', { class: 'lock-test' }, h('span', {}, words.lockTest), button, result);
}

function run(house: House, button: HTMLButtonElement, result: HTMLElement): void {
  button.disabled = true;
  text(result, words.lockTestRunning);
  prefer('listening', 'background'); // or the page would fall silent by itself
  const notes: Note[] = [];
  const { audio } = house.player;
  const began = Date.now();
  let hiddenSince: number | null = null;
  let hidden = 0;
  const timer = setInterval(() => document.hidden && notes.push({ at: Date.now(), played: audio.currentTime * 1000 }), 1000);
  const look = () => {
    if (document.hidden) hiddenSince = Date.now();
    else if (hiddenSince !== null) {
      hidden = Date.now() - hiddenSince;
      end();
    }
  };
  const end = () => {
    clearInterval(timer);
    clearTimeout(limit);
    document.removeEventListener('visibilitychange', look);
    button.disabled = false;
    const heard = heardFor(notes);
    const seconds = Math.round(heard / 1000);
    if (hidden < ENOUGH) text(result, words.lockTestShort);
    else text(result, hidden - heard < 2 * GAP ? words.lockTestGood(seconds) : words.lockTestBad(seconds));
  };
  const limit = setTimeout(() => !document.hidden && Date.now() - began >= LENGTH && end(), LENGTH * 3);
  document.addEventListener('visibilitychange', look);
}
