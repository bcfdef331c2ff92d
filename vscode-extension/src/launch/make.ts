/** What a Makefile builds for a source file, and whether it is up to date: make itself is asked. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import { guestAt } from './guest';

/** A guest that make builds. */
export interface Plan {
  /** The Makefile's folder. */
  readonly folder: string;
  /** What to ask make for; undefined: its default goal. */
  readonly target: string | undefined;
  /** The guest's file; undefined if only its content will tell, once all is built. */
  readonly program: string | undefined;
  /** Whether make has something to do. */
  readonly stale: boolean;
}

/** make cannot be started. */
export class NoMake extends Error {
  constructor(readonly folder: string) {
    super(`There is a Makefile in ${folder}, and make is not installed.`);
  }
}

const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];

/** Folders with a Makefile, from a folder up to `top`, nearest first. */
export function makefileFolders(from: string, top: string): string[] {
  const found: string[] = [];
  for (let folder = from; isWithin(folder, top); folder = dirname(folder)) {
    if (MAKEFILES.some((name) => existsSync(join(folder, name))) && !isKbuild(folder)) {
      found.push(folder);
    }
    if (folder === dirname(folder)) {
      break;
    }
  }
  return found;
}

/** Whether a path is `top` or lies below it. */
export function isWithin(path: string, top: string): boolean {
  const way = relative(top, path);
  return way.split(sep)[0] !== '..' && !isAbsolute(way); // absolute: on another drive
}

/** A Linux tree: its Makefiles are not for us to guess at, and asking them takes long. */
function isKbuild(folder: string): boolean {
  return existsSync(join(folder, 'Kconfig')) || existsSync(join(folder, 'Kbuild'));
}

/**
 * What the Makefile in `folder` makes of a source: a guest named after the source's folder, a folder
 * above that, the source itself, or the Makefile's folder.
 *
 * @returns undefined if it makes nothing of such a name
 * @throws NoMake
 */
export async function planFor(folder: string, source: string): Promise<Plan | undefined> {
  const outputs = outputsFor(folder, source);
  for (const output of outputs) {
    if (await guestAt(join(folder, output))) {
      return await planOf(folder, output);
    }
  }
  const { targets } = await ask(folder);
  const output = outputs.find((name) => targets.has(name));
  const kernels = [...targets].filter((name) => name.endsWith('.elf'));
  const only = output ?? (kernels.length === 1 ? kernels[0] : undefined);
  return only === undefined
    ? undefined
    : { folder, target: only, program: join(folder, only), stale: true };
}

/** For a file that exists: built by a rule of its own, or by whatever the Makefile does by default. */
export async function planOf(folder: string, output: string): Promise<Plan> {
  const program = join(folder, output);
  try {
    const { targets, upToDate } = await ask(folder, output);
    if (targets.has(output)) {
      return { folder, target: output, program, stale: !upToDate };
    }
    const name = basename(output, extname(output));
    const target = targets.has(name) ? name : undefined;
    const general = await ask(folder, ...(target ? [target] : []));
    return { folder, target, program, stale: !general.upToDate };
  } catch (error) {
    if (error instanceof NoMake) {
      return { folder, target: undefined, program, stale: false };
    }
    throw error;
  }
}

/** The default goal of the Makefile in a folder. */
export function defaultPlan(folder: string): Plan {
  return { folder, target: undefined, program: undefined, stale: true };
}

/** File names, relative to the Makefile's folder, in which a source's guest may be; likeliest first. */
export function outputsFor(folder: string, source: string): string[] {
  const way = relative(folder, source).split(sep).filter(Boolean);
  const file = way.at(-1) ?? '';
  const folders = way.slice(0, -1).reverse();
  const stem = extname(file) ? [basename(file, extname(file))] : [file];
  const names = [...folders, ...stem, basename(folder), 'kernel'];
  const outputs = names
    .filter((name) => name !== '')
    .flatMap((name) =>
      ['build', '', 'out', 'bin'].flatMap((place) =>
        ['.elf', '.bin', '.img', ''].map((ending) =>
          place ? `${place}/${name}${ending}` : `${name}${ending}`,
        ),
      ),
    );
  return [...new Set(outputs)];
}

interface Answer {
  readonly targets: ReadonlySet<string>;
  readonly upToDate: boolean;
}

/** Make's own view of its targets, without running a recipe. */
function ask(folder: string, ...goals: string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    execFile(
      'make',
      ['--question', '--print-data-base', ...goals],
      {
        cwd: folder,
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: 64 << 20,
        timeout: 10_000,
        windowsHide: true,
      },
      (error, stdout) => {
        if (error?.code === ('ENOENT' as unknown)) {
          reject(new NoMake(folder));
        } else {
          resolve({ targets: targetsIn(stdout), upToDate: error === null });
        }
      },
    );
  });
}

/** The explicit targets in what `make --print-data-base` prints. */
export function targetsIn(database: string): Set<string> {
  const targets = new Set<string>();
  let previous = '';
  for (const line of database.split('\n')) {
    const name = /^([^#\s:%.][^\s:%=]*)::?(?: |$)/.exec(line)?.[1];
    if (name && !previous.startsWith('# Not a target')) {
      targets.add(name);
    }
    previous = line;
  }
  return targets;
}
