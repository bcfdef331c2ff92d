/** Finds the file of a profile's `source`, which is relative to a compilation directory. */
import { dirname, join, basename, isAbsolute } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { RingsideSession } from '../sessions';

export interface Line {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Takes `src/kernel.c:41` apart. */
export function lineOf(source: string): Line | undefined {
  const colon = source.lastIndexOf(':');
  const line = Number(source.slice(colon + 1));
  return colon > 0 && Number.isInteger(line) && line > 0
    ? { file: source.slice(0, colon), line }
    : undefined;
}

/** Of absolute paths, those that end in a relative one, on whole names. */
export function endingIn(paths: readonly string[], relative: string): string[] {
  const tail = parts(relative);
  return paths.filter((path) => {
    const all = parts(path);
    return (
      all.length >= tail.length &&
      tail.every((part, i) => part === all[all.length - tail.length + i])
    );
  });
}

/** How many names two paths have in common, from the end. */
export function commonTail(a: string, b: string): number {
  const [x, y] = [parts(a), parts(b)];
  let n = 0;
  while (n < x.length && n < y.length && x[x.length - 1 - n] === y[y.length - 1 - n]) {
    n++;
  }
  return n;
}

/** Names of a path without `.` and, where they can be resolved, `..`. */
function parts(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split(/[\\/]+/)) {
    if (name === '..') {
      names.pop();
    } else if (name !== '.' && name !== '') {
      names.push(name);
    }
  }
  return names;
}

/**
 * A path as the server sent it. VS Code makes URIs of the paths in a response on its way to an
 * extension: `file:`, or `vscode-remote:` where the extension runs on another machine.
 */
function pathOf(source: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source)
    ? vscode.Uri.parse(source).with({ scheme: 'file', authority: '' }).fsPath
    : source;
}

/** Remembers what it has found. */
export interface Sources {
  /** The file, if it is on this machine. */
  locate(file: string, session?: RingsideSession): Promise<vscode.Uri | undefined>;
  /** Opens the line in an editor; tells the user if there is no such file. */
  open(source: string, session?: RingsideSession, column?: vscode.ViewColumn): Promise<void>;
  /** Files may be elsewhere now. */
  forget(): void;
}

/** A file that was not there is looked for again after this time. */
const RETRY_MILLIS = 10_000;

/** How many folders above the workspace's a compilation directory is looked for. */
const FOLDERS_ABOVE = 3;

export function createSources(): Sources {
  let found = new Map<string, Promise<vscode.Uri | undefined>>();
  let loaded = new WeakMap<RingsideSession, Promise<string[]>>();

  const loadedBy = (session: RingsideSession): Promise<string[]> => {
    let paths = loaded.get(session);
    if (!paths) {
      paths = session
        .standard<DebugProtocol.LoadedSourcesResponse['body']>('loadedSources', {})
        .then(
          ({ sources }) => sources.flatMap((source) => (source.path ? [pathOf(source.path)] : [])),
          () => {
            loaded.delete(session);
            return [];
          },
        );
      loaded.set(session, paths);
    }
    return paths;
  };

  const search = async (file: string, session: RingsideSession | undefined) => {
    if (isAbsolute(file)) {
      return existing([file]);
    }
    if (session) {
      const uri = await existing(endingIn(await loadedBy(session), file));
      if (uri) {
        return uri;
      }
    }
    return (await existing(aroundWorkspace(file))) ?? inWorkspace(file);
  };

  const sources: Sources = {
    locate(file, session) {
      const key = `${session?.debug.id ?? ''}|${file}`;
      let uri = found.get(key);
      if (!uri) {
        uri = search(file, session);
        found.set(key, uri);
        void uri.then((there) => {
          // It may be there later: looked for again, but not all the time.
          if (!there) {
            setTimeout(() => found.delete(key), RETRY_MILLIS).unref();
          }
        });
      }
      return uri;
    },
    async open(source, session, column) {
      const line = lineOf(source);
      const uri = line && (await sources.locate(line.file, session));
      if (!line || !uri) {
        const locate = 'Locate Source…';
        const choice = await vscode.window.showWarningMessage(
          `${line?.file ?? source} is not on this machine under a name that Ringside can guess.`,
          locate,
        );
        if (choice === locate) {
          sources.forget();
          await vscode.commands.executeCommand('ringside.locateSource', line?.file);
        }
        return;
      }
      const at = new vscode.Range(line.line - 1, 0, line.line - 1, 0);
      await vscode.window.showTextDocument(uri, {
        selection: at,
        preview: true,
        ...(column !== undefined && { viewColumn: column }),
      });
    },
    forget() {
      found = new Map();
      loaded = new WeakMap();
    },
  };
  return sources;
}

async function existing(paths: readonly string[]): Promise<vscode.Uri | undefined> {
  for (const path of paths) {
    const uri = vscode.Uri.file(path);
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // Not that one.
    }
  }
  return undefined;
}

/** A compilation directory is often the workspace's folder or one a little above. */
function aroundWorkspace(file: string): string[] {
  const candidates: string[] = [];
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    let base = folder.uri.fsPath;
    for (let i = 0; i <= FOLDERS_ABOVE; i++) {
      candidates.push(join(base, file));
      base = dirname(base);
    }
  }
  return candidates;
}

async function inWorkspace(file: string): Promise<vscode.Uri | undefined> {
  const uris = await vscode.workspace.findFiles(`**/${basename(file)}`, undefined, 50);
  return uris
    .map((uri) => ({ uri, common: commonTail(uri.fsPath, file) }))
    .sort((a, b) => b.common - a.common)
    .at(0)?.uri;
}
