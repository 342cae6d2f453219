// Caring for the monitor: trusting it before and after signing in, updates good
// and bad, restart, a file for bug reports, and forgetting everything.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, parent, viewer } from './monitor';
import { Phone, until } from './page';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;
const device = async () => (await ada.page.evaluate(async () => (await fetch('/api/state')).json())).device;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

const verdict = (p: Phone, ...kinds: string[]) =>
  until(() => p.by('trust-verdict').getAttribute('data-trust'), (t) => kinds.includes(t ?? ''), `trust is ${kinds}`);

test('a phone that trusts nothing yet is shown the steps, before it signs in', async () => {
  const stranger = await Phone.open(browser, monitor, null, {
    ignoreHTTPSErrors: false, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
  });
  await stranger.app('login');
  await stranger.by('trust-link').click();
  await stranger.app('trust');
  await verdict(stranger, 'untrusted');
  expect(await stranger.by('trust-steps').getAttribute('data-system')).toBe('iphone');
  expect(await stranger.by('trust-get').getAttribute('href')).toBe('/ca.mobileconfig');
  for (const system of ['android', 'computer', 'iphone']) {
    await stranger.by(`trust-for-${system}`).click();
    expect(await stranger.by('trust-steps').getAttribute('data-system')).toBe(system);
    expect(await stranger.by('trust-steps').locator('li').count()).toBeGreaterThan(2);
  }
  expect(await stranger.by('trust-open').getAttribute('href')).toBe((await monitor.state()).device.https[0] + '/#trust');
  await stranger.by('trust-back').click();
  await stranger.app('login');
  await stranger.close();
});

test('the certificate comes without signing in', async () => {
  const crt = await monitor.get('/ca.crt', null);
  expect(crt.headers.get('content-type')).toBe('application/x-x509-ca-cert');
  expect(new Uint8Array(await crt.arrayBuffer())[0]).toBe(0x30); // DER
  const profile = await monitor.get('/ca.mobileconfig', null);
  expect(profile.headers.get('content-type')).toBe('application/x-apple-aspen-config');
  const stranger = await Phone.open(browser, monitor, null);
  await stranger.page.goto(monitor.url + '/trust');
  await stranger.app('trust');
  await stranger.by('trust-for-android').click();
  const download = stranger.page.waitForEvent('download');
  await stranger.by('trust-get').click();
  expect((await download).suggestedFilename()).toBe('babymonitor-ca.crt');
  await stranger.close();
});

test('who goes past the warning gets in, and is told apart from who trusts', async () => {
  const phone = await Phone.open(browser, monitor, null); // accepts any certificate, as after a tap on "continue"
  await phone.by('trust-link').click();
  await verdict(phone, 'accepted');
  await phone.by('trust-open').click();
  await phone.page.waitForURL(/^https:/);
  await phone.app('trust');
  await verdict(phone, 'clicked');
  await phone.by('trust-again').click();
  await phone.app('login'); // the hash was taken away
  await phone.logIn(viewer);
  await phone.verdict('live');
  await phone.close();
});

test('settings show version, support and trust; a viewer sees no care', async () => {
  const grace = await Phone.open(browser, monitor, viewer);
  await grace.by('menu').click();
  await grace.by('menu-settings').click();
  expect(await grace.page.locator('details[data-group="care"]').count()).toBe(0);
  await grace.by('settings-trust').click();
  await verdict(grace, 'accepted');
  await grace.close();

  ada = await Phone.open(browser, monitor);
  await openCare();
  expect(await ada.by('version').innerText()).toBe((await device()).version);
  expect((await ada.by('support').innerText()).length).toBeGreaterThan(5);
});

test('another phone is invited by a QR code, which holds no secret', async () => {
  await ada.closeSheet();
  await ada.by('menu').click();
  await ada.by('menu-people').click();
  await ada.by('invite').locator('summary').click();
  await until(() => ada.by('invite-code').evaluate((i: HTMLImageElement) => i.complete && i.naturalWidth), (w) => Number(w) > 0, 'the code is drawn');
  const asked = new URL((await ada.by('invite-code').getAttribute('src'))!, monitor.url).searchParams.get('text')!;
  expect(asked).toBe(await ada.by('invite').locator('.address').innerText());
  const d = await device();
  expect([monitor.url, ...d.https, ...d.http]).toContain(asked);
  await ada.closeSheet();
  await openCare();
});

async function openCare(): Promise<void> {
  await ada.by('menu').click();
  await ada.by('menu-settings').click();
  await ada.by('settings-save').waitFor();
  await ada.page.locator('details[data-group="care"] > summary').click();
  await ada.by('restart').waitFor();
}

/** An update of the simulated nursery. */
function bundle(version: string, key = 'simulated nursery', forWhat = 'simulation') {
  const text = `a pretended update of babymonitor\nversion=${version}\ndevice=${forWhat}\n`;
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return { name: `babymonitor-${version}.raucb`, mimeType: 'application/octet-stream', buffer: Buffer.from(`${text}signature=${signature}\n`) };
}

const stage = (wanted: string) => until(() => ada.by('update-state').getAttribute('data-stage'), (s) => s === wanted, `the update is ${wanted}`);

test('updates that are forged, foreign or no update are refused in words, and nothing changes', async () => {
  const before = (await device()).version;
  for (const [file, says] of [
    [bundle('6.6.6', 'somebody else'), /not signed/], [bundle('6.6.6', undefined, 'toaster'), /another kind of device/],
    [{ name: 'cat.raucb', mimeType: 'image/jpeg', buffer: Buffer.from('meow') }, /no update/],
  ] as const) {
    await ada.by('update-file').setInputFiles(file);
    await until(() => ada.by('update-state').innerText(), (t) => says.test(t) && t.includes('Nothing has changed'), String(says));
  }
  expect((await device()).version).toBe(before);
});

async function restart(): Promise<void> {
  const started = (await device()).started;
  await ada.by('restart').click();
  expect((await device()).started).toBe(started); // once is not enough
  await ada.by('restart').click();
  await until(() => device().then((d) => d.started, () => started), (s) => s !== started, 'it has restarted');
  await ada.verdict('live');
}

test('a good update is installed and comes into force with a restart', async () => {
  await ada.by('update-choose').isVisible();
  await ada.by('update-file').setInputFiles(bundle('7.0.1'));
  await stage('installed');
  expect((await device()).update).toMatchObject({ way: 'itself', stage: 'installed', version: '7.0.1' });
  await restart();
  await stage('updated');
  await until(() => ada.by('version').innerText(), (v) => v === '7.0.1', 'the new version');
});

test('an update that does not start is taken back, and the page says so', async () => {
  await ada.closeSheet();
  await openCare();
  await ada.by('update-file').setInputFiles(bundle('7.0.2-broken'));
  await stage('installed');
  await restart();
  await until(() => ada.by('update-state').innerText(), (t) => /went back/.test(t), 'it says what happened');
  expect((await device()).version).toBe('7.0.1');
});

test('a file for bug reports holds no secret', async () => {
  await ada.by('diagnostics').waitFor();
  const download = ada.page.waitForEvent('download');
  await ada.by('diagnostics').click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^babymonitor-diagnostics-.*\.zip$/);
  const bytes = readFileSync(await file.path());
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
  expect((await monitor.get('/api/diagnostics', viewer)).status).toBe(403);
});

test('forgetting everything asks for the password, and then the monitor is new', async () => {
  await ada.unfold();
  await ada.by('reset-password').fill('not mine');
  await ada.by('reset').click();
  await until(() => ada.by('reset-error').innerText(), (t) => t.length > 10, 'a wrong password is said');
  await ada.by('reset-password').fill(parent.password);
  await ada.by('reset').click();
  await ada.app('setup');
  expect((await (await monitor.get('/api/setup', null)).json()).needed).toBe(true);
  await ada.by('setup-code').fill(monitor.setupCode());
  await ada.by('name').fill(parent.name);
  await ada.by('password').fill(parent.password);
  await ada.by('submit').click();
  await ada.app('monitor');
  await ada.verdict('live');
});
