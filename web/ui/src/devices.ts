// The doctor's report: how each device of the monitor does. It is fetched when
// it is unfolded, since some devices must be asked.
import { call, say } from './api';
import { h, refill, text } from './dom';
import { words } from './language';

interface Finding {
  device: string;
  ok: boolean;
  says: string;
}

/** devices returns the folded report. */
export function devices(): HTMLElement {
  const list = h('ul', { class: 'rows findings', attrs: { 'aria-live': 'polite' } });
  const again = h('button', { class: 'wide', test: 'devices-again', attrs: { type: 'button' }, on: { click: () => void examine() } });
  const examine = async () => {
    again.disabled = true;
    text(again, words.checking);
    try {
      refill(list, ...(await call<Finding[]>('GET', '/api/doctor')).map(line));
    } catch (error) {
      refill(list, h('li', { class: 'error' }, say(error)));
    }
    again.disabled = false;
    text(again, words.checkAgain);
  };
  const fold = h('details', { attrs: { 'data-group': 'devices' } }, h('summary', {}, words.devices), list, again);
  fold.addEventListener('toggle', () => fold.open && void examine());
  return fold;
}

function line(f: Finding): HTMLElement {
  const verdict = f.ok ? `● ${words.deviceOk}` : `▲ ${words.deviceFault}`;
  return h(
    'li',
    { test: `device-${f.device}`, attrs: { 'data-ok': String(f.ok) } },
    h('span', { class: 'who' }, h('strong', {}, words.deviceNames[f.device] ?? f.device), h('small', {}, f.says)),
    h('span', { class: 'verdict' }, verdict),
  );
}
