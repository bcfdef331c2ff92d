/** The real server, as a process, and DAP's own test client at the other end of its streams. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { findJdk, javaOf } from '../../src/server/jdk';

/** Longer than a busy machine takes; nothing waits that long unless it is broken. */
export const LIMIT = 60_000;

export const CHECKOUT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const JAR = join(CHECKOUT, 'dap-server', 'target', 'ringside.jar');

/** A file of the samples. */
export function source(file: string): string {
  return join(CHECKOUT, 'samples', file);
}

/** A sample's ELF file. */
export function guest(name: string): string {
  return join(CHECKOUT, 'samples', 'build', `${name}.elf`);
}

/** A launch configuration for a sample. */
export function launchOf(
  sample: string,
  more: object = {},
): DebugProtocol.LaunchRequestArguments & Record<string, unknown> {
  return { program: guest(sample), memory: '64M', ...more };
}

/** Starts servers and ends them all, with the folder for the sockets of named VMs. */
export class Servers {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ringside-adapter-'));
  private readonly clients: DebugClient[] = [];
  private readonly processes: ChildProcessWithoutNullStreams[] = [];
  private readonly env = { ...process.env, XDG_RUNTIME_DIR: this.folder };

  /** A server on its streams. */
  async stdio(): Promise<DebugClient> {
    // The client starts a program with one argument: a file with all of Java's.
    const client = new DebugClient(java(), `@${this.argumentFile('dap')}`, 'ringside', {
      env: this.env,
    });
    return this.started(client, client.start());
  }

  /** A session with a server that listens. */
  async onPort(port: number): Promise<DebugClient> {
    const client = new DebugClient('', '', 'ringside');
    return this.started(client, client.start(port));
  }

  /** `ringside ARGUMENTS…` */
  run(...args: string[]): ChildProcessWithoutNullStreams {
    const child = spawn(java(), [`@${this.argumentFile(...args)}`], { env: this.env });
    this.processes.push(child);
    return child;
  }

  /** Disconnects a client; its server answers nothing after that. */
  async leave(client: DebugClient): Promise<void> {
    this.clients.splice(this.clients.indexOf(client), 1);
    await client.disconnectRequest();
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    this.processes.forEach((child) => child.kill());
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async started(client: DebugClient, start: Promise<void>): Promise<DebugClient> {
    client.defaultTimeout = LIMIT;
    this.clients.push(client);
    await start;
    return client;
  }

  private argumentFile(...args: string[]): string {
    const all = ['--enable-native-access=ALL-UNNAMED', '-XX:TieredStopAtLevel=1', '-jar', JAR];
    const file = join(mkdtempSync(join(this.folder, 'run-')), 'arguments');
    const quoted = [...all, ...args].map((arg) => `"${arg.replaceAll('\\', '\\\\')}"`);
    writeFileSync(file, quoted.join('\n'));
    return file;
  }
}

function java(): string {
  const jdk = findJdk();
  if (!jdk) {
    throw new Error('there is no JDK 25 or newer');
  }
  return javaOf(jdk);
}

/** The first line that a process prints and that matches. */
export function lineOf(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      const match = wanted.exec(line);
      if (match) {
        resolve(match);
      }
    });
    lines.on('close', () => {
      reject(new Error(`the stream ended without ${wanted.source}`));
    });
  });
}

/** How a process ended. */
export function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve(child.exitCode);
    } else {
      child.once('exit', resolve);
    }
  });
}
