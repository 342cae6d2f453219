import { describe, expect, it } from 'vitest';
import { around, centred, DEAD, deflect, poseDot } from '../src/stick';

describe('deflect', () => {
  it('does not mind a trembling thumb', () => {
    expect(deflect(0, 0, 60)).toEqual(centred);
    const d = deflect(60 * DEAD * 0.9, 0, 60);
    expect([d.pan, d.tilt]).toEqual([0, 0]);
  });

  it('reaches full speed at the rim and not beyond', () => {
    expect(deflect(60, 0, 60)).toMatchObject({ pan: 1, tilt: 0 });
    expect(deflect(0, -300, 60)).toMatchObject({ pan: 0, tilt: 1 });
    const corner = deflect(600, 600, 60);
    expect(Math.hypot(corner.pan, corner.tilt)).toBeCloseTo(1, 2);
  });

  it('is finer near the centre', () => {
    expect(deflect(30, 0, 60).pan).toBeLessThan(0.4);
  });

  it('draws the knob under the thumb', () => {
    expect(deflect(30, 15, 60)).toMatchObject({ x: 0.5, y: 0.25 });
  });
});

it('poseDot draws the true pose inside the ring', () => {
  const limits = { pan_min: -80, pan_max: 80, tilt_min: -30, tilt_max: 40 };
  expect(poseDot({ pan: 0, tilt: 5, ...limits })).toEqual({ x: 0, y: -0 });
  const corner = poseDot({ pan: 80, tilt: 40, ...limits });
  expect(corner.x).toBeGreaterThan(0);
  expect(corner.y).toBeLessThan(0);
  expect(Math.hypot(corner.x, corner.y)).toBeCloseTo(1);
  expect(poseDot({ pan: 3, tilt: 3, pan_min: 0, pan_max: 0, tilt_min: 0, tilt_max: 0 })).toEqual({ x: 0, y: -0 });
});

it('around keeps the chips on the screen, mirrored for the left hand', () => {
  const right = around(5, 100, false);
  const left = around(5, 100, true);
  expect(Math.max(...right.map((p) => p.x))).toBeLessThan(10);
  expect(left.map((p) => -p.x)).toEqual(right.map((p) => p.x));
  expect(around(1, 100, false)).toHaveLength(1);
});
