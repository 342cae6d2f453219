// One chart: a line of means over a band from lowest to highest. A finger on
// it reads the value of that time.
import { curve, nearest, ticks, type Curve, type Point } from './curve';
import { attr, h, refill, text } from './dom';
import { clock, weekday } from './format';
import { words } from './language';

const WIDTH = 340;
const HEIGHT = 84;
const FOOT = 16;
const SVG = 'http://www.w3.org/2000/svg';

/** What a chart shows. */
export interface Series {
  name: string;
  title: string;
  format: (v: number) => string;
  unit: string;
  /** The least span of values shown. */
  least: number;
  /** What is comfortable, drawn behind the line. */
  good?: { low: number; high: number };
}

export interface Period {
  from: number;
  to: number;
  step: number;
  /** Hours between two marks of the time. */
  marks: number;
}

/** chart draws a series over a period. */
export function chart(series: Series, points: Point[], period: Period): HTMLElement {
  const figure = curve(points, { ...period, width: WIDTH, height: HEIGHT, least: series.least });
  const now = h('strong', {});
  const head = h('figcaption', {}, h('span', { class: 'row-label' }, series.title), now);
  const element = h('figure', { class: 'chart', test: `chart-${series.name}` }, head);
  if (!figure) {
    element.append(h('p', { class: 'hint' }, words.nothingMeasured));
    return element;
  }
  const last = points.at(-1)?.mean ?? NaN;
  const lowest = series.format(Math.min(...points.map((p) => p.min)));
  const highest = series.format(Math.max(...points.map((p) => p.max)));
  const rest = () => text(now, words.lowToHigh(lowest, highest) + series.unit);
  rest();
  const drawing = draw(series, figure, period);
  attr(drawing, 'aria-label', words.chartSays(series.title, lowest, highest, series.format(last) + series.unit));
  const cursor = part('line', { class: 'cursor', y1: 0, y2: HEIGHT, visibility: 'hidden' });
  drawing.append(cursor);
  const read = (e: PointerEvent) => {
    const box = drawing.getBoundingClientRect();
    const at = period.from + ((e.clientX - box.left) / box.width) * (period.to - period.from);
    const p = nearest(points, at, period.step);
    if (!p) return rest();
    const x = figure.x(Date.parse(p.t) + period.step / 2);
    for (const [name, value] of Object.entries({ x1: x, x2: x, visibility: 'visible' })) cursor.setAttribute(name, String(value));
    text(now, `${timeOf(Date.parse(p.t), period)} · ${series.format(p.mean)}${series.unit}`);
  };
  const leave = () => {
    cursor.setAttribute('visibility', 'hidden');
    rest();
  };
  drawing.addEventListener('pointerdown', read);
  drawing.addEventListener('pointermove', read);
  drawing.addEventListener('pointerleave', leave);
  element.append(drawing);
  return element;
}

function draw(series: Series, figure: Curve, period: Period): SVGSVGElement {
  const svg = part('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT + FOOT}`, role: 'img' }) as SVGSVGElement;
  if (series.good) {
    const top = Math.max(0, figure.y(series.good.high));
    const bottom = Math.min(HEIGHT, figure.y(series.good.low));
    if (bottom > top) svg.append(part('rect', { class: 'good', x: 0, width: WIDTH, y: top, height: bottom - top }));
  }
  for (const at of ticks(period.from, period.to, period.marks)) {
    const x = figure.x(at);
    svg.append(part('line', { class: 'mark', x1: x, x2: x, y1: 0, y2: HEIGHT }));
    if (x < 14 || x > WIDTH - 14) continue; // its word would be cut off
    const word = part('text', { x, y: HEIGHT + FOOT - 3 });
    word.textContent = period.marks < 24 ? clock(at) : weekday(at);
    svg.append(word);
  }
  svg.append(part('path', { class: 'band', d: figure.band }), part('path', { class: 'mean', d: figure.line }));
  return svg;
}

/** timeOf a moment, with the day where the period is longer than one. */
export function timeOf(at: number, period: Period): string {
  return period.marks < 24 ? clock(at) : `${weekday(at)} ${clock(at)}`;
}

function part(tag: string, attributes: Record<string, string | number>): SVGElement {
  const e = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, String(value));
  return e;
}

/** waiting stands where charts will be. */
export function waiting(into: HTMLElement): void {
  refill(into, h('p', { class: 'hint' }, words.loading));
}
