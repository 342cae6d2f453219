// The one store of what is true now, fed by GET /api/live. It reads the event
// stream itself instead of by EventSource, which hides the status code, and
// gives up a stream that has fallen silent.
import { reportSignedOut } from './api';
import { Backoff } from './backoff';
import { EventParser, type ServerEvent } from './sse';
import type { State } from './state';

// The monitor sends something every second.
const SILENCE = 4000;

type Listener = (state: State) => void;

export class Live {
  /** What is true now; null until the monitor first told. */
  state: State | null = null;
  /** When the monitor last told anything, on performance.now's clock; null: never. */
  seen: number | null = null;
  /** The newest attempt to reach the monitor failed. */
  failing = false;

  /** Called when the monitor answers again after it did not. */
  onReached: () => void = () => {};

  private readonly listeners = new Set<Listener>();
  private readonly backoff = new Backoff();
  private skew = 0; // device clock minus phone clock, in milliseconds
  private wake: () => void = () => {};
  private current: AbortController | null = null;
  private stopped = false;

  /** on calls listener with each change, and at once if something is known, until the returned function is called. */
  on(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.state) listener(this.state);
    return () => this.listeners.delete(listener);
  }

  /** deviceTime is the monitor's clock, in milliseconds since 1970. */
  deviceTime(): number {
    return Date.now() + this.skew;
  }

  /** shownTime is the time to show: the phone's own while the monitor does not know it. */
  shownTime(): number {
    return this.state?.device.clock_set === false ? Date.now() : this.deviceTime();
  }

  /** merge takes over a section that an answer brought before the stream does. */
  merge(part: Partial<State>): void {
    if (!this.state) return;
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener(this.state);
  }

  /** run follows the monitor until stop. */
  async run(): Promise<void> {
    while (!this.stopped) {
      const signedOut = await this.follow().catch(() => false);
      if (signedOut) return reportSignedOut();
      if (this.stopped) return;
      this.failing = true;
      await this.pause(this.backoff.next());
    }
  }

  /** poke tries again at once, after the network or the page came back. */
  poke(): void {
    if (this.seen !== null && performance.now() - this.seen > SILENCE) this.current?.abort();
    this.backoff.reset();
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.current?.abort();
    this.wake();
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** follow reads one stream to its end; true: this phone is not signed in. */
  private async follow(): Promise<boolean> {
    const abort = (this.current = new AbortController());
    let watchdog = setTimeout(() => abort.abort(), SILENCE);
    try {
      const response = await fetch('/api/live', { cache: 'no-store', signal: abort.signal, headers: { Accept: 'text/event-stream' } });
      if (response.status === 401) return true;
      if (!response.ok || !response.body) return false;
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return false;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), SILENCE);
        for (const event of parser.push(value)) this.take(event);
      }
    } finally {
      clearTimeout(watchdog);
      abort.abort();
    }
  }

  private take(event: ServerEvent): void {
    const said = JSON.parse(event.data) as Partial<State>;
    this.seen = performance.now();
    this.backoff.reset();
    if (this.failing) {
      this.failing = false;
      this.onReached();
    }
    if (said.time) this.skew = Date.parse(said.time) - Date.now();
    if (event.event === 'state') this.state = said as State;
    else if (event.event === 'change' && this.state) this.state = { ...this.state, ...said };
    else return;
    for (const listener of this.listeners) listener(this.state);
  }
}
