/** Starts the server: for a debug session, and for commands of its command line. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE, type Sessions } from '../sessions';
import { cacheOptions, makeCache, type Purpose } from './aotCache';
import { chosenJdk } from './choice';
import { javaOf } from './jdk';
import type { Log } from './log';
import { startAdapter, type Command } from './process';

/** As the launcher's (`./ringside`), which says why. */
const JVM_FLAGS = ['-XX:+UseSerialGC', '-XX:+UseCompactObjectHeaders'];

/** Once a window is up, and nobody waits for anything. */
const QUIET = 10_000;

/** Ringside's command line. */
export interface Server {
  /**
   * How to run it: `command('dap')`.
   *
   * @throws JdkError if there is no JDK
   * @throws Error, for the user, if there is no jar
   */
  command(...args: string[]): Command;
  /**
   * Runs it to its end and gives its standard output.
   *
   * @throws Error with what it wrote to standard error if its status is not 0; as `command` too
   */
  output(...args: string[]): Promise<string>;
  /** Makes what later starts are faster with, if it is not there. Says nothing to the user. */
  prepare(): Promise<void>;
}

export function createServer(context: vscode.ExtensionContext, log: Log): Server {
  const caches = context.globalStorageUri.fsPath;
  const stop = new AbortController();
  context.subscriptions.push({
    dispose: () => {
      stop.abort();
    },
  });
  const purpose = (): Purpose => {
    const settings = vscode.workspace.getConfiguration('ringside');
    return {
      jdk: chosenJdk(),
      jar: jarOf(context.extensionPath),
      options: [...JVM_FLAGS, ...settings.get<string[]>('jvmArguments', [])],
    };
  };
  const command = (...args: string[]): Command => {
    const { jdk, jar, options } = purpose();
    const cache = cacheOptions(caches, { jdk, jar, options });
    return { file: javaOf(jdk), args: [...options, ...cache, '-jar', jar, ...args] };
  };
  let preparing: Promise<void> | undefined;
  const prepare = async () => {
    try {
      if ((await makeCache(caches, purpose(), stop.signal)) === 'made') {
        log.server('The JVM has learnt what a session needs: the next ones start faster.');
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.server(`No AOT cache was made (sessions start as they did): ${why}`);
    }
  };
  return {
    command,
    output: (...args) =>
      new Promise((resolve, reject) => {
        const { file, args: all } = command(...args);
        const options = { maxBuffer: 1 << 30, windowsHide: true };
        execFile(file, all, options, (error, stdout, stderr) => {
          if (error) {
            reject(new Error(stderr.trim() || error.message));
          } else {
            resolve(stdout);
          }
        });
      }),
    prepare: () => (preparing ??= prepare()),
  };
}

/** Prepares the server after the first session, or in a quiet moment. */
export function prepareLater(server: Server, sessions: Sessions): vscode.Disposable {
  const timer = setTimeout(() => {
    if (!sessions.active) {
      void server.prepare();
    }
  }, QUIET);
  return vscode.Disposable.from(
    sessions.onDidEnd(() => void server.prepare()),
    { dispose: () => { clearTimeout(timer); } },
  );
}

function jarOf(extension: string): string {
  const packed = join(extension, 'server', 'ringside.jar');
  const built = join(extension, '..', 'dap-server', 'target', 'ringside.jar');
  const jar = [packed, built].find((file) => existsSync(file));
  if (!jar) {
    throw new Error(`Ringside's server is missing: neither ${packed} nor ${built} is there.`);
  }
  return jar;
}

export function registerAdapter(server: Server, log: Log): vscode.Disposable {
  return vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
    createDebugAdapterDescriptor: () =>
      new vscode.DebugAdapterInlineImplementation(startAdapter(server.command('dap'), log)),
  });
}
