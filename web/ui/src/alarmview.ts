// The alarm on the whole screen: three words, what is being done, one button.
import { acknowledge, quiet, step, type Alarm } from './alarm';
import { attr, h, show, text } from './dom';
import { clock } from './format';
import type { House } from './house';
import { words } from './language';
import { sentence } from './saying';
import type { Verdict } from './truth';

export class AlarmView {
  readonly element: HTMLElement;
  private alarm: Alarm = quiet;
  private readonly title = h('h2', { id: 'alarm-title', test: 'alarm-title' });
  private readonly words = h('p', { id: 'alarm-words', test: 'alarm-words' });
  private readonly since = h('p', { class: 'since' });
  private readonly mute = h('p', { class: 'since', attrs: { hidden: true } }, words.alarmMuted);
  private readonly button: HTMLButtonElement;
  private began = 0;

  constructor(private readonly house: House) {
    this.button = h(
      'button',
      { class: 'big', test: 'alarm-ack', attrs: { type: 'button' }, on: { click: () => this.acknowledge() } },
      words.onIt,
    );
    this.element = h(
      'div',
      {
        class: 'alarm',
        test: 'alarm',
        attrs: { role: 'alertdialog', 'aria-modal': 'true', 'aria-labelledby': 'alarm-title', 'aria-describedby': 'alarm-words', hidden: true },
      },
      this.title,
      this.words,
      this.since,
      this.mute,
      this.button,
    );
    attr(document.documentElement, 'data-alarm', this.alarm.phase);
  }

  /** draw follows the verdict. */
  draw(v: Verdict): void {
    const well = v.level === 'calm' || v.kind === 'delayed' || v.kind === 'unsure';
    this.become(step(this.alarm, v.alarm, well, performance.now()));
    if (this.alarm.phase !== 'ringing') return;
    const { live, link, player, tones } = this.house;
    if (v.alarm) {
      text(this.title, words.alarms[v.cause]);
      text(this.words, sentence(v, { state: live.state, tries: link.tries, refusal: link.refusal, delay: player.delay.estimate }));
    }
    text(this.since, words.alarmSince(clock(this.began)));
    show(this.mute, !tones.audible);
  }

  private acknowledge(): void {
    this.house.tones.unlock();
    this.become(acknowledge(this.alarm));
  }

  private become(next: Alarm): void {
    const was = this.alarm.phase;
    this.alarm = next;
    if (next.phase === was) return;
    attr(document.documentElement, 'data-alarm', next.phase);
    show(this.element, next.phase === 'ringing');
    if (next.phase === 'ringing') {
      this.began = Date.now();
      this.house.tones.ring();
      this.button.focus({ preventScroll: true });
    } else {
      this.house.tones.silence();
      if (next.phase === 'quiet') this.house.tones.play('resolved');
    }
  }
}
