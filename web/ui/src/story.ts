// What happened while this page watched: the gaps in picture or sound, so that
// who slept through one can see it in the morning. Pure.
import type { Cause, Verdict } from './truth';

export interface Gap {
  /** Device or phone clock, milliseconds since 1970. */
  at: number;
  /** Milliseconds; grows while the gap lasts. */
  length: number;
  cause: Cause;
  over: boolean;
}

const KEPT = 50;

// What is seen first; the reason often comes to light a moment later.
const symptoms = new Set<Cause>(['none', 'link', 'sound']);

export class Story {
  /** When this page first saw a live picture or heard sound. */
  since: number | null = null;
  /** The gaps, newest last. */
  readonly gaps: Gap[] = [];

  /** note follows the verdict; at is the wall clock. It says whether anything changed that is worth drawing. */
  note(v: Verdict, at: number): boolean {
    const open = this.gaps[this.gaps.length - 1];
    const running = open && !open.over ? open : null;
    const well = v.kind === 'live' || v.kind === 'listening' || v.kind === 'delayed' || v.kind === 'unsure';
    if (well) {
      const first = this.since === null;
      this.since ??= at;
      if (running) running.over = true;
      return first || running !== null;
    }
    if (v.kind === 'away' || this.since === null) {
      if (running) running.over = true;
      return running !== null;
    }
    if (running) {
      running.length = at - running.at;
      if (symptoms.has(running.cause)) running.cause = v.cause;
      return true;
    }
    if (v.kind === 'connecting') return false;
    this.gaps.push({ at, length: 0, cause: v.cause, over: false });
    if (this.gaps.length > KEPT) this.gaps.shift();
    return true;
  }
}
