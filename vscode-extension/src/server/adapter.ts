/** Starts the server: for a debug session, and for commands of its command line. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../sessions';
import { chosenJdk } from './choice';
import { javaOf } from './jdk';
import type { Log } from './log';
import { startAdapter, type Command } from './process';

/** As the launcher's (`./ringside`), which says why. */
export const JVM_FLAGS = [
  '-XX:+UseSerialGC',
  '-XX:+UseCompactObjectHeaders',
  '--enable-native-access=ALL-UNNAMED',
];

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
}

export function createServer(context: vscode.ExtensionContext): Server {
  const command = (...args: string[]): Command => {
    const settings = vscode.workspace.getConfiguration('ringside');
    const jdk = chosenJdk();
    return {
      file: javaOf(jdk),
      args: [
        ...JVM_FLAGS,
        '-Xshare:auto',
        ...settings.get<string[]>('jvmArguments', []),
        '-jar',
        jarOf(context.extensionPath),
        ...args,
      ],
    };
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
  };
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
