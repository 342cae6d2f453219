// The phone's screen: kept awake, full, in a small window, or black with only
// the sound going on.
import { attr, h, show, text } from './dom';
import { clock } from './format';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';
import { preferences } from './preferences';
import { badge } from './saying';
import type { Verdict } from './truth';

/** Keeps the screen on while the page is in front, where the browser can. */
export class Awake {
  private lock: WakeLockSentinel | null = null;
  private readonly again = () => void this.apply();

  constructor() {
    document.addEventListener('visibilitychange', this.again);
    // Some browsers grant it only after a touch.
    document.addEventListener('pointerup', this.again);
    void this.apply();
  }

  static get possible(): boolean {
    return 'wakeLock' in navigator;
  }

  async apply(): Promise<void> {
    if (!Awake.possible || document.hidden) return;
    if (!preferences.keepAwake) {
      await this.lock?.release();
      this.lock = null;
      return;
    }
    if (this.lock && !this.lock.released) return;
    this.lock = await navigator.wakeLock.request('screen').catch(() => null);
  }

  /** end lets the screen sleep again. */
  end(): void {
    document.removeEventListener('visibilitychange', this.again);
    document.removeEventListener('pointerup', this.again);
    void this.lock?.release();
  }
}

/** A black screen with the sound going on; the first touch only wakes it. */
export class BlackScreen {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  private readonly line = h('p', { attrs: { 'aria-live': 'off' } });
  private closing = false;

  constructor(private readonly house: House) {
    this.element = h(
      'button',
      { class: 'black-screen', test: 'black-screen', attrs: { type: 'button', 'aria-label': words.blackHint, hidden: true } },
      this.line,
      h('span', {}, words.blackHint),
    );
    // The whole touch is swallowed, so that it presses nothing underneath.
    this.element.addEventListener('click', () => this.wake());
    this.button = h(
      'button',
      { class: 'tool', test: 'black', attrs: { type: 'button', 'aria-label': words.blackLong }, on: { click: () => this.darken() } },
      icon('power'),
      h('span', { class: 'label' }, words.black),
    );
  }

  /** draw follows the verdict; an alarm lights the screen. */
  draw(v: Verdict): void {
    if (this.element.hidden) return;
    if (v.alarm) return this.wake();
    const b = badge(v);
    attr(this.element, 'data-level', v.level);
    text(this.line, `${clock(this.house.live.shownTime())}  ${b.mark} ${b.word}`);
  }

  private darken(): void {
    this.house.watch.soundOnly = true;
    show(this.element, true);
    this.element.focus({ preventScroll: true });
    this.house.watch.look();
  }

  private wake(): void {
    if (this.closing) return;
    this.closing = true;
    this.house.watch.soundOnly = false;
    setTimeout(() => {
      show(this.element, false);
      this.closing = false;
      this.button.focus({ preventScroll: true });
      this.house.watch.look();
    }, 0);
  }
}

/** fullscreenButton, or null where the browser has none (iPhones). */
export function fullscreenButton(): HTMLButtonElement | null {
  if (!document.fullscreenEnabled) return null;
  const face = h('span', { class: 'face' }, icon('full'));
  const button = h(
    'button',
    {
      class: 'tool',
      test: 'fullscreen',
      attrs: { type: 'button', 'aria-label': words.fullscreenLong, 'aria-pressed': 'false' },
      on: { click: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {}) },
    },
    face,
    h('span', { class: 'label' }, words.fullscreen),
  );
  document.addEventListener('fullscreenchange', () => {
    const full = document.fullscreenElement !== null;
    attr(button, 'aria-pressed', String(full));
    face.replaceChildren(icon(full ? 'shrink' : 'full'));
  });
  return button;
}

/** pipButton, or null where the browser has no picture-in-picture. */
export function pipButton(house: House): HTMLButtonElement | null {
  if (!document.pictureInPictureEnabled) return null;
  const { video } = house.player;
  const toggle = async () => {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  };
  return h(
    'button',
    {
      class: 'tool',
      test: 'pip',
      attrs: { type: 'button', 'aria-label': words.pipLong },
      on: { click: () => void toggle().catch(() => house.notice.say(words.failed)) },
    },
    icon('pip'),
    h('span', { class: 'label' }, words.pip),
  );
}
