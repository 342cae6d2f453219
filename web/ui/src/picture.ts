// The stage: the picture, its veil, and the invitation to tap for sound.
import { attr, h, show, text } from './dom';
import { length } from './format';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';
import type { Verdict } from './truth';

/** The media elements, made before the parts that use them. */
export function mediaElements(): { video: HTMLVideoElement; audio: HTMLAudioElement } {
  const video = h('video', { test: 'video', attrs: { playsinline: true, muted: true, autoplay: true, 'aria-label': words.picture } });
  const audio = h('audio', { test: 'audio', attrs: { autoplay: true } });
  return { video, audio };
}

export class Picture {
  readonly element: HTMLElement;
  private readonly veil: HTMLElement;
  private readonly veilWords = h('p', { test: 'veil-words' });
  private readonly tap: HTMLButtonElement;
  private readonly again: HTMLButtonElement;

  /** view is the layer that the zoom moves; over is what lies above the picture. */
  constructor(
    private readonly house: House,
    view: HTMLElement,
    onSound: () => void,
    ...over: HTMLElement[]
  ) {
    this.veil = h('div', { class: 'veil', test: 'veil', attrs: { hidden: true } }, this.veilWords);
    this.tap = h(
      'button',
      { class: 'tap-for-sound', test: 'tap-for-sound', attrs: { type: 'button', hidden: true }, on: { click: onSound } },
      icon('sound'),
      words.tapForSound,
    );
    this.again = h(
      'button',
      { class: 'tap-for-sound', test: 'watch-again', attrs: { type: 'button', hidden: true }, on: { click: () => house.link.anew() } },
      words.watchAgain,
    );
    this.element = h(
      'section',
      { class: 'stage', test: 'stage', attrs: { 'aria-label': words.room } },
      view,
      this.veil,
      this.tap,
      this.again,
      h('div', { class: 'instruments' }, ...over),
      house.player.audio,
    );
  }

  /** draw follows the verdict. */
  draw(v: Verdict): void {
    attr(this.element, 'data-veil', v.veil || this.house.link.ended);
    attr(this.element, 'data-hidden', v.hide);
    attr(this.element, 'data-link', this.house.link.state);
    const ended = this.house.link.ended;
    show(this.veil, v.veil && !ended);
    show(this.again, ended);
    text(this.veilWords, v.age === null ? words.noPictureYet : words.lastPicture(length(v.age)));
  }

  /** askForTap shows or takes away the invitation. */
  askForTap(wanted: boolean): void {
    show(this.tap, wanted);
  }
}
