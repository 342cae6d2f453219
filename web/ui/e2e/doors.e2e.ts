// Bad input at every door: a clear error that says what to do, nothing lost,
// nobody else disturbed.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Monitor, parent } from './monitor';
import { Phone, until } from './page';

let monitor: Monitor;
let browser: Browser;
let ada: Phone;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  browser = await launch();
  ada = await Phone.open(browser, monitor);
  await ada.verdict('live');
});

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

/** A problem with words in it, of one of these codes. */
async function problem(r: Response, ...codes: number[]): Promise<any> {
  expect(codes, `${r.url} answered ${r.status}`).toContain(r.status);
  expect(r.headers.get('content-type')).toContain('application/problem+json');
  const body = await r.json();
  expect(body.detail.length).toBeGreaterThan(10);
  return body;
}

test('an unknown caller gets nothing', async () => {
  for (const path of ['/api/state', '/api/live', '/metrics', '/api/lullabies', '/api/settings', '/api/snapshot.jpg', '/api/stream.mjpg', '/api/presets', '/api/users', '/api/sim', '/api/sim/speaker.wav', '/api/ws'])
    await problem(await monitor.get(path, null), 401);
  for (const path of ['/api/head', '/api/night', '/api/zoom', '/api/player', '/whep', '/api/sim', '/api/users', '/api/lullabies'])
    await problem(await monitor.post(path, {}, null), 401);
  expect(await (await monitor.get('/healthz', null)).text()).toMatch(/^ok\s*$/);
});

test('wrong passwords are refused and slowed down, the right one still works on the phone', async () => {
  const bad = { name: parent.name, password: 'not the right one' };
  const codes: number[] = [];
  for (let i = 0; i < 12; i++) codes.push((await monitor.post('/api/login', bad, null)).status);
  expect(codes[0]).toBe(401);
  expect(codes.at(-1)).toBe(429);
  await ada.verdict('live');
});

test('wrong JSON is refused whole', async () => {
  const session = async (path: string, body: string) => ada.page.evaluate(async ([path, body]) => {
    const r = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return { status: r.status, type: r.headers.get('content-type'), body: await r.json() };
  }, [path, body] as const);
  for (const [path, body, codes] of [
    ['/api/head', '{"pan": 1', [400]], ['/api/head', '{"pan": 1, "tlit": 2}', [422]], ['/api/head', '{"pan": 999, "tilt": 0}', [422]],
    ['/api/head', '{"pan_speed": 3, "tilt_speed": 0}', [422]], ['/api/head', '{"preset": "nowhere"}', [404, 422]], ['/api/night', '{"mode": "dusk"}', [422]],
    ['/api/zoom', '{"x":0.9,"y":0,"w":0.5,"h":0.5}', [422]], ['/api/player', '{"action":"play","track":"nothing like it"}', [404, 422]],
    ['/api/player', '{"action":"play","volume":101}', [422]], ['/api/sim', '{"unplug":["toaster"]}', [422]], ['/api/night', '"day"', [400, 422]], ['/api/night', '', [400, 422]],
  ] as [string, string, number[]][]) {
    const r = await session(path, body);
    expect(codes, `${path} ${body}: ${r.status}`).toContain(r.status);
    expect(r.type).toContain('application/problem+json');
    expect(r.body.detail.length).toBeGreaterThan(10);
  }
});

test('wrong uploads are refused in words', async () => {
  const upload = async (bytes: BlobPart, name: string) => {
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    return monitorSession('/api/lullabies', form);
  };
  for (const [bytes, name] of [['this is no music at all', 'song.mp3'], ['', 'empty.wav'], ['RIFF\x24\x00\x00\x00WAVEfmt ', 'half.wav'], ['fLaC', 'stub.flac'], ['OggS', 'stub.ogg']]) {
    const r = await upload(bytes, name);
    expect([400, 415, 422], name).toContain(r.status);
    expect(r.body.detail.length).toBeGreaterThan(10);
  }
});

/** Posts a form from the logged-in page (the tests' Basic login is slowed down by now). */
async function monitorSession(path: string, form: FormData): Promise<{ status: number; body: any }> {
  const file = form.get('file') as File;
  const bytes = Array.from(new Uint8Array(await file.arrayBuffer()));
  return ada.page.evaluate(async ({ path, name, bytes }) => {
    const f = new FormData();
    f.append('file', new Blob([new Uint8Array(bytes)]), name);
    const r = await fetch(path, { method: 'POST', body: f });
    return { status: r.status, body: await r.json() };
  }, { path, name: file.name, bytes });
}

test('a gigabyte is refused before it is sent', async () => {
  const cookie = (await ada.context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const { port } = new URL(monitor.url);
  const { status, sent } = await new Promise<{ status: number; sent: number }>((done, fail) => {
    let sent = 0;
    const r = httpRequest({ host: '127.0.0.1', port, path: '/api/lullabies', method: 'POST',
      headers: { Cookie: cookie, 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': 2 ** 30 } }, (answer) => {
      answer.resume();
      done({ status: answer.statusCode!, sent });
      r.destroy();
    });
    r.on('error', fail);
    const chunk = Buffer.alloc(1 << 20);
    r.write('--x\r\nContent-Disposition: form-data; name="file"; filename="big.wav"\r\n\r\n');
    const more = () => { if (!r.destroyed && sent < 200 && r.write(chunk, () => { sent++; setImmediate(more); })) return; };
    more();
  });
  expect(status).toBe(413);
  expect(sent).toBeLessThan(150);
  await ada.verdict('live');
});

test('offers that cannot work get words', async () => {
  const offer = (sdp: string) => ada.page.evaluate(async (sdp) => {
    const r = await fetch('/whep', { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
    return { status: r.status, body: await r.json() };
  }, sdp);
  const noH264 = await ada.page.evaluate(async () => {
    const pc = new RTCPeerConnection();
    const t = pc.addTransceiver('video', { direction: 'recvonly' });
    t.setCodecPreferences(RTCRtpReceiver.getCapabilities('video')!.codecs.filter((c) => /VP8/i.test(c.mimeType)));
    await pc.setLocalDescription();
    return pc.localDescription!.sdp;
  });
  for (const sdp of ['', 'hello', 'v=0\r\n', noH264]) {
    const r = await offer(sdp);
    expect(r.status).toBeGreaterThanOrEqual(400);
    expect(r.status).toBeLessThan(500);
    expect(r.body.detail.length).toBeGreaterThan(10);
  }
  expect((await offer(noH264)).body.detail).toMatch(/H\.?264/i);
});

test('garbage on the media port disturbs nobody', async () => {
  const port = await ada.page.evaluate(async () => (await (await fetch('/api/state')).json()).device.media_port);
  const udp = createSocket('udp4');
  for (let i = 0; i < 2000; i++) {
    const junk = Buffer.from(Array.from({ length: 1 + (i * 37) % 1400 }, (_, k) => (i * 7 + k * 13) & 255));
    await new Promise((r) => udp.send(junk, port, '127.0.0.1', r));
  }
  udp.close();
  const held = Array.from({ length: 50 }, (_, i) => {
    const s = connect(port, '127.0.0.1');
    s.on('error', () => {});
    if (i % 2) s.write(Buffer.from([0xff, 0xff, 1, 2, 3]));
    return s;
  });
  await ada.verdict('live');
  await until(() => ada.delay(), (d) => d !== null && d < 2000, 'a fresh picture');
  const grace = await Phone.open(browser, monitor, null);
  await grace.app('login');
  await grace.close();
  held.forEach((s) => s.destroy());
});

test('other sites are refused', async () => {
  const r = await fetch(monitor.url + '/api/login', { method: 'POST', headers: { Origin: 'https://evil.example', 'Content-Type': 'application/json' }, body: '{}' });
  await problem(r, 403);
  const evil = await browser.newPage();
  await evil.goto('data:text/html,<p>evil');
  const opened = await evil.evaluate((url) => new Promise((done) => {
    const ws = new WebSocket(url);
    ws.onopen = () => done(true);
    ws.onerror = () => done(false);
  }), monitor.url.replace('http', 'ws') + '/api/ws');
  expect(opened).toBe(false);
  await evil.close();
});

test('strict headers on the page', async () => {
  const r = await fetch(monitor.url);
  const csp = r.headers.get('content-security-policy')!;
  expect(csp).toContain("default-src 'none'");
  expect(csp).not.toContain('unsafe');
  expect(r.headers.get('x-content-type-options')).toBe('nosniff');
});
