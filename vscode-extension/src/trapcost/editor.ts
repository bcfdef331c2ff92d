/** Opens recorded profiles, `*.ringside.json` and `*.jfr`, in the trap-cost page. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Sources } from '../live/sources';
import type { Profile } from '../profile';
import type { Server } from '../server/adapter';
import type { ToPage } from './messages';
import { columnBeside, showPage } from './page';
import { NoProfileError, readProfile } from './read';

const EDITOR = 'ringside.trapCost';

/** Milliseconds that a file which changes must rest before it is read again. */
const REST = 200;

export function registerEditor(
  extension: vscode.Uri,
  server: Server,
  sources: Sources,
): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(EDITOR, {
    openCustomDocument: (uri): vscode.CustomDocument => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: (document, panel) =>
      showFile(extension, server, sources, document.uri, panel),
  });
}

async function showFile(
  extension: vscode.Uri,
  server: Server,
  sources: Sources,
  uri: vscode.Uri,
  panel: vscode.WebviewPanel,
): Promise<void> {
  let shown: ToPage | undefined;
  let profile: Profile | undefined;
  let reading: AbortController | undefined;

  const load = async () => {
    reading?.abort();
    const mine = new AbortController();
    reading = mine;
    let next: ToPage;
    try {
      profile = await readFile(server, uri, mine.signal);
      next = { type: 'profile', profile, status: { kind: 'file', text: basename(uri.path) } };
    } catch (error) {
      next = problemOf(error);
    }
    if (reading === mine && !mine.signal.aborted) {
      shown = next;
      page.send(next);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), REST);
  };
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), basename(uri.path)),
  );
  watcher.onDidChange(soon);
  watcher.onDidCreate(soon);
  panel.onDidDispose(() => {
    clearTimeout(timer);
    watcher.dispose();
    reading?.abort();
  });

  const page = showPage(extension, panel, {
    everything: () => (shown ? [shown] : []),
    latest: () => Promise.resolve(profile),
    open: (source) => sources.open(source, undefined, columnBeside(panel)),
  });
  await load();
}

function problemOf(error: unknown): ToPage {
  return error instanceof NoProfileError
    ? { type: 'problem', title: error.title, detail: error.message }
    : { type: 'problem', title: 'This file could not be read', detail: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @throws NoProfileError, or whatever went wrong, with a message for the user */
async function readFile(server: Server, uri: vscode.Uri, signal: AbortSignal): Promise<Profile> {
  if (!uri.path.endsWith('.jfr')) {
    return readProfile(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8'));
  }
  if (uri.scheme !== 'file') {
    throw new Error('A recording must be a file on this machine to be converted.');
  }
  const text = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Reading ${basename(uri.path)}`,
      cancellable: true,
    },
    (_, token) => {
      const cancelled = new AbortController();
      token.onCancellationRequested(() => {
        cancelled.abort();
      });
      return convert(server, uri.fsPath, AbortSignal.any([signal, cancelled.signal]));
    },
  );
  return readProfile(text);
}

/** The JSON form of a recording, by the server. */
function convert(server: Server, path: string, signal: AbortSignal): Promise<string> {
  const { file, args } = server.command('profile', path, '--json');
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    let wrong = '';
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => {
      wrong += part.toString('utf8');
    });
    child.on('error', (error) => {
      reject(
        signal.aborted
          ? new NoProfileError('Reading was cancelled', 'Close the tab and open the file again.')
          : error,
      );
    });
    child.on('close', (code) => {
      if (code === 0) {
        resolve(Buffer.concat(out).toString('utf8'));
      } else {
        reject(
          new NoProfileError(
            'This recording could not be converted',
            wrong.trim() || `The server ended with status ${code ?? 'unknown'}.`,
          ),
        );
      }
    });
  });
}
