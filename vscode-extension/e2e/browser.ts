/** Chromium, driven by Playwright: one page that shows one workbench. */
import { existsSync } from 'node:fs';
import {
  chromium,
  type Browser as Chromium,
  type BrowserContext,
  type Page,
} from 'playwright-core';
import { PATIENCE } from './patience';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export function findChromium(): string | undefined {
  const named = process.env['RINGSIDE_E2E_CHROMIUM'];
  return named ?? CANDIDATES.find((file) => existsSync(file));
}

export class Browser {
  private constructor(
    private readonly chromium: Chromium,
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async start(executablePath: string): Promise<Browser> {
    const browser = await chromium.launch({ executablePath, args: QUIET });
    const context = await browser.newContext({
      viewport: { width: 1600, height: 1000 },
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(PATIENCE);
    return new Browser(browser, context, await context.newPage());
  }

  private recording = false;

  /** Records from here what a failure is explained with. */
  async record(): Promise<void> {
    this.recording = true;
    await this.context.tracing.start({ screenshots: true, snapshots: false, sources: false });
  }

  async keepTrace(file: string): Promise<void> {
    if (!this.recording) {
      return;
    }
    await this.context.tracing.stop({ path: file });
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, caret: 'initial' });
  }

  async stop(): Promise<void> {
    await this.chromium.close();
  }
}
