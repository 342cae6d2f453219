// Night vision: automatic, day or night, one touch each.
import { call, say } from './api';
import { attr, h, text } from './dom';
import { mayAct, type House } from './house';
import { icon, type Icon } from './icons';
import { words } from './language';
import type { Night, NightMode } from './state';

const next: Record<NightMode, NightMode> = { auto: 'day', day: 'night', night: 'auto' };
const icons: Record<NightMode, Icon> = { auto: 'auto', day: 'sun', night: 'moon' };

/** nightButton shows the mode and what is in force; a parent changes it. */
export function nightButton(house: House): HTMLButtonElement {
  const label = h('span', { class: 'label' });
  const face = h('span', { class: 'face' });
  let mode: NightMode = 'auto';
  const button = h(
    'button',
    {
      class: 'tool',
      test: 'night',
      attrs: { type: 'button' },
      on: {
        click: () => {
          call<Night>('POST', '/api/night', { mode: next[mode] })
            .then((night) => house.live.merge({ night }))
            .catch((e: unknown) => house.notice.say(say(e)));
        },
      },
    },
    face,
    label,
  );
  house.live.on(({ night }) => {
    mode = night.mode in next ? night.mode : 'auto';
    button.hidden = night.condition === 'absent' || !mayAct(house);
    const now = night.night ? words.nightNow.night : words.nightNow.day;
    if (button.dataset.mode !== mode) face.replaceChildren(icon(icons[mode]));
    text(label, mode === 'auto' ? `${words.nightModes.auto} · ${night.night ? words.nightModes.night : words.nightModes.day}` : words.nightModes[mode]);
    attr(button, 'data-mode', mode);
    attr(button, 'data-night', String(night.night));
    attr(button, 'aria-label', `${words.night}: ${words.nightModes[mode]}, ${now}`);
  });
  return button;
}
