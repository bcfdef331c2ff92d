// What `mvn verify` runs here: the locked packages if they are not there yet, `npm run check`, and
// `npm run test:adapter` where the server's jar and the sample guests can be had.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const OLDEST_NODE = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  skip(`Node.js ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}`);
}
if (npm('--version').error) {
  skip('npm is not on the PATH');
}

const lock = join(here, 'package-lock.json');
const installed = join(here, 'node_modules', '.package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  must(npm('ci', '--no-audit', '--no-fund', '--loglevel=error'));
  utimesSync(installed, new Date(), new Date());
}
must(npm('run', '--silent', 'check'));

const jar = join(here, '..', 'dap-server', 'target', 'ringside.jar');
const missing = ['make', 'gcc'].find((tool) => spawnSync(tool, ['--version']).error);
if (!existsSync(jar)) {
  skip(`test:adapter: there is no ${jar}`);
}
if (missing) {
  skip(`test:adapter: ${missing} is not on the PATH`);
}
must(npm('run', '--silent', 'test:adapter'));

function npm(...args) {
  // npm is a script on Windows.
  const shell = process.platform === 'win32';
  const stdio = args[0] === '--version' ? 'ignore' : 'inherit';
  return spawnSync('npm', args, { cwd: here, stdio, shell });
}

function must(result) {
  if (result.status !== 0) {
    process.exit(result.status ?? 1);
  }
}

function skip(reason) {
  console.log(`SKIPPED vscode-extension: ${reason}`);
  process.exit(0);
}
