/** A tree or list of VS Code: only the rows in view are in the DOM, so it scrolls to find others. */
import type { Locator, Page } from 'playwright-core';
import { SHORT_PATIENCE } from '../patience';
import { eventually } from '../runner';

/** A row: by its text, or by an element in it. */
export type Which = string | RegExp | Locator;

/** At a tree that may be drawn anew meanwhile. */
const ATTEMPTS = 3;

export class Tree {
  constructor(
    private readonly page: Page,
    /** The element whose rows are meant: a pane's body. */
    readonly root: Locator,
  ) {}

  get rows(): Locator {
    return this.root.locator('.monaco-list-row');
  }

  /** A row by its text; with a level, only at that depth (1 is the outermost). */
  row(which: Which, level?: number): Locator {
    const rows =
      level === undefined
        ? this.rows
        : this.root.locator(`.monaco-list-row[aria-level="${level}"]`);
    return rows
      .filter(
        typeof which === 'string' || which instanceof RegExp ? { hasText: which } : { has: which },
      )
      .first();
  }

  /** What the rows in view say. */
  async texts(): Promise<string[]> {
    const texts = await this.rows.allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  /** Scrolls from the top until the row is in view, and returns it. */
  async reveal(text: Which, level?: number, timeout?: number): Promise<Locator> {
    const row = this.row(text, level);
    await this.rows.first().waitFor();
    if (await this.fullyVisible(row)) {
      return row;
    }
    // By keyboard: it moves the focus, which is in view, and selects nothing.
    await this.root.locator('.monaco-list').first().focus();
    await this.page.keyboard.press('Home');
    let pages = 0;
    await eventually(
      `a row ${String(text)}`,
      async () => {
        if (await this.fullyVisible(row)) {
          return 'there';
        }
        // From the top again now and then: rows may have come since.
        pages += 1;
        await this.page.keyboard.press(pages % 40 === 0 ? 'Home' : 'PageDown');
        return (await this.texts()).join(' | ');
      },
      (seen) => seen === 'there',
      timeout,
    );
    return row;
  }

  /**
   * Finds a row by the rows above it, which are expanded where they are not. Starts again if the
   * tree is drawn anew meanwhile, as VS Code's is some time after every stop.
   */
  async find(...path: readonly Which[]): Promise<Locator> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.walk(path);
      } catch (error) {
        if (attempt === ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  private async walk(path: readonly Which[]): Promise<Locator> {
    for (const [index, text] of path.entries()) {
      const row = await this.reveal(text, index + 1, SHORT_PATIENCE);
      if (index === path.length - 1) {
        return row;
      }
      if ((await row.getAttribute('aria-expanded', { timeout: SHORT_PATIENCE })) === 'false') {
        await row.locator('.monaco-tl-twistie').click({ timeout: SHORT_PATIENCE });
        await eventually(
          `${String(text)} opens`,
          () => row.getAttribute('aria-expanded', { timeout: SHORT_PATIENCE }),
          (expanded) => expanded === 'true',
          SHORT_PATIENCE,
        );
      }
    }
    throw new Error('no row was asked for');
  }

  /** Closes a row, to give others room. */
  async collapse(text: Which, level?: number): Promise<void> {
    const row = await this.reveal(text, level);
    if ((await row.getAttribute('aria-expanded')) === 'true') {
      await row.locator('.monaco-tl-twistie').click();
    }
  }

  private async fullyVisible(row: Locator): Promise<boolean> {
    if ((await row.count()) === 0) {
      return false;
    }
    const [inner, outer] = await Promise.all([row.boundingBox(), this.root.boundingBox()]);
    return (
      inner !== null &&
      outer !== null &&
      inner.y >= outer.y - 1 &&
      inner.y + inner.height <= outer.y + outer.height + 1
    );
  }
}
