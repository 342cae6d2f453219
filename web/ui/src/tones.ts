// Three tones that can be told apart half asleep. Made on the spot, so that
// they sound without the network. Browsers allow sound only after a touch:
// unlock is called with the first one.

export type Tone = 'baby' | 'fault' | 'resolved';

interface Note {
  at: number;
  length: number;
  hertz: number;
  to?: number;
  gain: number;
  shape: OscillatorType;
}

// Seconds from the tone's begin. Baby: rising and soft. Fault: two tones,
// insistent. Resolved: one low note.
const scores: Record<Tone, Note[]> = {
  baby: [
    { at: 0, length: 0.5, hertz: 392, to: 440, gain: 0.25, shape: 'sine' },
    { at: 0.5, length: 0.5, hertz: 494, to: 523, gain: 0.3, shape: 'sine' },
    { at: 1, length: 0.9, hertz: 587, to: 784, gain: 0.35, shape: 'sine' },
  ],
  fault: [0, 1, 2].flatMap((i) => [
    { at: i * 0.5, length: 0.22, hertz: 988, gain: 0.5, shape: 'triangle' as const },
    { at: i * 0.5 + 0.24, length: 0.22, hertz: 740, gain: 0.5, shape: 'triangle' as const },
  ]),
  resolved: [{ at: 0, length: 0.9, hertz: 196, gain: 0.4, shape: 'sine' }],
};

export class Tones {
  private context: AudioContext | null = null;
  private sounding: OscillatorNode[] = [];
  private repeat: ReturnType<typeof setInterval> | null = null;

  /** audio is the context that tones and meters share; it exists from the first use on. */
  audio(): AudioContext {
    this.context ??= new AudioContext({ latencyHint: 'interactive' });
    return this.context;
  }

  /** unlock makes sound possible; call it from a touch or a key. */
  unlock(): void {
    const context = this.audio();
    if (context.state !== 'running') void context.resume().catch(() => {});
  }

  /** audible says whether a tone would be heard now. */
  get audible(): boolean {
    return this.context?.state === 'running';
  }

  /** play sounds a tone once. */
  play(tone: Tone): void {
    const context = this.audio();
    if (context.state !== 'running') void context.resume().catch(() => {});
    for (const note of scores[tone]) this.note(context, note);
  }

  /** ring repeats the fault tone, and shakes the phone, until silence is called. */
  ring(): void {
    if (this.repeat !== null) return;
    const once = () => {
      this.play('fault');
      vibrate([300, 150, 300, 150, 300]);
    };
    once();
    this.repeat = setInterval(once, 2200);
  }

  silence(): void {
    if (this.repeat !== null) clearInterval(this.repeat);
    this.repeat = null;
    for (const o of this.sounding) o.stop();
    this.sounding = [];
    vibrate(0);
  }

  private note(context: AudioContext, note: Note): void {
    const start = context.currentTime + 0.02 + note.at;
    const end = start + note.length;
    const oscillator = new OscillatorNode(context, { type: note.shape, frequency: note.hertz });
    if (note.to) oscillator.frequency.linearRampToValueAtTime(note.to, end);
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(note.gain, start + 0.03);
    gain.gain.setValueAtTime(note.gain, end - 0.08);
    gain.gain.linearRampToValueAtTime(0, end);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(end);
    this.sounding.push(oscillator);
    oscillator.onended = () => {
      gain.disconnect();
      this.sounding = this.sounding.filter((o) => o !== oscillator);
    };
  }
}

/** vibrate where the phone can and a touch has allowed it. */
export function vibrate(pattern: number | number[]): void {
  if (!('vibrate' in navigator)) return;
  const touched = (navigator as Navigator & { userActivation?: { hasBeenActive: boolean } }).userActivation?.hasBeenActive ?? true;
  if (touched) navigator.vibrate(pattern);
}
