/** The text editor: lines, gutter, the line the guest stands on. */
import type { Locator, Page } from 'playwright-core';

export class Editor {
  constructor(private readonly page: Page) {}

  private get pane(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance').first();
  }

  /** Puts the cursor on a line, and the line into view. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+g');
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await this.lineNumber(line).waitFor();
  }

  lineNumber(line: number): Locator {
    return this.pane
      .locator('.margin-view-overlays .line-numbers')
      .getByText(new RegExp(`^${line}$`));
  }

  /** Sets or clears a breakpoint by a click in the gutter, left of the line's number. */
  async clickGutter(line: number): Promise<void> {
    const found = await this.page.waitForFunction(gutterOf, line, { polling: 'raf' });
    const place = await found.jsonValue();
    if (place) {
      await this.page.mouse.click(place.x, place.y);
    }
  }

  /** The red dots. */
  get breakpoints(): Locator {
    return this.pane.locator('.glyph-margin-widgets .codicon-debug-breakpoint');
  }

  /** Returns when the line that the guest stands on is highlighted and has this number. */
  async standsOn(line: number): Promise<void> {
    await this.page.waitForFunction(standsOn, line, { polling: 'raf' });
  }

  /** The highlighted line's number, or 0. */
  async currentLine(): Promise<number> {
    return await this.page.evaluate(currentLine);
  }
}

function currentLine(): number {
  const mark = document.querySelector('.editor-instance .debug-top-stack-frame-line');
  if (!mark) {
    return 0;
  }
  const top = mark.getBoundingClientRect().top;
  const numbers = document.querySelectorAll('.editor-instance .margin-view-overlays .line-numbers');
  for (const number of numbers) {
    if (Math.abs(number.getBoundingClientRect().top - top) < 3) {
      return Number(number.textContent);
    }
  }
  return 0;
}

function standsOn(line: number): boolean {
  const marks = document.querySelectorAll('.editor-instance .debug-top-stack-frame-line');
  const numbers = document.querySelectorAll('.editor-instance .margin-view-overlays .line-numbers');
  return [...marks].some((mark) => {
    const top = mark.getBoundingClientRect().top;
    return [...numbers].some(
      (number) =>
        Number(number.textContent) === line &&
        Math.abs(number.getBoundingClientRect().top - top) < 3,
    );
  });
}

function gutterOf(line: number): { x: number; y: number } | undefined {
  for (const editor of document.querySelectorAll('.editor-instance .margin')) {
    for (const number of editor.querySelectorAll('.line-numbers')) {
      const box = number.getBoundingClientRect();
      if (Number(number.textContent) === line && box.height > 0) {
        return { x: editor.getBoundingClientRect().left + 9, y: box.top + box.height / 2 };
      }
    }
  }
  return undefined;
}
