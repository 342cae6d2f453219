import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { test } from 'vitest';
import { launch, phone } from '../e2e/browser';
import { Monitor, parent } from '../e2e/monitor';
import { Phone, until } from '../e2e/page';
const out = '/tmp/look';
const only = process.env.ONLY?.split(',');
test('look', async () => {
  mkdirSync(out, { recursive: true });
  const monitor = await (await new Monitor().start()).setUp();
  const browser = await launch();
  try {
    await monitor.world({ quiet: true });
    const shoot = async (file: string, options: object, before?: (p: Phone) => Promise<void>, css = '') => {
      if (only && !only.some((o) => file.startsWith(o))) return;
      const p = await Phone.open(browser, monitor, parent, { ...phone, deviceScaleFactor: 1, ...options });
      await p.verdict('live');
      await until(() => p.delay(), (d) => d !== null, 'a picture');
      if (css) await p.page.evaluate((c) => { document.documentElement.style.fontSize = c; }, css);
      await before?.(p);
      await p.page.waitForTimeout(300);
      await p.page.screenshot({ path: join(out, file + '.png'), animations: 'disabled' });
      await p.close();
    };
    const menu = (item: string) => async (p: Phone) => { await p.by('menu').click(); await p.by(item).click(); await p.by('sheet').waitFor(); };
    const devices = async (p: Phone) => {
      await menu('menu-settings')(p);
      const s = p.by('sheet').locator('details[data-group=devices] > summary');
      await s.click();
      await p.by('device-camera').waitFor();
      await p.by('devices-again').scrollIntoViewIfNeeded();
    };
    const lullaby = async (p: Phone) => { await p.by('lullaby').click(); await p.by('sheet').waitFor(); await p.page.waitForTimeout(300); };
    const people = async (p: Phone) => { await menu('menu-people')(p); await p.unfold(); await p.by('password-save').scrollIntoViewIfNeeded(); };
    const dark = { colorScheme: 'dark' }, light = { colorScheme: 'light' };
    await shoot('main-dark', dark);
    await shoot('main-light', light);
    await shoot('small-light', { ...light, viewport: { width: 360, height: 640 } });
    await shoot('se-dark', { ...dark, viewport: { width: 320, height: 568 } });
    await shoot('tablet-light', { ...light, viewport: { width: 768, height: 1024 } });
    await shoot('land', { ...dark, viewport: { width: 844, height: 390 } });
    await shoot('land-light', { ...light, viewport: { width: 844, height: 390 } });
    await shoot('left', dark, async (p) => { await menu('menu-settings')(p); await p.by('left-handed').click(); await p.closeSheet(); });
    await shoot('devices-dark', dark, devices);
    await shoot('devices-light', light, devices);
    await shoot('devices-de', { ...dark, locale: 'de-DE' }, devices);
    await shoot('lullaby-dark', dark, lullaby);
    await shoot('lullaby-200', dark, lullaby, '200%');
    await shoot('lullaby-200b', dark, async (p) => { await lullaby(p); await p.page.locator('[data-testid^=track-]').nth(3).scrollIntoViewIfNeeded(); }, '200%');
    await shoot('lullaby-de', { ...light, locale: 'de-DE' }, lullaby);
    await shoot('people', dark, people);
    await shoot('people-de', { ...light, locale: 'de-DE' }, people);
    await shoot('main-200', dark, undefined, '200%');
    await shoot('main-de', { ...dark, locale: 'de-DE' });
    await shoot('note', dark, async (p) => {
      await monitor.post('/api/player', { action: 'play', track: 'brahms' });
      await p.page.waitForTimeout(500);
    });
    await monitor.post('/api/player', { action: 'stop' });
    await shoot('alarm', dark, async (p) => { await monitor.world({ freeze: ['camera'] }); await p.alarm('ringing'); await p.page.waitForTimeout(500); });
  } finally {
    await browser.close();
    await monitor.dispose();
  }
}, 600_000);
