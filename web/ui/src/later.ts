// Loads what is needed seldom, best before it is asked for.
import { call } from './api';
import type { House } from './house';
import { words } from './language';

/** What the file holds. */
export type Drawers = typeof import('./drawers');

let loaded: Drawers | null = null;

/** drawers loads the file, or hands out what is loaded. */
export async function drawers(): Promise<Drawers> {
  return (loaded ??= await import('./drawers'));
}

/** prepare loads it once the page has nothing else to do, so that a tap finds it here; called when the picture is there. */
export function prepare(): void {
  const load = () => void drawers().catch(() => {}); // a tap tries again
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: 10000 });
  else setTimeout(load, 3000);
}

/**
 * open opens something of it: at once where it is loaded, else when it is, unless another sheet was opened or closed
 * meanwhile. Where it cannot be loaded a word says so, and the next tap tries again.
 */
export function open(house: House, one: (from: Drawers) => void): void {
  if (loaded) return one(loaded);
  const before = house.sheets.current;
  drawers().then(
    (from) => house.sheets.current === before && one(from),
    async () => {
      try {
        await call('GET', '/api/session');
        location.reload(); // it is of an older page, or the browser remembers the failure
      } catch {
        house.notice.say(words.laterFailed);
      }
    },
  );
}
