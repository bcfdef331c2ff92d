/** *Locate Source…*: sources that are elsewhere than the debug information says. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { DEBUG_TYPE, type RingsideSession, type Sessions } from '../sessions';
import { prefixPair, withSourceMap, withWorkspaceFolder, type PrefixPair } from './sourceMap';

const NEVER = 'ringside.neverHintAtMissingSources';

/** Sees where frames' sources should be; hints, once a session, that one is missing; locates it. */
export function registerLocate(sessions: Sessions, memory: vscode.Memento): vscode.Disposable {
  /** Of a session: its frames' source paths by frame id, since the last stop. */
  const frames = new Map<string, Map<number, string>>();
  const hinted = new Set<string>();

  const focused = (session: RingsideSession): string | undefined => {
    const frame = session.frameId;
    return frame === undefined ? undefined : frames.get(session.debug.id)?.get(frame);
  };
  const hint = async (session: RingsideSession) => {
    const path = focused(session);
    const { id } = session.debug;
    if (
      path === undefined ||
      hinted.has(id) ||
      memory.get<boolean>(NEVER, false) ||
      existsSync(path)
    ) {
      return;
    }
    hinted.add(id);
    const locate = 'Locate Source…';
    const never = "Don't Show Again";
    const answer = await vscode.window.showInformationMessage(
      `The guest stands in ${basename(path)}, and there is no ${path} here.`,
      locate,
      never,
    );
    if (answer === locate) {
      await locateSource(session, path);
    } else if (answer === never) {
      await memory.update(NEVER, true);
    }
  };

  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: ({ id }) => ({
        onDidSendMessage: (message: DebugProtocol.ProtocolMessage) => {
          if (message.type === 'event' && (message as DebugProtocol.Event).event === 'stopped') {
            frames.delete(id);
          } else if (isStack(message)) {
            const known = frames.get(id) ?? new Map<number, string>();
            message.body.stackFrames.forEach((frame) => {
              // A listing has a reference, and a path only for its name.
              if (frame.source?.path !== undefined && !frame.source.sourceReference) {
                known.set(frame.id, frame.source.path);
              }
            });
            frames.set(id, known);
          }
        },
      }),
    }),
    sessions.onDidChangeFocus((session) => void hint(session)),
    sessions.onDidEnd(({ debug: { id } }) => {
      frames.delete(id);
      hinted.delete(id);
    }),
    vscode.commands.registerCommand('ringside.locateSource', async () => {
      const session = sessions.active;
      if (!session) {
        await vscode.window.showInformationMessage(
          'Sources are located while a guest is being debugged: start a session first.',
        );
        return;
      }
      const path = focused(session);
      const missing =
        path !== undefined && !existsSync(path) ? path : await pickMissing(session, path);
      if (missing !== undefined) {
        await locateSource(session, missing);
      }
    }),
  );
}

function isStack(
  message: DebugProtocol.ProtocolMessage,
): message is DebugProtocol.StackTraceResponse {
  const response = message as DebugProtocol.Response;
  return response.type === 'response' && response.command === 'stackTrace' && response.success;
}

/** One of the session's sources; those that are not on this machine come first. */
async function pickMissing(
  session: RingsideSession,
  current: string | undefined,
): Promise<string | undefined> {
  type Body = DebugProtocol.LoadedSourcesResponse['body'];
  const { sources } = await session.standard<Body>('loadedSources', {});
  const items = sources
    .flatMap(({ path }) => (path === undefined ? [] : [{ path, there: existsSync(path) }]))
    .sort((a, b) => Number(a.there) - Number(b.there) || Number(b.path === current))
    .map(({ path, there }) => ({
      label: `${there ? '$(file)' : '$(warning)'} ${basename(path)}`,
      description: path,
      detail: there ? '' : 'not on this machine',
      path,
    }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Ringside: locate source',
    placeHolder: 'Which source is elsewhere?',
    matchOnDescription: true,
  });
  return picked?.path;
}

async function locateSource(session: RingsideSession, missing: string): Promise<void> {
  const folder = session.debug.workspaceFolder ?? vscode.workspace.workspaceFolders?.[0];
  const ending = extname(missing).slice(1);
  const picked = await vscode.window.showOpenDialog({
    title: `Where is ${missing}?`,
    openLabel: 'This Is It',
    ...(folder ? { defaultUri: folder.uri } : {}),
    ...(ending ? { filters: { [basename(missing)]: [ending], 'All files': ['*'] } } : {}),
  });
  const file = picked?.[0];
  if (!file) {
    return;
  }
  const found = prefixPair(missing, file.fsPath);
  if (!found) {
    const why =
      file.fsPath === missing
        ? 'That is where the debug information says it is.'
        : `${basename(file.fsPath)} is not ${basename(missing)}.`;
    await vscode.window.showErrorMessage(why);
    return;
  }
  const pair = { ...found, to: withWorkspaceFolder(found.to, folder?.uri.fsPath) };
  const where = await write(session, folder, pair);
  const restart = 'Restart';
  const answer = await vscode.window.showInformationMessage(
    `Sources of ${pair.from} are now looked for in ${pair.to} (${where}).`,
    restart,
  );
  if (answer === restart) {
    await startAgain(session, folder, pair);
  }
}

/** Writes to the launch.json that the session was started from, else to the settings. */
async function write(
  session: RingsideSession,
  folder: vscode.WorkspaceFolder | undefined,
  pair: PrefixPair,
): Promise<string> {
  if (folder) {
    const file = join(folder.uri.fsPath, '.vscode', 'launch.json');
    const before = await readFile(file, 'utf8').catch(() => undefined);
    const after = before && withSourceMap(before, session.debug.configuration.name, pair);
    if (after) {
      await writeFile(file, after);
      return 'sourceMap in launch.json';
    }
  }
  const settings = vscode.workspace.getConfiguration('ringside', folder);
  const known = settings.inspect<Record<string, string>>('sourceMap');
  const target = folder ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const own = folder ? known?.workspaceValue : known?.globalValue;
  await settings.update('sourceMap', { ...own, [pair.from]: pair.to }, target);
  return 'setting ringside.sourceMap';
}

async function startAgain(
  session: RingsideSession,
  folder: vscode.WorkspaceFolder | undefined,
  pair: PrefixPair,
): Promise<void> {
  const given = Object.entries(session.debug.configuration).filter(
    ([key]) => !key.startsWith('__'),
  );
  const configuration = {
    ...(Object.fromEntries(given) as vscode.DebugConfiguration),
    sourceMap: {
      ...(session.debug.configuration['sourceMap'] as object | undefined),
      [pair.from]: pair.to,
    },
  };
  await vscode.debug.stopDebugging(session.debug);
  await vscode.debug.startDebugging(folder, configuration);
}
