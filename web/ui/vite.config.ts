import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The monitor serves what is packed here, so that it packs nothing by itself.
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async closeBundle() {
      for (const name of await readdir('dist', { recursive: true })) {
        if (!/\.(html|js|css|svg|webmanifest)$/.test(name)) continue;
        const raw = await readFile(`dist/${name}`);
        await writeFile(`dist/${name}.gz`, gzipSync(raw, { level: 9 }));
        await writeFile(`dist/${name}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}

// The page is served by the monitor itself under a strict content security
// policy: nothing inline, nothing from elsewhere, every asset named by its hash.
export default defineConfig({
  base: '/',
  plugins: [packed()],
  build: {
    target: 'es2022',
    minify: 'terser', // smaller by a thirtieth than what esbuild makes
    terserOptions: { ecma: 2020, module: true, compress: { passes: 3, unsafe_arrows: true } },
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: false, // what comes later comes when it is asked for
  },
  server: {
    // npm run dev talks to a monitor started with `make run`.
    proxy: Object.fromEntries(
      ['/api', '/whep', '/healthz'].map((path) => [path, { target: 'http://127.0.0.1:8080', ws: true, changeOrigin: false }]),
    ),
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
