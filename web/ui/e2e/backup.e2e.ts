// A back-up by a parent without a shell: saved with the password, refused where
// it is no back-up, and brought back to this monitor and to a new one.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, parent, viewer } from './monitor';
import { Phone, until } from './page';
import { toneWav } from './wav';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;
let file: { name: string; mimeType: string; buffer: Buffer };

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  browser = await launch();
  const song = new FormData();
  song.append('file', new Blob([new Uint8Array(toneWav(700, 1))]), 'rattle.wav');
  expect((await monitor.request('/api/lullabies', { method: 'POST', body: song })).status).toBe(201);
  await rename('Old nursery');
  ada = await Phone.open(browser, monitor);
  await ada.verdict('live');
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

const rename = async (name: string) =>
  expect((await monitor.request('/api/settings', { method: 'PATCH', body: JSON.stringify({ name }), headers: { 'Content-Type': 'application/json' } })).status).toBe(200);
const name = async () => (await monitor.state()).device.name;

async function openBackup(): Promise<void> {
  await ada.by('menu').click();
  await ada.by('menu-settings').click();
  await ada.by('settings-save').waitFor();
  await ada.page.locator('details[data-group="care"] > summary').click();
  await ada.by('backup').locator('summary').click();
}

test('it is saved with the password alone, and by no viewer', async () => {
  await openBackup();
  await ada.by('backup-save').click();
  await until(() => ada.by('backup-error').innerText(), (t) => /password/.test(t), 'it asks for the password');
  await ada.by('backup-password').fill('not mine at all');
  await ada.by('backup-save').click();
  await until(() => ada.by('backup-error').innerText(), (t) => /not right/.test(t), 'a wrong password is said');
  await ada.by('backup-password').fill(parent.password);
  const download = ada.page.waitForEvent('download');
  await ada.by('backup-save').click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^babymonitor-backup-old-nursery-\d{8}-\d{4}\.tar\.gz$/);
  file = { name: saved.suggestedFilename(), mimeType: 'application/gzip', buffer: readFileSync(await saved.path()) };
  expect(file.buffer.subarray(0, 2).toString('hex')).toBe('1f8b');
  expect((await monitor.get('/api/backup', viewer)).status).toBe(403);
  expect((await monitor.get('/api/backup', null)).status).toBe(401);
});

test('what is no back-up, or half of one, changes nothing', async () => {
  await rename('New nursery');
  const half = { ...file, buffer: file.buffer.subarray(0, file.buffer.length / 2) };
  for (const [wrong, says] of [[{ ...file, buffer: Buffer.from('meow') }, /no back-up/], [half, /not whole/]] as const) {
    await ada.by('restore-file').setInputFiles(wrong);
    await until(() => ada.by('restore-error').innerText(), (t) => says.test(t) && t.startsWith('Nothing was changed'), String(says));
  }
  expect(await name()).toBe('New nursery');
});

test('it is brought back, and the monitor has its old name', async () => {
  const { id } = (await (await monitor.get('/api/lullabies')).json()).find((l: any) => l.kind === 'own');
  expect((await monitor.request(`/api/lullabies/${id}`, { method: 'DELETE' })).status).toBe(204);
  await ada.by('restore-file').setInputFiles(file);
  await until(() => ada.by('toast').innerText(), (t) => t.includes('takes the back-up over'), 'it says so');
  await until(() => name().catch(() => ''), (n) => n === 'Old nursery', 'the old name');
  await until(() => ada.page.title(), (t) => t === 'Old nursery', 'the page shows it'); // the same people: nobody need sign in
  await ada.verdict('live');
  expect((await (await monitor.get('/api/lullabies')).json()).some((l: any) => l.id === id)).toBe(true);
});

test('a new monitor is set up by it, and phones that trust the old one trust it', async () => {
  const fresh = await new Monitor().start();
  try {
    const root = async (m: Monitor) => Buffer.from(await (await m.get('/ca.crt', null)).arrayBuffer()).toString('hex');
    const was = await root(monitor);
    expect(await root(fresh)).not.toBe(was);
    const phone = await Phone.open(browser, fresh, null);
    await phone.app('setup');
    await phone.by('backup').locator('summary').click();
    await phone.by('setup-code').fill('0000-0000');
    await phone.by('restore-file').setInputFiles(file);
    await until(() => phone.by('restore-error').innerText(), (t) => /set-up code/.test(t), 'a wrong code is said');
    await phone.by('setup-code').fill(fresh.setupCode());
    await phone.by('restore-file').setInputFiles(file);
    await phone.app('login');
    await phone.logIn(parent);
    await phone.verdict('live');
    expect((await fresh.state()).device.name).toBe('Old nursery');
    expect(await root(fresh)).toBe(was);
    await phone.close();
  } finally {
    await fresh.dispose();
  }
});
