// Choosing the Wi-Fi of the monitor: in the settings, and on the first evening,
// when the phone is in the monitor's own Wi-Fi and will lose it.
import { call, Problem, say } from './api';
import { h, put, refill, show, text } from './dom';
import { ErrorLine, form, labelled, passwordInput } from './form';
import type { House } from './house';
import { words } from './language';
import type { Network, WifiProblem } from './state';
import { Networks } from './wifilist';

/** A picker of the Wi-Fi. headers say who asks; joined is told what the monitor joins now. */
export class WifiPicker {
  readonly element = h('div', { class: 'stack', test: 'wifi' });
  private readonly list: Networks;
  private readonly password = passwordInput('wifi-password', 'off', '');
  private readonly name = h('input', { test: 'wifi-name', attrs: { type: 'text', maxlength: 32, autocapitalize: 'none', spellcheck: 'false' } });
  private readonly country = h('input', { test: 'wifi-country', attrs: { type: 'text', maxlength: 2, autocapitalize: 'characters', spellcheck: 'false', size: 2 } });
  private readonly error = new ErrorLine('wifi-error');
  private readonly button = h('button', { class: 'wide primary', test: 'wifi-join', attrs: { type: 'submit' } }, words.wifiJoin);
  private readonly form: HTMLFormElement;
  private readonly nameField = labelled(words.wifiName, this.name);

  constructor(
    private readonly headers: Record<string, string>,
    private readonly joined: (ssid: string) => void,
  ) {
    this.country.value = region();
    this.form = form(
      'stack wifi-form',
      () => void this.join(),
      this.nameField,
      this.password.element,
      labelled(words.wifiCountry, this.country, words.wifiCountryHelp),
      this.error.element,
      this.button,
    );
    this.list = new Networks(headers, (where) => this.choose(where));
    put(this.element, this.list.element);
  }

  /** look fills the list; it throws what the monitor refuses. */
  look(): Promise<void> {
    return this.list.look();
  }

  /** own is the monitor's own Wi-Fi, to be written down before it is needed. */
  own(): HTMLElement | null {
    const o = this.list.own;
    return o && h('p', { class: 'hint', test: 'wifi-own' }, words.wifiOwn, h('br'), `${o.ssid} · ${o.password}`);
  }

  private choose(where: HTMLElement): void {
    const n = this.list.chosen;
    this.error.say('');
    this.password.input.value = '';
    show(this.nameField, n === null);
    show(this.password.element, n?.security !== 'open');
    this.password.input.required = n !== null && n.security !== 'open';
    text(this.password.element.querySelector('label')!, n ? words.wifiPassword(n.ssid) : words.password);
    where.after(this.form);
    (n === null ? this.name : n.security === 'open' ? this.button : this.password.input).focus({ preventScroll: true });
    this.form.scrollIntoView({ block: 'nearest' });
  }

  private async join(): Promise<void> {
    const n = this.list.chosen;
    const ssid = n?.ssid ?? this.name.value.trim();
    this.button.disabled = true;
    this.error.say('');
    try {
      const body = { ssid, password: n?.security === 'open' ? '' : this.password.input.value, hidden: n === null, country: this.country.value.trim().toUpperCase() };
      await call('POST', '/api/wifi', body, this.headers);
      this.form.remove();
      this.joined(ssid);
    } catch (error) {
      this.error.say(say(error));
    }
    this.button.disabled = false;
  }
}

/** region is the country that the phone speaks of: DE for de-DE; "" where it does not tell. */
export function region(language = navigator.language): string {
  return /-([A-Z]{2})$/.exec(language)?.[1] ?? '';
}

/** problemWords says why a Wi-Fi was not joined. */
export function problemWords(p: WifiProblem): string {
  return (words.wifiProblems[p.why] ?? words.wifiProblems.failed)!(p.ssid);
}

/** networkWords says how the monitor is reached. */
export function networkWords(n: Network): string {
  if (n.joining) return words.wifiJoining(n.joining);
  if (n.way !== 'wifi') return words.wifiNow[n.way];
  const signal = n.signal < 35 ? words.wifiWeak : n.signal < 60 ? words.wifiFair : words.wifiGood;
  return words.wifiJoined(n.ssid, signal);
}

/** leaving tells what to do when this phone loses the monitor's own Wi-Fi. */
export function leaving(ssid: string, address: string, code: string): HTMLElement {
  return h(
    'div',
    { class: 'prose leaving', test: 'wifi-leaving', attrs: { role: 'status' } },
    h('h2', {}, words.wifiLeaving(ssid)),
    h('p', {}, words.wifiLeavingHelp),
    h('ol', {}, ...words.wifiSteps(ssid).map((step) => h('li', {}, step))),
    h('strong', { class: 'address', test: 'wifi-address' }, address),
    code && h('p', {}, words.wifiStepCode),
    code && h('strong', { class: 'address', test: 'wifi-code' }, code),
    h('p', { class: 'hint' }, words.wifiIfNot),
  );
}

/** openWifi shows the sheet, for parents. */
export function openWifi(house: House): void {
  const now = h('p', { test: 'wifi-now', attrs: { 'aria-live': 'polite' } });
  const problem = h('p', { class: 'error', test: 'wifi-problem', attrs: { role: 'alert' } });
  const place = h('div', { class: 'stack' });
  const picker = new WifiPicker({}, (ssid) => {
    const s = house.live.state;
    if (s?.network?.way === 'own') refill(place, leaving(ssid, s.device.http?.[0] ?? location.origin, ''));
  });
  put(place, picker.element);
  house.sheets.show({ name: 'wifi', title: words.wifiRoom, content: [now, problem, place], onClose: () => off() });
  const off = house.live.on((s) => {
    if (!s.network) return;
    text(now, networkWords(s.network));
    text(problem, s.network.problem && !s.network.joining ? problemWords(s.network.problem) : '');
    show(problem, problem.textContent !== '');
    if (!s.network.joining && place.firstChild !== picker.element && s.network.problem) refill(place, picker.element);
  });
  void picker.look().then(() => put(place, picker.own())).catch((error: unknown) => house.notice.say(error instanceof Problem ? say(error) : words.failed));
}
