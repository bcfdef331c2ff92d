/** From F5 to a complete debug configuration. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Server } from '../server/adapter';
import { askForJdk, JdkError } from '../server/choice';
import { DEBUG_TYPE } from '../sessions';
import { pickVm } from './attach';
import { chooseGuest, NoGuest } from './choose';
import { guestsIn, symbolsFor } from './find';
import { guestAt } from './guest';
import { folderOf, sourceOnScreen } from './screen';

/** Creates debug configurations, and fills in what they leave out. */
export function registerResolver(server: Server, memory: vscode.Memento): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      {
        provideDebugConfigurations: (folder) => configurationsIn(folder, true),
        resolveDebugConfiguration: (folder, configuration, token) =>
          readably(folder, configuration, () =>
            resolve(folder, configuration, server, memory, token),
          ),
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
  server: Server,
  memory: vscode.Memento,
  token: vscode.CancellationToken | undefined,
): Promise<vscode.DebugConfiguration | undefined> {
  server.command('dap'); // No build, no question, before it is known that a session can start.
  const source = sourceOnScreen();
  const around = folder ?? folderOf(source);
  const general = withSettings({
    ...configuration,
    type: DEBUG_TYPE,
    request: configuration.request || 'launch',
    cwd: (configuration['cwd'] as string | undefined) ?? around?.uri.fsPath,
  });
  if (general.request === 'attach') {
    return general['vm'] ? general : await withVm(general, server);
  }
  if (general['program']) {
    return general;
  }
  const choice = await chooseGuest({ folder: around, source, memory }, token);
  return (
    choice && {
      ...general,
      name: configuration.name || `Debug ${basename(choice.program)}`,
      program: choice.program,
      cwd: (configuration['cwd'] as string | undefined) ?? choice.cwd,
    }
  );
}

async function withVm(
  configuration: vscode.DebugConfiguration,
  server: Server,
): Promise<vscode.DebugConfiguration | undefined> {
  const vm = await pickVm(server);
  return vm === undefined
    ? undefined
    : { ...configuration, vm, name: configuration.name || `Attach to ${vm}` };
}

/** The setting `ringside.sourceMap` holds for every configuration; a configuration's own wins. */
function withSettings(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const general = vscode.workspace
    .getConfiguration('ringside')
    .get<Record<string, string>>('sourceMap', {});
  return Object.keys(general).length === 0
    ? configuration
    : {
        ...configuration,
        sourceMap: { ...general, ...(configuration['sourceMap'] as object | undefined) },
      };
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

/** Runs a step of the way to a session; what goes wrong is shown, with what can be done. */
async function readably<T>(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JdkError) {
      void askForJdk(error).then((there) =>
        there ? vscode.debug.startDebugging(folder, configuration) : undefined,
      );
    } else if (error instanceof NoGuest) {
      void askForConfiguration(error);
    } else {
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(why);
    }
    return undefined;
  }
}

async function askForConfiguration(error: NoGuest): Promise<void> {
  const commands: Record<string, string> = {
    'Choose a File…': 'ringside.debugGuest',
    'Write launch.json': 'debug.addConfiguration',
  };
  const answer = await vscode.window.showErrorMessage(error.message, ...Object.keys(commands));
  const command = answer && commands[answer];
  if (command) {
    await vscode.commands.executeCommand(command);
  }
}
