// The README's pictures of the first evening, taken from the running program.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launch, phone } from '../e2e/browser';
import { Monitor } from '../e2e/monitor';
import { until } from '../e2e/page';

test('the card, the Wi-Fi, the way home, the first parent', async () => {
  const monitor = await new Monitor({ args: ['--world', '{"network":"new"}'] }).start();
  const browser = await launch();
  const themes = (process.env.THEMES ?? 'dark').split(',') as ('dark' | 'light')[];
  try {
    await until(async () => (await (await monitor.get('/api/setup', null)).json()).network?.own, Boolean, 'its own Wi-Fi');
    for (const colorScheme of themes) {
      const context = await browser.newContext({ ...phone, colorScheme, deviceScaleFactor: 2 });
      const page = await context.newPage();
      const file = (name: string) => join(import.meta.dirname ?? '.', colorScheme === themes[0] ? `${name}.jpg` : `${name}-${colorScheme}.jpg`);
      const shoot = (name: string) => page.screenshot({ path: file(name), type: 'jpeg', quality: 85, animations: 'disabled' });
      const computer = await (await browser.newContext({ viewport: { width: 1060, height: 640 }, colorScheme: 'light' })).newPage();
      await computer.goto(`file://${monitor.data}/babymonitor-setup.html`);
      await computer.locator('a code').first().evaluate((e) => (e.textContent = 'http://babymonitor.local'));
      await computer.screenshot({ path: file('card'), type: 'jpeg', quality: 85 });
      await page.goto(monitor.url);
      await page.getByTestId('setup-code').fill(monitor.setupCode());
      await page.getByTestId('wifi-look').click();
      await page.locator('[data-ssid="Home"]').click();
      await page.getByTestId('wifi-password').fill('simulated home');
      await shoot('wifi');
      // What comes next is made up: the address is that of a real one.
      await page.route('**/api/wifi', (r) => r.fulfill({ status: 202 }));
      await page.getByTestId('wifi-join').click();
      await page.getByTestId('wifi-leaving').waitFor();
      await page.getByTestId('wifi-address').evaluate((e) => (e.textContent = 'http://babymonitor.local'));
      await shoot('leaving');
      await page.getByTestId('wifi-without').click();
      await page.getByTestId('name').fill('Anna');
      await shoot('setup');
      expect(await page.getByTestId('setup-code').inputValue()).toBe(monitor.setupCode());
      await context.close();
    }
  } finally {
    await browser.close();
    await monitor.dispose();
  }
});
