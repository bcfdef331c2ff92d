/** From a workspace and what is open in it to the guest to debug. */
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { build } from './build';
import { guestsIn } from './find';
import { guestAt, type Guest } from './guest';
import { defaultPlan, isWithin, makefileFolders, NoMake, planFor, planOf, type Plan } from './make';

/** What was decided. */
export interface Choice {
  readonly program: string;
  /** Base of the configuration's relative paths. */
  readonly cwd: string;
}

/** Nothing was found: what was looked for, in words for the user. */
export class NoGuest extends Error {}

export interface Surroundings {
  readonly folder: vscode.WorkspaceFolder | undefined;
  /** The file that the user looks at. */
  readonly source: string | undefined;
  /** Where the last choice is kept. */
  readonly memory: vscode.Memento;
}

/**
 * The guest of the file that the user looks at, built first if need be.
 *
 * @returns undefined if the user or a failed build stopped it
 * @throws NoGuest
 */
export async function chooseGuest(
  where: Surroundings,
  token?: vscode.CancellationToken,
): Promise<Choice | undefined> {
  const root = where.folder?.uri.fsPath ?? (where.source && dirname(where.source));
  if (root === undefined) {
    throw new NoGuest('No folder and no file is open: there is no guest to debug.');
  }
  const source = where.source && isWithin(where.source, root) ? where.source : join(root, '_');
  const makefiles = makefileFolders(dirname(source), dirname(root));
  for (const folder of makefiles) {
    const plan = await planned(() => planFor(folder, source));
    if (plan) {
      return await carriedOut(plan, where, token);
    }
  }
  const tops = [root, ...makefiles.filter((folder) => !isWithin(folder, root))];
  const look = async () => {
    const found = await Promise.all(
      tops.map((top) => guestsIn(top, () => token?.isCancellationRequested ?? false)),
    );
    return [...new Map(found.flat().map((guest) => [guest.path, guest])).values()];
  };
  let guests = await look();
  const [makefile] = makefiles;
  if (guests.length === 0 && makefile !== undefined) {
    if ((await build(defaultPlan(makefile), where.folder, token)) !== 'built') {
      return undefined;
    }
    guests = await look();
  }
  if (guests.length === 0) {
    throw new NoGuest(nothingIn(tops, makefile));
  }
  const guest = await pick(guests, root, where.memory);
  return guest && (await fresh(guest, where, makefiles, token));
}

/** A Makefile without make stops nobody who has a guest. */
async function planned(ask: () => Promise<Plan | undefined>): Promise<Plan | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NoMake) {
      return undefined;
    }
    throw error;
  }
}

async function fresh(
  guest: Guest,
  where: Surroundings,
  makefiles: string[],
  token: vscode.CancellationToken | undefined,
): Promise<Choice | undefined> {
  const folder = makefiles.find((candidate) => isWithin(guest.path, candidate));
  const plan =
    folder === undefined
      ? undefined
      : await planned(() => planOf(folder, relative(folder, guest.path).replaceAll('\\', '/')));
  return plan
    ? await carriedOut(plan, where, token)
    : { program: guest.path, cwd: where.folder?.uri.fsPath ?? dirname(guest.path) };
}

async function carriedOut(
  plan: Plan,
  where: Surroundings,
  token: vscode.CancellationToken | undefined,
): Promise<Choice | undefined> {
  if (plan.stale && (await build(plan, where.folder, token)) === 'stop') {
    return undefined;
  }
  if (plan.program === undefined || !(await guestAt(plan.program))) {
    throw new NoGuest(
      `make ${plan.target ?? ''} in ${tidy(plan.folder)} left no guest in ${tidy(plan.program ?? plan.folder)}.`,
    );
  }
  return { program: plan.program, cwd: plan.folder };
}

const LAST = 'ringside.lastGuest';

/** The only guest, or the one that the user picks; the last one picked comes first. */
export async function pick(
  guests: readonly Guest[],
  root: string,
  memory: vscode.Memento,
): Promise<Guest | undefined> {
  if (guests.length === 1) {
    return guests[0];
  }
  const last = memory.get<string>(LAST);
  const items = guests
    .map((guest) => ({
      label: relative(root, guest.path),
      description: guest.kind + (guest.path === last ? ' · last time' : ''),
      detail: `changed ${new Date(guest.modified).toLocaleString()}`,
      guest,
    }))
    .sort((a, b) => Number(b.guest.path === last) - Number(a.guest.path === last));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Ringside: which guest?',
    placeHolder: `${guests.length} files here can boot`,
    matchOnDescription: true,
  });
  if (picked) {
    await memory.update(LAST, picked.guest.path);
  }
  return picked?.guest;
}

function nothingIn(tops: readonly string[], makefile: string | undefined): string {
  const places = tops.map(tidy).join(' or ');
  const made = makefile === undefined ? 'There is no Makefile' : 'What make builds is none';
  return (
    `No guest kernel in ${places}. Looked for Linux bzImages, Multiboot and PVH kernels, ELF files ` +
    `at fixed addresses and boot sectors. ${made}.`
  );
}

function tidy(path: string): string {
  const home = homedir();
  return isWithin(path, home) && path !== home ? join('~', relative(home, path)) : path;
}
