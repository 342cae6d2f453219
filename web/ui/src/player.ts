// Shows the picture and plays the sound, and keeps count of both: when the
// newest picture was presented, when the newest sound packet came, how late
// the picture is. The sound plays through a plain media element, which phones
// keep alive longer than Web Audio.
import { Delay } from './delay';

type FrameListener = () => void;

export class Player {
  /** When the newest picture was presented, on performance.now's clock; null: never. */
  lastFrame: number | null = null;
  /** When the newest sound packet came. */
  lastAudio: number | null = null;
  /** Nothing is on the screen: a new session's first picture is awaited. */
  blank = true;
  readonly delay = new Delay();

  private readonly frameListeners = new Set<FrameListener>();
  private framesDecoded = 0;
  private packets = 0;
  private readonly counts = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;

  constructor(
    readonly video: HTMLVideoElement,
    readonly audio: HTMLAudioElement,
  ) {
    video.muted = true;
    if (this.counts) this.arm();
    // A system that pauses the picture by itself must not leave a still.
    video.addEventListener('pause', () => !document.hidden && void video.play().catch(() => {}));
  }

  /** onFrame calls listener with each presented picture, before it is drawn where the browser can. */
  onFrame(listener: FrameListener): void {
    this.frameListeners.add(listener);
  }

  /** showVideo takes a new session's picture. The old one stays until the new one comes. */
  showVideo(track: MediaStreamTrack): void {
    this.delay.reset();
    this.framesDecoded = 0;
    let taken = false;
    const take = () => {
      if (taken) return;
      taken = true;
      this.blank = true;
      this.video.srcObject = new MediaStream([track]);
      void this.video.play().catch(() => {});
    };
    if (this.lastFrame === null || !track.muted) return take();
    track.addEventListener('unmute', take, { once: true });
  }

  /** playAudio takes a new session's sound. */
  playAudio(track: MediaStreamTrack): void {
    this.packets = 0;
    this.audio.srcObject = new MediaStream([track]);
  }

  /** poll asks the connection for what elements do not tell. */
  async poll(peer: RTCPeerConnection): Promise<void> {
    const stats = await peer.getStats();
    const now = performance.now();
    for (const s of stats.values() as Iterable<Record<string, unknown>>) {
      if (s.type === 'inbound-rtp' && s.kind === 'audio') this.heard(Number(s.packetsReceived ?? 0), now);
      if (s.type === 'inbound-rtp' && s.kind === 'video') this.decoded(Number(s.framesDecoded ?? 0), now);
      if (s.type === 'candidate-pair' && s.nominated && s.currentRoundTripTime !== undefined)
        this.delay.roundTrip = Number(s.currentRoundTripTime) * 1000;
    }
  }

  private heard(packets: number, now: number): void {
    if (packets > this.packets) this.lastAudio = now;
    this.packets = packets;
  }

  /** Decoded pictures count only where presented ones cannot be counted. */
  private decoded(frames: number, now: number): void {
    const more = frames > this.framesDecoded;
    this.framesDecoded = frames;
    if (!more || (this.counts && !document.hidden)) return;
    this.lastFrame = now;
    this.blank = false;
    if (!this.counts) this.delay.shown({ now, display: now });
    for (const listener of this.frameListeners) listener();
  }

  private arm(): void {
    this.video.requestVideoFrameCallback((now, meta) => {
      this.lastFrame = performance.now();
      this.blank = false;
      this.delay.shown({
        now,
        display: meta.expectedDisplayTime,
        capture: meta.captureTime,
        arrival: meta.receiveTime,
        rtp: meta.rtpTimestamp,
      });
      for (const listener of this.frameListeners) listener();
      this.arm();
    });
  }
}
