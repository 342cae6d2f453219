// The one screen: puts the parts together and lets them follow the verdict.
import { AlarmView } from './alarmview';
import { Pills } from './climate';
import { attr, h, put } from './dom';
import { mayAct, type House } from './house';
import { icon } from './icons';
import { Joystick } from './joystick';
import { words } from './language';
import { open, prepare } from './later';
import { Link } from './link';
import { Listening } from './listening';
import { Live } from './live';
import { LullabySheet, nowPlaying } from './lullaby';
import { openMenu } from './menu';
import { nightButton } from './nightvision';
import { Notice } from './notice';
import { mediaElements, Picture } from './picture';
import { Player } from './player';
import { Awake, BlackScreen, fullscreenButton, pipButton } from './screen';
import { Sheets } from './sheets';
import { snapshotButton } from './snapshot';
import type { Person } from './state';
import { StoryLine } from './storyline';
import { Talk } from './talk';
import { Tones } from './tones';
import { TruthLine } from './truthline';
import { Watch } from './watch';
import { Zoom } from './zoom';

const FADE = 4000; // ms; controls over the picture fade after that

/** Monitor is the page of somebody who is signed in. */
export class Monitor {
  readonly element = h('div', { class: 'monitor' });
  private readonly house: House;
  private readonly awake = new Awake();
  private readonly unlock: () => void;
  private picture: Picture | null = null;
  private fading: ReturnType<typeof setTimeout> | undefined;

  constructor(
    me: Person,
    private readonly onSignOut: () => void,
  ) {
    const { video, audio } = mediaElements();
    const player = new Player(video, audio);
    const live = new Live();
    const link = new Link(me.role === 'parent', {
      video: (track) => player.showVideo(track),
      audio: (track) => this.hear(track),
      changed: () => watch.look(),
    });
    const watch = new Watch(live, link, player);
    const main = h('main', { class: 'screen' });
    this.house = { me, live, link, player, watch, tones: new Tones(), sheets: new Sheets(main), notice: new Notice() };
    this.unlock = () => this.house.tones.unlock();
    this.build(main);
    attr(document.documentElement, 'data-role', me.role);
  }

  private listening: Listening | null = null;

  start(): void {
    const { live, link, watch } = this.house;
    let started = '';
    let first = true;
    live.on((s) => {
      // Without a network there is nothing better to do than to choose one.
      if (first && s.network?.way === 'own' && mayAct(this.house)) open(this.house, (d) => d.openWifi(this.house));
      first = false;
      if (started && started !== s.device.started) link.anew();
      started = s.device.started;
      document.title = s.device.name;
    });
    live.onReached = () => link.poke();
    link.start();
    void live.run();
    watch.start();
    addEventListener('online', this.back);
    addEventListener('pageshow', this.shown);
    addEventListener('pagehide', this.away);
    document.addEventListener('visibilitychange', this.back);
    network()?.addEventListener('change', this.moved);
    for (const type of ['pointerdown', 'keydown'] as const) addEventListener(type, this.unlock);
    this.wakeControls();
  }

  stop(): void {
    const { live, link, watch, tones } = this.house;
    watch.stop();
    live.stop();
    link.stop();
    tones.silence();
    this.awake.end();
    removeEventListener('online', this.back);
    removeEventListener('pageshow', this.shown);
    removeEventListener('pagehide', this.away);
    document.removeEventListener('visibilitychange', this.back);
    network()?.removeEventListener('change', this.moved);
    for (const type of ['pointerdown', 'keydown'] as const) removeEventListener(type, this.unlock);
    attr(document.documentElement, 'data-alarm', null);
    attr(document.documentElement, 'data-role', null);
  }

  private readonly back = () => {
    this.house.watch.look();
    if (document.hidden) return;
    this.house.live.poke();
    this.house.link.poke();
    void this.house.player.video.play().catch(() => {});
  };
  private readonly shown = (e: PageTransitionEvent) => e.persisted && this.house.link.start();
  private readonly away = () => this.house.link.stop();
  private readonly moved = () => this.house.link.moved();

  private hear(track: MediaStreamTrack): void {
    this.house.player.playAudio(track);
    void this.listening?.start();
  }

  private build(main: HTMLElement): void {
    const house = this.house;
    const act = mayAct(house);
    const story = new StoryLine(house, () => open(house, (d) => d.openTimeline(house)));
    const room = () => open(house, (d) => d.openRoom(house, story.story));
    const truth = new TruthLine(house, { viewers: () => open(house, (d) => d.openPeople(house)), menu: () => openMenu(house, room, this.onSignOut) });
    const alarm = new AlarmView(house);
    const black = new BlackScreen(house);
    const pills = new Pills(room);
    const joystick = act ? new Joystick(house) : null;
    const zoom = new Zoom(house, {
      touch: () => this.wakeControls(),
      beyond: (push) => (push ? joystick?.steer(clip(-push.x * 8), clip(push.y * 8)) : joystick?.release()),
    });
    this.listening = new Listening(house, (needed) => this.picture?.askForTap(needed));
    const picture = new Picture(house, zoom.element, () => void this.listening?.start(), ...[pills.element, joystick?.element].filter((e) => e !== undefined));
    this.picture = picture;
    put(main, picture.element, this.deck(story, black, this.listening));
    put(this.element, truth.element, main, house.sheets.element, alarm.element, black.element, house.notice.element);
    house.live.on((s) => pills.draw(s));
    let prepared = false;
    house.watch.on((v) => {
      for (const part of [truth, alarm, black, picture, story]) part.draw(v);
      if (prepared || v.kind !== 'live') return;
      prepared = true;
      prepare();
    });
  }

  private deck(story: StoryLine, black: BlackScreen, listening: Listening): HTMLElement {
    const house = this.house;
    const act = mayAct(house);
    const sheet = act ? new LullabySheet(house) : null;
    const lullaby = h(
      'button',
      { class: 'tool', test: 'lullaby', attrs: { type: 'button', 'aria-haspopup': 'dialog' }, on: { click: () => sheet?.open() } },
      icon('note'),
      h('span', { class: 'label' }, words.lullaby),
    );
    const deck = h(
      'section',
      { class: 'deck' },
      story.element,
      nowPlaying(house, sheet),
      h('div', { class: 'hand' }, act && lullaby, act && new Talk(house, listening).element, listening.button),
      h('div', { class: 'tools' }, nightButton(house), snapshotButton(house), pipButton(house), fullscreenButton(), black.button),
    );
    for (const type of ['pointerdown', 'keydown'] as const) this.element.addEventListener(type, () => this.wakeControls());
    return deck;
  }

  /** Floating controls come back with a touch and fade again. */
  private wakeControls(): void {
    attr(document.documentElement, 'data-idle', false);
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      const busy = this.element.querySelector('.deck :focus-visible, [data-held], [data-talk=talking]');
      if (busy || this.house.sheets.current) return this.wakeControls();
      attr(document.documentElement, 'data-idle', true);
    }, FADE);
  }
}

function clip(v: number): number {
  return Math.max(-1, Math.min(1, v));
}

function network(): EventTarget | undefined {
  return (navigator as Navigator & { connection?: EventTarget }).connection;
}
