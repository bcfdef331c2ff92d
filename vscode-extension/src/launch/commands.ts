/** The palette's commands that start something. */
import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import type { Server } from '../server/adapter';
import { askForJdk, JdkError, selectJdk } from '../server/choice';
import type { Log } from '../server/log';
import { DEBUG_TYPE } from '../sessions';
import { attach, pickVm } from './attach';
import { chooseGuest, NoGuest } from './choose';
import { guestAt } from './guest';
import { folderOf, sourceOnScreen } from './screen';
import { commandTask } from './tasks';

export function registerCommands(
  server: Server,
  log: Log,
  memory: vscode.Memento,
): vscode.Disposable {
  const commands: Record<string, (file?: vscode.Uri) => unknown> = {
    'ringside.attach': () => attach(server),
    'ringside.pickVm': () => pickVm(server),
    'ringside.selectJdk': selectJdk,
    'ringside.showLog': () => {
      log.show();
    },
    'ringside.doctor': () => runInTerminal(server, 'Check This Machine', ['doctor']),
    'ringside.debugGuest': (file) => debugGuest(file, false),
    'ringside.debugFile': () => startDebugging({}),
    'ringside.runFile': () => startDebugging({ noDebug: true }),
    'ringside.runGuest': (file) => runGuest(file, server, memory),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, work]) =>
      vscode.commands.registerCommand(id, (file?: unknown) =>
        work(file instanceof vscode.Uri ? file : undefined),
      ),
    ),
  );
}

/** Debugs what F5 would debug without a launch.json. */
async function startDebugging(options: vscode.DebugSessionOptions): Promise<void> {
  const configuration = { type: DEBUG_TYPE, request: 'launch', name: '' };
  await vscode.debug.startDebugging(folderOf(sourceOnScreen()), configuration, options);
}

/** *Debug Guest…*: a file of the Explorer, or one that is asked for. */
async function debugGuest(given: vscode.Uri | undefined, noDebug: boolean): Promise<void> {
  const file = given ?? (await askForGuest());
  if (!file) {
    return;
  }
  const guest = await guestAt(file.fsPath);
  if (!guest) {
    await vscode.window.showErrorMessage(notAGuest(file));
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(file);
  await vscode.debug.startDebugging(
    folder,
    {
      type: DEBUG_TYPE,
      request: 'launch',
      name: `Debug ${basename(file.fsPath)}`,
      program: file.fsPath,
      cwd: folder?.uri.fsPath ?? dirname(file.fsPath),
    },
    { noDebug },
  );
}

function notAGuest(file: vscode.Uri): string {
  return (
    `${basename(file.fsPath)} is no guest: not a Linux bzImage, a Multiboot or PVH kernel, ` +
    'an x86 ELF file at fixed addresses or a boot sector.'
  );
}

async function askForGuest(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: 'The guest to debug',
    openLabel: 'Debug',
    ...(folder ? { defaultUri: folder } : {}),
  });
  return picked?.[0];
}

/** *Run Guest in a Terminal…*: under a name, so that it can be attached to. */
async function runGuest(
  given: vscode.Uri | undefined,
  server: Server,
  memory: vscode.Memento,
): Promise<void> {
  const program = given?.fsPath ?? (await guestOnScreen(memory));
  if (program === undefined) {
    return;
  }
  const name = await vscode.window.showInputBox({
    title: 'Ringside: run a guest in a terminal',
    prompt: 'A name for the VM: it can be attached to under it',
    value: basename(program, extname(program)).replace(/[^A-Za-z0-9._-]|^[.-]/g, '_'),
    validateInput: (text) =>
      /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(text)
        ? undefined
        : 'Letters, digits, ".", "_" and "-", at most 64',
  });
  if (name !== undefined) {
    await runInTerminal(server, `run ${name}`, ['run', '--name', name, program]);
  }
}

async function guestOnScreen(memory: vscode.Memento): Promise<string | undefined> {
  const source = sourceOnScreen();
  try {
    return (await chooseGuest({ folder: folderOf(source), source, memory }))?.program;
  } catch (error) {
    if (error instanceof NoGuest) {
      return (await askForGuest())?.fsPath;
    }
    throw error;
  }
}

async function runInTerminal(server: Server, name: string, command: string[]): Promise<void> {
  try {
    const scope = vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Global;
    await vscode.tasks.executeTask(commandTask({ type: 'ringside', command }, name, scope, server));
  } catch (error) {
    if (!(error instanceof JdkError)) {
      throw error;
    }
    if (await askForJdk(error)) {
      await runInTerminal(server, name, command);
    }
  }
}
