// The pills over the picture: temperature and humidity in comfort colour, with
// a shape and a word, and the sound in seven steps.
import { attr, h, show, text } from './dom';
import { clock, round, tenths } from './format';
import { words } from './language';
import type { Measure, Sound, State } from './state';

/** Shapes for who does not tell the colours apart: down is too little, up is too much. */
const shapes: Record<string, string> = {
  cold: '▼', cool: '▽', good: '●', warm: '△', hot: '▲', dry: '▽', humid: '△',
};

/** reading is how a measurement is shown: "--" where it is old, the last good value with its time while the sensor fails. */
export function reading(m: Measure, format: (v: number) => string, unit: string): { value: string; comfort: string; word: string; shape: string } {
  if (m.stale) return { value: `--${unit}`, comfort: 'old', word: words.old, shape: '○' };
  if (m.fault) return { value: format(m.value) + unit, comfort: 'old', word: clock(m.at), shape: '○' };
  return { value: format(m.value) + unit, comfort: m.comfort, word: words.comfort[m.comfort] ?? m.comfort, shape: shapes[m.comfort] ?? '●' };
}

const nothing: Measure = { value: 0, at: '', stale: true, comfort: '' };

class Pill {
  readonly element: HTMLElement;
  private readonly value = h('span', { class: 'value' });
  private readonly shape = h('span', { class: 'shape', attrs: { 'aria-hidden': 'true' } });
  private readonly word = h('span', { class: 'word' });

  constructor(
    test: 'temperature' | 'humidity',
    private readonly name: string,
    private readonly format: (v: number) => string,
    private readonly unit: string,
  ) {
    this.element = h('span', { class: 'pill', test, attrs: { role: 'img', hidden: true } }, this.value, this.shape, this.word);
  }

  /** draw shows m; faulty says that a sensor fails, which may be why there is none. */
  draw(m: Measure | null, faulty: boolean): void {
    show(this.element, m !== null || faulty);
    if (!m && !faulty) return;
    const r = reading(m ?? nothing, this.format, this.unit);
    text(this.value, r.value);
    text(this.shape, r.shape);
    text(this.word, r.word);
    attr(this.element, 'data-comfort', r.comfort);
    attr(this.element, 'aria-label', `${this.name} ${r.value}, ${r.word}`);
  }
}

/** Meter shows the sound in the room; it also shows when there is none to show. */
export class Meter {
  readonly element: HTMLElement;
  private readonly bars = Array.from({ length: 7 }, () => h('i'));
  private readonly word = h('span', { class: 'word' });

  constructor() {
    this.element = h(
      'span',
      {
        class: 'pill meter',
        test: 'meter',
        attrs: { role: 'meter', 'aria-label': words.soundLevel, 'aria-valuemin': 0, 'aria-valuemax': 7, 'aria-valuenow': 0 },
      },
      h('span', { class: 'bars' }, ...this.bars),
      this.word,
    );
  }

  draw(s: Sound): void {
    const heard = s.condition !== 'absent' && s.condition !== 'fault' && !s.muted;
    const steps = heard ? s.steps : 0;
    this.bars.forEach((bar, i) => attr(bar, 'data-on', i < steps));
    attr(this.element, 'data-broken', !heard);
    attr(this.element, 'aria-valuenow', steps);
    attr(this.element, 'aria-valuetext', heard ? words.soundStep(steps) : words.soundBroken);
    text(this.word, heard ? '' : s.condition === 'absent' ? words.soundNone : words.soundBroken);
  }
}

export class Pills {
  readonly element: HTMLElement;
  private readonly temperature = new Pill('temperature', words.temperature, tenths, '°');
  private readonly humidity = new Pill('humidity', words.humidity, round, ' %');
  private readonly meter = new Meter();

  constructor(onTap: () => void) {
    this.element = h(
      'button',
      { class: 'pills', test: 'room', attrs: { type: 'button', 'aria-haspopup': 'dialog' }, on: { click: onTap } },
      this.temperature.element,
      this.humidity.element,
      this.meter.element,
    );
  }

  draw(s: State): void {
    const faulty = s.climate.condition === 'fault';
    this.temperature.draw(s.climate.temperature, faulty && !s.climate.humidity);
    this.humidity.draw(s.climate.humidity, false);
    this.meter.draw(s.sound);
  }
}
