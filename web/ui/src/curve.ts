// The shape of a chart: from measured points to lines on a grid. Pure.

/** What a series was for one step of time, as /api/history tells it. */
export interface Point {
  t: string;
  min: number;
  mean: number;
  max: number;
}

export interface Frame {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  /** Length of a step, ms; a longer gap between points breaks the line. */
  step: number;
  width: number;
  height: number;
  /** The values always show at least this span, so that noise does not look like weather. */
  least: number;
}

export interface Curve {
  /** SVG path of the means. */
  line: string;
  /** SVG path of what lies between the lowest and the highest. */
  band: string;
  low: number;
  high: number;
  x: (at: number) => number;
  y: (value: number) => number;
}

/** curve lays the points into a frame; null where there are none. */
export function curve(points: Point[], f: Frame): Curve | null {
  if (points.length === 0) return null;
  let low = Math.min(...points.map((p) => p.min));
  let high = Math.max(...points.map((p) => p.max));
  const more = Math.max(0, f.least - (high - low)) / 2;
  low -= more;
  high += more;
  const x = (at: number) => round(((at - f.from) / (f.to - f.from)) * f.width);
  const y = (value: number) => round(((high - value) / (high - low)) * f.height);
  const pieces = unbroken(points, f.step);
  const middle = (p: Point) => x(Date.parse(p.t) + f.step / 2);
  return {
    low,
    high,
    x,
    y,
    line: pieces.map((piece) => trace(piece.map((p) => [middle(p), y(p.mean)] as const), f.step / 3, x, f.from)).join(''),
    band: pieces
      .map((piece) => {
        const over = piece.map((p) => `${middle(p)} ${y(p.max)}`);
        const under = piece.map((p) => `${middle(p)} ${y(p.min)}`).reverse();
        return `M${[...over, ...under].join('L')}Z`;
      })
      .join(''),
  };
}

/** A single point is drawn as a short dash, or it could not be seen. */
function trace(way: (readonly [number, number])[], dash: number, x: (at: number) => number, from: number): string {
  const line = `M${way.map(([a, b]) => `${a} ${b}`).join('L')}`;
  return way.length > 1 ? line : `${line}h${Math.max(1, x(from + dash))}`;
}

/** unbroken splits points where something was not measured for more than two steps. */
export function unbroken(points: Point[], step: number): Point[][] {
  const pieces: Point[][] = [];
  let piece: Point[] = [];
  let before = -Infinity;
  for (const p of points) {
    const at = Date.parse(p.t);
    if (at - before > 2 * step) pieces.push((piece = []));
    piece.push(p);
    before = at;
  }
  return pieces;
}

/** nearest is the point around a time; null where nothing was measured then. */
export function nearest(points: Point[], at: number, step: number): Point | null {
  let best: Point | null = null;
  let far = 1.5 * step;
  for (const p of points) {
    const off = Math.abs(Date.parse(p.t) + step / 2 - at);
    if (off > far) continue;
    best = p;
    far = off;
  }
  return best;
}

/** ticks are the whole multiples of some hours, or of a day, in local time. */
export function ticks(from: number, to: number, hours: number): number[] {
  const at = new Date(from);
  at.setHours(0, 0, 0, 0);
  const all: number[] = [];
  while (at.getTime() < to) {
    if (at.getTime() > from) all.push(at.getTime());
    at.setHours(at.getHours() + hours); // by the calendar: days of 23 and 25 hours are in it
  }
  return all;
}

function round(v: number): number {
  return Math.round(v * 10) / 10;
}
