// Settings of this phone, kept by its browser.
import { h } from './dom';
import { choice, toggle } from './form';
import type { House } from './house';
import { words } from './language';
import { lockTest } from './locktest';
import { prefer, preferences } from './preferences';
import { Awake } from './screen';
import type { TestId } from './testhooks';
import { applyHand, applyTheme } from './theme';
import type { Tone } from './tones';

/** phoneSettings is their part of the settings sheet. */
export function phoneSettings(house: House): HTMLElement {
  return h(
    'div',
    { class: 'stack' },
    choice(words.languageName, 'language', words.languages, preferences.language, (v) => {
      prefer('language', v);
      location.reload();
    }),
    choice(words.theme, 'theme', words.themes, preferences.theme, (v) => {
      prefer('theme', v);
      applyTheme();
    }),
    toggle(words.leftHanded, 'left-handed', preferences.leftHanded, (on) => {
      prefer('leftHanded', on);
      applyHand();
    }),
    Awake.possible
      ? toggle(words.keepAwake, 'keep-awake', preferences.keepAwake, (on) => prefer('keepAwake', on))
      : h('p', { class: 'hint' }, words.keepAwakeMissing),
    toggle(words.cleanVoice, 'clean-voice', preferences.cleanVoice, (on) => prefer('cleanVoice', on)),
    toneRow(house),
    lockTest(house),
  );
}

/** The three tones to try. */
function toneRow(house: House): HTMLElement {
  const play = (name: Tone) => () => {
    house.tones.unlock();
    house.tones.play(name);
  };
  const chip = (test: TestId, label: string, name: Tone) =>
    h('button', { class: 'chip', test, attrs: { type: 'button' }, on: { click: play(name) } }, label);
  return h(
    'div',
    { class: 'chips-row', attrs: { role: 'group', 'aria-label': words.tones } },
    h('span', { class: 'row-label' }, words.tones),
    chip('tone-baby', words.toneBaby, 'baby'),
    chip('tone-fault', words.toneFault, 'fault'),
    chip('tone-resolved', words.toneResolved, 'resolved'),
  );
}
