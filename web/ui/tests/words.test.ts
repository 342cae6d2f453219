import { describe, expect, it } from 'vitest';
import { choose, tables } from '../src/language';
import { badge, sentence, type Around } from '../src/saying';
import { Story } from '../src/story';
import { judge, type Cause, type Evidence } from '../src/truth';
import { english } from '../src/words';
import { german } from '../src/words.de';

describe('words', () => {
  it('follow the choice, then the browser, then English', () => {
    expect(choose('auto', ['de-AT', 'en'])).toBe(german);
    expect(choose('auto', ['fr', 'de'])).toBe(german);
    expect(choose('auto', ['fr'])).toBe(english);
    expect(choose('en', ['de'])).toBe(english);
    expect(Object.keys(tables)).toEqual(['en', 'de']);
  });

  it('are none empty', () => {
    const empty: string[] = [];
    const look = (value: unknown, path: string) => {
      if (value === '') empty.push(path);
      if (typeof value === 'object' && value !== null) for (const [k, v] of Object.entries(value)) look(v, `${path}.${k}`);
    };
    look(english, 'en');
    look(german, 'de');
    expect(empty).toEqual([]);
  });

  it('have the same keys at every depth', () => {
    const keys = (o: object): string[] =>
      Object.entries(o).flatMap(([k, v]) => (v !== null && typeof v === 'object' ? keys(v as object).map((i) => `${k}.${i}`) : [k])).sort();
    expect(keys(german)).toEqual(keys(english));
  });

  it('raise an alarm in three words', () => {
    for (const table of [english, german]) {
      for (const [cause, title] of Object.entries(table.alarms)) expect([cause, title.split(' ').length]).toEqual([cause, 3]);
    }
  });

  it('count tries as people do', () => {
    expect(english.cameraFault(2)).toContain('(2nd try)');
    expect(english.cameraFault(11)).toContain('(11th try)');
    expect(english.cameraFault(23)).toContain('(23rd try)');
    expect(english.cameraFault(0)).not.toContain('try');
  });
});

const around: Around = { state: null, tries: 0, refusal: null, delay: null };
const calm = { age: 30, veil: false, hide: false, alarm: false } as const;

describe('saying', () => {
  it('says LIVE of fresh pictures only', () => {
    const base: Evidence = {
      now: 1e6, pictureSince: 0, lastFrame: 1e6, blank: false, soundSince: 0, lastAudio: 1e6, microphoneBadSince: null,
      serverSeen: 1e6, serverFails: false, online: true, camera: { condition: 'ok' }, refusal: null, delay: 100,
    };
    for (let age = 0; age < 20000; age += 100) {
      const word = badge(judge({ ...base, lastFrame: 1e6 - age })).word;
      expect(word === english.live).toBe(age <= 2000);
    }
  });

  it('gives every cause a sentence', () => {
    for (const cause of Object.keys(english.causes) as Cause[]) {
      if (cause === 'none') continue;
      expect(sentence({ ...calm, kind: 'lost', level: 'bad', cause }, around), cause).not.toBe('');
    }
  });

  it('says that it is not fine by shape too', () => {
    expect(badge({ ...calm, kind: 'live', level: 'calm', cause: 'none' }).mark).not.toBe(badge({ ...calm, kind: 'lost', level: 'bad', cause: 'link' }).mark);
  });
});

describe('story', () => {
  const live = { ...calm, kind: 'live', level: 'calm', cause: 'none' } as const;
  const lost = (cause: Cause) => ({ ...calm, kind: 'lost', level: 'bad', cause }) as const;

  it('keeps gaps with their length and first real reason', () => {
    const s = new Story();
    s.note(lost('link'), 500); // before the first picture nothing is lost
    s.note(live, 1000);
    s.note(lost('link'), 5000);
    s.note(lost('camera'), 6000);
    s.note(lost('sound'), 7000);
    s.note(live, 8000);
    expect(s.since).toBe(1000);
    expect(s.gaps).toEqual([{ at: 5000, length: 2000, cause: 'camera', over: true }]);
  });

  it('is not interrupted by looking away', () => {
    const s = new Story();
    s.note(live, 0);
    s.note({ ...calm, kind: 'away', level: 'calm', cause: 'none' }, 1000);
    s.note({ ...calm, kind: 'connecting', level: 'calm', cause: 'none' }, 2000);
    s.note(live, 2500);
    expect(s.gaps).toEqual([]);
  });
});
