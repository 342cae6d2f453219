import { defineConfig } from 'vitest/config';

// The page is served by the monitor itself under a strict content security
// policy: nothing inline, nothing from elsewhere, every asset named by its hash.
export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    // npm run dev talks to a monitor started with `make run`.
    proxy: Object.fromEntries(
      ['/api', '/whep', '/healthz'].map((path) => [path, { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: false }]),
    ),
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
