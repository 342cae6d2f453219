// Whether the room is heard: on while the page is open, in the background
// too, or off. Browsers let sound begin only with a touch.
import { attr, h, text } from './dom';
import type { House } from './house';
import { icon, type Icon } from './icons';
import { words } from './language';
import { prefer, preferences, type Preferences } from './preferences';

type Mode = Preferences['listening'];

const order: Record<Mode, Mode> = { on: 'background', background: 'off', off: 'on' };
const icons: Record<Mode, Icon> = { on: 'sound', background: 'background', off: 'silent' };

// After talking, the room's echo of the own voice is let pass.
const ECHO = 300; // ms

interface AudioSession {
  type: string;
}

export class Listening {
  readonly button: HTMLButtonElement;
  private readonly label = h('span', { class: 'label' });
  private readonly face = h('span', { class: 'face' });
  private talking = false;
  private hush: ReturnType<typeof setTimeout> | undefined;

  /** onTapNeeded is told whether the browser waits for a touch. */
  constructor(
    private readonly house: House,
    private readonly onTapNeeded: (needed: boolean) => void,
  ) {
    this.button = h(
      'button',
      { class: 'tool', test: 'listening', attrs: { type: 'button' }, on: { click: () => this.next() } },
      this.face,
      this.label,
    );
    document.addEventListener('visibilitychange', () => this.apply());
    this.apply();
    this.mediaSession();
  }

  /** start plays the sound; without a touch the browser may refuse. */
  async start(): Promise<void> {
    const { audio, video } = this.house.player;
    void video.play().catch(() => {});
    try {
      await audio.play();
      this.onTapNeeded(false);
    } catch (error) {
      this.onTapNeeded((error as Error).name === 'NotAllowedError' && preferences.listening !== 'off');
    }
  }

  /** while the parent talks, the room is not heard, so that nothing howls. */
  setTalking(talking: boolean): void {
    clearTimeout(this.hush);
    this.session(talking ? 'play-and-record' : 'playback');
    if (talking) {
      this.talking = true;
      this.apply();
      return;
    }
    this.hush = setTimeout(() => {
      this.talking = false;
      this.apply();
    }, ECHO);
  }

  private next(): void {
    this.become(order[preferences.listening]);
    this.house.notice.say(words.listeningHelp[preferences.listening]);
  }

  private become(mode: Mode): void {
    prefer('listening', mode);
    this.apply();
    if (mode !== 'off') void this.start();
    else this.onTapNeeded(false);
  }

  private apply(): void {
    const mode = preferences.listening;
    const unheard = document.hidden && mode === 'on' && !document.pictureInPictureElement;
    this.house.player.audio.muted = mode === 'off' || this.talking || unheard;
    if (this.button.dataset.listening !== mode) {
      this.face.replaceChildren(icon(icons[mode]));
      text(this.label, words.listeningModes[mode]);
      attr(this.button, 'data-listening', mode);
      attr(this.button, 'aria-label', `${words.listening}: ${words.listeningModes[mode]}`);
    }
    if ('mediaSession' in navigator) navigator.mediaSession.playbackState = mode === 'off' ? 'paused' : 'playing';
  }

  /** The lock screen's and headset's buttons, where the phone has them. */
  private mediaSession(): void {
    if (!('mediaSession' in navigator)) return;
    this.house.live.on((s) => {
      if (navigator.mediaSession.metadata?.title === s.device.name) return;
      navigator.mediaSession.metadata = new MediaMetadata({
        title: s.device.name,
        artist: words.appName,
        artwork: [{ src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' }],
      });
    });
    navigator.mediaSession.setActionHandler('play', () => this.become('background'));
    navigator.mediaSession.setActionHandler('pause', () => this.become('off'));
  }

  private session(type: string): void {
    const session = (navigator as Navigator & { audioSession?: AudioSession }).audioSession;
    if (session) session.type = type;
  }
}
