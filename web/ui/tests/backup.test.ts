import { expect, it } from 'vitest';
import { basic, nameIn } from '../src/backup';

it('says names and passwords in UTF-8', () => {
  expect(basic('Zoë', 'pass:wörd €')).toBe('Basic Wm/DqzpwYXNzOnfDtnJkIOKCrA==');
});

it('finds the name of a file', () => {
  expect(nameIn('attachment; filename=babymonitor-backup-nursery-20260301-0203.tar.gz')).toBe('babymonitor-backup-nursery-20260301-0203.tar.gz');
  expect(nameIn('attachment; filename="a b.tar.gz"')).toBe('a b.tar.gz');
  expect(nameIn("attachment; filename*=utf-8''zo%C3%AB.tar.gz")).toBe('zoë.tar.gz');
  expect(nameIn('')).toBe('babymonitor-backup.tar.gz');
});
