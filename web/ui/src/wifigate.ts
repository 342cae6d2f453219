// The first evening without a network: which Wi-Fi shall the new monitor join?
import { call, Problem, say } from './api';
import { h, refill, show } from './dom';
import { ErrorLine, form, labelled } from './form';
import { input, mark } from './gate';
import { words } from './language';
import type { WifiProblem } from './state';
import { leaving, problemWords, WifiPicker } from './wifi';

/** What GET /api/setup tells of a monitor in its own Wi-Fi. */
export interface Before {
  own: boolean;
  /** Where the monitor will be found. */
  name: string;
  /** What it joins now; "" for nothing. */
  joining: string;
  problem: WifiProblem | null;
}

/** How often the page looks whether it is still, or again, reached. Milliseconds. */
const LOOK = 1500;

/** What comes after: setting up, by this phone's knowledge of the code. */
export type Next = (code: string) => void;

/** wifiScreen chooses a Wi-Fi; withCode: the monitor asks for its set-up code, known is what this phone knows of it. */
export function wifiScreen(before: Before, withCode: boolean, known: string, next: Next): HTMLElement {
  const code = input('setup-code', { autocomplete: 'one-time-code', spellcheck: 'false' });
  code.value = known;
  const error = new ErrorLine('gate-error');
  const place = h('div', { class: 'stack' });
  const look = h('button', { class: 'wide primary', test: 'wifi-look', attrs: { type: 'submit' } }, words.wifiLook);
  const problem = h('p', { class: 'error', test: 'wifi-problem', attrs: { role: 'alert', hidden: !before.problem } });
  if (before.problem) problem.textContent = problemWords(before.problem);

  const title = h('h1', {}, words.wifiTitle);
  const intro = h('p', {}, words.wifiIntro);
  const asking = (on: boolean) => [title, intro].forEach((e) => show(e, on));

  const pick = async () => {
    look.disabled = true;
    error.say('');
    const secret = code.value.trim();
    const picker = new WifiPicker({ 'Setup-Code': secret }, (ssid) => {
      show(problem, false);
      asking(false);
      refill(place, leaving(ssid, before.name, withCode ? secret : ''));
      void watch(ssid, () => next(secret), (p) => {
        problem.textContent = problemWords(p);
        show(problem, true);
        asking(true);
        refill(place, picker.element);
      });
    });
    try {
      await picker.look();
      refill(place, picker.element);
    } catch (e) {
      error.say(e instanceof Problem && e.status === 403 ? words.setupWrong : say(e));
    }
    look.disabled = false;
  };
  const ask = form('stack', () => void pick(), withCode && labelled(words.setupCode, code, words.setupCodeWhere), error.element, look);
  place.append(ask);
  const without = h('button', { class: 'plain wide', test: 'wifi-without', attrs: { type: 'button' }, on: { click: () => next(code.value.trim()) } }, words.wifiWithout);
  const screen = h('main', { class: 'gate' }, mark(), title, intro, problem, place, without);
  if (known || !withCode) void pick();
  return screen;
}

/** watch follows what becomes of a choice, as long as this phone reaches the monitor. */
async function watch(ssid: string, joined: () => void, failed: (p: WifiProblem) => void): Promise<void> {
  let begun = false; // it has been seen trying, or has gone out of sight for it: a problem is this try's
  for (;;) {
    await new Promise((r) => setTimeout(r, LOOK));
    try {
      const { network } = await call<{ network?: Before }>('GET', '/api/setup');
      if (!network || network.joining === ssid) begun = true;
      else if (begun && network.problem?.ssid === ssid) return failed(network.problem);
      if (!network && (await settled())) return joined();
    } catch {
      begun = true;
    }
  }
}

/** settled says whether the monitor has stayed out of its own Wi-Fi for a moment: it was not just on its way. */
async function settled(): Promise<boolean> {
  for (let i = 0; i < 3; i++) {
    await new Promise((r) => setTimeout(r, LOOK));
    const { network } = await call<{ network?: Before }>('GET', '/api/setup');
    if (network) return false;
  }
  return true;
}
