/** Scenarios of named steps: each is timed, leaves a screenshot, and on failure evidence. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from './browser';
import type { CodeServer } from './codeserver';
import { PATIENCE } from './patience';

/** What a scenario gets: a workbench of its own, and where to say what it does. */
export interface Stage {
  readonly browser: Browser;
  readonly server: CodeServer;
  /** Runs one step; the scenario ends with the first that fails. */
  step(name: string, action: () => Promise<void>): Promise<void>;
  /** Prints a measured figure. */
  figure(name: string, value: string): void;
}

export interface Report {
  readonly steps: number;
  readonly seconds: number;
  readonly failure: string | undefined;
}

/** Screenshots are numbered through a whole run. */
export class Output {
  private count = 0;

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  next(name: string): string {
    this.count += 1;
    const words = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const slug = words.replace(/^-+|-+$/g, '').slice(0, 60);
    return join(this.folder, `${String(this.count).padStart(2, '0')}-${slug}.png`);
  }
}

/** Runs a scenario against a workbench that stands already. */
export async function play(
  name: string,
  output: Output,
  browser: Browser,
  server: CodeServer,
  scenario: (stage: Stage) => Promise<void>,
): Promise<Report> {
  const start = performance.now();
  let steps = 0;
  let current = 'the start';
  console.log(`\n${name}`);
  const stage: Stage = {
    browser,
    server,
    step: async (title, action) => {
      current = title;
      const began = performance.now();
      await action();
      const took = performance.now() - began;
      steps += 1;
      await browser.screenshot(output.next(title));
      console.log(`  ok ${seconds(took)}  ${title}`);
    },
    figure: (what, value) => {
      console.log(`     figure: ${what}: ${value}`);
    },
  };
  let failure: string | undefined;
  try {
    await scenario(stage);
  } catch (error) {
    failure = `${name}: ${current}: ${error instanceof Error ? error.message : String(error)}`;
    console.log(`  FAILED       ${current}\n${indent(describe(error))}`);
    const kept = join(output.folder, `failure-${name}`);
    await keepEvidence(kept, output.next(`failed ${current}`), browser, server);
    console.log(`     kept: ${kept} (trace.zip: npx playwright show-trace)`);
  }
  return { steps, seconds: (performance.now() - start) / 1000, failure };
}

async function keepEvidence(folder: string, picture: string, browser: Browser, server: CodeServer) {
  mkdirSync(folder, { recursive: true });
  const kept = await Promise.allSettled([
    browser.screenshot(picture),
    browser.keepTrace(join(folder, 'trace.zip')),
    Promise.resolve().then(() => {
      server.keepLogs(folder);
    }),
  ]);
  for (const result of kept) {
    if (result.status === 'rejected') {
      console.log(`     could not keep evidence: ${String(result.reason)}`);
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function indent(text: string): string {
  return text.replace(/^/gm, '     ');
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2).padStart(6)} s`;
}

/** A failed expectation, told as what was expected and what the person would have seen. */
export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new Error(message);
  }
}

/**
 * Reads until what is read is as wanted, and returns it.
 *
 * @throws Error with what was read last
 */
export async function eventually<T>(
  what: string,
  read: () => Promise<T>,
  wanted: (value: T) => boolean,
  timeout = PATIENCE,
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await read();
    if (wanted(value)) {
      return value;
    }
    if (performance.now() > end) {
      throw new Error(`${what}: still ${JSON.stringify(value)} after ${timeout / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
