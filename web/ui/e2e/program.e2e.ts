// The program as its owner meets it: commands, exit codes, and words when
// something is in the way.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { binary, Monitor, parent } from './monitor';
import { until } from './page';

let monitor: Monitor | undefined;
afterEach(async () => monitor?.dispose());

const scratch = () => mkdtempSync(join(tmpdir(), 'babymonitor-e2e-'));

function run(args: string[], input = ''): Promise<{ code: number; out: string }> {
  return new Promise((done) => {
    const child = execFile(binary, args, { timeout: 60_000 }, (err, stdout, stderr) => done({ code: err ? Number(err.code ?? -1) : 0, out: stdout + stderr }));
    child.stdin!.on('error', () => {}); // it may have ended already
    child.stdin!.end(input);
  });
}

test('it stops cleanly on SIGTERM and keeps what was set', async () => {
  monitor = await (await new Monitor().start()).setUp();
  await monitor.pinPorts();
  expect((await monitor.request('/api/presets/crib', { method: 'PUT', body: '{"pan":12,"tilt":-3}', headers: { 'Content-Type': 'application/json' } })).status).toBeLessThan(300);
  expect((await monitor.request('/api/settings', { method: 'PATCH', body: '{"name":"Attic"}', headers: { 'Content-Type': 'application/json' } })).status).toBe(200);
  const [first] = await (await monitor.get('/api/lullabies')).json();
  expect((await monitor.post('/api/player', { action: 'play', track: first.id, volume: 30, timer_minutes: 30 })).status).toBe(200);
  const login = await monitor.post('/api/login', parent, null);
  const cookie = login.headers.get('set-cookie')!.split(';')[0];
  const began = Date.now();
  expect(await monitor.end('SIGTERM')).toBe(0);
  expect(Date.now() - began).toBeLessThan(20_000); // 3 s on a quiet machine
  await monitor.start();
  const state = await (await monitor.request('/api/state', { headers: { Cookie: cookie } }, null)).json();
  expect(state.head.presets.crib).toEqual({ pan: 12, tilt: -3 });
  expect(state.device.name).toBe('Attic');
  await until(async () => (await monitor!.state()).player, (p) => p.playing && p.volume === 30, 'the lullaby goes on');
  expect(await monitor.end('SIGINT')).toBe(0);
});

test('a port in use is said, with what to do', async () => {
  const taken = createServer();
  await new Promise<void>((r) => taken.listen(0, '127.0.0.1', r));
  const { port } = taken.address() as { port: number };
  for (const flag of ['--http', '--media-port']) {
    const value = flag === '--http' ? `127.0.0.1:${port}` : String(port);
    const base = ['--sim', '--data', scratch(), '--https', '127.0.0.1:0', ...(flag === '--http' ? ['--media-port', '0'] : ['--http', '127.0.0.1:0'])];
    const r = await run([...base, flag, value]);
    expect(r.code).toBe(1);
    expect(r.out).toContain(String(port));
    expect(r.out).toMatch(/--http|--media-port/);
  }
  taken.close();
});

test('a data directory that cannot be written is said', async () => {
  const dir = scratch();
  const file = join(dir, 'file');
  writeFileSync(file, '');
  const r = await run(['--sim', '--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--media-port', '0', '--data', join(file, 'data')]);
  expect(r.code).toBe(1);
  expect(r.out).toMatch(/--data|data/);
  if (process.getuid!() !== 0) {
    mkdirSync(join(dir, 'locked'));
    chmodSync(join(dir, 'locked'), 0o500);
    expect((await run(['--sim', '--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--media-port', '0', '--data', join(dir, 'locked')])).code).toBe(1);
  }
});

test('a typo in the settings names file, line and key', async () => {
  const file = join(scratch(), 'babymonitor.toml');
  writeFileSync(file, 'name = "Nursery"\n\n[camera]\nwidht = 1280\nfps = 900\n');
  const check = await run(['config', 'check', file]);
  expect(check.code).toBe(2);
  expect(check.out).toContain(`${file}:4`);
  expect(check.out).toContain('widht');
  const start = await run(['--sim', '--data', scratch(), '--config', file]);
  expect(start.code).not.toBe(0);
  expect(start.out).toContain('widht');
  writeFileSync(file, 'name = "Nursery"\n');
  expect((await run(['config', 'check', file])).code).toBe(0);
});

test('people are kept by command, whether or not the monitor runs', async () => {
  monitor = await (await new Monitor().start()).setUp();
  const at = ['--data', monitor.data];
  expect((await run(['user', 'add', 'Joan', '--role', 'viewer', ...at], 'a good password\n')).code).toBe(0);
  expect((await monitor.get('/api/state', { name: 'Joan', password: 'a good password' })).status).toBe(200);
  const list = await run(['user', 'list', ...at]);
  expect(list.out).toMatch(/Joan\s+viewer/);
  expect((await run(['user', 'add', 'Bob', '--role', 'king', ...at], 'a good password\n')).code).not.toBe(0);
  expect((await run(['user', 'add', 'Bob', '--role', 'viewer', ...at], 'short\n')).out).toMatch(/8/);
  expect((await run(['user', 'remove', 'Joan', ...at])).code).toBe(0);
  expect((await monitor.get('/api/state', { name: 'Joan', password: 'a good password' })).status).toBe(401);
  expect((await run(['user', 'remove', 'Nobody', ...at])).code).toBe(1);
});

test('doctor, version and help', async () => {
  const doctor = await run(['doctor', '--sim']);
  expect(doctor.code).toBe(0);
  for (const device of ['camera', 'microphone', 'speaker', 'head', 'climate']) expect(doctor.out).toContain(device);
  const file = join(scratch(), 'babymonitor.toml');
  writeFileSync(file, '[camera]\nsource = "file"\nfile = "/nowhere/clip.h264"\n');
  const bad = await run(['doctor', '--sim', '--config', file]);
  expect(bad.code).toBe(1);
  expect(bad.out).toContain('/nowhere/clip.h264');
  for (const device of ['head', 'ircut', 'lamps', 'speaker']) {
    const tried = await run(['doctor', '--sim', '--try', device]);
    expect(tried.code, tried.out).toBe(0);
    expect(tried.out).toContain(device);
  }
  expect((await run(['doctor', '--sim', '--try', 'nose'])).code).toBe(2);
  expect((await run(['version'])).out).toMatch(/^babymonitor \S+/);
  expect((await run(['help'])).code).toBe(0);
  expect((await run(['dance'])).code).toBe(2);
});

test('a full disk is said and nothing is lost', async () => {
  // The data directory is a disk of 3 MB of its own, which only this process sees.
  monitor = new Monitor();
  const limited = spawn('unshare', ['--mount', '--map-root-user', 'sh', '-c', `mount -t tmpfs -o size=3m tmpfs "$1" && shift && exec "$0" "$@"`, binary, monitor.data,
    '--sim', '--data', monitor.data, '--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--media-port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  monitor.root = () => `/proc/${limited.pid}/root`;
  try {
    await monitor.adopt(limited);
    await monitor.setUp();
    const wav = Buffer.alloc(4 << 20, 1);
    (await import('./wav')).toneWav(300, 1).copy(wav, 0, 0, 44);
    wav.writeUInt32LE(wav.length - 8, 4);
    wav.writeUInt32LE(wav.length - 44, 40);
    const form = new FormData();
    form.append('file', new Blob([wav]), 'long.wav');
    const r = await monitor.request('/api/lullabies', { method: 'POST', body: form });
    expect(r.status).toBeGreaterThanOrEqual(500);
    expect((await r.json()).detail.length).toBeGreaterThan(10);
    expect((await (await monitor.get('/api/lullabies')).json()).filter((l: any) => l.kind === 'own')).toHaveLength(0);
    expect((await monitor.get('/healthz', null)).status).toBe(200);
  } finally {
    limited.kill('SIGKILL');
  }
});
