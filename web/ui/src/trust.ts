// Trusting the monitor's certificate: what this browser makes of it, and the
// steps for this kind of device. A page over plain http asks the encrypted one,
// which answers only where the browser accepts its certificate; on the encrypted
// page itself a service worker tells trust from a warning that was gone past,
// since browsers register none behind such a warning.
import { attr, h, refill, show, text } from './dom';
import { icon } from './icons';
import { words } from './language';

export type Trust = keyof typeof words.trustIs;
export type System = keyof typeof words.trustSystems;

/** What GET /api/trust tells. */
interface Place {
  /** The encrypted page under the name in use; "" where there is none. */
  https: string;
  /** Devices know the certificate already. */
  given: boolean;
}

/** systemOf tells devices apart by what their browser says of itself; an iPad says that it is a Mac with a touch screen. */
export function systemOf(agent: string, touches: number): System {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return 'iphone';
  return /Android/.test(agent) ? 'android' : 'computer';
}

/** What a look at the browser has yielded. */
export interface Evidence {
  /** This very page is encrypted. */
  encrypted: boolean;
  /** There is an encrypted page. */
  offered: boolean;
  /** The encrypted page answered to a page over plain http. */
  answered: boolean;
  /** A service worker could be registered. */
  registered: boolean;
}

/** judge says what the evidence means. */
export function judge(e: Evidence): Trust {
  if (e.encrypted) return e.registered ? 'trusted' : 'clicked';
  if (!e.offered) return 'none';
  return e.answered ? 'accepted' : 'untrusted';
}

async function look(place: Place): Promise<Trust> {
  const encrypted = location.protocol === 'https:';
  const registered = encrypted && (await succeeds(() => navigator.serviceWorker.register('/sw.js')));
  const ask = () => fetch(`${place.https}/api/trust`, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(4000) });
  const answered = !encrypted && place.https !== '' && (await succeeds(ask));
  return judge({ encrypted, offered: place.https !== '', answered, registered });
}

async function succeeds(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch {
    return false;
  }
}

/** How often the browser is asked again while the steps are followed. Milliseconds. */
const AGAIN = 3000;

/** TrustHelp is the steps with the verdict above them. The caller stops it. */
export class TrustHelp {
  readonly element = h('div', { class: 'stack trust', test: 'trust' });
  private readonly verdict = h('p', { class: 'trust-verdict', test: 'trust-verdict', attrs: { 'aria-live': 'polite', 'data-trust': 'checking' } });
  private readonly open = h('a', { class: 'button primary', test: 'trust-open', attrs: { hidden: true } }, words.trustOpen);
  private readonly again = h('button', { class: 'wide', test: 'trust-again', attrs: { type: 'button', hidden: true }, on: { click: () => location.reload() } }, words.checkAgain);
  private readonly steps = h('div', { class: 'stack' });
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly seen = () => document.visibilityState === 'visible' && void this.check();
  private place: Place | null = null;

  constructor() {
    this.say('checking');
    refill(this.element, h('p', {}, words.trustIntro), this.verdict, this.open, this.again, this.steps);
    this.choose(systemOf(navigator.userAgent, navigator.maxTouchPoints));
    void this.check();
    this.timer = setInterval(() => void this.check(), AGAIN);
    document.addEventListener('visibilitychange', this.seen); // back from the phone's settings
  }

  stop(): void {
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.seen);
  }

  private async check(): Promise<void> {
    try {
      this.place ??= (await (await fetch('/api/trust', { cache: 'no-store' })).json()) as Place;
      this.say(await look(this.place));
    } catch {
      this.say('checking'); // the monitor itself does not answer; ask again
    }
  }

  private say(now: Trust): void {
    attr(this.verdict, 'data-trust', now);
    const given = this.place?.given === true && now !== 'clicked';
    text(this.verdict, given ? words.trustGiven : words.trustIs[now]);
    show(this.open, (now === 'untrusted' || now === 'accepted') && location.protocol === 'http:');
    attr(this.open, 'href', this.place ? `${this.place.https}/#trust` : null);
    show(this.again, now === 'clicked');
    show(this.steps, !given && now !== 'trusted' && now !== 'none');
  }

  private choose(system: System): void {
    const chip = (s: System) =>
      h('button', { class: 'chip', test: `trust-for-${s}`, attrs: { type: 'button', 'aria-pressed': String(s === system) }, on: { click: () => this.choose(s) } }, words.trustSystems[s]);
    const file = system === 'iphone' ? '/ca.mobileconfig' : '/ca.crt';
    refill(
      this.steps,
      h('div', { class: 'chips-row', attrs: { role: 'group', 'aria-label': words.trust } }, ...(Object.keys(words.trustSystems) as System[]).map(chip)),
      h('ol', { class: 'steps', test: 'trust-steps', attrs: { 'data-system': system } }, ...words.trustSteps[system].map((s) => h('li', {}, s))),
      h('a', { class: 'button', test: 'trust-get', attrs: { href: file, download: system !== 'iphone' } }, icon('file'), words.trustGet),
      h('p', { class: 'hint' }, words.microphoneInsecureSteps.slice(1, 3).join(' ')),
    );
  }
}

/** trustScreen is the whole page, for who is not signed in; back leads to the monitor. */
export function trustScreen(back: () => void): { element: HTMLElement; stop(): void } {
  const help = new TrustHelp();
  const leave = h('button', { class: 'wide', test: 'trust-back', attrs: { type: 'button' }, on: { click: back } }, words.trustBack);
  return { element: h('main', { class: 'gate top', test: 'trust-screen' }, h('h1', {}, words.trust), help.element, leave), stop: () => help.stop() };
}
