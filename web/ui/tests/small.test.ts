import { describe, expect, it } from 'vitest';
import { reading } from '../src/climate';
import { patch, valueAt } from '../src/fields';
import { lateness, length } from '../src/format';
import { heardFor } from '../src/locktest';
import { remaining } from '../src/lullaby';
import { refusal, secureAddress } from '../src/microphone';
import { fileName } from '../src/snapshot';
import type { PlayerState } from '../src/state';

describe('format', () => {
  it('steps the delay so that it does not flicker', () => {
    expect([3, 14, 183, 999, 3210].map(lateness)).toEqual(['10 ms', '10 ms', '180 ms', '1.0 s', '3.2 s']);
  });
  it('tells lengths', () => {
    expect([7000, 89000, 600000, 2 * 3600000].map(length)).toEqual(['7 s', '89 s', '10 min', '2 h']);
  });
});

describe('reading', () => {
  const m = { value: 21.44, at: '', stale: false, comfort: 'warm' };
  it('has a value, a word and a shape', () => {
    expect(reading(m, (v) => v.toFixed(1), '°')).toEqual({ value: '21.4°', comfort: 'warm', word: 'warm', shape: '△' });
  });
  it('shows no old value', () => {
    expect(reading({ ...m, stale: true }, String, '°').value).toBe('--°');
    expect(reading({ ...m, stale: true, fault: 'unplugged' }, String, '°').value).toBe('--°');
  });
  it('shows the last good value with its time while the sensor fails', () => {
    const r = reading({ ...m, at: new Date(2026, 10, 21, 2, 41).toISOString(), fault: 'unplugged' }, (v) => v.toFixed(1), '°');
    expect([r.value, r.comfort]).toEqual(['21.4°', 'old']);
    expect(r.word).toMatch(/\b0?2:41/);
  });
});

describe('microphone', () => {
  it('tells the browsers’ errors apart', () => {
    const of = (name: string) => refusal({ name, message: '' }).reason;
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'OddError'].map(of)).toEqual(['denied', 'none', 'busy', 'other']);
  });
  it('finds the encrypted address that this phone reaches', () => {
    const all = ['https://127.0.0.1:8443', 'https://192.168.1.5:8443', 'https://nursery.local:8443'];
    expect(secureAddress(all, 'nursery.local')).toBe('https://nursery.local:8443/');
    expect(secureAddress(all, '10.0.0.9')).toBe('https://192.168.1.5:8443/');
    expect(secureAddress(['https://127.0.0.1:8443'], 'nursery.local')).toBe('https://nursery.local:8443/');
    expect(secureAddress([], 'x')).toBeNull();
  });
});

describe('settings', () => {
  it('sends only what changed, as a tree', () => {
    const f = (path: string, value: unknown) => ({ path, value: () => value });
    expect(patch([f('name', 'Nook'), f('camera.fps', 20), f('head.pan.min', -60)])).toEqual({
      name: 'Nook',
      camera: { fps: 20 },
      head: { pan: { min: -60 } },
    });
  });
  it('reads dotted paths', () => {
    expect(valueAt({ a: { b: 3 } }, 'a.b')).toBe(3);
    expect(valueAt({ a: 1 }, 'a.b.c')).toBeUndefined();
  });
});

it('remaining tells the sleep timer', () => {
  const p = { fading: false, ends_at: '2026-01-01T00:12:00Z' } as PlayerState;
  const at = Date.parse('2026-01-01T00:00:30Z');
  expect(remaining(p, at)).toBe('12′');
  expect(remaining({ ...p, ends_at: null }, at)).toBe('∞');
});

it('fileName is plain', () => {
  expect(fileName('Kinderzimmer „Süd“', new Date(2026, 10, 21, 2, 41, 7).getTime())).toBe('kinderzimmer-sud-2026-11-21-024107');
});

describe('heardFor', () => {
  const second = (n: number) => ({ at: n * 1000, played: n * 1000 });
  it('is the whole time where the sound went on', () => {
    expect(heardFor(Array.from({ length: 61 }, (_, i) => second(i)))).toBe(60000);
  });
  it('ends where the sound stops though the page runs on', () => {
    const notes = Array.from({ length: 61 }, (_, i) => ({ at: i * 1000, played: Math.min(i, 20) * 1000 }));
    expect(heardFor(notes)).toBe(20000);
  });
  it('ends where the page was put to sleep', () => {
    expect(heardFor([second(0), second(1), second(2), second(50), second(51)])).toBe(2000);
    expect(heardFor([])).toBe(0);
  });
});
