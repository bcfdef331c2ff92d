/** A guest that somebody started outside of the editor: `ringside run --name N`. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { LAUNCHER } from './samples';

export class Guest {
  private printed = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => {
      this.printed += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.printed += chunk.toString();
    });
  }

  /** Starts a guest, and returns once it has printed a text. */
  static async start(
    program: string,
    name: string,
    environment: NodeJS.ProcessEnv,
    until: string,
  ): Promise<Guest> {
    // The launcher builds the jar if the sources are newer; --version leaves that behind us.
    await promisify(execFile)(LAUNCHER, ['--version'], { env: environment });
    const child = spawn(LAUNCHER, ['run', '--name', name, program], {
      env: environment,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const guest = new Guest(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', () => {
        if (guest.printed.includes(until)) {
          resolve();
        }
      });
      child.once('exit', (code) => {
        reject(new Error(`ringside run ended with ${String(code)}: ${guest.printed}`));
      });
    });
    return guest;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it, if it has not ended by itself. */
  async stop(): Promise<void> {
    if (this.running) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      process.kill(-(this.child.pid ?? NaN), 'SIGTERM');
      await ended;
    }
  }
}
