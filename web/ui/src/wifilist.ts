// The Wi-Fis around the monitor, to choose one of.
import { call } from './api';
import { attr, h, put, refill, text } from './dom';
import { icon } from './icons';
import { words } from './language';

export interface Around {
  ssid: string;
  /** Per cent. */
  signal: number;
  security: 'open' | 'wpa' | 'sae' | 'enterprise' | 'wep';
  known: boolean;
}

/** The monitor's own Wi-Fi. */
export interface Own {
  ssid: string;
  password: string;
}

export class Networks {
  readonly element: HTMLElement;
  /** What was chosen; null: one that is not in the list. */
  chosen: Around | null = null;
  /** null until the monitor has told. */
  own: Own | null = null;
  private readonly rows = h('ul', { class: 'rows wifi-rows' });
  private readonly again: HTMLButtonElement;

  /** choose is told where the choice stands. */
  constructor(
    private readonly headers: Record<string, string>,
    private readonly choose: (where: HTMLElement) => void,
  ) {
    this.again = h('button', { class: 'wide', test: 'wifi-look', attrs: { type: 'button' }, on: { click: () => void this.look().catch(() => {}) } }, words.wifiLookAgain);
    this.element = h('div', { class: 'stack' }, this.rows, this.again);
  }

  /** look asks the monitor, which takes some seconds. */
  async look(): Promise<void> {
    this.again.disabled = true;
    text(this.again, words.wifiLooking);
    try {
      const { networks: found, own } = await call<{ networks: Around[]; own: Own }>('GET', '/api/wifi', undefined, this.headers);
      this.own = own;
      refill(this.rows, ...found.map((n) => this.row(n)));
      if (found.length === 0) put(this.rows, h('li', {}, words.wifiNothing));
      put(this.rows, this.hidden());
    } finally {
      this.again.disabled = false;
      text(this.again, words.wifiLookAgain);
    }
  }

  private row(n: Around): HTMLElement {
    const usable = n.security !== 'enterprise' && n.security !== 'wep';
    const bars = Math.max(1, Math.min(4, Math.ceil(n.signal / 22)));
    const small = [n.known && words.wifiKnown, n.security === 'open' && words.wifiOpen, !usable && words.wifiUnusable].filter(Boolean).join(' · ');
    const face = h(
      'button',
      { class: 'menu-row', test: 'wifi-network', attrs: { type: 'button', 'data-ssid': n.ssid, disabled: !usable } },
      icon('wifi'),
      h('span', { class: 'who' }, h('strong', {}, n.ssid), small && h('small', {}, small)),
      h('span', { class: 'bars', attrs: { role: 'img', 'aria-label': words.wifiSignal(bars), 'data-bars': bars } }, h('i'), h('i'), h('i'), h('i')),
    );
    return this.option(face, n);
  }

  private hidden(): HTMLElement {
    return this.option(h('button', { class: 'menu-row', test: 'wifi-hidden', attrs: { type: 'button' } }, icon('wifi'), h('span', {}, words.wifiHidden)), null);
  }

  private option(face: HTMLButtonElement, n: Around | null): HTMLElement {
    face.addEventListener('click', () => {
      this.chosen = n;
      for (const other of this.rows.querySelectorAll('button.menu-row')) attr(other, 'aria-pressed', String(other === face));
      this.choose(face);
    });
    return h('li', {}, face);
  }
}
