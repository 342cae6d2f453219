import { expect, it } from 'vitest';
import { acknowledge, quiet, SETTLED, step, type Alarm } from '../src/alarm';

/** Plays verdicts, one each 250 ms, and returns the phases. b: bad, w: well, s: neither. */
function play(verdicts: string, ackAt = -1): string[] {
  let alarm: Alarm = quiet;
  return [...verdicts].map((v, i) => {
    alarm = step(alarm, v === 'b', v === 'w', i * 250);
    if (i === ackAt) alarm = acknowledge(alarm);
    return alarm.phase;
  });
}

it('rings until the reason has gone and stays gone', () => {
  expect(play('wbbbwwwww')).toEqual(['quiet', 'ringing', 'ringing', 'ringing', 'ringing', 'ringing', 'ringing', 'ringing', 'quiet']);
  expect(SETTLED).toBe(1000);
});

it('does not take a flicker for the end', () => {
  expect(play('bwwbwwwww').slice(0, 8)).not.toContain('quiet');
});

it('keeps up while it is neither bad nor well', () => {
  expect(play('bssssssss')).not.toContain('quiet');
});

it('is silent after "I’m on it" until all is well, then rings again', () => {
  const phases = play('bbbbwwwwwb', 1);
  expect(phases.slice(1, 8)).toEqual(Array(7).fill('acknowledged'));
  expect(phases.slice(8)).toEqual(['quiet', 'ringing']);
});

it('has nothing to acknowledge while quiet', () => {
  expect(acknowledge(quiet)).toBe(quiet);
});
