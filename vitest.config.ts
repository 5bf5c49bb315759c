import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // CI's machine is shared: a test that waits for real sockets and processes gets a second try there, and vitest says so.
    retry: process.env.CI ? 1 : 0,
  },
});
