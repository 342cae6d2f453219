// Pinch, double-tap and drag. A tall screen shows the picture's middle at first,
// as large as is sensible; pinched together, it shows the whole, and remembers
// that. The page zooms at once by itself; a moment after
// the fingers rest, the camera is asked for that part in full sharpness, and
// takes over in the frame that first shows it.
import { call, say } from './api';
import { attr, h, show, text } from './dom';
import { Gestures } from './gestures';
import { Handover } from './handover';
import { mayAct, type House } from './house';
import { tenths } from './format';
import { words } from './language';
import { preferences, prefer } from './preferences';
import type { Rect } from './state';
import { ask, base, clamp, contains, drag, fit, least, placement, suits, visible, WHOLE, zoomAt, type Stage, type View } from './view';

// Milliseconds.
const REST = 300; // fingers at rest for so long: the camera is asked
const TAP_ZOOM = 3;
const NEAR = 1.05; // a scale below is not meant as zoom

export interface ZoomActions {
  /** A single touch on the picture. */
  touch(): void;
  /** The picture was dragged beyond its edge, in shares of the stage; null: no more. */
  beyond(push: { x: number; y: number } | null): void;
}

export class Zoom {
  /** The layer that holds the picture; it takes the gestures. */
  readonly element: HTMLElement;
  private readonly label = h('span', { class: 'zoom-label', attrs: { hidden: true } });
  private readonly handover: Handover;
  private view: View = home();
  private shown: Rect = WHOLE; // the part that the frames show
  private wanted: Rect | null = null; // the part that the camera was asked for and has not delivered
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stage: Stage = { w: 1, h: 1, aspect: 16 / 9 };

  constructor(
    private readonly house: House,
    private readonly actions: ZoomActions,
  ) {
    const video = house.player.video;
    this.handover = new Handover(video);
    this.element = h(
      'div',
      { class: 'view', test: 'zoom', attrs: { tabindex: 0, role: 'group', 'aria-label': words.zoomHelp, 'data-scale': '1' } },
      video,
      this.label,
    );
    new Gestures(this.element, {
      pinch: (factor, x, y) => this.change(zoomAt(this.view, factor, x, y, this.stage)),
      drag: (dx, dy) => this.drag(dx, dy),
      end: () => this.actions.beyond(null),
      tap: () => this.actions.touch(),
      doubleTap: (x, y) => this.toggle(x, y),
    });
    this.element.addEventListener('keydown', (e) => this.key(e));
    new ResizeObserver(() => this.measure()).observe(this.element);
    video.addEventListener('resize', () => this.measure());
    house.player.onFrame(() => this.frame());
    house.live.on((s) => this.heard(s.camera.zoom));
  }

  /** whole leaves the zoom. */
  whole(): void {
    this.change(home(), true);
  }

  private get cameraZooms(): boolean {
    return mayAct(this.house) && this.house.live.state?.camera.can_zoom === true;
  }

  private measure(): void {
    const { clientWidth: w, clientHeight: h } = this.element;
    const video = this.house.player.video;
    const aspect = video.videoWidth > 0 ? video.videoWidth / video.videoHeight : 16 / 9;
    this.stage = { w: Math.max(1, w), h: Math.max(1, h), aspect };
    const b = base(this.stage);
    video.style.width = `${b.w}px`;
    video.style.height = `${b.h}px`;
    this.view = clamp(this.view.s <= 1 ? { ...this.view, s: home().s } : this.view, this.stage);
    this.draw();
  }

  private toggle(x: number, y: number): void {
    if (this.view.s > NEAR) this.whole();
    else this.change(zoomAt(this.view, TAP_ZOOM, x, y, this.stage), true);
  }

  private drag(dx: number, dy: number): void {
    const { view, over } = drag(this.view, dx, dy, this.stage);
    if (this.view.s <= NEAR) return this.change(view); // a stray touch turns no camera
    const push = { x: over.x / this.stage.w, y: over.y / this.stage.h };
    if (Math.abs(push.x) > 0.002 || Math.abs(push.y) > 0.002) this.actions.beyond(push);
    this.change(view);
  }

  private key(e: KeyboardEvent): void {
    const ways: Record<string, () => void> = {
      '+': () => this.step(1.4),
      '=': () => this.step(1.4),
      '-': () => this.step(1 / 1.4),
      '0': () => this.whole(),
      ArrowLeft: () => this.drag(60, 0),
      ArrowRight: () => this.drag(-60, 0),
      ArrowUp: () => this.drag(0, 60),
      ArrowDown: () => this.drag(0, -60),
    };
    const way = ways[e.key];
    if (!way) return;
    e.preventDefault();
    way();
    this.actions.beyond(null);
  }

  /** step zooms at the middle, and stops at 1 on its way past it. */
  private step(factor: number): void {
    const { s } = this.view;
    const past = s !== 1 && (s < 1) === (s * factor > 1);
    this.change(zoomAt(this.view, past ? 1 / s : factor, this.stage.w / 2, this.stage.h / 2, this.stage), true);
  }

  private change(view: View, glide = false): void {
    this.view = clamp(view, this.stage);
    this.draw(glide);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), REST);
  }

  /** rest settles what the fingers left, and lets the camera follow. */
  private rest(): void {
    const low = least(this.stage);
    if (low < 1 && this.view.s < NEAR) {
      prefer('wholePicture', this.view.s < (low + 1) / 2);
      this.view = clamp({ ...this.view, s: home().s }, this.stage);
      this.draw(true);
    }
    void this.askCamera();
  }

  /** What the frames show, as the person sees it: who may not zoom the camera takes its part for the whole. */
  private part(): Rect {
    return this.cameraZooms ? this.shown : WHOLE;
  }

  private draw(glide = false): void {
    const p = placement(this.view, this.part(), this.stage);
    const video = this.house.player.video;
    attr(video, 'data-glide', glide);
    video.style.transform = `translate(${p.x}px, ${p.y}px) scale(${p.scale})`;
    attr(this.element, 'data-scale', Number(this.view.s.toFixed(2)));
    show(this.label, this.view.s > NEAR);
    text(this.label, words.zoomed(`${tenths(this.view.s)}×`));
  }

  private async askCamera(): Promise<void> {
    if (!this.cameraZooms || this.asking || this.wanted) return;
    if (suits(this.view, this.shown, this.stage)) return;
    const rect = ask(this.view, this.stage);
    this.asking = true;
    this.handover.begin(this.shown, rect);
    this.wanted = rect;
    try {
      await call<Rect>('POST', '/api/zoom', rect);
    } catch (error) {
      this.wanted = null;
      this.house.notice.say(say(error));
      this.change(fit(this.shown, this.stage), true);
    } finally {
      this.asking = false;
    }
  }

  /** frame looks whether this one shows what the camera was asked for. */
  private frame(): void {
    if (!this.wanted || !this.handover.arrived()) return;
    this.shown = this.wanted;
    this.wanted = null;
    this.draw();
    // The fingers may have gone on meanwhile.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.askCamera(), REST);
  }

  /** heard follows a zoom that somebody else chose, or that was in force before. */
  private heard(zoom: Rect): void {
    const rect = zoom.w > 0 && zoom.h > 0 ? zoom : WHOLE;
    if (this.wanted || this.asking || same(rect, this.shown)) return;
    this.shown = rect;
    if (!this.cameraZooms) return;
    const seen = visible(this.view, this.stage);
    if (!contains(rect, seen)) this.view = fit(rect, this.stage);
    this.draw();
  }
}

/** home is the view without zoom. A scale of 0 is clamped to the least. */
function home(): View {
  return { cx: 0.5, cy: 0.5, s: preferences.wholePicture ? 0 : 1 };
}

function same(a: Rect, b: Rect): boolean {
  return [a.x - b.x, a.y - b.y, a.w - b.w, a.h - b.h].every((d) => Math.abs(d) < 0.002);
}
