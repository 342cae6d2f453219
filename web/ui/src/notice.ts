// Short messages: on the screen for a moment, and to screen readers.
import { h, text } from './dom';

const SHOWN = 5000; // ms

export class Notice {
  readonly element: HTMLElement;
  private readonly toast = h('p', { class: 'toast', test: 'toast', attrs: { hidden: true } });
  private readonly polite = h('p', { class: 'unseen', attrs: { 'aria-live': 'polite' } });
  private readonly urgent = h('p', { class: 'unseen', attrs: { 'aria-live': 'assertive' } });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element = h('div', { class: 'notices' }, this.toast, this.polite, this.urgent);
  }

  /** say shows a message and reads it out. */
  say(message: string): void {
    text(this.toast, message);
    this.toast.hidden = false;
    this.announce(message);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.toast.hidden = true), SHOWN);
  }

  /** announce only reads it out; urgent interrupts what is being read. */
  announce(message: string, urgent = false): void {
    text(urgent ? this.urgent : this.polite, message);
  }
}
