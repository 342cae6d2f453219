// When the camera takes a zoom over from the page, the page must undo its own
// stretching in the very frame that first shows the camera's new part, or the
// picture jumps. No clock tells that frame, so it is recognised by sight: each
// new frame is compared, small and grey, with what the old one and what the
// new part would look like.
import type { Rect } from './state';
import { difference, inside, overlap } from './view';

const W = 32;
const H = 18;
const PATIENCE = 1500; // ms; then the monitor's word is taken

export class Handover {
  private readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D | null;
  private memory: Uint8Array | null = null;
  private oldCrop: Rect | null = null;
  private newCrop: Rect | null = null;
  private since = 0;

  constructor(private readonly video: HTMLVideoElement) {
    this.canvas.width = W;
    this.canvas.height = H;
    this.context = this.canvas.getContext('2d', { willReadFrequently: true });
  }

  /** begin remembers what the frame shows now: the part `from`, soon to be the part `to`. */
  begin(from: Rect, to: Rect): void {
    const both = overlap(from, to);
    this.oldCrop = both && inside(both, from);
    this.newCrop = both && inside(both, to);
    this.memory = this.oldCrop && this.look(this.oldCrop);
    this.since = performance.now();
  }

  /** arrived looks at the present frame and says whether it shows the new part. */
  arrived(): boolean {
    if (performance.now() - this.since > PATIENCE) return true;
    if (!this.memory || !this.oldCrop || !this.newCrop) return false;
    const asOld = this.look(this.oldCrop);
    const asNew = this.look(this.newCrop);
    if (!asOld || !asNew) return false;
    return difference(asNew, this.memory) < difference(asOld, this.memory);
  }

  private look(crop: Rect): Uint8Array | null {
    const { videoWidth: w, videoHeight: h } = this.video;
    if (!this.context || w === 0) return null;
    this.context.drawImage(this.video, crop.x * w, crop.y * h, crop.w * w, crop.h * h, 0, 0, W, H);
    const rgba = this.context.getImageData(0, 0, W, H).data;
    const grey = new Uint8Array(W * H);
    for (let i = 0; i < grey.length; i++) grey[i] = ((rgba[4 * i] ?? 0) * 77 + (rgba[4 * i + 1] ?? 0) * 150 + (rgba[4 * i + 2] ?? 0) * 29) >> 8;
    return grey;
  }
}
