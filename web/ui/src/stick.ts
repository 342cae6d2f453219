// The joystick's geometry. Pure. Screen coordinates grow right and down; pan
// grows right and tilt grows up.
import type { Head, Pose } from './state';

/** Thumb movements smaller than this share of the ring are not meant. */
export const DEAD = 0.12;

export interface Deflection extends Pose {
  /** Where the knob is drawn, in shares of the radius. */
  x: number;
  y: number;
}

export const centred: Deflection = { x: 0, y: 0, pan: 0, tilt: 0 };

/** deflect turns the thumb's way from the centre into speeds of -1…1, finer near the centre. */
export function deflect(dx: number, dy: number, radius: number): Deflection {
  const length = Math.hypot(dx, dy) / radius;
  if (length === 0) return centred;
  const reach = Math.min(1, length);
  const ux = dx / radius / length;
  const uy = dy / radius / length;
  const speed = reach < DEAD ? 0 : ((reach - DEAD) / (1 - DEAD)) ** 1.6;
  return { x: ux * reach, y: uy * reach, pan: round(ux * speed), tilt: round(-uy * speed) };
}

/** poseDot is where the head's true pose is drawn in the ring, in shares of the radius. */
export function poseDot(head: Pose & Pick<Head, 'pan_min' | 'pan_max' | 'tilt_min' | 'tilt_max'>): { x: number; y: number } {
  const x = share(head.pan, head.pan_min, head.pan_max);
  const y = -share(head.tilt, head.tilt_min, head.tilt_max);
  const length = Math.max(1, Math.hypot(x, y));
  return { x: x / length, y: y / length };
}

/** around places count chips on an arc above the ring that stays on the screen: up and towards its middle. */
export function around(count: number, distance: number, leftHanded: boolean): { x: number; y: number }[] {
  const from = -92;
  const to = -200;
  return Array.from({ length: count }, (_, i) => {
    const angle = ((count === 1 ? -120 : from + ((to - from) * i) / (count - 1)) * Math.PI) / 180;
    const x = Math.cos(angle) * distance;
    return { x: leftHanded ? -x : x, y: Math.sin(angle) * distance };
  });
}

function share(value: number, low: number, high: number): number {
  if (high <= low) return 0;
  return Math.max(-1, Math.min(1, (2 * (value - low)) / (high - low) - 1));
}

function round(v: number): number {
  return Math.round(v * 1000) / 1000 + 0;
}
