/** A debug session: toolbar, call stack, variables, breakpoints, where the guest stands. */
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../runner';
import { Tree } from './tree';

export type Button =
  'Continue' | 'Pause' | 'Step Over' | 'Step Into' | 'Step Out' | 'Restart' | 'Stop' | 'Disconnect';

export class Debug {
  readonly variables: Tree;
  readonly stack: Tree;
  readonly breakpoints: Tree;

  constructor(private readonly page: Page) {
    this.variables = new Tree(page, page.locator('.pane-body.debug-variables'));
    this.stack = new Tree(page, page.locator('.pane-body .debug-call-stack'));
    this.breakpoints = new Tree(
      page,
      page.locator('.pane-body .debug-breakpoints, .pane-body.debug-breakpoints').last(),
    );
  }

  get toolbar(): Locator {
    return this.page.locator('.debug-toolbar');
  }

  button(name: Button): Locator {
    return this.toolbar.locator(`a.action-label[aria-label^="${name}"]`);
  }

  async press(name: Button): Promise<void> {
    await this.button(name).click();
  }

  /** Returns when the guest stands, for a reason that the head of the call stack gives. */
  async paused(reason: RegExp): Promise<void> {
    await this.button('Continue').waitFor();
    const label = this.page.locator('.call-stack-state-message .label:visible');
    await label.filter({ hasText: reason }).waitFor();
  }

  async running(): Promise<void> {
    await this.button('Pause').waitFor();
  }

  async ended(): Promise<void> {
    await this.toolbar.waitFor({ state: 'hidden' });
  }

  /** The call stack's functions, innermost first, when there are at least so many. */
  async functions(atLeast: number): Promise<string[]> {
    return await eventually(
      `a call stack of ${atLeast}`,
      () => this.page.locator('.debug-call-stack .stack-frame > .label').allInnerTexts(),
      (names) => names.length >= atLeast,
    );
  }

  /** What a variable shows, once that is as wanted; its path begins with the scope. */
  async shows(path: readonly string[], wanted: RegExp): Promise<string> {
    return await eventually(
      `${path.join(' › ')} shows ${String(wanted)}`,
      async () => {
        const row = await this.variables.find(...path.map(nameAlone));
        return await row.locator('.value').first().innerText();
      },
      (value) => wanted.test(value),
    );
  }

  /** Edits a value in place: a double click, the new text, Enter. */
  async edit(path: readonly string[], text: string): Promise<void> {
    const row = await this.variables.find(...path.map(nameAlone));
    await row.locator('.name').dblclick();
    const input = this.variables.root.locator('.monaco-inputbox input:visible');
    await input.fill(text);
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Ticks or unticks a filter of the Breakpoints view; a condition is entered with its pencil. */
  async filter(label: string, wanted: boolean, condition?: string): Promise<void> {
    const name = this.page.locator('.breakpoint > .name').getByText(label, { exact: true });
    const row = await this.breakpoints.reveal(name);
    if (condition !== undefined) {
      await row.hover();
      await row.locator('a[aria-label^="Edit Condition"]').click();
      const input = this.breakpoints.root.locator('.monaco-inputbox input:visible');
      await input.fill(condition);
      await input.press('Enter');
      await input.waitFor({ state: 'hidden' });
    }
    // Not .click() in the row: that would only select it.
    const box = row.locator('.monaco-checkbox');
    if ((await box.getAttribute('aria-checked')) !== String(wanted)) {
      await box.click();
    }
    await eventually(
      `the filter ${label} is ${wanted ? 'on' : 'off'}`,
      () => row.locator('.monaco-checkbox').getAttribute('aria-checked'),
      (checked) => checked === String(wanted),
    );
  }

  /** The instructions of the Disassembly view. */
  get instructions(): Locator {
    return this.page.locator(
      '.disassembly-view .monaco-list-row, .disassembly-view .monaco-table-tr',
    );
  }
}

/** A row whose first word this is: "rip" but not "ripple", "VM exit: CPUID" alone. */
function nameAlone(name: string): RegExp {
  return new RegExp(`^\\s*${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`);
}
