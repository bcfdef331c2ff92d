/** From F5 to a complete debug configuration. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../sessions';
import { chooseGuest, NoGuest } from './choose';
import { guestsIn, symbolsFor } from './find';
import { guestAt } from './guest';

/** Creates launch configurations, and fills in what they leave out. */
export function registerResolver(memory: vscode.Memento): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      {
        provideDebugConfigurations: (folder) => configurationsIn(folder, true),
        resolveDebugConfiguration: (folder, configuration, token) =>
          readably(() => resolve(folder, configuration, memory, token)),
        resolveDebugConfigurationWithSubstitutedVariables: (_, configuration) =>
          completed(configuration),
      },
      vscode.DebugConfigurationProviderTriggerKind.Initial,
    ),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      { provideDebugConfigurations: (folder) => configurationsIn(folder, false) },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  );
}

async function resolve(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
  memory: vscode.Memento,
  token: vscode.CancellationToken | undefined,
): Promise<vscode.DebugConfiguration | undefined> {
  const request = (configuration.request as string | undefined) || 'launch';
  if (request !== 'launch' || configuration['program']) {
    return configuration;
  }
  const source = sourceOnScreen();
  const around = folder ?? folderOf(source);
  const choice = await chooseGuest({ folder: around, source, memory }, token);
  return (
    choice && {
      ...configuration,
      type: DEBUG_TYPE,
      request: 'launch',
      name: configuration.name || `Debug ${basename(choice.program)}`,
      cwd: choice.cwd,
      program: choice.program,
    }
  );
}

/** The file in the active editor; if that is no file (a listing, a panel), one that is visible. */
function sourceOnScreen(): string | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  return editors.find((editor) => editor?.document.uri.scheme === 'file')?.document.uri.fsPath;
}

function folderOf(source: string | undefined): vscode.WorkspaceFolder | undefined {
  return (
    (source === undefined
      ? undefined
      : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(source))) ??
    vscode.workspace.workspaceFolders?.[0]
  );
}

/** Once paths are paths: what the guest itself tells. */
async function completed(
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration> {
  const program = configuration['program'] as unknown;
  if (
    configuration.request === 'launch' &&
    typeof program === 'string' &&
    configuration['symbols'] === undefined &&
    (await guestAt(program))?.kind === 'Linux bzImage'
  ) {
    const symbols = symbolsFor(program);
    if (symbols !== undefined) {
      return { ...configuration, symbols: [symbols] };
    }
  }
  return configuration;
}

/** A configuration for each guest in a folder; for a new launch.json, `general` adds one if there is none. */
async function configurationsIn(
  folder: vscode.WorkspaceFolder | undefined,
  general: boolean,
): Promise<vscode.DebugConfiguration[]> {
  const top = folder?.uri.fsPath;
  const guests = top === undefined ? [] : await guestsIn(top);
  const found = guests.slice(0, 20).map((guest) => ({
    type: DEBUG_TYPE,
    request: 'launch',
    name: `Debug ${basename(guest.path)}`,
    program: inWorkspace(guest.path, top ?? ''),
    ...(guest.kind === 'Linux bzImage' ? { cmdline: 'console=ttyS0 nokaslr' } : {}),
  }));
  return found.length > 0 || !general
    ? found
    : [
        {
          type: DEBUG_TYPE,
          request: 'launch',
          name: 'Debug guest kernel',
          program: '${workspaceFolder}/build/kernel.elf',
        },
      ];
}

function inWorkspace(path: string, top: string): string {
  return '${workspaceFolder}' + path.slice(top.length).replaceAll('\\', '/');
}

/** Runs a step of the way to a session; what goes wrong is shown with what can be done. */
async function readably<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NoGuest)) {
      throw error;
    }
    const write = 'Write launch.json';
    void vscode.window.showErrorMessage(error.message, write).then((answer) => {
      if (answer === write) {
        void vscode.commands.executeCommand('debug.addConfiguration');
      }
    });
    return undefined;
  }
}
