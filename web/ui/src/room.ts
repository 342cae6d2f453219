// The room's sheet: its air and light in full, the gaps of this page, and how
// the monitor's parts do.
import { reading } from './climate';
import { attr, h, put, refill } from './dom';
import { clock, round, tenths } from './format';
import type { House } from './house';
import { words } from './language';
import type { Board, Health, Measure, State } from './state';
import type { Story } from './story';
import { gapWords } from './storyline';

/** openRoom shows the sheet and keeps it up to date while it is open. */
export function openRoom(house: House, story: Story): void {
  const air = h('div', { class: 'figures' });
  const gaps = h('ul', { class: 'plain-list' });
  const parts = h('dl', { class: 'parts' });
  const draw = (s: State) => {
    refill(air, ...airFigures(s));
    refill(gaps, ...[...story.gaps].reverse().map((g) => h('li', { test: 'gap' }, gapWords(g))));
    if (story.gaps.length === 0) put(gaps, h('li', {}, words.gapsNone));
    refill(parts, ...partRows(s));
  };
  house.sheets.show({
    name: 'room',
    title: words.room,
    onClose: () => off(),
    content: [
      air,
      h('p', { class: 'hint' }, words.climateGuide),
      h('h3', {}, words.gaps),
      gaps,
      h('h3', {}, words.parts),
      parts,
    ],
  });
  const off = house.live.on(draw);
}

function airFigures(s: State): Node[] {
  const { temperature, humidity, co2 } = s.climate;
  const figures = [
    temperature && figure(words.temperature, temperature, tenths, ' °C'),
    humidity && figure(words.humidity, humidity, round, ' %'),
    co2 && figure(words.co2, co2, round, ' ppm'),
    s.night.lux !== null && light(s),
    s.board && board(s.board),
  ].filter((f): f is HTMLElement => Boolean(f));
  if (!temperature && !humidity) figures.unshift(h('p', {}, words.climateNone));
  return figures;
}

function figure(name: string, m: Measure, format: (v: number) => string, unit: string): HTMLElement {
  const r = reading(m, format, unit);
  const element = h(
    'div',
    { class: 'figure' },
    h('span', { class: 'row-label' }, name),
    h('strong', {}, r.value),
    r.word && h('span', { class: 'comfort' }, `${r.shape} ${r.word}`),
    h('small', {}, [words.measured(clock(m.at)), m.fault].filter(Boolean).join(' · ')),
  );
  attr(element, 'data-comfort', r.comfort);
  return element;
}

function light(s: State): HTMLElement {
  return h(
    'div',
    { class: 'figure' },
    h('span', { class: 'row-label' }, words.light),
    h('strong', {}, words.lux(round(s.night.lux ?? 0))),
    h('span', { class: 'comfort' }, s.night.lamps ? words.lampsOn : words.lampsOff),
  );
}

function board(b: Board): HTMLElement {
  return h(
    'div',
    { class: 'figure', test: 'board' },
    h('span', { class: 'row-label' }, words.board),
    h('strong', {}, b.temperature > 0 ? `${round(b.temperature)} °C` : '--'),
    b.under_voltage && h('span', { class: 'comfort' }, `▲ ${words.powerWeak}`),
    b.under_voltage && h('small', {}, words.underVoltage),
  );
}

function partRows(s: State): Node[] {
  const all: [string, Health, number][] = (s.rooms ?? []).map((r) => [r.name, r, r.restarts]);
  return all.flatMap(([name, health, restarts]) => {
    const story = [words.conditions[health.condition] ?? health.condition, restarts > 0 && words.restarts(restarts), health.detail].filter(Boolean).join(' · ');
    const row = h('dd', {}, story);
    attr(row, 'data-condition', health.condition);
    return [h('dt', {}, name), row];
  });
}
