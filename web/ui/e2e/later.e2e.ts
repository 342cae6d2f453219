// What the page loads later: it is ready before it is asked for, it is said
// where it cannot be had, and the page that is kept on the phone has it too.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launch } from './browser';
import { Monitor, parent } from './monitor';
import { Phone, until } from './page';

let monitor: Monitor;
let browser: Browser;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

const loaded = (page: Page) => page.evaluate(() => performance.getEntriesByType('resource').some((r) => /\/assets\/drawers-/.test(r.name)));

test('the settings are here before they are asked for', async () => {
  const ada = await Phone.open(browser, monitor);
  await ada.verdict('live');
  await until(() => loaded(ada.page), Boolean, 'it has come by itself');
  await ada.page.route('**/assets/**', (r) => r.abort());
  await ada.by('menu').click();
  await ada.by('menu-settings').click();
  await ada.by('settings-save').waitFor();
  await ada.close();
});

test('where they cannot be loaded a word says so, and another tap opens them', async () => {
  const ada = await Phone.open(browser, monitor, null, { serviceWorkers: 'block' });
  await ada.page.route('**/assets/drawers-*', (r) => r.abort());
  await ada.logIn(parent);
  await ada.verdict('live');
  await ada.page.route('**/api/session', (r) => r.abort());
  await ada.by('menu').click();
  await ada.by('menu-settings').click();
  await until(() => ada.by('toast').innerText(), (t) => t.includes('Tap again'), 'it says so');
  await ada.verdict('live');
  await ada.page.unrouteAll();
  await ada.by('menu-settings').click();
  // A browser that remembers the failure gets a fresh page.
  await until(async () => {
    if (await ada.by('settings-save').isVisible()) return true;
    if (!(await ada.by('menu-settings').isVisible())) await ada.by('menu').click({ timeout: 1000 }).catch(() => {});
    await ada.by('menu-settings').click({ timeout: 1000 }).catch(() => {});
    return ada.by('settings-save').isVisible();
  }, Boolean, 'the settings open');
  await ada.close();
});

test('the page that a phone keeps has them', async () => {
  const ada = await Phone.open(browser, monitor);
  await ada.verdict('live');
  const kept = () => ada.page.evaluate(async () => (await (await caches.open('shell-1')).keys()).map((r) => new URL(r.url).pathname));
  await until(kept, (paths) => paths.some((p) => p.startsWith('/assets/drawers-')), 'it is kept');
  await ada.page.reload();
  await ada.verdict('live');
  expect((await kept()).filter((p) => p.startsWith('/assets/')).length).toBe(3);
  await ada.close();
});
