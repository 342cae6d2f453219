// The lullaby sheet: tiles, volume with the safe mark, a timer, own files.
import { call, say } from './api';
import { attr, h, put, refill, show, text } from './dom';
import type { House } from './house';
import { icon, type Icon } from './icons';
import { words } from './language';
import type { Lullaby, PlayerState } from './state';
import { uploadField } from './upload';

const TIMERS = [15, 30, 45, 60, 0];
const SAFE = 50; // per cent; see the words at the mark
const SETTLE = 150; // ms between volume changes that are sent

/** Chosen for the next start; the player's own choice counts while it plays. */
interface Choice {
  volume: number;
  timer: number;
  loop: boolean;
}

export class LullabySheet {
  private tracks: Lullaby[] = [];
  private choice: Choice = { volume: 30, timer: 45, loop: true };
  private readonly list = h('div', { class: 'track-groups' });
  private readonly player: HTMLElement;
  private readonly volume = h('input', {
    test: 'volume',
    attrs: { type: 'range', min: 0, max: 100, step: 1, 'aria-label': words.volume },
  });
  private readonly volumeValue = h('output', {});
  private readonly volumeHelp = h('p', { class: 'hint' });
  private readonly timers = new Map<number, HTMLButtonElement>();
  private readonly repeat: HTMLButtonElement;
  private sending: ReturnType<typeof setTimeout> | undefined;
  private touched = -Infinity;

  constructor(private readonly house: House) {
    this.volume.addEventListener('input', () => this.turn(Number(this.volume.value)));
    this.repeat = h(
      'button',
      { class: 'chip', test: 'repeat', attrs: { type: 'button' }, on: { click: () => this.set({ loop: !this.now().loop }) } },
      words.repeat,
    );
    this.player = h('div', { class: 'player' }, this.volumeRow(), this.volumeHelp, this.timerRow());
    house.live.on((s) => this.draw(s.player));
  }

  /** open shows the sheet and asks for the list anew. */
  open(): void {
    const upload = uploadField((track) => {
      this.house.notice.say(words.uploadDone(track.title));
      void this.load();
    });
    this.house.sheets.show({ name: 'lullaby', title: words.lullabies, content: [this.player, this.list, upload] });
    void this.load();
  }

  /** stop silences the player. */
  stop(): void {
    this.send({ action: 'stop' });
  }

  private volumeRow(): HTMLElement {
    const mark = h('span', { class: 'safe-mark', test: 'volume-mark', attrs: { 'aria-hidden': 'true' } });
    return h('div', { class: 'volume' }, icon('sound'), h('span', { class: 'slider' }, this.volume, mark), this.volumeValue);
  }

  private timerRow(): HTMLElement {
    const row = h('div', { class: 'fifths', attrs: { role: 'radiogroup', 'aria-label': words.timer } });
    for (const minutes of TIMERS) {
      const chip = h(
        'button',
        {
          class: 'chip',
          test: `timer-${minutes}`,
          attrs: { type: 'button', role: 'radio', 'aria-label': minutes ? words.timerMinutes(minutes) : words.timerEndless },
          on: { click: () => this.set({ timer: minutes }) },
        },
        minutes ? String(minutes) : words.endless,
      );
      this.timers.set(minutes, chip);
      row.append(chip);
    }
    return h('div', { class: 'stack' }, h('div', { class: 'chips-row split' }, h('span', { class: 'row-label' }, words.timer), this.repeat), row);
  }

  private now(): Choice {
    const p = this.house.live.state?.player;
    return p?.playing ? { volume: p.volume, timer: p.timer_minutes, loop: p.loop } : this.choice;
  }

  private turn(volume: number): void {
    this.touched = performance.now();
    this.choice.volume = volume;
    this.drawVolume(volume);
    clearTimeout(this.sending);
    this.sending = setTimeout(() => this.send({ action: 'volume', volume }), SETTLE);
  }

  private set(part: Partial<Choice>): void {
    const p = this.house.live.state?.player;
    this.choice = { ...this.now(), ...part };
    if (p?.playing) this.play(p.track);
    else if (p) this.draw(p);
  }

  private play(track: string): void {
    const { volume, timer, loop } = this.choice;
    this.send({ action: 'play', track, volume, timer_minutes: timer, loop });
  }

  private press(track: Lullaby): void {
    const p = this.house.live.state?.player;
    if (p?.playing && p.track === track.id) return this.stop();
    this.choice = this.now();
    this.play(track.id);
  }

  private send(order: Record<string, unknown>): void {
    call<PlayerState>('POST', '/api/player', order)
      .then((player) => player && this.house.live.merge({ player }))
      .catch((e: unknown) => this.house.notice.say(say(e)));
  }

  private async load(): Promise<void> {
    try {
      this.tracks = (await call<Lullaby[] | null>('GET', '/api/lullabies')) ?? [];
    } catch (error) {
      return this.house.notice.say(say(error));
    }
    this.drawTracks();
  }

  private drawTracks(): void {
    const kinds = [['melody', words.melodies], ['noise', words.noises], ['own', words.own]] as const;
    refill(this.list);
    for (const [kind, title] of kinds) {
      const tracks = this.tracks.filter((t) => t.kind === kind);
      if (tracks.length > 0) put(this.list, h('h3', {}, title), h('div', { class: 'tiles' }, ...tracks.map((t) => this.tile(t))));
    }
    const p = this.house.live.state?.player;
    if (p) this.draw(p);
  }

  private tile(track: Lullaby): HTMLElement {
    const tile = h(
      'button',
      {
        class: 'tile',
        test: `track-${track.id}`,
        attrs: { type: 'button', 'data-track': track.id, 'aria-pressed': 'false', 'aria-label': words.play(track.title), title: track.origin || null },
        on: { click: () => this.press(track) },
      },
      icon(face(track)),
      h('span', {}, track.title),
    );
    return track.kind === 'own' ? h('div', { class: 'own' }, tile, this.remover(track)) : tile;
  }

  /** Removing asks for a second touch. */
  private remover(track: Lullaby): HTMLElement {
    const button = h('button', { class: 'plain', test: `remove-${track.id}`, attrs: { type: 'button', 'aria-label': words.removeOwn(track.title) } }, icon('bin'));
    button.addEventListener('click', () => {
      if (!button.hasAttribute('data-sure')) {
        button.setAttribute('data-sure', '');
        this.house.notice.say(words.removeSure);
        return;
      }
      call('DELETE', `/api/lullabies/${encodeURIComponent(track.id)}`)
        .then(() => this.load())
        .catch((e: unknown) => this.house.notice.say(say(e)));
    });
    return button;
  }

  private draw(p: PlayerState): void {
    const now = this.now();
    for (const tile of this.list.querySelectorAll<HTMLElement>('.tile')) {
      const plays = p.playing && p.track === tile.dataset.track;
      attr(tile, 'aria-pressed', String(plays));
    }
    for (const [minutes, chip] of this.timers) attr(chip, 'aria-checked', String(minutes === now.timer));
    attr(this.repeat, 'aria-pressed', String(now.loop));
    // While the thumb moves the slider, the answer to its last place must not push it back.
    if (performance.now() - this.touched > 1000) {
      if (p.volume > 0 || p.playing) this.choice.volume = p.volume;
      this.drawVolume(p.playing ? p.volume : this.choice.volume);
    }
  }

  private drawVolume(volume: number): void {
    if (this.volume.value !== String(volume)) this.volume.value = String(volume);
    text(this.volumeValue, `${volume} %`);
    text(this.volumeHelp, volume > SAFE ? words.volumeHigh : words.volumeMark);
    attr(this.volumeHelp, 'data-warn', volume > SAFE);
  }
}

function face(track: Lullaby): Icon {
  const known: [RegExp, Icon][] = [[/rain/, 'rain'], [/heart/, 'heart'], [/fan/, 'fan']];
  for (const [pattern, name] of known) if (track.kind === 'noise' && pattern.test(track.id)) return name;
  return track.kind === 'own' ? 'file' : track.kind === 'noise' ? 'waves' : 'note';
}

/** nowPlaying is the bar on the main screen: what plays, for how long, and stop. */
export function nowPlaying(house: House, sheet: LullabySheet | null): HTMLElement {
  const title = h('span', { class: 'title' });
  const left = h('span', { class: 'left' });
  const stop = h(
    'button',
    { class: 'plain', test: 'stop', attrs: { type: 'button' }, on: { click: () => sheet?.stop() } },
    icon('stop'),
    h('span', {}, words.stop),
  );
  const bar = h('div', { class: 'now-playing', test: 'now-playing', attrs: { hidden: true } }, icon('note'), title, left, sheet ? stop : null);
  const draw = () => {
    const p = house.live.state?.player;
    show(bar, p?.playing === true);
    if (!p?.playing) return;
    text(title, p.title);
    attr(stop, 'aria-label', words.stopPlaying(p.title));
    text(left, remaining(p, house.live.deviceTime()));
  };
  house.live.on(draw);
  house.watch.on(draw);
  return bar;
}

/** remaining is the time until the timer ends, as 12′; ∞ without one. */
export function remaining(p: PlayerState, now: number): string {
  if (p.fading) return words.fading;
  if (!p.ends_at) return words.endless;
  return words.minutesLeft(Math.max(0, Math.ceil((Date.parse(p.ends_at) - now) / 60000)));
}
