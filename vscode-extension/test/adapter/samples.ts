/** Before the adapter's tests: what they need is there, or they fail with what to do. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, JAR } from './ringside';

export default function setup(): void {
  if (!existsSync(JAR)) {
    throw new Error(`${JAR} is missing; ./ringside --version builds it`);
  }
  const made = spawnSync('make', ['-s', '-C', join(CHECKOUT, 'samples')], { encoding: 'utf8' });
  if (made.status !== 0) {
    throw new Error(`the samples cannot be built: ${made.error?.message ?? made.stderr}`);
  }
}
