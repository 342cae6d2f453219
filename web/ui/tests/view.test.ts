import { describe, expect, it } from 'vitest';
import { ask, base, clamp, contains, difference, drag, fit, inside, least, MAX, overlap, placement, suits, visible, WHOLE, zoomAt, type Stage, type View } from '../src/view';

const wide: Stage = { w: 1280, h: 720, aspect: 16 / 9 };
const tall: Stage = { w: 390, h: 344, aspect: 16 / 9 };
const all: View = { cx: 0.5, cy: 0.5, s: 1 };

/** Where a point of the full picture lies on the stage. */
function at(v: View, stage: Stage, x: number, y: number, shown = WHOLE): [number, number] {
  const p = placement(v, shown, stage);
  const b = base(stage);
  return [p.x + ((x - shown.x) / shown.w) * b.w * p.scale, p.y + ((y - shown.y) / shown.h) * b.h * p.scale];
}

describe('view', () => {
  it('shows the whole picture at first', () => {
    expect(placement(all, WHOLE, wide)).toEqual({ x: 0, y: 0, scale: 1 });
    expect(least(wide)).toBe(1);
  });

  it('grows the picture by a third at most on a tall stage, at the top and centred', () => {
    expect(base(tall)).toEqual({ w: 520, h: 292.5 });
    expect(placement(all, WHOLE, tall)).toEqual({ x: -65, y: 0, scale: 1 });
    expect(base({ ...tall, h: 270 })).toEqual({ w: 480, h: 270 });
    expect(least(tall)).toBe(0.75);
    const whole = clamp({ ...all, s: 0 }, tall);
    expect(placement(whole, WHOLE, tall)).toEqual({ x: 0, y: 0, scale: 0.75 });
    expect(visible(whole, tall)).toEqual(WHOLE);
  });

  it('drags the cut sides into sight without asking the camera', () => {
    const left = drag(all, 500, 0, tall).view;
    expect(visible(left, tall).x).toBe(0);
    expect(ask(left, tall)).toEqual(WHOLE);
    expect(suits(left, WHOLE, tall)).toBe(true);
  });

  it('zooms to the finger', () => {
    for (const stage of [wide, tall]) {
      const [px, py] = [stage.w * 0.3, stage.h * 0.4];
      const half = zoomAt(all, 2, px, py, stage); // taller than the stage from here on
      const v = zoomAt(half, 1.7, px, py, stage);
      const seen = visible(half, stage);
      const [x, y] = [seen.x + seen.w * 0.3, seen.y + seen.h * 0.4];
      const [ax, ay] = at(v, stage, x, y);
      expect(ax).toBeCloseTo(px, 3);
      expect(ay).toBeCloseTo(py, 3);
    }
  });

  it('leaves no gap at the edges', () => {
    const v = zoomAt(all, 3, 0, 0, wide);
    expect(at(v, wide, 0, 0)).toEqual([0, 0]);
    expect(clamp({ cx: -5, cy: 9, s: 2 }, wide)).toEqual({ cx: 0.25, cy: 0.75, s: 2 });
    expect(clamp({ cx: 0.5, cy: 0.5, s: 99 }, wide).s).toBe(MAX);
    expect(clamp({ cx: 0.1, cy: 0.5, s: 0.2 }, wide)).toEqual(all);
  });

  it('drags with the finger and tells what the edge did not allow', () => {
    const v = zoomAt(all, 2, 640, 360, wide);
    const moved = drag(v, 100, -50, wide);
    expect(moved.over.x).toBeCloseTo(0);
    expect(at(moved.view, wide, 0.5, 0.5)).toEqual([740, 310]);
    const beyond = drag(v, 1000, 0, wide);
    expect(beyond.over.x).toBeCloseTo(1000 - 640);
  });

  it('stays the same while the camera takes the zoom over', () => {
    const v = zoomAt(all, 3, 500, 300, wide);
    const rect = ask(v, wide);
    for (const [x, y] of [[0.3, 0.4], [0.5, 0.45]] as const) {
      const before = at(v, wide, x, y);
      const after = at(v, wide, x, y, rect);
      expect(after[0]).toBeCloseTo(before[0], 3);
      expect(after[1]).toBeCloseTo(before[1], 3);
    }
  });
});

describe('ask', () => {
  it('asks for the whole picture when most of it is seen', () => {
    expect(ask(all, wide)).toEqual(WHOLE);
    expect(ask({ ...all, s: 1.1 }, wide)).toEqual(WHOLE);
  });

  it('stays inside the picture, keeps its shape and holds all that is seen', () => {
    for (const stage of [wide, tall]) {
      for (const s of [1.5, 2, 3, 5, 8]) {
        for (const c of [0, 0.3, 0.5, 1]) {
          const v = clamp({ cx: c, cy: 1 - c, s }, stage);
          const r = ask(v, stage);
          expect(r.w).toBe(r.h);
          expect(r.x).toBeGreaterThanOrEqual(0);
          expect(r.y).toBeGreaterThanOrEqual(0);
          expect(r.x + r.w).toBeLessThanOrEqual(1 + 1e-9);
          expect(r.y + r.h).toBeLessThanOrEqual(1 + 1e-9);
          expect(contains(r, visible(v, stage))).toBe(true);
          expect(suits(v, r, stage)).toBe(true);
        }
      }
    }
  });

  it('is asked again when something is missing or much is wasted', () => {
    const v = zoomAt(all, 3, 640, 360, wide);
    const r = ask(v, wide);
    expect(suits(v, WHOLE, wide)).toBe(false);
    expect(suits(all, r, wide)).toBe(false);
    expect(suits(drag(v, 20, 0, wide).view, r, wide)).toBe(true);
  });

  it('fits a part that somebody else chose', () => {
    const r = { x: 0.25, y: 0.25, w: 0.5, h: 0.5 };
    expect(fit(r, wide)).toEqual({ cx: 0.5, cy: 0.5, s: 2 });
  });
});

describe('comparing frames', () => {
  it('knows what two parts share', () => {
    const a = { x: 0, y: 0, w: 0.5, h: 0.5 };
    const b = { x: 0.25, y: 0.25, w: 0.5, h: 0.5 };
    const both = overlap(a, b);
    expect(both).toEqual({ x: 0.25, y: 0.25, w: 0.25, h: 0.25 });
    expect(inside(both!, b)).toEqual({ x: 0, y: 0, w: 0.5, h: 0.5 });
    expect(overlap(a, { x: 0.6, y: 0, w: 0.4, h: 0.4 })).toBeNull();
  });

  it('does not mind a change of brightness', () => {
    const a = new Uint8Array([10, 50, 90, 130]);
    expect(difference(a, a.map((v) => v + 40))).toBe(0);
    expect(difference(a, new Uint8Array([130, 90, 50, 10]))).toBeGreaterThan(50);
  });
});
