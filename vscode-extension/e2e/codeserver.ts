/** code-server with an empty profile of its own: started, asked, ended. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export type Theme = 'dark' | 'light' | 'hc-dark' | 'hc-light';

const THEMES: Record<Theme, string> = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

/** Nothing that moves, asks, updates or depends on the machine's fonts and GPU. */
const STEADY = {
  'window.autoDetectColorScheme': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.tree.enableStickyScroll': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'terminal.integrated.gpuAcceleration': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
};

/** A running code-server. */
export class CodeServer {
  private constructor(
    readonly url: string,
    readonly theme: Theme,
    /** Profile, logs and the environment's own folders. */
    readonly folder: string,
    /** What the server, and so the extension and the guests, run with. */
    readonly environment: NodeJS.ProcessEnv,
    private readonly child: ChildProcess,
  ) {}

  /** Installs the extension into an empty profile and starts the server on a free port. */
  static async start(home: string, vsix: string, theme: Theme, settings = {}): Promise<CodeServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ringside-e2e-'));
    const bin = join(home, 'node_modules', '.bin');
    const runtime = join(folder, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    const environment = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      XDG_RUNTIME_DIR: runtime,
    };
    const profile = [
      ...['--user-data-dir', join(folder, 'data')],
      ...['--extensions-dir', join(folder, 'extensions')],
    ];
    mkdirSync(join(folder, 'data', 'User'), { recursive: true });
    writeFileSync(
      join(folder, 'data', 'User', 'settings.json'),
      JSON.stringify({ 'workbench.colorTheme': THEMES[theme], ...STEADY, ...settings }),
    );
    const command = join(bin, 'code-server');
    await promisify(execFile)(command, [...profile, '--install-extension', vsix], {
      env: environment,
    });
    const port = await freePort();
    const child = spawn(
      command,
      [
        ...profile,
        ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
        ...['--disable-workspace-trust', '--disable-telemetry', '--disable-update-check'],
      ],
      // A process group of its own, so that extension hosts and guests end with it.
      { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const server = new CodeServer(`http://127.0.0.1:${port}`, theme, folder, environment, child);
    process.once('exit', () => {
      server.signal('SIGKILL');
    });
    await server.listening();
    return server;
  }

  /** The workbench's address with a folder open in it. */
  address(folder: string): string {
    return `${this.url}/?folder=${encodeURIComponent(folder)}`;
  }

  /** Copies the logs of the server, the extension host and the DAP trace. */
  keepLogs(to: string): void {
    const logs = join(this.folder, 'data', 'logs');
    if (existsSync(logs)) {
      cpSync(logs, join(to, 'logs'), { recursive: true });
    }
    writeFileSync(join(to, 'code-server.log'), this.printed.join(''));
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.signal('SIGTERM');
    if (this.child.exitCode === null) {
      await ended;
    }
    // Extension hosts wait for a client to come back.
    this.signal('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private readonly printed: string[] = [];

  private signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.child.pid ?? NaN), signal);
    } catch {
      // The group has ended.
    }
  }

  private async listening(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        this.printed.push(chunk.toString());
        if (chunk.includes('HTTP server listening')) {
          resolve();
        }
      };
      this.child.stdout?.on('data', hear);
      this.child.stderr?.on('data', hear);
      this.child.once('exit', (code) => {
        reject(new Error(`code-server ended with ${String(code)}: ${this.printed.join('')}`));
      });
    });
  }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') {
          resolve(address.port);
        } else {
          reject(new Error('no free port'));
        }
      });
    });
  });
}
