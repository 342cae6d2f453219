// The page's shell without a network: so that the installed page opens and can
// say that the monitor does not answer. It keeps the page and its assets only.
// What the monitor says (/api, /whep, /healthz, /metrics) is never kept.
const CACHE = 'shell-1';
const FIXED = ['/manifest.webmanifest', '/icons/icon.svg', '/icons/icon-192.png', '/icons/icon-512.png'];

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === '/') event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/') || FIXED.includes(url.pathname)) event.respondWith(asset(request));
});

/** The page and what it names: assets carry a hash of their content, so the page tells which belong to it. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  const response = await fetch('/', { cache: 'no-store' });
  if (!response.ok) throw new Error(`the page answers ${response.status}`);
  await keepPage(cache, response);
  await cache.addAll(FIXED);
}

async function keepPage(cache, response) {
  const html = await response.clone().text();
  const assets = await keepAssets(cache, html.match(/\/assets\/[\w.-]+/g) ?? []);
  for (const script of assets.filter((path) => path.endsWith('.js'))) {
    // What a script loads later, it names from beside itself.
    const later = (await (await cache.match(script)).text()).matchAll(/import\(["'`]\.\/([\w.-]+)/g);
    assets.push(...(await keepAssets(cache, Array.from(later, ([, name]) => `/assets/${name}`))));
  }
  await cache.put('/', response);
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (path.startsWith('/assets/') && !assets.includes(path)) await cache.delete(request);
  }
}

/** Keeps these assets and returns their paths, each once. */
async function keepAssets(cache, paths) {
  const assets = [...new Set(paths)];
  const kept = await Promise.all(assets.map((a) => cache.match(a)));
  await cache.addAll(assets.filter((_, i) => !kept[i]));
  return assets;
}

async function dropOthers() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

/** The newest page if the monitor answers soon, else the one kept. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(4000) });
    if (response.ok) await keepPage(cache, response.clone()).catch(() => {});
    return response;
  } catch (error) {
    const kept = await cache.match('/');
    if (kept) return kept;
    throw error;
  }
}

async function asset(request) {
  const kept = await caches.match(request);
  return kept ?? fetch(request);
}
