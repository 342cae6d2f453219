// Prints what the page weighs on the wire, and fails above the limit.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 60 * 1000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
let total = 0;
for (const name of await readdir(dist, { recursive: true })) {
  if (!/\.(html|js|css|svg|webmanifest)$/.test(name)) continue;
  const raw = await readFile(dist + name);
  const packed = gzipSync(raw, { level: 9 }).length;
  total += packed;
  console.log(`${String(raw.length).padStart(8)} ${String(packed).padStart(8)} gzip  ${name}`);
}
console.log(`${String(total).padStart(17)} gzip in all, of ${LIMIT}`);
if (total > LIMIT) process.exitCode = 1;
