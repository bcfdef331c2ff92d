/** Ringside's own views in the debug side bar, and its pages in the editor area. */
import type { Frame, Locator, Page } from 'playwright-core';
import { eventually } from '../runner';
import { Tree } from './tree';
import type { Workbench } from './workbench';

export type ViewName = 'VMCS' | 'Page Walk' | 'CPU Tables' | 'VM Exits' | 'Rings' | 'Memory';

export class Views {
  private readonly page: Page;

  constructor(private readonly workbench: Workbench) {
    this.page = workbench.page;
  }

  /** Opens a view's pane, and returns the tree in it. */
  async tree(name: Exclude<ViewName, 'Memory'>): Promise<Tree> {
    const pane = await this.workbench.pane(name);
    return new Tree(this.page, pane.locator('.pane-body'));
  }

  /** A row's whole text, once it is as wanted: label and figures. */
  async rowShows(tree: Tree, path: readonly string[], wanted: RegExp): Promise<string> {
    return await eventually(
      `${path.join(' › ')} shows ${String(wanted)}`,
      async () => (await tree.find(...path)).innerText(),
      (text) => wanted.test(text.replaceAll(/\s+/g, ' ')),
    );
  }

  /** The inside of the webview that has an element. */
  async webview(selector: string): Promise<Frame> {
    return await eventually(
      `a webview with ${selector}`,
      async () => {
        for (const frame of this.page.frames()) {
          // Frames come and go while a webview is set up.
          const found = await frame
            .locator(selector)
            .count()
            .catch(() => 0);
          if (found > 0) {
            return frame;
          }
        }
        return undefined;
      },
      (frame) => frame !== undefined,
    ).then((frame) => {
      if (!frame) {
        throw new Error(`no webview with ${selector}`);
      }
      return frame;
    });
  }

  async memory(): Promise<Memory> {
    await this.workbench.pane('Memory');
    // With bytes on it: before its script runs, Enter would send the form away and blank the view.
    return new Memory(await this.webview('#rows .cell'));
  }

  /** The trap-cost page of the editor area. */
  async trapCost(): Promise<TrapCost> {
    return new TrapCost(await this.webview('#page .grid'));
  }
}

/** The memory view: hex and text of guest memory. */
export class Memory {
  constructor(private readonly frame: Frame) {}

  /** Goes to an address or to what an expression points at. */
  async goTo(address: string): Promise<void> {
    const input = this.frame.locator('#subject');
    await input.fill(address);
    await input.press('Enter');
  }

  /** Returns when the byte at an address shows as these two digits. */
  async shows(address: bigint, byte: string): Promise<void> {
    await this.frame
      .locator(`#c${address.toString(16)}`)
      .filter({ hasText: byte })
      .waitFor();
  }
}

/** The trap-cost page: a table of exits, sorted by a click on a column's head. */
export class TrapCost {
  constructor(private readonly frame: Frame) {}

  get rows(): Locator {
    return this.frame.locator('.exits .body [role=row]:visible');
  }

  head(name: string): Locator {
    return this.frame.locator('.exits [role=columnheader]').filter({ hasText: name }).first();
  }

  /** What the rows say, in the order they stand on the screen. */
  async texts(): Promise<string[]> {
    const rows = await this.rows.evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: element.getBoundingClientRect().top,
          text: (element as HTMLElement).innerText.replaceAll(/\s+/g, ' '),
        }))
        .filter(({ text }) => text.trim() !== '')
        .sort((a, b) => a.top - b.top),
    );
    return rows.map(({ text }) => text);
  }

  /** Sorts by a column, and returns how the head says it is sorted. */
  async sort(column: string): Promise<string> {
    await this.head(column).click();
    return await eventually(
      `sorted by ${column}`,
      async () => (await this.head(column).getAttribute('aria-sort')) ?? 'none',
      (sort) => sort !== 'none',
    );
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name });
  }

  /** A row's place in the guest's source, such as `kernel.c:72`. */
  get sources(): Locator {
    return this.frame.locator('.exits .body .source:visible');
  }
}
