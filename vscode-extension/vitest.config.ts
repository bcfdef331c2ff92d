import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/adapter/**'],
    environment: 'node',
  },
  resolve: {
    // Unit tests run without VS Code: a fake has the few parts that the tested modules use.
    alias: { vscode: fileURLToPath(new URL('./test/fake/vscode.ts', import.meta.url)) },
  },
});
