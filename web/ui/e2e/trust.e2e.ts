// A browser that has really been told to trust the monitor's root: the encrypted
// page opens without a warning, and the page's own check turns green. One that
// has not been told is warned.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, viewer } from './monitor';
import { Phone, until } from './page';

let monitor: Monitor;
let browser: Browser;
let home: string;
let secure: string;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  secure = (await monitor.state()).device.https[0].replace(/\/$/, '');
  home = mkdtempSync(join(tmpdir(), 'babymonitor-trust-'));
  browser = await launch(440, home);
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
  rmSync(home, { recursive: true, force: true });
});

const strict = { ignoreHTTPSErrors: false };
const stranger = () => Phone.open(browser, monitor, null, strict);
const verdict = (p: Phone, wanted: string) => until(() => p.by('trust-verdict').getAttribute('data-trust'), (t) => t === wanted, `trust is ${wanted}`);

/** Does what the steps on the page say, for this browser. */
function trust(root: Buffer): void {
  const store = join(home, '.pki', 'nssdb');
  const file = join(home, 'babymonitor-ca.crt');
  mkdirSync(store, { recursive: true });
  writeFileSync(file, root);
  const certutil = (...args: string[]) => execFileSync('certutil', ['-d', `sql:${store}`, ...args]);
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'Baby monitor', '-t', 'C,,', '-i', file);
}

test('without the root the browser warns, and the page is not green', async () => {
  const phone = await stranger();
  await phone.by('trust-link').click();
  await verdict(phone, 'untrusted');
  await expect(phone.page.goto(secure)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  await phone.close();
});

test('with the root there is no warning, and the page turns green', async ({ skip }) => {
  skip(spawnSync('certutil', ['-H']).error !== undefined, 'certutil is missing; scripts/setup test installs it (libnss3-tools)');
  const phone = await stranger();
  const download = phone.page.waitForEvent('download');
  await phone.by('trust-link').click();
  await phone.by('trust-for-android').click();
  await phone.by('trust-get').click();
  const file = await (await download).createReadStream();
  const root: Buffer[] = [];
  for await (const part of file) root.push(part as Buffer);
  await browser.close();
  trust(Buffer.concat(root));
  browser = await launch(440, home); // which reads what it trusts when it starts

  const trusting = await stranger();
  await trusting.by('trust-link').click();
  await verdict(trusting, 'accepted'); // over plain http more cannot be known
  for (const origin of [secure, secure.replace('127.0.0.1', 'localhost')]) {
    const response = await trusting.page.goto(`${origin}/trust`);
    expect((await response!.securityDetails())?.issuer).toMatch(/^Baby monitor /);
    await trusting.app('trust');
    await verdict(trusting, 'trusted');
  }
  await trusting.by('trust-back').click();
  await trusting.app('login');
  await trusting.logIn(viewer);
  await trusting.verdict('live');
  await trusting.close();
});
