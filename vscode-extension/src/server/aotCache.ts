/**
 * The JVM's ahead-of-time cache: what the server needs, learnt once from a short session of its own,
 * so that sessions start in a third less time (dap-server's `warm-up` says more). Nothing depends on
 * it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { basename, join } from 'node:path';
import { javaOf, type Jdk } from './jdk';

/** What a cache is good for: another JDK, jar or option needs another. */
export interface Purpose {
  readonly jdk: Jdk;
  readonly jar: string;
  /** Options that a session's JVM will get too. */
  readonly options: readonly string[];
}

const PREFIX = 'server-';
const ENDING = '.aot';
const PATIENCE = 180_000;
/** Nobody is at work on a file this old, in milliseconds. */
const OLD = 2 * PATIENCE;

/** Where the cache for a purpose is, or would be. */
export function cacheFile(folder: string, { jdk, jar, options }: Purpose): string {
  const facts = statSync(jar);
  const key = createHash('sha256')
    .update(JSON.stringify([jdk.home, jar, facts.size, facts.mtimeMs, options]))
    .update(readFileSync(join(jdk.home, 'release')))
    .digest('hex')
    .slice(0, 16);
  return join(folder, `${PREFIX}${key}${ENDING}`);
}

/** The JVM's options to use a cache with; none while there is no cache. */
export function cacheOptions(folder: string, purpose: Purpose): string[] {
  const file = cacheFile(folder, purpose);
  return existsSync(file)
    ? // Whatever the JVM has to say about it must not come between a client and the server.
      [`-XX:AOTCache=${file}`, '-Xlog:disable', '-Xlog:all=error:stderr']
    : [];
}

/**
 * Makes the cache if it is not there, and deletes those of other JDKs and versions.
 *
 * @throws Error if the JVM does not make one
 */
export async function makeCache(
  folder: string,
  purpose: Purpose,
  signal: AbortSignal,
): Promise<'made' | 'there'> {
  const file = cacheFile(folder, purpose);
  if (existsSync(file)) {
    return 'there';
  }
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  try {
    await train(purpose, temporary, signal);
    await rename(temporary, file);
  } finally {
    await tidy(folder, (name) => name.startsWith(basename(temporary)));
  }
  // Another window may be at work on a file with another ending.
  await tidy(folder, (name, age) => name !== basename(file) && (name.endsWith(ENDING) || age > OLD));
  return 'made';
}

function train({ jdk, jar, options }: Purpose, file: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      javaOf(jdk),
      [...options, `-XX:AOTCacheOutput=${file}`, '-jar', jar, 'warm-up'],
      { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, signal, timeout: PATIENCE },
    );
    let said = '';
    const listen = (text: Buffer) => {
      said = (said + text.toString()).slice(-4000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('spawn', () => {
      try {
        setPriority(child.pid ?? 0, constants.priority.PRIORITY_LOW);
      } catch {
        // It runs at the usual priority then.
      }
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0 && existsSync(file)) {
        resolve();
      } else {
        reject(new Error(`status ${status}: ${said.trim()}`));
      }
    });
  });
}

async function tidy(
  folder: string,
  isOld: (name: string, age: number) => boolean,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    try {
      if (name.startsWith(PREFIX) && isOld(name, Date.now() - (await stat(path)).mtimeMs)) {
        await rm(path, { force: true });
      }
    } catch {
      // One that another window's server has open stays, on Windows, until the next time.
    }
  }
}
