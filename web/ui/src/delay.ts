// How old a picture is when it appears. Browsers tell the capture time only
// where the monitor's clock is known to them; elsewhere the delay is put
// together from what can be measured:
//
//   half the round trip + time from arrival to display + one frame interval
//   for capture and encoding + how much later than the quickest picture of
//   this session the picture arrived, measured on its RTP timestamp.
//
// The last part shows a queue anywhere on the way, which the first parts miss.

/** One presented picture; times in milliseconds, the RTP timestamp in 1/90000 s. */
export interface Shown {
  now: number;
  display: number;
  capture?: number;
  arrival?: number;
  rtp?: number;
}

// Two clocks drift by some parts in ten thousand at worst; the quickest way
// may therefore age by this much, and no faster, or a lasting delay would be
// taken for normal.
const DRIFT = 1e-4;
const SMOOTH = 0.1;
const WRAP = 2 ** 32;

export class Delay {
  private quickest: number | null = null;
  private last: { now: number; rtp: number; ticks: number } | null = null;
  private smooth: number | null = null;

  /** Round trip to the monitor in milliseconds, where known. */
  roundTrip: number | null = null;
  /** Interval of the camera's pictures in milliseconds. */
  interval = 33;

  /** reset begins a new session: its RTP timestamps start anew. */
  reset(): void {
    this.quickest = null;
    this.last = null;
    this.smooth = null;
  }

  /** estimate is the smoothed delay in milliseconds; null while unknown. */
  get estimate(): number | null {
    return this.smooth;
  }

  /** shown takes note of a presented picture. */
  shown(f: Shown): void {
    const sample = this.fromCapture(f) ?? this.fromParts(f);
    if (sample === null) return;
    const old = this.smooth;
    // A sudden lateness must show at once, recovery may take a few pictures.
    this.smooth = old === null || Math.abs(sample - old) > 500 ? sample : old + SMOOTH * (sample - old);
  }

  private fromCapture(f: Shown): number | null {
    if (f.capture === undefined) return null;
    const d = f.display - f.capture;
    return d > 0 && d < 60000 ? d : null;
  }

  private fromParts(f: Shown): number | null {
    if (f.arrival === undefined && this.roundTrip === null) return null;
    const arrival = f.arrival ?? f.now;
    const local = Math.max(0, f.display - arrival);
    return (this.roundTrip ?? 0) / 2 + local + this.interval + this.queue(arrival, f.rtp);
  }

  /** How much later than the quickest picture this one arrived. */
  private queue(arrival: number, rtp: number | undefined): number {
    if (rtp === undefined) return 0;
    let ticks = rtp;
    if (this.last) {
      const ahead = (((rtp - this.last.rtp) % WRAP) + WRAP) % WRAP;
      ticks = this.last.ticks + (ahead > WRAP / 2 ? ahead - WRAP : ahead);
    }
    const offset = arrival - ticks / 90;
    const aged = this.quickest === null || !this.last ? offset : this.quickest + Math.max(0, arrival - this.last.now) * DRIFT;
    this.last = { now: arrival, rtp, ticks };
    this.quickest = Math.min(offset, aged);
    return offset - this.quickest;
  }
}
