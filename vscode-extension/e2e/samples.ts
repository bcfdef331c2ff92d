/** The checkout's sample guests, copied so that a test may build and change them. */
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** The launcher `ringside` of the checkout, or the one that RINGSIDE names. */
export const LAUNCHER = process.env['RINGSIDE'] ?? join(CHECKOUT, 'ringside');

/** Copies samples/ without what has been built, and returns the copy's folder. */
export function copySamples(into: string): string {
  const target = join(into, 'samples');
  const from = join(CHECKOUT, 'samples');
  cpSync(from, target, { recursive: true, filter: (file) => file !== join(from, 'build') });
  return target;
}

/** The number of the one line that contains a text: tests name lines by what is on them. */
export function lineOf(file: string, text: string): number {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  const [line] = found;
  if (line === undefined || found.length > 1) {
    throw new Error(`${file}: ${found.length} lines contain ${text}`);
  }
  return line;
}
