// Hold to talk. Sliding off, letting go, hiding the page, a lost connection or
// a minute ends it. The microphone is asked for with the first hold only.
import { attr, h, text } from './dom';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';
import type { Listening } from './listening';
import { Microphone, MicrophoneRefused } from './microphone';
import { helpWithMicrophone } from './microphonehelp';
import type { State } from './state';
import { vibrate } from './tones';

const LIMIT = 60000; // ms
const OFF = 28; // px beyond the button that count as sliding off

type Phase = 'idle' | 'opening' | 'talking' | 'blocked';

export class Talk {
  readonly element: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly label = h('span', { class: 'label', test: 'talk-seconds' }, words.talk);
  private readonly microphone = new Microphone();
  private phase: Phase = 'idle';
  private held = false;
  private began = 0;
  private frame = 0;
  private meter: { node: MediaStreamAudioSourceNode; analyser: AnalyserNode; samples: Float32Array<ArrayBuffer> } | null = null;

  constructor(
    private readonly house: House,
    private readonly listening: Listening,
  ) {
    this.button = h(
      'button',
      { class: 'talk', test: 'talk', attrs: { type: 'button', 'aria-label': words.talk, 'aria-pressed': 'false', 'data-talk': 'idle' } },
      h('span', { class: 'level', attrs: { 'aria-hidden': 'true' } }),
      icon('mic'),
    );
    this.element = h('div', { class: 'talk-area' }, this.button, this.label);
    this.pointers();
    this.keyboard();
    addEventListener('blur', () => this.release());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) return;
      this.release();
      this.microphone.close();
    });
    house.live.on((s) => this.draw(s));
  }

  /** A monitor without a speaker says so here. */
  private draw(s: State): void {
    const none = s.speaker.condition === 'absent';
    this.button.disabled = none;
    if (this.phase === 'idle') text(this.label, none ? words.talkNoSpeaker : words.talk);
  }

  private pointers(): void {
    const b = this.button;
    b.addEventListener('contextmenu', (e) => e.preventDefault());
    b.addEventListener('pointerdown', (e) => {
      if (e.button !== 0) return;
      b.setPointerCapture(e.pointerId);
      void this.hold();
    });
    b.addEventListener('pointermove', (e) => this.held && this.off(e) && this.release());
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) b.addEventListener(type, () => this.release());
  }

  private off(e: PointerEvent): boolean {
    const box = this.button.getBoundingClientRect();
    return e.clientX < box.left - OFF || e.clientX > box.right + OFF || e.clientY < box.top - OFF || e.clientY > box.bottom + OFF;
  }

  private keyboard(): void {
    const holds = (e: KeyboardEvent) => e.key === ' ' || e.key === 'Enter';
    this.button.addEventListener('keydown', (e) => {
      if (!holds(e)) return;
      e.preventDefault();
      if (!e.repeat) void this.hold();
    });
    this.button.addEventListener('keyup', (e) => holds(e) && this.release());
    this.button.addEventListener('blur', () => this.release());
  }

  private async hold(): Promise<void> {
    if (this.held) return;
    this.held = true;
    this.house.tones.unlock();
    vibrate(12);
    this.become('opening');
    try {
      const track = await this.microphone.open();
      if (!this.held) return this.house.notice.say(words.talkReady);
      if (!(await this.house.link.speak(track))) {
        this.house.notice.say(words.talkOffline);
        return this.release();
      }
      if (this.held) this.begin();
      else void this.house.link.speak(null);
    } catch (error) {
      this.held = false;
      this.become('blocked');
      if (error instanceof MicrophoneRefused) helpWithMicrophone(this.house, error);
      else this.house.notice.say(words.talkOffline);
    }
  }

  private begin(): void {
    this.began = performance.now();
    this.listening.setTalking(true);
    this.become('talking');
    this.openMeter();
    this.tick();
  }

  private release(): void {
    if (!this.held) return;
    this.held = false;
    cancelAnimationFrame(this.frame);
    const talked = this.phase === 'talking';
    this.become('idle');
    this.closeMeter();
    this.microphone.rest();
    void this.house.link.speak(null).catch(() => {});
    if (!talked) return;
    this.listening.setTalking(false);
    this.house.notice.announce(words.talkStopped);
  }

  private tick(): void {
    const lasted = performance.now() - this.began;
    const s = Math.floor(lasted / 1000);
    text(this.label, words.talking(`0:${String(s).padStart(2, '0')}`));
    this.button.style.setProperty('--level', this.level().toFixed(2));
    if (lasted >= LIMIT) {
      this.release();
      return this.house.notice.say(words.talkLimit);
    }
    if (this.house.link.state !== 'connected') {
      this.release();
      return this.house.notice.say(words.talkOffline);
    }
    this.frame = requestAnimationFrame(() => this.tick());
  }

  private become(phase: Phase): void {
    this.phase = phase;
    attr(this.button, 'data-talk', phase);
    attr(this.button, 'aria-pressed', String(phase === 'talking'));
    if (phase === 'opening') text(this.label, words.talkOpening);
    if (phase === 'idle' || phase === 'blocked') {
      text(this.label, words.talk);
      this.button.style.setProperty('--level', '0');
    }
  }

  private openMeter(): void {
    const stream = this.microphone.source;
    if (!stream) return;
    const context = this.house.tones.audio();
    const node = context.createMediaStreamSource(stream);
    const analyser = new AnalyserNode(context, { fftSize: 512 });
    node.connect(analyser);
    this.meter = { node, analyser, samples: new Float32Array(analyser.fftSize) };
  }

  private closeMeter(): void {
    this.meter?.node.disconnect();
    this.meter = null;
  }

  /** How loud the own voice is, 0…1 over 50 dB. */
  private level(): number {
    if (!this.meter) return 0;
    this.meter.analyser.getFloatTimeDomainData(this.meter.samples);
    const power = this.meter.samples.reduce((sum, v) => sum + v * v, 0) / this.meter.samples.length;
    return Math.max(0, Math.min(1, (10 * Math.log10(power + 1e-9) + 55) / 50));
  }
}
