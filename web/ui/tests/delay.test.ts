import { describe, expect, it } from 'vitest';
import { Delay } from '../src/delay';

/** Feeds n pictures, 30 a second, each late by what lateness says. */
function feed(d: Delay, n: number, lateness: (i: number) => number, from = 0, rtp0 = 0): number | null {
  for (let i = from; i < from + n; i++) {
    const arrival = 1000 + (i * 1000) / 30 + lateness(i);
    d.shown({ now: arrival + 15, display: arrival + 20, arrival, rtp: (rtp0 + i * 3000) % 2 ** 32 });
  }
  return d.estimate;
}

describe('Delay', () => {
  it('is unknown at first', () => {
    expect(new Delay().estimate).toBeNull();
  });

  it('takes the capture time where the browser knows it', () => {
    const d = new Delay();
    d.shown({ now: 1000, display: 1010, capture: 830 });
    expect(d.estimate).toBe(180);
  });

  it('does not believe a capture time in the future', () => {
    const d = new Delay();
    d.roundTrip = 10;
    d.shown({ now: 1000, display: 1010, capture: 5000, arrival: 990 });
    expect(d.estimate).toBe(5 + 20 + 33);
  });

  it('adds up the parts', () => {
    const d = new Delay();
    d.roundTrip = 40;
    expect(feed(d, 30, () => 0)).toBeCloseTo(20 + 20 + 33, 0);
  });

  it('sees a queue that neither round trip nor decoder shows', () => {
    const d = new Delay();
    d.roundTrip = 10;
    feed(d, 60, () => 0);
    expect(feed(d, 60, () => 3000, 60)).toBeGreaterThan(3000);
  });

  it('does not take a lasting delay for normal within an hour', () => {
    const d = new Delay();
    d.roundTrip = 10;
    feed(d, 10, () => 0);
    expect(feed(d, 30 * 3600, () => 3000, 10)).toBeGreaterThan(2500);
  });

  it('counts over the wrap of RTP timestamps', () => {
    const d = new Delay();
    d.roundTrip = 0;
    expect(feed(d, 60, () => 0, 0, 2 ** 32 - 30 * 3000)).toBeLessThan(60);
  });

  it('shows lateness at once and recovers after it', () => {
    const d = new Delay();
    d.roundTrip = 10;
    feed(d, 30, () => 0);
    expect(feed(d, 1, () => 1500, 30)).toBeGreaterThan(1500);
    expect(feed(d, 30, () => 0, 31)).toBeLessThan(150);
  });

  it('begins anew with a new session', () => {
    const d = new Delay();
    feed(d, 3, () => 0);
    d.reset();
    expect(d.estimate).toBeNull();
  });
});
