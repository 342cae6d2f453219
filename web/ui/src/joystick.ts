// The joystick: a ring that answers in the next frame. The knob follows the
// thumb, the dot is where the head truly looks. Letting go, sliding away from
// the page or hiding it stops the head; the monitor stops it as well when
// nothing is heard for 300 ms.
import { call, say } from './api';
import { attr, h, show } from './dom';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';
import type { Head } from './state';
import { around, centred, deflect, poseDot, type Deflection } from './stick';
import { preferences } from './preferences';
import { vibrate } from './tones';

// Milliseconds.
const EVERY = 50; // 20 Hz while moved
const SLOWLY = 200; // over plain requests, where there is no channel
const DOUBLE = 300;
const STILL = 550; // held still for so long: presets appear
const CHIPS = 5;

export class Joystick {
  readonly element: HTMLElement;
  private readonly ring: HTMLElement;
  private readonly knob = h('span', { class: 'knob', test: 'knob' });
  private readonly dot = h('span', { class: 'pose', test: 'pose' });
  private readonly chips = h('div', { class: 'chips', attrs: { hidden: true } });
  private readonly fault = h('span', { class: 'ring-fault', attrs: { hidden: true } }, words.headFault);
  private now: Deflection = centred;
  private pointer: number | null = null;
  private keys = new Set<string>();
  private sending: ReturnType<typeof setInterval> | null = null;
  private still: ReturnType<typeof setTimeout> | undefined;
  private tapped = 0;
  private moved = false;
  private posted = 0;

  constructor(private readonly house: House) {
    this.ring = h(
      'div',
      {
        class: 'ring',
        test: 'joystick',
        attrs: { tabindex: 0, role: 'application', 'aria-roledescription': 'joystick', 'aria-label': words.joystick, 'aria-description': words.joystickHelp },
      },
      h('span', { class: 'arrows', attrs: { 'aria-hidden': 'true' } }),
      this.dot,
      this.knob,
    );
    this.element = h('div', { class: 'joystick', attrs: { hidden: true } }, this.chips, this.ring, this.fault);
    this.pointers();
    this.keyboard();
    addEventListener('blur', () => this.release());
    document.addEventListener('visibilitychange', () => document.hidden && this.release());
    addEventListener('pagehide', () => this.release());
    house.live.on((s) => this.draw(s.head));
  }

  /** steer moves the head as if the ring were pushed; the picture's edge does so when it is dragged. */
  steer(pan: number, tilt: number): void {
    this.set({ ...centred, pan, tilt });
  }

  /** release springs back and stops the head. */
  release(): void {
    clearTimeout(this.still);
    this.pointer = null;
    this.keys.clear();
    show(this.chips, false);
    attr(this.ring, 'data-held', false);
    this.set(centred);
  }

  private draw(head: Head): void {
    show(this.element, head.condition !== 'absent');
    show(this.fault, head.condition === 'fault');
    attr(this.ring, 'data-moving', head.moving);
    attr(this.dot, 'data-pan', head.pan.toFixed(2));
    attr(this.dot, 'data-tilt', head.tilt.toFixed(2));
    const p = poseDot(head);
    this.dot.style.transform = `translate(${(p.x * 44).toFixed(1)}cqw, ${(p.y * 44).toFixed(1)}cqw)`;
  }

  private set(d: Deflection): void {
    const stopping = d.pan === 0 && d.tilt === 0 && (this.now.pan !== 0 || this.now.tilt !== 0);
    this.now = d;
    this.knob.style.transform = `translate(${(d.x * 32).toFixed(1)}cqw, ${(d.y * 32).toFixed(1)}cqw)`;
    attr(this.ring, 'data-pan', d.pan);
    attr(this.ring, 'data-tilt', d.tilt);
    if (stopping) return this.halt();
    if (d.pan === 0 && d.tilt === 0) return;
    if (this.sending === null) {
      this.send();
      this.sending = setInterval(() => this.send(), EVERY);
    }
  }

  /** The channel may lose a message, so the stop is said three times. */
  private halt(): void {
    if (this.sending !== null) clearInterval(this.sending);
    this.sending = null;
    this.posted = 0;
    for (const wait of [0, 20, 60]) setTimeout(() => this.now.pan === 0 && this.now.tilt === 0 && this.send(), wait);
  }

  private send(): void {
    const { pan, tilt } = this.now;
    if (this.house.link.drive(pan, tilt)) return;
    const at = performance.now();
    if (at - this.posted < SLOWLY) return;
    this.posted = at;
    void call('POST', '/api/head', { pan_speed: pan, tilt_speed: tilt }).catch(() => {});
  }

  private go(preset: string): void {
    vibrate(10);
    call('POST', '/api/head', { preset }).catch((e: unknown) => this.house.notice.say(say(e)));
  }

  private pointers(): void {
    const ring = this.ring;
    ring.addEventListener('contextmenu', (e) => e.preventDefault());
    ring.addEventListener('pointerdown', (e) => {
      if (this.pointer !== null || e.button !== 0) return;
      this.pointer = e.pointerId;
      this.moved = false;
      ring.setPointerCapture(e.pointerId);
      attr(ring, 'data-held', true);
      this.still = setTimeout(() => this.offer(), STILL);
      this.follow(e);
    });
    ring.addEventListener('pointermove', (e) => e.pointerId === this.pointer && this.follow(e));
    ring.addEventListener('pointerup', (e) => e.pointerId === this.pointer && this.lift(e));
    for (const type of ['pointercancel', 'lostpointercapture'] as const)
      ring.addEventListener(type, (e) => e.pointerId === this.pointer && this.release());
  }

  private follow(e: PointerEvent): void {
    const box = this.ring.getBoundingClientRect();
    if (!this.chips.hidden) return this.aim(e);
    const d = deflect(e.clientX - box.left - box.width / 2, e.clientY - box.top - box.height / 2, box.width / 2);
    if (d.pan !== 0 || d.tilt !== 0) {
      this.moved = true;
      clearTimeout(this.still);
    }
    this.set(d);
  }

  private lift(e: PointerEvent): void {
    const chip = this.chips.hidden ? null : this.under(e);
    const tap = !this.moved && this.chips.hidden;
    this.release();
    if (chip) return chip.click();
    if (!tap) return;
    const at = performance.now();
    if (at - this.tapped < DOUBLE) this.go('home');
    this.tapped = at;
  }

  /** offer shows the presets around the ring; the thumb slides onto one and lets go. */
  private offer(): void {
    const head = this.house.live.state?.head;
    if (!head) return;
    const names = ['home', ...Object.keys(head.presets ?? {}).filter((n) => n !== 'home').sort()].slice(0, CHIPS);
    const places = around(names.length, 116, preferences.leftHanded);
    this.chips.replaceChildren(
      ...names.map((name, i) => {
        const chip = h(
          'button',
          { class: 'chip', test: 'preset-chip', attrs: { type: 'button', 'data-preset': name, tabindex: -1 }, on: { click: () => this.go(name) } },
          name === 'home' ? icon('home') : null,
          h('span', {}, name === 'home' ? words.home : name),
        );
        const at = places[i] ?? { x: 0, y: 0 };
        chip.style.transform = `translate(-50%, -50%) translate(${at.x / 16}rem, ${at.y / 16}rem)`;
        return chip;
      }),
    );
    this.set(centred);
    show(this.chips, true);
    vibrate(15);
  }

  private aim(e: PointerEvent): void {
    const target = this.under(e);
    for (const chip of this.chips.children) attr(chip, 'data-aimed', chip === target);
  }

  private under(e: PointerEvent): HTMLElement | null {
    const reach = 12; // px of mercy
    for (const chip of this.chips.children) {
      const b = chip.getBoundingClientRect();
      const inside = e.clientX > b.left - reach && e.clientX < b.right + reach && e.clientY > b.top - reach && e.clientY < b.bottom + reach;
      if (inside) return chip as HTMLElement;
    }
    return null;
  }

  private keyboard(): void {
    const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const push = () => {
      let x = 0;
      let y = 0;
      for (const key of this.keys) {
        x += ways[key]?.[0] ?? 0;
        y += ways[key]?.[1] ?? 0;
      }
      this.set(x === 0 && y === 0 ? centred : deflect(x * 0.7, y * 0.7, 1));
    };
    this.ring.addEventListener('keydown', (e) => {
      if (e.key === 'Home') this.go('home');
      else if (ways[e.key]) {
        this.keys.add(e.key);
        push();
      } else return;
      e.preventDefault();
    });
    this.ring.addEventListener('keyup', (e) => this.keys.delete(e.key) && push());
    this.ring.addEventListener('blur', () => this.keys.size > 0 && this.release());
  }
}

