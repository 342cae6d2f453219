// The README's pictures of the page, taken from the running program.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launch, phone } from '../e2e/browser';
import { Monitor, parent } from '../e2e/monitor';
import { Phone, until } from '../e2e/page';

test('the page by night and by day, and its lullabies', async () => {
  const monitor = await (await new Monitor().start()).setUp();
  const browser = await launch();
  try {
    const shoot = async (file: string, options: object, before?: (p: Phone) => Promise<void>) => {
      const p = await Phone.open(browser, monitor, parent, { ...phone, deviceScaleFactor: 2, ...options });
      await p.verdict('live');
      await until(() => p.delay(), (d) => d !== null, 'a picture');
      await until(() => p.by('viewers').innerText(), (n) => Number(n) > 0, 'what the monitor tells');
      await before?.(p);
      await p.page.screenshot({ path: join(import.meta.dirname ?? '.', file), type: 'jpeg', quality: 85, animations: 'disabled' });
      await p.close();
    };
    await monitor.world({ quiet: true });
    await shoot('night.jpg', { colorScheme: 'dark' });
    await shoot('day.jpg', { colorScheme: 'light' });
    await shoot('lullabies.jpg', { colorScheme: 'dark' }, async (p) => {
      await p.by('lullaby').click();
      await p.by('sheet').waitFor();
    });
    await shoot('landscape.jpg', { colorScheme: 'dark', viewport: { width: 844, height: 390 } });
    expect((await monitor.state()).camera.condition).toBe('ok');
  } finally {
    await browser.close();
    await monitor.dispose();
  }
});
