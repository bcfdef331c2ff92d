// Writes ringside.vsix: the bundled extension with the server's jar in it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const checkout = dirname(here);
const jar = join(checkout, 'dap-server', 'target', 'ringside.jar');

// The launcher builds the jar when it is missing or older than its sources; Windows has no bash.
if (process.platform !== 'win32' || !existsSync(jar)) {
  execFileSync(join(checkout, 'ringside'), ['--version'], { stdio: ['ignore', 2, 2] });
}
mkdirSync(join(here, 'server'), { recursive: true });
copyFileSync(jar, join(here, 'server', 'ringside.jar'));
copyFileSync(join(checkout, 'LICENSE'), join(here, 'LICENSE'));

const run = (...command) =>
  execFileSync(process.execPath, command, { cwd: here, stdio: 'inherit' });
run('esbuild.mjs');
run(
  join(here, 'node_modules', '@vscode', 'vsce', 'vsce'),
  ...[
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    'ringside.vsix',
  ],
);
const size = statSync(join(here, 'ringside.vsix')).size;
console.log(`ringside.vsix: ${(size / 2 ** 20).toFixed(1)} MiB`);
if (size >= 25e6) {
  console.error('ringside.vsix must stay under 25 MB');
  process.exit(1);
}
