// The first evening, and then every control of the page, clicked through.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, parent } from './monitor';
import { difference, Phone, until } from './page';
import { toneWav } from './wav';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;
const state = () => ada.page.evaluate(async () => (await fetch('/api/state')).json());

beforeAll(async () => {
  monitor = await new Monitor().start();
  browser = await launch();
  ada = await Phone.open(browser, monitor, null);
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

test('the first evening: code, name, password', async () => {
  await ada.app('setup');
  const fill = async (code: string, name: string, password: string) => {
    await ada.by('setup-code').fill(code);
    await ada.by('name').fill(name);
    await ada.by('password').fill(password);
    await ada.by('submit').click();
  };
  await fill('0000-0000', parent.name, parent.password);
  await until(() => ada.by('gate-error').innerText(), (t) => t.length > 5, 'a wrong code is said');
  await fill(monitor.setupCode(), parent.name, 'short');
  await ada.app('setup');
  await fill(monitor.setupCode(), parent.name, parent.password);
  await ada.app('monitor');
  await ada.verdict('live');
  expect((await monitor.post('/api/setup', { code: '0000-0000', name: 'Eve', password: 'a password' }, null)).status).toBe(409);
});

test('sign out and in again', async () => {
  await ada.by('menu').click();
  await ada.by('signout').click();
  await ada.app('login');
  await ada.by('name').fill(parent.name);
  await ada.by('password').fill('certainly wrong');
  await ada.by('submit').click();
  await until(() => ada.by('gate-error').innerText(), (t) => t.length > 5, 'a wrong password is said');
  await ada.logIn(parent);
  await ada.verdict('live');
});

test('night mode turns the picture, the lamps and the words', async () => {
  for (const mode of ['day', 'night', 'auto']) {
    await until(async () => {
      if ((await ada.by('night').getAttribute('data-mode')) !== mode) await ada.by('night').click();
      return (await state()).night.mode;
    }, (m) => m === mode, mode);
    await until(() => ada.by('night').getAttribute('data-mode'), (m) => m === mode, `the button says ${mode}`);
  }
});

test('zoom by double-tap and keys, and back', async () => {
  const box = (await ada.by('stage').boundingBox())!;
  const doubleTap = async () => {
    for (let i = 0; i < 2; i++) await ada.page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 3);
  };
  const before = await ada.look();
  await doubleTap();
  await until(() => ada.by('zoom').getAttribute('data-scale'), (s) => Number(s) > 1.2, 'zoomed');
  await ada.by('zoom').focus();
  for (let i = 0; i < 4; i++) await ada.page.keyboard.press('+');
  await until(async () => (await state()).camera.zoom.w, (w) => w < 0.9, 'the camera zooms');
  await until(() => ada.look(), (now) => difference(before, now) > 3, 'another picture');
  await doubleTap();
  await until(() => ada.by('zoom').getAttribute('data-scale'), (s) => Number(s) < 1.05, 'back');
  await until(async () => (await state()).camera.zoom.w, (w) => w === 1, 'the camera shows all');
});

test('a tall phone shows the middle large; the sides are a drag or a pinch away', async () => {
  const scale = (good: (s: number) => boolean, what: string) => until(() => ada.by('zoom').getAttribute('data-scale'), (s) => good(Number(s)), what);
  const left = () => ada.page.evaluate(() => document.querySelector('video')!.getBoundingClientRect().left);
  const { pan, tilt } = (await state()).head;
  const box = (await ada.by('zoom').boundingBox())!;
  await until(left, (x) => x < -10, 'cut sides');
  await ada.page.mouse.move(box.x + 100, box.y + 100);
  await ada.page.mouse.down();
  await ada.page.mouse.move(box.x + 300, box.y + 180, { steps: 8 });
  await ada.page.mouse.up();
  await until(left, (x) => Math.abs(x) < 1, 'the left side');
  await ada.by('zoom').focus();
  await ada.page.keyboard.press('-');
  await scale((s) => s < 0.8, 'the whole picture');
  await ada.page.waitForFunction(() => JSON.parse(localStorage.getItem('babymonitor.preferences')!).wholePicture === true);
  await ada.page.reload();
  await ada.verdict('live');
  await scale((s) => s < 0.8, 'the whole picture again');
  await ada.by('zoom').focus();
  await ada.page.keyboard.press('+');
  await scale((s) => s === 1, 'the middle again');
  expect((await state()).camera.zoom.w).toBe(1);
  expect((await state()).head).toMatchObject({ pan, tilt }); // dragging the picture so turns no camera
});

test('what is to know of the picture stands above the controls', async () => {
  const told = await state();
  told.camera.note = 'The picture is small: a slow board.';
  const other = await Phone.open(browser, monitor, null);
  await other.page.route('**/api/live', (r) => r.fulfill({ contentType: 'text/event-stream', body: `event: state\ndata: ${JSON.stringify(told)}\n\n` }));
  await other.logIn(parent);
  await until(() => other.by('story').innerText(), (t) => t.includes('a slow board'), 'the note');
  await other.alarm('quiet');
  await other.close();
});

test('a snapshot comes to the phone', async () => {
  const download = ada.page.waitForEvent('download');
  await ada.by('snapshot').click();
  const file = await (await download).createReadStream();
  const bytes: Buffer[] = [];
  for await (const chunk of file) bytes.push(chunk as Buffer);
  expect(Buffer.concat(bytes).length).toBeGreaterThan(5_000);
  const jpeg = await monitor.get('/api/snapshot.jpg');
  expect(jpeg.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await jpeg.arrayBuffer()).subarray(0, 2).toString('hex')).toBe('ffd8');
});

test('listening: on, background, off', async () => {
  const seen = new Set<string>();
  for (let i = 0; i < 4; i++) {
    seen.add((await ada.by('listening').getAttribute('data-listening'))!);
    await ada.by('listening').click();
    await until(() => ada.by('listening').getAttribute('data-listening'), (v) => v !== null, 'a state');
  }
  expect([...seen].sort()).toEqual(['background', 'off', 'on']);
  await until(async () => {
    if ((await ada.by('listening').getAttribute('data-listening')) !== 'on') await ada.by('listening').click();
    return ada.by('listening').getAttribute('data-listening');
  }, (v) => v === 'on', 'listening again');
  await ada.verdict('live');
});

test('black screen: the first tap only wakes', async () => {
  await ada.by('black').click();
  await ada.by('black-screen').waitFor();
  await ada.by('black-screen').click();
  await until(() => ada.by('black-screen').isVisible(), (v) => !v, 'awake');
  await ada.verdict('live');
});

test('lullabies: play, volume, timer, repeat, upload, remove, stop', async () => {
  await ada.by('lullaby').click();
  const tiles = ada.page.locator('[data-testid^="track-"]');
  await until(() => tiles.count(), (n) => n >= 12, 'twelve lullabies and more');
  expect(await ada.by('volume').inputValue()).toBe(String((await state()).player.volume));
  await tiles.nth(1).click();
  await until(async () => (await state()).player.playing, Boolean, 'it plays');
  await ada.by('volume').fill('35');
  await until(async () => (await state()).player.volume, (v) => v === 35, 'volume 35');
  await ada.by('timer-15').click();
  await until(async () => (await state()).player, (p) => p.timer_minutes === 15 && p.ends_at !== null, 'timer');
  await ada.by('repeat').click();
  await ada.by('upload-file').setInputFiles({ name: 'rattle.wav', mimeType: 'audio/wav', buffer: toneWav(700, 2) });
  const own = await until(async () => (await ada.page.evaluate(async () => (await fetch('/api/lullabies')).json())).find((l: any) => l.kind === 'own'), Boolean, 'uploaded');
  await ada.by(`track-${own.id}`).waitFor();
  await ada.by('upload-file').setInputFiles({ name: 'noise.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('not a song') });
  await until(() => ada.by('upload-error').innerText(), (t) => t.length > 10, 'a wrong file is said');
  for (let i = 0; i < 2; i++) await ada.by(`remove-${own.id}`).click(); // it asks whether it is sure
  await until(async () => (await ada.page.evaluate(async () => (await fetch('/api/lullabies')).json())).some((l: any) => l.kind === 'own'), (v) => !v, 'removed');
  await ada.closeSheet();
  await ada.by('stop').click();
  await until(async () => (await state()).player.playing, (v) => !v, 'it stops');
});

test('positions: save, go, remove', async () => {
  await ada.by('menu').click();
  await ada.by('menu-positions').click();
  await ada.by('position-name').fill('crib');
  await ada.by('position-save').click();
  await until(async () => (await state()).head.presets, (p) => 'crib' in p, 'saved');
  await ada.by('position-go').first().click();
  await ada.page.locator('[data-testid="position-remove"]').last().click();
  await until(async () => (await state()).head.presets, (p) => !('crib' in p), 'removed');
  await ada.closeSheet();
});

test('people: add, see who watches, remove, change the password', async () => {
  await ada.by('menu').click();
  await ada.by('menu-people').click();
  await until(() => ada.by('viewer').count(), (n) => n >= 1, 'who watches');
  await ada.unfold();
  await ada.by('user-name').fill('Sitter');
  await ada.by('user-password').fill('sitting tonight');
  await ada.by('user-role').selectOption('viewer').catch(() => ada.by('user-role').click());
  await ada.by('user-add').click();
  await until(async () => (await (await monitor.get('/api/users')).json()).map((u: any) => u.name), (n) => n.includes('Sitter'), 'added');
  for (let i = 0; i < 2; i++) await ada.page.locator('[data-testid="user"]', { hasText: 'Sitter' }).getByTestId('user-remove').click();
  await until(async () => (await (await monitor.get('/api/users')).json()).map((u: any) => u.name), (n) => !n.includes('Sitter'), 'removed');
  await ada.by('password-old').fill('not it');
  await ada.by('password-new').fill('another long one');
  await ada.by('password-save').click();
  await until(() => ada.by('password-error').innerText(), (t) => t.length > 5, 'a wrong old password is said');
  await ada.closeSheet();
});

test('settings: changed, checked, kept', async () => {
  await ada.by('menu').click();
  await ada.by('menu-settings').click();
  await ada.by('settings-save').waitFor(); // the monitor has told its settings
  await ada.unfold();
  for (const device of ['camera', 'microphone', 'speaker', 'head', 'climate']) await ada.by(`device-${device}`).waitFor();
  await ada.by('devices-again').click();
  await ada.page.locator('[data-testid="device-camera"][data-ok]').waitFor();
  const name = ada.by('field-name');
  await name.fill('Attic room');
  await ada.by('settings-save').click();
  await until(async () => (await state()).device.name, (n) => n === 'Attic room', 'renamed');
  for (const id of ['tone-baby', 'tone-fault', 'tone-resolved', 'left-handed', 'left-handed']) await ada.by(id).click();
  await ada.closeSheet();
});

test('the timeline tells what happened and what was measured', async () => {
  await ada.by('story').click();
  await ada.by('happening').filter({ hasText: 'The monitor started' }).waitFor();
  await ada.by('happening').filter({ hasText: `${parent.name} watched` }).first().waitFor();
  for (const period of ['day', 'week', 'night']) {
    await ada.by(`period-${period}`).click();
    await ada.page.locator(`[data-testid="period-${period}"][aria-pressed="true"]`).waitFor();
    for (const series of ['temperature', 'humidity', 'sound']) await ada.by(`chart-${series}`).locator('svg path.mean').waitFor({ state: 'attached' });
  }
  const chart = ada.by('chart-temperature');
  const box = (await chart.locator('svg').boundingBox())!;
  await chart.scrollIntoViewIfNeeded();
  const whole = await chart.locator('strong').innerText();
  await chart.locator('svg').hover({ position: { x: box.width - 2, y: 20 } });
  await until(() => chart.locator('strong').innerText(), (t) => t !== whole && /°C/.test(t) && /\d\d:\d\d/.test(t), 'the value under the finger');
  await ada.closeSheet();
  await ada.by('menu').click();
  await ada.by('menu-timeline').click();
  await ada.by('happenings').waitFor();
  await ada.closeSheet();
});

test('room and about open and close', async () => {
  for (const item of ['menu-room', 'menu-about']) {
    await ada.by('menu').click();
    await ada.by(item).click();
    await ada.by('sheet').waitFor();
    await ada.page.keyboard.press('Escape');
    await ada.by('sheet').waitFor({ state: 'hidden' });
  }
  await ada.verdict('live');
});

test('without a secure context the page says why it cannot talk, and where it can', async () => {
  const address = Object.values((await import('node:os')).networkInterfaces()).flat().find((a) => a && a.family === 'IPv4' && !a.internal)?.address;
  expect(address, 'this machine has an address besides loopback').toBeTruthy();
  const open = await new Monitor({ args: ['--http', `${address}:0`] }).start();
  try {
    await open.setUp();
    const phone = await Phone.open(browser, open, parent);
    await phone.verdict('live');
    await phone.by('talk').click();
    await phone.by('microphone-help').waitFor();
    expect(await phone.by('microphone-link').getAttribute('href')).toMatch(/^https:/);
    await phone.close();
  } finally {
    await open.dispose();
  }
});
