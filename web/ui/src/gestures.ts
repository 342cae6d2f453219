// Fingers on an element told apart: pinch, drag, tap, double tap; the wheel
// pinches too. Positions are pixels from the element's corner.

export interface GestureListener {
  pinch(factor: number, x: number, y: number): void;
  drag(dx: number, dy: number): void;
  tap(): void;
  doubleTap(x: number, y: number): void;
  /** All fingers are gone. */
  end(): void;
}

const DOUBLE = 300; // ms
const TREMBLE = 10; // px that a tap may wander

interface Finger {
  x: number;
  y: number;
}

export class Gestures {
  private readonly fingers = new Map<number, Finger>();
  private wandered = 0;
  private several = false;
  private last = { at: 0, x: 0, y: 0 };

  constructor(
    private readonly element: HTMLElement,
    private readonly listener: GestureListener,
  ) {
    element.addEventListener('pointerdown', (e) => this.down(e));
    element.addEventListener('pointermove', (e) => this.move(e));
    element.addEventListener('pointerup', (e) => this.up(e, true));
    element.addEventListener('pointercancel', (e) => this.up(e, false));
    element.addEventListener(
      'wheel',
      (e) => {
        e.preventDefault();
        const at = this.at(e);
        listener.pinch(Math.exp(-e.deltaY / 400), at.x, at.y);
      },
      { passive: false },
    );
  }

  private at(e: MouseEvent): Finger {
    const box = this.element.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top };
  }

  private down(e: PointerEvent): void {
    if (e.button !== 0) return;
    if (this.fingers.size === 0) {
      this.wandered = 0;
      this.several = false;
    }
    this.fingers.set(e.pointerId, this.at(e));
    if (this.fingers.size > 1) this.several = true;
    this.element.setPointerCapture(e.pointerId);
  }

  private move(e: PointerEvent): void {
    const finger = this.fingers.get(e.pointerId);
    if (!finger) return;
    const at = this.at(e);
    const others = [...this.fingers].filter(([id]) => id !== e.pointerId).map(([, f]) => f);
    const other = others[0];
    const dx = at.x - finger.x;
    const dy = at.y - finger.y;
    this.wandered += Math.hypot(dx, dy);
    if (other) {
      const before = Math.hypot(finger.x - other.x, finger.y - other.y);
      const after = Math.hypot(at.x - other.x, at.y - other.y);
      const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
      if (before > 1) this.listener.pinch(after / before, middle.x, middle.y);
      this.listener.drag(dx / 2, dy / 2);
    } else if (this.wandered > TREMBLE) this.listener.drag(dx, dy);
    this.fingers.set(e.pointerId, at);
  }

  private up(e: PointerEvent, meant: boolean): void {
    if (!this.fingers.delete(e.pointerId)) return;
    if (this.fingers.size > 0) return;
    this.listener.end();
    if (!meant || this.several || this.wandered > TREMBLE) return;
    const at = this.at(e);
    const now = performance.now();
    const near = Math.hypot(at.x - this.last.x, at.y - this.last.y) < 40;
    if (now - this.last.at < DOUBLE && near) {
      this.last.at = 0;
      return this.listener.doubleTap(at.x, at.y);
    }
    this.last = { at: now, ...at };
    this.listener.tap();
  }
}
