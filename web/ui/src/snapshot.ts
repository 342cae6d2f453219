// A picture for the phone: the newest one that is live, never an old one.
import { h } from './dom';
import type { House } from './house';
import { icon } from './icons';
import { words } from './language';

/** snapshotButton saves or shares the picture. */
export function snapshotButton(house: House): HTMLButtonElement {
  return h(
    'button',
    { class: 'tool', test: 'snapshot', attrs: { type: 'button', 'aria-label': words.snapshotLong }, on: { click: () => void snapshot(house) } },
    icon('camera'),
    h('span', { class: 'label' }, words.snapshot),
  );
}

async function snapshot(house: House): Promise<void> {
  const kind = house.watch.verdict?.kind;
  const live = kind === 'live' || kind === 'delayed' || kind === 'unsure' || kind === 'nosound';
  const picture = live ? await grab(house.player.video) : null;
  if (!picture) return house.notice.say(words.noPictureToSave);
  const name = house.live.state?.device.name ?? 'room';
  const file = new File([picture], `${fileName(name, house.live.shownTime())}.jpg`, { type: 'image/jpeg' });
  try {
    // A phone keeps pictures by sharing them; elsewhere a download is what people know.
    if (matchMedia('(pointer: coarse)').matches && navigator.canShare?.({ files: [file] })) await navigator.share({ files: [file] });
    else download(file);
    house.notice.say(words.pictureSaved);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') download(file);
  }
}

function grab(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = h('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve) => (canvas.width > 0 ? canvas.toBlob(resolve, 'image/jpeg', 0.92) : resolve(null)));
}

/** download leaves a file with the browser's others. */
export function download(file: File): void {
  const url = URL.createObjectURL(file);
  const link = h('a', { attrs: { href: url, download: file.name } });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** fileName as nursery-2026-11-21-024107, in the phone's time zone. */
export function fileName(name: string, at: number): string {
  const d = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'room';
  return `${plain}-${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}-${two(d.getHours())}${two(d.getMinutes())}${two(d.getSeconds())}`;
}
