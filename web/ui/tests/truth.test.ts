import { describe, expect, it } from 'vitest';
import { judge, type Evidence, type Verdict } from '../src/truth';

const NOW = 1_000_000;

/** All is well, seen for a minute. */
function well(change: Partial<Evidence> = {}): Evidence {
  return {
    now: NOW,
    pictureSince: NOW - 60000,
    lastFrame: NOW - 30,
    blank: false,
    soundSince: NOW - 60000,
    lastAudio: NOW - 20,
    microphoneBadSince: null,
    serverSeen: NOW - 500,
    serverFails: false,
    online: true,
    camera: { condition: 'ok' },
    refusal: null,
    delay: 180,
    ...change,
  };
}

const old = (ms: number) => ({ lastFrame: NOW - ms });
const fault = { camera: { condition: 'fault' as const } };

describe('judge', () => {
  const table: [string, Partial<Evidence>, Partial<Verdict>][] = [
    ['all is well', {}, { kind: 'live', cause: 'none', level: 'calm', veil: false, hide: false, alarm: false }],
    ['nothing on the screen is not live', { ...old(500), blank: true }, { kind: 'connecting', veil: true, hide: true }],
    ['nothing on the screen becomes an alarm too', { ...old(6000), blank: true }, { kind: 'lost', hide: true, alarm: true }],
    ['a picture of 1.9 s is live', old(1900), { kind: 'live', veil: false }],
    ['a picture of 2.1 s is not', old(2100), { kind: 'stale', cause: 'link', level: 'warn', veil: true, hide: false, alarm: false }],
    ['4.9 s without a picture', old(4900), { kind: 'stale', alarm: false }],
    ['5.1 s are an alarm', old(5100), { kind: 'lost', level: 'bad', veil: true, hide: false, alarm: true }],
    ['after 15 s the picture is hidden', old(15100), { kind: 'lost', hide: true, alarm: true }],
    ['a faulty camera is named', { ...old(3000), ...fault }, { kind: 'stale', cause: 'camera' }],
    ['a faulty camera with pictures is live', fault, { kind: 'live' }],
    ['the phone is offline', { ...old(6000), online: false }, { kind: 'lost', cause: 'phone' }],
    ['a silent monitor', { ...old(6000), serverSeen: NOW - 3100 }, { kind: 'lost', cause: 'server' }],
    ['the monitor before the camera, which cannot be known then', { ...old(6000), ...fault, serverSeen: NOW - 4000 }, { cause: 'server' }],
    ['a monitor that refuses connections is named sooner', { ...old(2500), serverFails: true, serverSeen: NOW - 2000 }, { kind: 'stale', cause: 'server' }],
    ['pictures without any other word', { serverSeen: NOW - 3500 }, { kind: 'unsure', cause: 'server', level: 'warn', alarm: false }],
    ['pictures though the phone says offline', { online: false }, { kind: 'unsure', cause: 'phone' }],
    ['a second late is live', { delay: 1000 }, { kind: 'live' }],
    ['more than a second late is delayed', { delay: 1200 }, { kind: 'delayed', cause: 'delay', level: 'warn', alarm: false }],
    ['no sound packets for 3 s', { lastAudio: NOW - 3100 }, { kind: 'nosound', cause: 'sound', level: 'warn', alarm: false }],
    ['no sound packets for 5 s', { lastAudio: NOW - 5100 }, { kind: 'nosound', level: 'bad', alarm: true }],
    ['a silent microphone though packets come', { microphoneBadSince: NOW - 100 }, { kind: 'nosound', cause: 'microphone', alarm: false }],
    ['a microphone silent for 5 s', { microphoneBadSince: NOW - 5100 }, { kind: 'nosound', cause: 'microphone', alarm: true }],
    ['no microphone is no fault', { soundSince: null, lastAudio: null }, { kind: 'live' }],
    ['no picture tells more than no sound', { ...old(6000), lastAudio: NOW - 6000 }, { kind: 'lost', cause: 'link' }],
    ['nothing is wanted', { pictureSince: null, soundSince: null }, { kind: 'away', alarm: false }],
  ];
  it.each(table)('%s', (_, change, want) => {
    expect(judge(well(change))).toMatchObject(want);
  });
});

describe('the first picture', () => {
  const first = (waited: number, change: Partial<Evidence> = {}) =>
    judge(well({ pictureSince: NOW - waited, lastFrame: null, soundSince: null, delay: null, ...change }));

  it('is waited for without alarm', () => {
    expect(first(1000)).toMatchObject({ kind: 'connecting', cause: 'none', level: 'calm', hide: true, alarm: false });
  });
  it('has its reason named after two seconds', () => {
    expect(first(3000, fault)).toMatchObject({ kind: 'connecting', cause: 'camera', level: 'warn', alarm: false });
  });
  it('is an alarm after ten seconds', () => {
    expect(first(10100)).toMatchObject({ kind: 'lost', alarm: true, age: null });
  });
  it('is no alarm where the monitor refuses', () => {
    expect(first(20000, { refusal: 'full' })).toMatchObject({ kind: 'lost', cause: 'refused', alarm: false });
  });
});

describe('coming back to the page', () => {
  it('veils the old picture at once, and alarms only for time in front', () => {
    const back = well({ pictureSince: NOW - 100, lastFrame: NOW - 600000 });
    expect(judge(back)).toMatchObject({ kind: 'connecting', veil: true, hide: true, alarm: false });
    expect(judge({ ...back, pictureSince: NOW - 6000 })).toMatchObject({ kind: 'lost', alarm: true });
  });
});

describe('sound only', () => {
  const listen = (change: Partial<Evidence>) => judge(well({ pictureSince: null, lastFrame: NOW - 600000, ...change }));

  it.each<[string, Partial<Evidence>, Partial<Verdict>]>([
    ['sound arrives', {}, { kind: 'listening', level: 'calm', veil: false }],
    ['it stops', { lastAudio: NOW - 3500 }, { kind: 'stale', cause: 'sound', alarm: false }],
    ['it stays away', { lastAudio: NOW - 5500 }, { kind: 'lost', cause: 'sound', alarm: true }],
    ['the monitor is gone', { lastAudio: NOW - 5500, serverSeen: NOW - 5500 }, { kind: 'lost', cause: 'server', alarm: true }],
    ['the microphone is faulty', { microphoneBadSince: NOW - 6000 }, { kind: 'nosound', cause: 'microphone', alarm: true }],
    ['the camera does not matter', fault, { kind: 'listening' }],
    ['sound arrives, but nothing else', { serverSeen: NOW - 9000 }, { kind: 'listening', level: 'warn', alarm: false }],
  ])('%s', (_, change, want) => {
    expect(listen(change)).toMatchObject(want);
  });
});
