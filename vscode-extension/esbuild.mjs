// Bundles the extension and the trap-cost page into dist/; --watch builds again when a file changes.
import { copyFileSync, mkdirSync } from 'node:fs';
import * as esbuild from 'esbuild';

const page = '../profiler/src/main/resources/dev/ringside/profiler/page';
const watch = process.argv.includes('--watch');

const options = {
  outdir: 'dist',
  bundle: true,
  minify: !watch,
  logLevel: 'warning',
};

const builds = [
  {
    ...options,
    entryPoints: { extension: 'src/extension.ts' },
    platform: 'node',
    // Some packages' main is of a form that cannot be bundled.
    mainFields: ['module', 'main'],
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    sourcemap: watch,
  },
  {
    ...options,
    entryPoints: [
      { in: `${page}/page.js`, out: 'trapcost' },
      { in: `${page}/page.css`, out: 'trapcost' },
    ],
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    format: 'esm',
  },
  {
    ...options,
    entryPoints: [
      { in: 'src/views/memory/page/main.ts', out: 'memory' },
      { in: 'src/views/memory/page/memory.css', out: 'memory' },
    ],
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    format: 'iife',
  },
];

mkdirSync('dist', { recursive: true });
copyFileSync(`${page}/page.html`, 'dist/trapcost.html');
for (const build of builds) {
  if (watch) {
    await (await esbuild.context(build)).watch();
  } else {
    await esbuild.build(build);
  }
}
