// The phone's own microphone: asked for only when a parent first wants to
// talk, given back some time after, and, where it cannot be had, why.
import { preferences } from './preferences';

export type Refusal = 'insecure' | 'denied' | 'none' | 'busy' | 'other';

export class MicrophoneRefused extends Error {
  constructor(
    readonly reason: Refusal,
    readonly why: string,
  ) {
    super(why);
  }
}

// Opening takes a moment, so the microphone stays open between sentences, but
// not for long: the phone shows that it is open.
const KEPT = 20000; // ms

export class Microphone {
  private stream: MediaStream | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** open yields the microphone's track, or a MicrophoneRefused. */
  async open(): Promise<MediaStreamTrack> {
    clearTimeout(this.timer);
    const open = this.stream?.getAudioTracks()[0];
    if (open?.readyState === 'live') return open;
    // Browsers hide the microphone from pages that came unencrypted.
    if (!window.isSecureContext || !navigator.mediaDevices) throw new MicrophoneRefused('insecure', '');
    const clean = preferences.cleanVoice;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: clean, noiseSuppression: clean, autoGainControl: clean, channelCount: 1 },
      });
    } catch (error) {
      throw refusal(error as DOMException);
    }
    const track = this.stream.getAudioTracks()[0];
    if (!track) throw new MicrophoneRefused('none', '');
    return track;
  }

  /** rest gives the microphone back a little later. */
  rest(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), KEPT);
  }

  /** close gives it back now. */
  close(): void {
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  /** source is what a level meter listens to. */
  get source(): MediaStream | null {
    return this.stream;
  }
}

/** refusal tells browsers' errors apart. */
export function refusal(error: { name: string; message: string }): MicrophoneRefused {
  const reasons: Record<string, Refusal> = {
    NotAllowedError: 'denied',
    SecurityError: 'denied',
    NotFoundError: 'none',
    OverconstrainedError: 'none',
    NotReadableError: 'busy',
    AbortError: 'busy',
  };
  return new MicrophoneRefused(reasons[error.name] ?? 'other', error.message);
}

/** secureAddress is the monitor's encrypted address that this phone most likely reaches: its own host name if possible. */
export function secureAddress(addresses: readonly string[], host: string): string | null {
  const urls = addresses.map((a) => new URL(a));
  const same = urls.find((u) => u.hostname === host);
  if (same) return same.href;
  const first = urls[0];
  if (!first) return null;
  // The same machine, asked for by another of its names.
  const local = first.hostname === 'localhost' || first.hostname.startsWith('127.') || first.hostname === '[::1]';
  const reached = urls.find((u) => !['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '[::]'].includes(u.hostname)) ?? first;
  if (local && reached === first && host !== 'localhost') first.hostname = host;
  return reached.href;
}
