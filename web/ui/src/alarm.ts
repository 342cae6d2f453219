// When the phone sounds its alarm, when it falls silent and when all is well
// again. Pure; the tones and the screen are elsewhere.

/** How long all must be well before the alarm counts as resolved. Milliseconds. */
export const SETTLED = 1000;

export type Phase = 'quiet' | 'ringing' | 'acknowledged';

export interface Alarm {
  phase: Phase;
  /** Since when the reason is gone while the alarm is still up. */
  wellSince: number | null;
}

export const quiet: Alarm = { phase: 'quiet', wellSince: null };

/** step follows the verdict. The alarm ends by itself only when its reason has gone and stays gone. */
export function step(alarm: Alarm, bad: boolean, well: boolean, now: number): Alarm {
  if (bad) return alarm.phase === 'quiet' ? { phase: 'ringing', wellSince: null } : { ...alarm, wellSince: null };
  if (alarm.phase === 'quiet') return alarm;
  if (!well) return { ...alarm, wellSince: null };
  const wellSince = alarm.wellSince ?? now;
  return now - wellSince >= SETTLED ? quiet : { ...alarm, wellSince };
}

/** acknowledge is "I'm on it": silent until the reason has gone. */
export function acknowledge(alarm: Alarm): Alarm {
  return alarm.phase === 'ringing' ? { ...alarm, phase: 'acknowledged' } : alarm;
}
