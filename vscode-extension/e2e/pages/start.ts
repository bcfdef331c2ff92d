/** Clocks the start of a session inside the page, so that the driver's own round trips do not count. */
import type { Page } from 'playwright-core';

/** Milliseconds from the key to what the person sees. */
export interface Start {
  /** When the key was pressed: milliseconds since 1970. */
  readonly at: number;
  /** The debug toolbar: VS Code has a session. */
  readonly session: number;
  /** A stack frame in the call stack: the guest has stopped. */
  readonly stack: number;
  /** The highlighted line. */
  readonly line: number;
}

type Clock = Partial<Record<'at' | 'key' | 'session' | 'stack' | 'line', number>>;

/** Runs an action that presses F5 and returns when the line is highlighted. */
export async function watchStart(page: Page, action: () => Promise<void>): Promise<Start> {
  await page.evaluate(install);
  await action();
  await page.waitForFunction(complete, undefined, { polling: 'raf' });
  const clock = await page.evaluate(read);
  const { at, key, session, stack, line } = clock;
  if (
    at === undefined ||
    key === undefined ||
    session === undefined ||
    stack === undefined ||
    line === undefined
  ) {
    throw new Error(`the page did not see the session start: ${JSON.stringify(clock)}`);
  }
  return { at, session: session - key, stack: stack - key, line: line - key };
}

function install(): void {
  const clock: Clock = {};
  (window as unknown as { ringsideClock: Clock }).ringsideClock = clock;
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'F5') {
      clock.key = performance.now();
      clock.at = Date.now();
      removeEventListener('keydown', pressed, true);
      requestAnimationFrame(look);
    }
  };
  addEventListener('keydown', pressed, true);
  const visible = (selector: string) => {
    const element = document.querySelector<HTMLElement>(selector);
    return element !== null && element.getBoundingClientRect().height > 0;
  };
  const look = () => {
    const now = performance.now();
    if (visible('.debug-toolbar')) {
      clock.session ??= now;
    }
    if (visible('.debug-call-stack .stack-frame')) {
      clock.stack ??= now;
    }
    if (visible('.editor-instance .debug-top-stack-frame-line')) {
      clock.line ??= now;
    }
    if (clock.line === undefined || clock.stack === undefined) {
      requestAnimationFrame(look);
    }
  };
}

function complete(): boolean {
  const { ringsideClock } = window as unknown as { ringsideClock: Clock };
  return ringsideClock.line !== undefined && ringsideClock.stack !== undefined;
}

function read(): Clock {
  return (window as unknown as { ringsideClock: Clock }).ringsideClock;
}
