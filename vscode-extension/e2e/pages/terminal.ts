/** The guest's serial console: a terminal of the panel. */
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../runner';

export class Terminal {
  constructor(private readonly page: Page) {}

  private get active(): Locator {
    return this.page.locator('.terminal-wrapper.active');
  }

  /** What the screen says, a line a row. */
  async text(): Promise<string> {
    const rows = await this.active.locator('.xterm-rows > div').allInnerTexts();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  /** Returns when the screen shows a text. */
  async shows(text: string | RegExp): Promise<void> {
    await this.active.locator('.xterm-rows').waitFor();
    await eventually(
      `the terminal shows ${String(text)}`,
      () => this.text(),
      (screen) => (typeof text === 'string' ? screen.includes(text) : text.test(screen)),
    );
  }

  /** Types a line, key by key, and Enter. */
  async type(line: string): Promise<void> {
    await this.active.locator('.xterm-screen').click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }
}
