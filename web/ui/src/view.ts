// What part of the picture is looked at. Pure. A View is a centre and a scale
// over the *full* picture; the camera may itself be zoomed to a part of it,
// and the page stretches what it gets so that the View stays the same while
// the camera takes the zoom over.
import type { Rect } from './state';

export interface View {
  /** Centre, in fractions of the full picture. */
  cx: number;
  cy: number;
  /** 1: the picture fills the stage; less where filling it cuts the picture's sides: see least(). */
  s: number;
}

/** The room for the picture, in pixels, and the picture's shape: width/height. */
export interface Stage {
  w: number;
  h: number;
  aspect: number;
}

export const WHOLE: Rect = { x: 0, y: 0, w: 1, h: 1 };
export const MAX = 8;
const SLACK = 1.15;
/** On a tall stage the picture may grow by so much, which cuts its sides: what is in the middle is seen larger. */
const GROW = 4 / 3;

/** base is the size of the whole picture at scale 1. */
export function base(stage: Stage): { w: number; h: number } {
  const fits = Math.min(stage.w, stage.h * stage.aspect);
  const w = Math.max(fits, Math.min(stage.h * stage.aspect, stage.w * GROW));
  return { w, h: w / stage.aspect };
}

/** least is the smallest scale: the whole picture is seen. */
export function least(stage: Stage): number {
  return Math.min(1, stage.w / base(stage).w);
}

interface Origin {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where the full picture would lie on the stage, in pixels. */
function full(v: View, stage: Stage): Origin {
  const b = base(stage);
  const w = b.w * v.s;
  const h = b.h * v.s;
  const x = w <= stage.w + 0.01 ? (stage.w - w) / 2 : stage.w / 2 - v.cx * w;
  // A picture lower than its room stands at the top, below the truth line.
  const y = h <= stage.h + 0.01 ? 0 : stage.h / 2 - v.cy * h;
  return { x, y, w, h };
}

/** clamp keeps the scale in least()…MAX and the stage filled where the picture is larger than it. */
export function clamp(v: View, stage: Stage): View {
  const s = Math.max(least(stage), Math.min(MAX, v.s));
  const b = base(stage);
  return { s, cx: within(v.cx, stage.w / (b.w * s)), cy: within(v.cy, stage.h / (b.h * s)) };
}

function within(centre: number, visible: number): number {
  if (visible >= 1) return 0.5;
  return Math.max(visible / 2, Math.min(1 - visible / 2, centre));
}

/** zoomAt scales by factor and keeps the point of the picture under (px, py), in stage pixels, where it is. */
export function zoomAt(v: View, factor: number, px: number, py: number, stage: Stage): View {
  const before = full(v, stage);
  const fx = (px - before.x) / before.w;
  const fy = (py - before.y) / before.h;
  const s = Math.max(least(stage), Math.min(MAX, v.s * factor));
  const b = base(stage);
  const cx = fx + (stage.w / 2 - px) / (b.w * s);
  const cy = fy + (stage.h / 2 - py) / (b.h * s);
  return clamp({ cx, cy, s }, stage);
}

/** drag moves the picture by stage pixels; over is what the picture's edge did not allow. */
export function drag(v: View, dx: number, dy: number, stage: Stage): { view: View; over: { x: number; y: number } } {
  const b = base(stage);
  const view = clamp({ s: v.s, cx: v.cx - dx / (b.w * v.s), cy: v.cy - dy / (b.h * v.s) }, stage);
  const moved = { x: (v.cx - view.cx) * b.w * v.s, y: (v.cy - view.cy) * b.h * v.s };
  return { view, over: { x: dx - moved.x, y: dy - moved.y } };
}

/** placement of an element that has the size base() and shows the part `shown` of the full picture. */
export function placement(v: View, shown: Rect, stage: Stage): { x: number; y: number; scale: number } {
  const f = full(v, stage);
  return { x: f.x + shown.x * f.w, y: f.y + shown.y * f.h, scale: shown.w * v.s };
}

/** visible is the part of the full picture that the stage shows. */
export function visible(v: View, stage: Stage): Rect {
  const f = full(v, stage);
  const x = Math.max(0, -f.x / f.w);
  const y = Math.max(0, -f.y / f.h);
  return { x, y, w: Math.min(1, (stage.w - f.x) / f.w) - x, h: Math.min(1, (stage.h - f.y) / f.h) - y };
}

/** ask is what the camera should show for this view: of the picture's shape, with a little to spare for dragging. */
export function ask(v: View, stage: Stage): Rect {
  const seen = visible(v, stage);
  const side = Math.min(1, Math.max(seen.w, seen.h) * SLACK);
  if (side > 0.95) return WHOLE;
  const size = round(Math.max(side, 1 / MAX));
  const edge = (at: number, extent: number) => round(Math.max(0, Math.min(1 - size, at + extent / 2 - size / 2)));
  return { x: edge(seen.x, seen.w), y: edge(seen.y, seen.h), w: size, h: size };
}

/** suits says that the camera's present part serves the view: nothing is missing and not much is wasted. */
export function suits(v: View, shown: Rect, stage: Stage): boolean {
  const seen = visible(v, stage);
  if (!contains(shown, seen)) return false;
  const wanted = ask(v, stage);
  return shown.w / wanted.w < 1.3;
}

/** contains with a tolerance of half a per cent. */
export function contains(outer: Rect, inner: Rect): boolean {
  const e = 0.005;
  return (
    inner.x >= outer.x - e &&
    inner.y >= outer.y - e &&
    inner.x + inner.w <= outer.x + outer.w + e &&
    inner.y + inner.h <= outer.y + outer.h + e
  );
}

/** fit is the view that shows the part r as scale 1 shows the whole. */
export function fit(r: Rect, stage: Stage): View {
  return clamp({ cx: r.x + r.w / 2, cy: r.y + r.h / 2, s: 1 / Math.max(r.w, r.h) }, stage);
}

/** overlap of two parts; null where they do not touch. */
export function overlap(a: Rect, b: Rect): Rect | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const w = Math.min(a.x + a.w, b.x + b.w) - x;
  const h = Math.min(a.y + a.h, b.y + b.h) - y;
  return w > 0.01 && h > 0.01 ? { x, y, w, h } : null;
}

/** inside expresses part r, of the full picture, in fractions of the part `of`. */
export function inside(r: Rect, of: Rect): Rect {
  return { x: (r.x - of.x) / of.w, y: (r.y - of.y) / of.h, w: r.w / of.w, h: r.h / of.h };
}

/** difference of two small grey pictures, 0…255, after taking out their mean brightness. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  const mean = (p: Uint8Array) => p.reduce((sum, v) => sum + v, 0) / (p.length || 1);
  const ma = mean(a);
  const mb = mean(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - ma - ((b[i] ?? 0) - mb));
  return sum / (a.length || 1);
}

function round(v: number): number {
  return Math.round(v * 10000) / 10000;
}
