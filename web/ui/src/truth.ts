// Is this live? The one place that decides what the page may say about the
// picture and the sound. Pure: evidence in, verdict out, no clock of its own.
//
// The word LIVE rests on pictures that were *presented* on this screen, never
// on a connection that looks open. Limits follow what parents need: a veil
// after 2 s, an alarm after 5 s, and no old picture to be mistaken for the
// baby after 15 s.
import type { Health } from './state';

/** A picture older than this is not live. Milliseconds, as all times here. */
export const STALE = 2000;
/** Without a picture for this long the phone sounds an alarm. */
export const ALARM = 5000;
/** A picture older than this is not shown any more. */
export const HIDE = 15000;
/** As long as this the first picture may take before it is an alarm. */
export const FIRST = 10000;
/** The monitor tells something every second; silence for this long is a loss. */
export const SERVER = 3000;
/** Without sound packets for this long the room is not "quiet", it is unheard. */
export const UNHEARD = 3000;
/** A picture later than this is called delayed. */
export const DELAYED = 1000;

/** What is known, all times from one monotonic clock. */
export interface Evidence {
  now: number;
  /** Since when a picture is wanted and can be presented; null: not wanted (hidden page, sound only). */
  pictureSince: number | null;
  /** When the newest picture was presented. */
  lastFrame: number | null;
  /** The newest picture is not on the screen any more: a new session's is awaited. */
  blank: boolean;
  /** Since when sound is expected; null: not expected (no microphone, or hidden and not listening). */
  soundSince: number | null;
  /** When the newest sound packet arrived: packets, since decoders make up sound where none comes. */
  lastAudio: number | null;
  /** Since when the monitor says that its microphone is faulty or digitally silent. */
  microphoneBadSince: number | null;
  /** When the monitor last told anything. */
  serverSeen: number | null;
  /** The newest attempt to reach the monitor failed. */
  serverFails: boolean;
  /** What the phone thinks of its own network. */
  online: boolean;
  camera: Pick<Health, 'condition'> | null;
  /** The monitor refused the picture with this code. */
  refusal: string | null;
  /** Estimated age of a picture when it is presented. */
  delay: number | null;
}

/** What the truth line says; `data-verdict`. */
export type Kind =
  | 'connecting' // waiting for the first picture
  | 'live'
  | 'delayed' // live, but late
  | 'unsure' // pictures come, but the monitor tells nothing else
  | 'nosound' // pictures come, sound does not
  | 'listening' // sound only, as chosen, and the sound arrives
  | 'stale' // no new picture for more than 2 s
  | 'lost' // ... for more than 5 s
  | 'away'; // nothing is wanted now

/** Why it is not simply live; `data-cause`. */
export type Cause = 'none' | 'phone' | 'server' | 'camera' | 'refused' | 'link' | 'microphone' | 'sound' | 'delay';

export interface Verdict {
  kind: Kind;
  cause: Cause;
  level: 'calm' | 'warn' | 'bad';
  /** Age of the newest picture; null: there never was one. */
  age: number | null;
  veil: boolean;
  hide: boolean;
  alarm: boolean;
}

/** judge says what may be said. */
export function judge(e: Evidence): Verdict {
  if (e.pictureSince === null) return e.soundSince === null ? calm('away', e) : judgeSoundOnly(e);
  const fresh = e.lastFrame !== null && !e.blank && e.now - e.lastFrame <= STALE;
  return fresh ? judgeFresh(e) : judgeNoPicture(e, e.pictureSince);
}

function judgeFresh(e: Evidence): Verdict {
  const sound = judgeSound(e);
  if (sound) return sound;
  if (!e.online || serverLost(e)) return { ...calm('unsure', e), level: 'warn', cause: e.online ? 'server' : 'phone' };
  if (e.delay !== null && e.delay > DELAYED) return { ...calm('delayed', e), level: 'warn', cause: 'delay' };
  return calm('live', e);
}

function judgeNoPicture(e: Evidence, since: number): Verdict {
  const cause = lossCause(e, 'link');
  const started = e.lastFrame === null ? since : Math.max(since, e.lastFrame);
  const waited = e.now - started;
  const patience = e.lastFrame === null ? FIRST : ALARM;
  const verdict: Verdict = {
    kind: waited > patience ? 'lost' : 'stale',
    cause,
    level: waited > patience ? 'bad' : 'warn',
    age: age(e),
    veil: true,
    hide: e.lastFrame === null || e.blank || e.now - e.lastFrame > HIDE,
    // Somebody who was never let in has nothing to lose; words are enough.
    alarm: waited > patience && !(cause === 'refused' && e.lastFrame === null),
  };
  if (waited <= STALE) return { ...verdict, kind: 'connecting', cause: 'none', level: 'calm' };
  if (e.lastFrame === null && verdict.kind === 'stale') return { ...verdict, kind: 'connecting' };
  return verdict;
}

/** Pictures are fresh; is the sound? null: nothing to complain of. */
function judgeSound(e: Evidence): Verdict | null {
  if (e.soundSince === null) return null;
  const unheard = e.now - Math.max(e.soundSince, e.lastAudio ?? 0);
  const bad = e.microphoneBadSince === null ? 0 : e.now - e.microphoneBadSince;
  if (e.microphoneBadSince === null && unheard <= UNHEARD) return null;
  const alarm = Math.max(unheard, bad) > (e.lastAudio === null ? FIRST : ALARM);
  return {
    ...calm('nosound', e),
    cause: e.microphoneBadSince !== null ? 'microphone' : 'sound',
    level: alarm ? 'bad' : 'warn',
    alarm,
  };
}

/** No picture is wanted: the arriving sound is the proof of life. */
function judgeSoundOnly(e: Evidence): Verdict {
  const sound = judgeSound(e);
  if (!sound) {
    if (e.lastAudio === null) return calm('connecting', e);
    if (!e.online || serverLost(e)) return { ...calm('listening', e), level: 'warn', cause: e.online ? 'server' : 'phone' };
    return calm('listening', e);
  }
  if (sound.cause === 'microphone') return sound;
  const cause = lossCause({ ...e, camera: null }, 'sound');
  return { ...sound, cause, kind: sound.alarm ? 'lost' : 'stale' };
}

function lossCause(e: Evidence, otherwise: Cause): Cause {
  if (!e.online) return 'phone';
  if (serverLost(e)) return 'server';
  if (e.camera?.condition === 'fault' || e.camera?.condition === 'absent') return 'camera';
  if (e.refusal !== null) return 'refused';
  return otherwise;
}

function serverLost(e: Evidence): boolean {
  if (e.serverSeen === null) return e.serverFails;
  const silent = e.now - e.serverSeen;
  return silent > SERVER || (e.serverFails && silent > SERVER / 2);
}

function calm(kind: Kind, e: Evidence): Verdict {
  return { kind, cause: 'none', level: 'calm', age: age(e), veil: false, hide: false, alarm: false };
}

function age(e: Evidence): number | null {
  return e.lastFrame === null ? null : e.now - e.lastFrame;
}
