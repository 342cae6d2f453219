import { describe, expect, it } from 'vitest';
import { supportWords, updateWords } from '../src/care';
import { judge, systemOf } from '../src/trust';
import { english } from '../src/words';

describe('trust', () => {
  const no = { encrypted: false, offered: true, answered: false, registered: false };

  it('is green only where a service worker was registered on the encrypted page', () => {
    expect(judge({ ...no, encrypted: true, registered: true })).toBe('trusted');
    expect(judge({ ...no, encrypted: true })).toBe('clicked');
    expect(judge({ ...no, answered: true })).toBe('accepted');
    expect(judge({ ...no, answered: true, registered: true })).toBe('accepted');
    expect(judge(no)).toBe('untrusted');
    expect(judge({ ...no, offered: false })).toBe('none');
  });

  it('knows the device by its browser', () => {
    expect(systemOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 5)).toBe('iphone');
    expect(systemOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 5)).toBe('iphone'); // an iPad
    expect(systemOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 0)).toBe('computer');
    expect(systemOf('Mozilla/5.0 (Linux; Android 15; Pixel 8)', 5)).toBe('android');
    expect(systemOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 10)).toBe('computer');
    expect(systemOf('Mozilla/5.0 (X11; Linux x86_64)', 0)).toBe('computer');
  });

  it('has steps for every system, which end at the encrypted page', () => {
    for (const [system, steps] of Object.entries(english.trustSteps)) {
      expect([system, steps.length > 2]).toEqual([system, true]);
      expect(steps.at(-1)!.toLowerCase()).toContain('encrypted page');
    }
  });
});

describe('care', () => {
  it('says until when there are updates, and that it does not know', () => {
    const now = new Date('2027-03-01T12:00:00');
    expect(supportWords('', now)).toBe(english.supportUnknown);
    expect(supportWords('2028-12-31', now)).toContain('2028');
    expect(supportWords('2028-12-31', now)).not.toContain('over');
    expect(supportWords('2027-02-28', now)).toContain('over');
    expect(supportWords('2027-03-01', now)).not.toContain('over');
    expect(supportWords('soon', now)).toBe('soon');
  });

  it('says of every refusal why, and that nothing has changed', () => {
    for (const why of ['signature', 'broken', 'device', 'space', 'clock']) {
      const text = updateWords({ way: 'itself', stage: 'failed', percent: 0, why, detail: 'x' });
      expect(text).toContain('Nothing has changed');
      expect(text.length).toBeGreaterThan(english.updateIs.failed.length + 20);
    }
    expect(updateWords({ way: 'itself', stage: 'failed', percent: 0, why: 'other', detail: 'the card is read-only' })).toContain('the card is read-only');
    expect(updateWords({ way: 'itself', stage: 'failed', percent: 0, why: 'rolledback' })).toContain('went back');
    expect(updateWords({ way: 'itself', stage: 'installing', percent: 42 })).toContain('42 %');
    expect(updateWords({ way: 'itself', stage: 'installed', percent: 100, version: '1.2.3' })).toContain('1.2.3');
  });
});
