// The page begins here: who is it, and what do they see? The names that tests
// rely on are in testhooks.ts.
import './style/base.css';
import './style/truthline.css';
import './style/stage.css';
import './style/joystick.css';
import './style/deck.css';
import './style/landscape.css';
import './style/sheets.css';
import './style/lullaby.css';
import './style/forms.css';
import './style/wifi.css';
import './style/care.css';
import './style/timeline.css';
import './style/over.css';
import { call, onSignedOut, Problem } from './api';
import { Backoff } from './backoff';
import { attr, h } from './dom';
import { loginScreen, unreachableScreen } from './gate';
import { words } from './language';
import { drawers, type Drawers } from './later';
import { Monitor } from './monitor';
import type { Person } from './state';
import { applyHand, applyTheme, followSystem } from './theme';
import type { Before } from './wifigate';

const root = document.documentElement;
let monitor: Monitor | null = null;

function show(app: string, screen: HTMLElement): void {
  attr(root, 'data-app', app);
  document.body.replaceChildren(screen);
  screen.querySelector<HTMLElement>('input')?.focus({ preventScroll: true });
}

function leave(): void {
  monitor?.stop();
  monitor = null;
}

function enter(me: Person): void {
  leave();
  monitor = new Monitor(me, () => login(''));
  show('monitor', monitor.element);
  monitor.start();
}

function login(note: string): void {
  leave();
  show('login', loginScreen(enter, note));
}

function setup(from: Drawers, withCode: boolean, code: string): void {
  show('setup', from.setupScreen(withCode, code, { done: enter, taken: () => login(words.setupDone), restored: () => login(words.restored) }));
}

/** The set-up code that a QR code has brought along, behind the #, where it stays on this phone. */
function codeFromCard(): string {
  const code = /^#code=(\d{4}-?\d{4})$/.exec(location.hash)?.[1] ?? '';
  if (location.hash) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}
const wanted = location.hash === '#trust';
const card = codeFromCard();

/** trust shows how to trust the monitor's certificate, whoever asks. */
async function trust(backoff: Backoff): Promise<void> {
  leave();
  try {
    const screen = (await drawers()).trustScreen(() => {
      screen.stop();
      void begin(new Backoff());
    });
    show('trust', screen.element);
  } catch {
    again(backoff, trust);
  }
}

// A link to #trust on a page that is open already.
addEventListener('hashchange', () => {
  if (location.hash !== '#trust') return;
  history.replaceState(history.state, '', location.pathname + location.search);
  void trust(new Backoff());
});

/** begin finds out whether this phone is signed in; while the monitor does not answer, it asks again. */
async function begin(backoff: Backoff): Promise<void> {
  try {
    enter(await call<Person>('GET', '/api/session'));
  } catch (error) {
    const status = error instanceof Problem ? error.status : 0;
    if (status === 401) return offer(backoff);
    again(backoff);
  }
}

async function offer(backoff: Backoff, note = ''): Promise<void> {
  try {
    const { needed, code, network } = await call<{ needed: boolean; code?: boolean; network?: Before }>('GET', '/api/setup');
    const withCode = code !== false;
    if (!needed && !network?.own) return login(note);
    const from = await drawers();
    if (needed && network?.own) show('wifi', from.wifiScreen(network, withCode, card, (typed) => setup(from, withCode, typed)));
    else if (needed) setup(from, withCode, card);
    else login(`${words.wifiIntroLost} ${network?.problem ? from.problemWords(network.problem) : ''}`.trim());
  } catch {
    again(backoff);
  }
}

/** again tries the next step anew, after a while. */
function again(backoff: Backoff, next = begin): void {
  show('unreachable', unreachableScreen());
  setTimeout(() => void next(backoff), backoff.next());
}

root.lang = words.language;
document.title = words.appName;
attr(root, 'data-app', 'starting');
document.body.replaceChildren(h('main', { class: 'gate' }));
applyTheme();
applyHand();
followSystem();
onSignedOut(() => {
  if (!monitor) return;
  leave(); // a monitor that was reset wants to be set up again
  void offer(new Backoff(), words.loginEnded);
});
if (wanted) void trust(new Backoff());
else void begin(new Backoff());
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').catch(() => {}); // untrusted certificates forbid it
