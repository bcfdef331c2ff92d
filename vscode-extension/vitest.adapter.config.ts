import { defineConfig } from 'vitest/config';

// The server's own tests by DAP's test client: `npm run test:adapter` needs its jar.
export default defineConfig({
  test: {
    include: ['test/adapter/**/*.test.ts'],
    environment: 'node',
    globalSetup: './test/adapter/samples.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each test starts a JVM: one at a time is enough for a small machine.
    fileParallelism: false,
  },
});
