/** Starts the DAP server, one process a session. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../sessions';
import { findJdk, javaOf, jdkAt, OLDEST_JDK, type Jdk } from './jdk';

/** As the launcher's (`./ringside`), which says why. */
const JVM_FLAGS = [
  '-XX:+UseSerialGC',
  '-XX:+UseCompactObjectHeaders',
  '-Xshare:auto',
  '--enable-native-access=ALL-UNNAMED',
];

/** Runs Ringside's command line: `server.command('dap')`. */
export interface Server {
  /** @throws Error, for the user, if there is no JDK or no jar */
  command(...args: string[]): { file: string; args: string[] };
}

export function createServer(context: vscode.ExtensionContext): Server {
  return {
    command: (...args) => {
      const settings = vscode.workspace.getConfiguration('ringside');
      const jdk = chosenJdk(settings.get<string>('javaHome', ''));
      return {
        file: javaOf(jdk),
        args: [
          ...JVM_FLAGS,
          ...settings.get<string[]>('jvmArguments', []),
          '-jar',
          jarOf(context.extensionPath),
          ...args,
        ],
      };
    },
  };
}

/** The setting's JDK, or the one that is found. */
export function chosenJdk(setting: string): Jdk {
  if (setting) {
    const jdk = jdkAt(setting);
    if (!jdk) {
      throw new JdkError(`ringside.javaHome is ${setting}, and there is no JDK in that folder.`);
    }
    if (jdk.version < OLDEST_JDK) {
      throw new JdkError(
        `ringside.javaHome is a JDK ${jdk.version}; Ringside needs ${OLDEST_JDK} or newer.`,
      );
    }
    return jdk;
  }
  const found = findJdk();
  if (!found) {
    throw new JdkError(`Ringside needs a JDK ${OLDEST_JDK} or newer, and found none.`);
  }
  return found;
}

/** No JDK is there, or not the right one. */
export class JdkError extends Error {}

function jarOf(extension: string): string {
  const packed = join(extension, 'server', 'ringside.jar');
  const built = join(extension, '..', 'dap-server', 'target', 'ringside.jar');
  const jar = [packed, built].find((file) => existsSync(file));
  if (!jar) {
    throw new Error(`Ringside's server is missing: neither ${packed} nor ${built} is there.`);
  }
  return jar;
}

export function registerAdapter(server: Server): vscode.Disposable {
  return vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
    createDebugAdapterDescriptor: () => {
      const { file, args } = server.command('dap');
      return new vscode.DebugAdapterExecutable(file, args);
    },
  });
}
