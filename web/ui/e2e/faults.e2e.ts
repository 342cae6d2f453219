// What must never happen: a picture that looks live and is not. What must
// always hold: it comes back by itself and says so.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor } from './monitor';
import { Phone, until } from './page';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  await monitor.pinPorts();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

beforeEach(async () => {
  ada = await Phone.open(browser, monitor);
  await ada.verdict('live');
});

afterEach(async () => {
  await ada.close();
});

/** Veiled, then an alarm that can be silenced, and the cause in words. */
async function loses(cause: string[]): Promise<void> {
  await ada.verdict('stale', 'lost');
  await until(() => ada.by('stage').getAttribute('data-veil'), (v) => v !== null, 'the veil');
  await ada.alarm('ringing');
  await ada.cause(...cause);
  expect((await ada.by('alarm-title').innerText()).trim().split(/\s+/).length).toBeGreaterThan(0);
  await ada.by('alarm-ack').click();
  await ada.alarm('acknowledged');
  await until(() => ada.by('stage').getAttribute('data-hidden'), (v) => v !== null, 'the old picture is hidden');
}

async function recovers(): Promise<void> {
  await ada.verdict('live');
  await ada.alarm('quiet');
  expect(await ada.by('stage').getAttribute('data-veil')).toBeNull();
  await until(() => ada.delay(), (d) => d !== null && d < 2000, 'a fresh picture');
}

test('a frozen camera is veiled, sounds the alarm and recovers', async () => {
  await monitor.world({ freeze: ['camera'] });
  await loses(['camera']);
  expect((await monitor.get('/healthz', null)).status).toBe(503);
  await monitor.world({ freeze: [] });
  await recovers();
  expect((await monitor.get('/healthz', null)).status).toBe(200);
});

test('an unplugged camera is veiled, sounds the alarm and recovers', async () => {
  await monitor.world({ unplug: ['camera'] });
  await loses(['camera']);
  await monitor.world({ unplug: [] });
  await recovers();
});

test('a killed monitor is told apart, and the page comes back with it', async () => {
  await monitor.end('SIGKILL');
  await loses(['server']);
  await monitor.start();
  await recovers();
});

test('a network that is gone is told apart', async () => {
  await ada.context.setOffline(true);
  await ada.cause('phone', 'server');
  await ada.context.setOffline(false);
  await recovers();
});

test('an unplugged microphone is said while the picture stays', async () => {
  await monitor.world({ unplug: ['microphone'] });
  await ada.verdict('nosound');
  await ada.cause('microphone');
  await ada.alarm('ringing');
  await monitor.world({ unplug: [] });
  await recovers();
});

test('a microphone that yields digital silence is not a quiet room', async () => {
  await monitor.world({ mute: ['microphone'] });
  await ada.verdict('nosound');
  await ada.cause('microphone');
  await monitor.world({ mute: [] });
  await recovers();
});

test('a head and sensors that are unplugged are facts and heal', async () => {
  await monitor.world({ unplug: ['head', 'climate', 'speaker'] });
  await monitor.post('/api/head', { pan: 10, tilt: 0 });
  await until(async () => (await monitor.state()).head.condition, (c) => c === 'fault', 'the head says so');
  await until(async () => (await monitor.state()).climate.condition, (c) => c === 'fault', 'the sensors say so');
  await until(async () => (await monitor.state()).speaker.condition, (c) => c === 'fault', 'the speaker says so');
  await monitor.world({ unplug: [] });
  await until(async () => (await monitor.state()), (s) => [s.head, s.climate, s.speaker].every((x) => x.condition !== 'fault'), 'all heal');
});
