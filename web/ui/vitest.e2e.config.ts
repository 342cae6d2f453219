import { defineConfig } from 'vitest/config';

// The real program in a real browser: one test at a time, one file at a time.
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts', 'bench/**/*.bench.ts', 'screenshots/*.shot.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
});
