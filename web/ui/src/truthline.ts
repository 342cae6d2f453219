// The line that is always there: the monitor's clock, LIVE with the true
// delay, who watches, the menu; and below it, when something is wrong, why.
import { attr, h, show, text } from './dom';
import { clock, lateness } from './format';
import { mayAct, type House } from './house';
import { icon } from './icons';
import { words } from './language';
import { badge, sentence } from './saying';
import { SERVER, type Verdict } from './truth';

export interface TruthLineActions {
  viewers(): void;
  menu(): void;
}

export class TruthLine {
  readonly element: HTMLElement;
  private readonly time = h('span');
  private readonly seconds = h('span', { class: 'seconds' });
  private readonly clock: HTMLElement;
  private readonly mark = h('span', { class: 'mark', attrs: { 'aria-hidden': 'true' } });
  private readonly word = h('span', { class: 'word' });
  private readonly delay = h('span', { class: 'delay' });
  private readonly count = h('span', { class: 'count' });
  private readonly viewers: HTMLButtonElement;
  private readonly words = h('p', { class: 'truth-words', test: 'truth-words', attrs: { hidden: true } });
  private said = '';

  constructor(
    private readonly house: House,
    actions: TruthLineActions,
  ) {
    this.clock = h('span', { class: 'clock', test: 'clock' }, this.time, this.seconds);
    this.viewers = h(
      'button',
      { class: 'plain viewers', test: 'viewers', attrs: { type: 'button' }, on: { click: actions.viewers } },
      icon('people'),
      this.count,
    );
    const menu = h(
      'button',
      { class: 'plain', test: 'menu', attrs: { type: 'button', 'aria-label': words.menu, 'aria-haspopup': 'dialog' }, on: { click: actions.menu } },
      icon('menu'),
    );
    const state = h('span', { class: 'badge', test: 'badge' }, this.mark, this.word, this.delay);
    this.element = h(
      'header',
      { class: 'truth', test: 'truth', attrs: { 'data-verdict': 'connecting', 'data-level': 'calm' } },
      h('div', { class: 'truth-row' }, this.clock, state, this.viewers, menu),
      this.words,
    );
    new ResizeObserver(() => this.measure()).observe(this.element);
  }

  /** draw follows the verdict. */
  draw(v: Verdict): void {
    const { live, link, player } = this.house;
    const delay = player.delay.estimate;
    attr(this.element, 'data-verdict', v.kind);
    attr(this.element, 'data-cause', v.cause);
    attr(this.element, 'data-level', v.level);
    attr(this.element, 'data-delay', delay === null ? '' : Math.round(delay));
    attr(this.element, 'data-age', v.age === null ? '' : Math.round(v.age));
    const b = badge(v);
    text(this.mark, b.mark);
    text(this.word, b.word);
    const late = v.kind === 'live' || v.kind === 'delayed' || v.kind === 'unsure';
    text(this.delay, late && delay !== null ? lateness(delay) : '');
    const why = sentence(v, { state: live.state, tries: link.tries, refusal: link.refusal, delay });
    text(this.words, why);
    show(this.words, why !== '');
    this.announce(v, `${b.word}. ${why}`);
    this.drawClock();
    this.drawViewers();
  }

  private announce(v: Verdict, message: string): void {
    // Numbers in it change all the time; only the kind of trouble is news.
    const key = `${v.kind}/${v.cause}`;
    if (key === this.said) return;
    this.said = key;
    if (v.kind !== 'away') this.house.notice.announce(message, v.level === 'bad');
  }

  private drawClock(): void {
    const { live } = this.house;
    const stopped = live.seen === null || performance.now() - live.seen > SERVER;
    attr(this.clock, 'data-stopped', stopped);
    attr(this.clock, 'title', stopped ? words.clockStopped : words.deviceClock);
    if (live.seen === null) return text(this.time, '--:--');
    // A clock that moves by itself would prove nothing: it stops with the monitor's word.
    if (stopped) return;
    if (live.state?.device.clock_set === false) {
      attr(this.clock, 'title', words.clockUnset);
      text(this.seconds, '');
      return text(this.time, '--:--');
    }
    const at = live.deviceTime();
    text(this.time, clock(at));
    text(this.seconds, `:${String(new Date(at).getSeconds()).padStart(2, '0')}`);
  }

  private drawViewers(): void {
    const n = this.house.live.state?.viewers?.length ?? 0;
    text(this.count, String(n));
    attr(this.viewers, 'aria-label', words.watching(n));
    attr(this.viewers, 'aria-haspopup', mayAct(this.house) ? 'dialog' : null);
  }

  /** Others must know how much room the line takes: nothing may cover it. */
  private measure(): void {
    const row = this.element.firstElementChild as HTMLElement;
    document.documentElement.style.setProperty('--truth', `${row.offsetHeight}px`);
  }
}
