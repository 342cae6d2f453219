// The first evening without a network: the monitor's own Wi-Fi, the captive
// page, a wrong password, the right one; and later another Wi-Fi.
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, parent } from './monitor';
import { Phone, until } from './page';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;

beforeAll(async () => {
  monitor = await new Monitor({ args: ['--world', '{"network":"new"}'] }).start();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

/** What a phone gets that looks whether the internet is there. */
function probe(host: string, path: string): Promise<{ status: number; location?: string }> {
  const url = new URL(monitor.url + path);
  return new Promise((done, fail) => {
    httpRequest(url, { headers: { Host: host } }, (r) => {
      r.resume();
      done({ status: r.statusCode!, location: r.headers.location });
    }).on('error', fail).end();
  });
}

test('phones are sent to the page', async () => {
  await until(async () => (await (await monitor.get('/api/setup', null)).json()).network?.own, Boolean, 'its own Wi-Fi');
  for (const [host, path] of [['captive.apple.com', '/hotspot-detect.html'], ['connectivitycheck.gstatic.com', '/generate_204']] as const) {
    expect(await probe(host, path)).toEqual({ status: 302, location: `${monitor.url}/` });
  }
});

test('the card’s page has the code, and brings it along behind the #', async () => {
  const card = await until(() => readFileSync(join(monitor.data, 'babymonitor-setup.html'), 'utf8'), (t) => t.includes('#code='), 'the card');
  expect(card).toContain(monitor.setupCode());
  expect(card).toMatch(/Babymonitor-[A-Z0-9]{4}/);
  const asked: string[] = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('request', (r) => asked.push(r.url()));
  await page.goto(`${monitor.url}/#code=${monitor.setupCode()}`);
  await page.locator('[data-testid="wifi-network"]').first().waitFor(); // it needs no typing
  expect(page.url()).not.toContain('code');
  expect(asked.filter((u) => new URL(u).search.includes(monitor.setupCode()))).toEqual([]);
  await context.close();
});

test('a wrong code and a wrong password are said', async () => {
  ada = await Phone.open(browser, monitor, null);
  await ada.app('wifi');
  await ada.by('setup-code').fill('0000-0000');
  await ada.by('wifi-look').click();
  await until(() => ada.by('gate-error').innerText(), (t) => t.length > 5, 'a wrong code is said');
  await ada.by('setup-code').fill(monitor.setupCode());
  await ada.by('wifi-look').click();
  await ada.page.locator('[data-ssid="Home"]').click();
  await ada.by('wifi-password').fill('short');
  await ada.by('wifi-join').click();
  await until(() => ada.by('wifi-error').innerText(), (t) => t.includes('8'), 'a short password is said');
  await ada.by('wifi-password').fill('not the password');
  await ada.by('wifi-join').click();
  await ada.by('wifi-leaving').waitFor();
  expect(await ada.by('wifi-code').innerText()).toBe(monitor.setupCode());
  expect(await ada.by('wifi-address').innerText()).toMatch(/^http:/);
  await until(() => ada.by('wifi-problem').innerText(), (t) => t.includes('Home'), 'the wrong password is said');
  expect(await ada.page.locator('[data-ssid="Office"]').isDisabled()).toBe(true);
});

test('the right password joins, and set-up goes on with the code', async () => {
  await ada.page.locator('[data-ssid="Home"]').click();
  await ada.by('wifi-password').fill('simulated home');
  await ada.by('wifi-join').click();
  await ada.app('setup');
  expect(await ada.by('setup-code').inputValue()).toBe(monitor.setupCode());
  await ada.by('name').fill(parent.name);
  await ada.by('password').fill(parent.password);
  await ada.by('submit').click();
  await ada.app('monitor');
  expect((await monitor.state()).network).toMatchObject({ way: 'wifi', ssid: 'Home', problem: null });
  expect((await probe('captive.apple.com', '/hotspot-detect.html')).status).toBe(421);
  await until(() => { try { return readFileSync(join(monitor.data, 'babymonitor-setup.html'), 'utf8'); } catch { return ''; } }, (t) => t === '', 'the card is empty again');
  await until(() => { try { return readFileSync(join(monitor.data, 'babymonitor-wifi.txt'), 'utf8'); } catch { return ''; } }, (t) => t.includes('Babymonitor-'), 'but for its own Wi-Fi');
});

test('in the settings: how it is, a hidden Wi-Fi that is not there, and back', async () => {
  await ada.by('menu').click();
  await ada.by('menu-settings').click();
  await ada.by('settings-wifi').click();
  await until(() => ada.by('wifi-now').innerText(), (t) => t.includes('Home'), 'where it is');
  await ada.by('wifi-hidden').click();
  await ada.by('wifi-name').fill('Attic');
  await ada.by('wifi-password').fill('long enough');
  await ada.by('wifi-country').fill('de');
  await ada.by('wifi-join').click();
  await until(() => ada.by('wifi-now').innerText(), (t) => t.includes('Attic'), 'it is tried');
  await until(() => ada.by('wifi-problem').innerText().catch(() => ''), (t) => t.includes('Attic'), 'why it failed');
  await until(() => ada.by('wifi-now').innerText(), (t) => t.includes('Home'), 'and it is back');
  expect(readFileSync(join(monitor.data, 'wifi-country'), 'utf8')).toBe('DE');
  await ada.by('wifi-look').click();
  await until(() => ada.by('wifi-own').innerText(), (t) => /Babymonitor-.* · \S{14}/.test(t), 'its own Wi-Fi, for later');
  await ada.closeSheet();
});

test('the router goes: the page says so, and offers another Wi-Fi', async () => {
  await monitor.world({ network: 'down' });
  await until(async () => (await monitor.state()).network.way, (w) => w === 'own', 'its own Wi-Fi');
  const bob = await Phone.open(browser, monitor, null);
  await bob.app('login');
  await until(() => bob.by('gate-error').innerText(), (t) => t.length > 10, 'why it opened its own');
  await bob.logIn(parent);
  await bob.page.locator('[data-ssid="Café next door"]').click();
  await bob.by('wifi-join').click();
  await bob.by('wifi-leaving').waitFor();
  await until(async () => (await monitor.state()).network, (n) => n.ssid === 'Café next door' && n.way === 'wifi', 'joined');
  await bob.close();
});

test('a clock that is not set is not shown', async () => {
  const told = await monitor.state();
  told.device.clock_set = false;
  const other = await Phone.open(browser, monitor, null);
  await other.page.route('**/api/live', (r) => r.fulfill({ contentType: 'text/event-stream', body: `event: state\ndata: ${JSON.stringify(told)}\n\n` }));
  await other.logIn(parent);
  await until(() => other.by('clock').getAttribute('title'), (t) => t!.includes('time'), 'why');
  expect(await other.by('clock').innerText()).toContain('--:--');
  await other.close();
});
