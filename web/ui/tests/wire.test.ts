// What comes over the wire and how long to wait before asking again.
import { describe, expect, it } from 'vitest';
import { parseProblem } from '../src/api';
import { Backoff } from '../src/backoff';
import { EventParser } from '../src/sse';

describe('EventParser', () => {
  const stream = 'event: state\ndata: {"a":1}\n\n: a comment\n\nevent: tick\r\ndata: {"time":"x"}\r\n\r\ndata: one\ndata: two\n\n';
  const want = [
    { event: 'state', data: '{"a":1}' },
    { event: 'tick', data: '{"time":"x"}' },
    { event: 'message', data: 'one\ntwo' },
  ];

  it('reads events', () => {
    expect(new EventParser().push(stream)).toEqual(want);
  });

  it('reads them cut at any place', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const parser = new EventParser();
      expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(want);
    }
  });
});

describe('Backoff', () => {
  it('doubles from half a second to five, with jitter', () => {
    const longest = new Backoff(() => 1);
    expect(Array.from({ length: 6 }, () => longest.next())).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
    expect(new Backoff(() => 0).next()).toBe(375);
    expect(longest.tries).toBe(6);
    longest.reset();
    expect(longest.next()).toBe(500);
  });
});

describe('parseProblem', () => {
  it('takes the monitor’s words', () => {
    const p = parseProblem(422, '{"detail":"fps is 99","errors":[{"field":"camera.fps","detail":"1 to 60"}]}', null);
    expect(p).toMatchObject({ status: 422, detail: 'fps is 99', fields: [{ field: 'camera.fps', detail: '1 to 60' }] });
  });
  it('has words for an answer without any', () => {
    expect(parseProblem(502, '<html>', null).detail).not.toBe('');
    expect(parseProblem(429, '{}', '7').retryAfter).toBe(7);
  });
});
