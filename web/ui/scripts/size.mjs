// Prints what the page weighs on the wire, and fails where the first visit
// weighs more than the limit: the page, what it names, what those scripts
// import at once, and what a browser fetches besides. What a script loads later
// is shown and does not count.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 60 * 1000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const text = (name) => readFile(dist + name, 'utf8');

/** What comes with a file, by its name below dist. */
async function withIt(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const names = name.endsWith('.html') ? /(?<=(?:src|href)="\/)assets\/[\w.-]+/g : /(?<=(?:from|import)\s*["']\.\/)[\w.-]+/g;
  if (!/\.(html|js)$/.test(name)) return seen;
  for (const other of (await text(name)).match(names) ?? []) await withIt(name.endsWith('.html') ? other : `assets/${other}`, seen);
  return seen;
}

const first = await withIt('index.html');
const weight = { first: 0, later: 0 };
for (const name of (await readdir(dist, { recursive: true })).sort()) {
  if (!/\.(html|js|css|svg|webmanifest)$/.test(name)) continue;
  const when = first.has(name) || !name.startsWith('assets/') ? 'first' : 'later';
  const raw = await readFile(dist + name);
  const packed = gzipSync(raw, { level: 9 }).length;
  weight[when] += packed;
  console.log(`${String(raw.length).padStart(8)} ${String(packed).padStart(8)} gzip  ${when}  ${name}`);
}
console.log(`${String(weight.first).padStart(17)} gzip at first, of ${LIMIT}; ${weight.later} later`);
if (weight.first > LIMIT) process.exitCode = 1;
