// The page in the hand of a test: finding its controls and waiting for what it says.
import { expect } from 'vitest';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { phone, stripDelay } from './browser';
import { parent, type Monitor } from './monitor';

/** How long a page may take for anything on a busy machine. A bound, not a measure. */
export const patience = 60_000;

export class Phone {
  private constructor(readonly context: BrowserContext, readonly page: Page) {}

  /** Opens the monitor's page on a new phone, logged in as who (null: nobody). */
  static async open(browser: Browser, monitor: Monitor, who: typeof parent | null = parent, options: object = {}): Promise<Phone> {
    const context = await browser.newContext({ ...phone, permissions: ['microphone'], acceptDownloads: true, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    // A test speaks a pure tone, which browsers take for noise and remove.
    await context.addInitScript(() => {
      const key = 'babymonitor.preferences';
      if (!localStorage.getItem(key)) localStorage.setItem(key, JSON.stringify({ cleanVoice: false }));
    });
    await page.goto(monitor.url);
    const it = new Phone(context, page);
    if (who) await it.logIn(who);
    return it;
  }

  async logIn(who: typeof parent): Promise<void> {
    await this.by('name').fill(who.name);
    await this.by('password').fill(who.password);
    await this.by('submit').click();
    await this.page.locator('html[data-app="monitor"]').waitFor({ state: 'attached' });
  }

  by(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** Waits until the truth line says one of these. */
  async verdict(...kinds: string[]): Promise<void> {
    await this.attribute('truth', 'data-verdict', kinds);
  }

  async cause(...causes: string[]): Promise<void> {
    await this.attribute('truth', 'data-cause', causes);
  }

  private async attribute(testId: string, name: string, values: string[]): Promise<void> {
    const any = values.map((v) => `[data-testid="${testId}"][${name}="${v}"]`).join(',');
    await this.page.locator(any).waitFor({ state: 'attached' });
  }

  async app(value: string): Promise<void> {
    await this.page.locator(`html[data-app="${value}"]`).waitFor({ state: 'attached' });
  }

  async alarm(value: 'quiet' | 'ringing' | 'acknowledged'): Promise<void> {
    await this.page.locator(`html[data-alarm="${value}"]`).waitFor({ state: 'attached' });
  }

  /** Delay of the picture by its time strip, in ms; null where none can be read. */
  delay(): Promise<number | null> {
    return this.page.evaluate(`(${stripDelay})(document.querySelector('[data-testid="video"]'))`);
  }

  /** A small grey copy of the picture without its time strip, to tell pictures apart. */
  look(): Promise<number[]> {
    return this.page.evaluate(() => {
      const video = document.querySelector('[data-testid="video"]') as HTMLVideoElement;
      const canvas = new OffscreenCanvas(32, 18);
      const g = canvas.getContext('2d')!;
      g.drawImage(video, 0, 0, video.videoWidth, video.videoHeight * 0.95, 0, 0, 32, 18);
      const px = g.getImageData(0, 0, 32, 18).data;
      return Array.from({ length: 32 * 18 }, (_, i) => px[4 * i]);
    });
  }

  /** Closes a sheet by its button, if one is open. */
  async closeSheet(): Promise<void> {
    await this.by('sheet-close').click();
    await this.by('sheet').waitFor({ state: 'hidden' });
  }

  /** Unfolds what is folded in the open sheet. */
  async unfold(): Promise<void> {
    const folded = this.by('sheet').locator('details:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** Mean difference of two looks, in grey levels. */
export function difference(a: number[], b: number[]): number {
  return a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;
}

/** Polls what a function returns until it satisfies a condition. */
export async function until<T>(read: () => Promise<T> | T, good: (value: T) => boolean, what = 'the condition'): Promise<T> {
  let value!: T;
  await expect.poll(async () => good((value = await read())), { timeout: patience, interval: 100, message: what }).toBe(true);
  return value;
}
