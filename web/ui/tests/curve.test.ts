import { describe, expect, it } from 'vitest';
import { curve, nearest, ticks, unbroken, type Point } from '../src/curve';
import { happened } from '../src/timeline';
import { historyWords } from '../src/words.history';

const at = (minute: number, min: number, mean: number, max: number): Point => ({ t: new Date(minute * 60_000).toISOString(), min, mean, max });
const frame = { from: 0, to: 600_000, step: 60_000, width: 100, height: 50, least: 1 };

describe('curve', () => {
  it('has the lowest at the bottom and the highest at the top', () => {
    const c = curve([at(0, 18, 19, 20), at(1, 19, 20, 22)], frame)!;
    expect([c.low, c.high]).toEqual([18, 22]);
    expect([c.y(22), c.y(18), c.y(20)]).toEqual([0, 50, 25]);
    expect(c.line).toBe('M5 37.5L15 25');
    expect(c.band).toBe('M5 25L15 0L15 37.5L5 50Z');
  });

  it('does not make weather of noise', () => {
    const c = curve([at(0, 20, 20, 20)], { ...frame, least: 4 })!;
    expect([c.low, c.high, c.y(20)]).toEqual([18, 22, 25]);
    expect(c.line).toMatch(/^M5 25h/); // a dash, for a lone point
  });

  it('breaks where nothing was measured', () => {
    const points = [at(0, 1, 1, 1), at(1, 1, 1, 1), at(4, 2, 2, 2), at(5, 2, 2, 2)];
    expect(unbroken(points, 60_000).map((p) => p.length)).toEqual([2, 2]);
    expect(curve(points, frame)!.line.match(/M/g)).toHaveLength(2);
    expect(curve([], frame)).toBeNull();
  });

  it('finds what was measured around a time, or nothing', () => {
    const points = [at(0, 1, 1, 1), at(9, 2, 2, 2)];
    expect(nearest(points, 40_000, 60_000)).toBe(points[0]);
    expect(nearest(points, 540_000, 60_000)).toBe(points[1]);
    expect(nearest(points, 300_000, 60_000)).toBeNull();
  });

  it('marks the hours of the local day', () => {
    const midnight = new Date(2026, 10, 28).getTime();
    const hour = 3600_000;
    expect(ticks(midnight + hour, midnight + 13 * hour, 6).map((t) => new Date(t).getHours())).toEqual([6, 12]);
    expect(ticks(midnight - 24 * hour, midnight + hour, 24)).toEqual([midnight]);
  });
});

describe('happenings', () => {
  it('are told in both languages', () => {
    for (const table of [historyWords.en, historyWords.de]) {
      for (const [kind, tell] of Object.entries(table.happened)) expect([kind, tell('x', 'y').length > 3]).toEqual([kind, true]);
    }
    const event = { at: '2026-11-28T01:00:00Z', until: null, subject: 'cold', detail: '14.8 °C' };
    expect(happened({ ...event, kind: 'temperature' })).toContain('14.8 °C');
    expect(happened({ ...event, kind: 'something new' })).toBe('something new');
  });
});
