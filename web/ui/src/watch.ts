// Gathers the evidence four times a second and has truth.ts judge it. Also
// the guard against a connection that looks open and carries nothing.
import type { Link } from './link';
import type { Live } from './live';
import type { Player } from './player';
import { preferences } from './preferences';
import { judge, type Evidence, type Verdict } from './truth';

const EVERY = 250; // ms
const WEDGED = 4000; // ms without media on an open connection

type Listener = (verdict: Verdict) => void;

export class Watch {
  verdict: Verdict | null = null;
  /** The screen is black by choice: only the sound is wanted. */
  soundOnly = false;

  private readonly listeners = new Set<Listener>();
  private pictureSince: number | null = null;
  private soundSince: number | null = null;
  private microphoneBadSince: number | null = null;
  private renewed = 0;
  private polls = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private stopped = false;

  constructor(
    private readonly live: Live,
    private readonly link: Link,
    private readonly player: Player,
  ) {}

  on(listener: Listener): void {
    this.listeners.add(listener);
  }

  start(): void {
    this.timer = setInterval(() => this.look(), EVERY);
    this.player.onFrame(() => {
      if (this.link.tries > 0) this.link.proved();
      if (this.verdict && this.verdict.kind !== 'live' && this.verdict.kind !== 'delayed') this.look();
    });
    this.look();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** look judges now. */
  look(): void {
    if (this.stopped) return;
    if (this.polls++ % 2 === 0 && this.link.peer) void this.player.poll(this.link.peer).catch(() => {});
    const evidence = this.evidence(performance.now());
    this.verdict = judge(evidence);
    this.unwedge(evidence);
    for (const listener of this.listeners) listener(this.verdict);
  }

  private evidence(now: number): Evidence {
    const state = this.live.state;
    const inWindow = document.pictureInPictureElement !== null && document.pictureInPictureElement !== undefined;
    const seen = (!document.hidden || inWindow) && !this.link.ended;
    const picture = seen && !this.soundOnly && state?.camera.condition !== 'absent';
    const sound = (seen || (preferences.listening === 'background' && !this.link.ended)) && state !== null && state.sound.condition !== 'absent';
    const bad = state !== null && (state.sound.condition === 'fault' || state.sound.muted);
    this.pictureSince = picture ? (this.pictureSince ?? now) : null;
    this.soundSince = sound ? (this.soundSince ?? now) : null;
    this.microphoneBadSince = sound && bad ? (this.microphoneBadSince ?? now) : null;
    this.player.delay.interval = 1000 / Math.max(1, state?.camera.fps || 30);
    return {
      now,
      pictureSince: this.pictureSince,
      lastFrame: this.player.lastFrame,
      blank: this.player.blank,
      soundSince: this.soundSince,
      lastAudio: this.player.lastAudio,
      microphoneBadSince: this.microphoneBadSince,
      serverSeen: this.live.seen,
      serverFails: this.live.failing,
      online: navigator.onLine,
      camera: state?.camera ?? null,
      refusal: this.link.refusal?.code ?? null,
      delay: this.player.delay.estimate,
    };
  }

  /** A connected session whose media stay away though camera and microphone work is begun anew. */
  private unwedge(e: Evidence): void {
    const state = this.live.state;
    if (this.link.state !== 'connected' || !state || this.live.failing) return;
    const silentFor = (since: number | null, last: number | null) =>
      since === null ? 0 : e.now - Math.max(since, last ?? 0, this.renewed, this.link.connectedAt);
    const picture = state.camera.condition === 'ok' && silentFor(e.pictureSince, e.lastFrame) > WEDGED;
    const sound = state.sound.condition === 'ok' && silentFor(e.soundSince, e.lastAudio) > WEDGED;
    if (!picture && !sound) return;
    this.renewed = e.now;
    this.link.renew();
  }
}
