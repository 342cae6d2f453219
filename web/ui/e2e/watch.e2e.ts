// A parent watches, listens, moves, talks and plays: the main job.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, viewer } from './monitor';
import { difference, Phone, until } from './page';
import { samples, share, strongest, toneWav } from './wav';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  await monitor.world({ noise_db: -80 });
  browser = await launch(440);
  ada = await Phone.open(browser, monitor);
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

test('the picture is live, moves, and is fresh', async () => {
  await ada.verdict('live');
  const first = await until(() => ada.delay(), (d) => d !== null, 'a readable time strip');
  expect(first!).toBeGreaterThanOrEqual(0);
  // Fresh again and again: the strip's clock goes on with the real one.
  for (let i = 0; i < 5; i++) await until(() => ada.delay(), (d) => d !== null && d < 2000, 'a fresh picture');
  expect((await monitor.state()).viewers).toHaveLength(1);
});

test('the joystick moves the picture, and letting go stops it', async () => {
  const before = await ada.look();
  const ring = (await ada.by('joystick').boundingBox())!;
  const [x, y] = [ring.x + ring.width / 2, ring.y + ring.height / 2];
  await ada.page.mouse.move(x, y);
  await ada.page.mouse.down();
  await ada.page.mouse.move(x + ring.width / 2, y, { steps: 5 });
  await until(async () => (await monitor.state()).head.pan, (pan) => pan > 10, 'the head turned right');
  await ada.page.mouse.up();
  await until(async () => (await monitor.state()).head.moving, (moving) => !moving, 'the head stopped');
  const { pan } = (await monitor.state()).head;
  await until(() => ada.look(), (now) => difference(before, now) > 4, 'another picture');
  await until(() => ada.by('pose').getAttribute('data-pan'), (shown) => Math.abs(Number(shown) - pan) < 1, 'the true pose in the ring');
  expect((await monitor.state()).head.pan).toBe(pan);
});

test('double-tap on the joystick looks home', async () => {
  await ada.by('joystick').dblclick();
  await until(async () => (await monitor.state()).head, (h) => !h.moving && Math.abs(h.pan) < 0.5 && Math.abs(h.tilt) < 0.5, 'home');
});

test('speech from the phone is heard in the room, only while the button is held', async () => {
  const heard = async () => strongest(samples(Buffer.from(await (await monitor.get('/api/sim/speaker.wav?seconds=1')).arrayBuffer())), 300, 600);
  const talk = (await ada.by('talk').boundingBox())!;
  await ada.page.mouse.move(talk.x + talk.width / 2, talk.y + talk.height / 2);
  await ada.page.mouse.down();
  const tone = await until(heard, (t) => t.share > 0.8, 'a tone at the speaker');
  expect(Math.abs(tone.hz - 440)).toBeLessThanOrEqual(2);
  await until(async () => (await monitor.state()).speaker.talking, (names) => names.includes('Ada'), 'who talks is shown');
  await ada.page.mouse.up();
  await until(heard, (t) => t.share < 0.1, 'silence after letting go');
  await until(async () => (await monitor.state()).speaker.talking, (names) => names.length === 0, 'nobody talks');
});

test('a lullaby is chosen on the page and heard in the room', async () => {
  await ada.by('lullaby').click();
  const tile = ada.page.locator('[data-testid^="track-"]').first();
  await tile.click();
  await until(async () => (await monitor.state()).player, (p) => p.playing, 'it plays');
  await until(async () => {
    const x = samples(Buffer.from(await (await monitor.get('/api/sim/speaker.wav?seconds=2')).arrayBuffer()));
    return x.reduce((sum, v) => sum + v * v, 0) / x.length;
  }, (power) => power > 1e-6, 'sound from the speaker');
  await ada.closeSheet();
  await ada.by('stop').click();
  await until(async () => (await monitor.state()).player, (p) => !p.playing, 'it stops');
});

test('what the speaker plays is heard on the phone', async () => {
  const form = new FormData();
  form.append('file', new Blob([toneWav(1000, 5, 0.9)]), 'tone.wav');
  const uploaded = await monitor.request('/api/lullabies', { method: 'POST', body: form });
  expect(uploaded.status).toBe(201);
  const { id } = await uploaded.json();
  await monitor.post('/api/player', { action: 'play', track: id, volume: 100, loop: true });
  const level = () => ada.page.evaluate(async () => {
    const media = document.querySelector('[data-testid="audio"], [data-testid="video"]') as HTMLMediaElement;
    const stream = ((document.querySelector('[data-testid="audio"]') ?? media) as HTMLMediaElement).srcObject as MediaStream;
    const audio = new AudioContext({ sampleRate: 48000 });
    const analyser = audio.createAnalyser();
    analyser.fftSize = 32768;
    audio.createMediaStreamSource(stream).connect(analyser);
    while (audio.currentTime < 0.8) await new Promise(requestAnimationFrame); // a whole window has been heard
    const x = new Float32Array(32768);
    analyser.getFloatTimeDomainData(x);
    await audio.close();
    return Array.from(x);
  });
  await until(async () => share(Float64Array.from(await level()), 1000), (s) => s > 0.5, 'the tone in the browser');
  await monitor.post('/api/player', { action: 'stop' });
  expect((await monitor.request('/api/lullabies/' + id, { method: 'DELETE' })).status).toBe(204);
});

test('a viewer sees and hears but cannot move, talk or play', async () => {
  const grace = await Phone.open(browser, monitor, viewer);
  await grace.verdict('live');
  expect((await monitor.state()).viewers).toHaveLength(2);
  for (const control of ['joystick', 'talk']) expect(await grace.by(control).isVisible() && await grace.by(control).isEnabled()).toBe(false);
  const orders: [string, object][] = [['/api/head', { pan: 20, tilt: 0 }], ['/api/night', { mode: 'night' }], ['/api/player', { action: 'play' }], ['/api/zoom', { x: 0, y: 0, w: 0.5, h: 0.5 }], ['/api/sim', { cry: true }]];
  for (const [path, body] of orders) expect((await monitor.post(path, body, viewer)).status, path).toBe(403);
  // Not by the back door either: a data channel of the viewer's own making.
  const before = (await monitor.state()).head.pan;
  await grace.page.evaluate(async () => {
    const pc = new RTCPeerConnection();
    pc.addTransceiver('video', { direction: 'recvonly' });
    const channel = pc.createDataChannel('head', { ordered: false, maxRetransmits: 0 });
    const picture = new Promise<void>((r) => { pc.ontrack = (e) => { e.track.onunmute = () => r(); }; });
    await pc.setLocalDescription();
    const answer = await fetch('/whep', { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: pc.localDescription!.sdp });
    await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    // The monitor refuses the channel: it closes, or does not open while the picture comes.
    await Promise.race([new Promise((r) => { channel.onopen = r; channel.onclose = r; }), picture]);
    for (let i = 0; i < 20 && channel.readyState === 'open'; i++) {
      channel.send('{"pan":1,"tilt":0}');
      await new Promise(requestAnimationFrame);
    }
    pc.close();
  });
  expect((await monitor.state()).head.pan).toBe(before);
  await grace.close();
  await until(async () => (await monitor.state()).viewers.length, (n) => n === 1, 'the viewer has gone');
});

test('one viewer too many gets a clear message, and the others go on', async () => {
  const full = await new Monitor({ config: '[camera]\nmax_viewers = 1\n' }).start();
  try {
    await full.setUp();
    const first = await Phone.open(browser, full);
    await first.verdict('live');
    const second = await Phone.open(browser, full, viewer);
    await second.cause('refused');
    expect((await second.by('truth-words').innerText()).length).toBeGreaterThan(10);
    await first.verdict('live');
    await first.close();
    await second.verdict('live'); // as soon as there is room
    await second.close();
  } finally {
    await full.dispose();
  }
});
