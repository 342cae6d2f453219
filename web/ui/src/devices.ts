// The doctor's report: how each device of the monitor does. It is fetched when
// it is unfolded, since some devices must be asked.
import { call, say } from './api';
import { h, refill } from './dom';
import { words } from './language';

interface Finding {
  device: string;
  ok: boolean;
  says: string;
}

/** devices returns the folded report. */
export function devices(): HTMLElement {
  const list = h('div', { class: 'stack', attrs: { 'aria-live': 'polite' } });
  const again = h('button', { class: 'wide', test: 'devices-again', attrs: { type: 'button' }, on: { click: () => void examine(list) } }, words.checkAgain);
  const fold = h('details', { attrs: { 'data-group': 'devices' } }, h('summary', {}, words.devices), list, again);
  fold.addEventListener('toggle', () => {
    if ((fold as HTMLDetailsElement).open) void examine(list);
  });
  return fold;
}

async function examine(list: HTMLElement): Promise<void> {
  refill(list, h('p', { class: 'hint' }, words.checking));
  try {
    const findings = await call<Finding[]>('GET', '/api/doctor');
    refill(list, ...findings.map(line));
  } catch (error) {
    refill(list, h('p', { class: 'error' }, say(error)));
  }
}

function line(f: Finding): HTMLElement {
  return h(
    'div',
    { class: f.ok ? 'finding' : 'finding bad', test: `device-${f.device}`, attrs: { 'data-ok': f.ok } },
    h('b', {}, `${f.ok ? '●' : '▲'} ${words.deviceNames[f.device] ?? f.device}`),
    h('span', {}, f.says),
  );
}
