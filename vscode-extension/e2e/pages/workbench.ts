/** The window as a whole: its folder, command palette, side bar and notifications. */
import type { Locator, Page } from 'playwright-core';
import type { Theme } from '../codeserver';
import { eventually } from '../runner';

const THEME_CLASSES: Record<Theme, string> = {
  dark: 'vs-dark',
  light: 'vs',
  'hc-dark': 'hc-black',
  'hc-light': 'hc-light',
};

export class Workbench {
  constructor(readonly page: Page) {}

  /** Opens a folder, and returns when its files are listed and the theme has been applied. */
  async open(address: string, theme: Theme): Promise<void> {
    await this.page.goto(address);
    await this.page.locator(`.monaco-workbench.${THEME_CLASSES[theme]}`).waitFor();
    await this.files.first().waitFor();
    await this.extensionKnown();
  }

  /** Until VS Code has read the extensions, F5 and a double click do what they do without them. */
  private async extensionKnown(): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.input.waitFor();
    await eventually(
      'the command palette knows Ringside',
      async () => {
        await this.input.fill('>');
        await this.input.fill('>Ringside: Check This Machine');
        return await this.choice('Ringside: Check This Machine').isVisible();
      },
      (known) => known,
    );
    await this.page.keyboard.press('Escape');
    await this.input.waitFor({ state: 'hidden' });
  }

  get files(): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row');
  }

  /** Opens a file by a double click in the explorer. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+E');
    await this.files.filter({ hasText: name }).first().dblclick();
    await this.tab(name).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  tab(name: string): Locator {
    return this.page.locator('.tabs-container .tab.active').filter({ hasText: name });
  }

  /** Runs a command by its name, as the palette shows it. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.input.waitFor();
    await this.input.fill(`>${name}`);
    await this.choice(name).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** The box of the command palette, a picker or a prompt. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** An entry of the picker that is open. */
  choice(text: string | RegExp): Locator {
    return this.page
      .locator('.quick-input-widget .monaco-list-row')
      .filter({ hasText: text })
      .first();
  }

  get statusBar(): Locator {
    return this.page.locator('.part.statusbar');
  }

  /** What pops up at the lower right: errors that nobody expected. */
  async notifications(): Promise<string[]> {
    return await this.page.locator('.notification-list-item-message').allInnerTexts();
  }

  async showDebugSideBar(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+D');
    await this.page.locator('.debug-viewlet, .debug-view-content').first().waitFor();
  }

  /** Drags the side bar's edge. */
  async widenSideBar(width: number): Promise<void> {
    const bar = await this.page.locator('.part.sidebar').boundingBox();
    if (!bar) {
      throw new Error('there is no side bar');
    }
    // The sash lies between the parts, which have a gap.
    const [x, y] = [bar.x + bar.width + 1, bar.y + bar.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(bar.x + width, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Drags a pane's upper edge up. */
  async raisePane(title: string, by: number): Promise<void> {
    const header = this.page.locator(`.pane-header[aria-label^="${title}"]`);
    const box = await header.boundingBox();
    if (!box) {
      throw new Error(`there is no pane ${title}`);
    }
    const x = box.x + box.width / 2;
    await this.page.mouse.move(x, box.y);
    await this.page.mouse.down();
    await this.page.mouse.move(x, box.y - by, { steps: 4 });
    await this.page.mouse.up();
  }

  /** A pane of the side bar, open. */
  async pane(title: string): Promise<Locator> {
    const pane = this.page
      .locator('.split-view-view .pane')
      .filter({ has: this.page.locator(`.pane-header[aria-label^="${title}"]`) });
    const header = pane.locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') {
      await header.click();
    }
    await eventually(
      `the pane ${title} opens`,
      () => header.getAttribute('aria-expanded'),
      (expanded) => expanded === 'true',
    );
    return pane;
  }

  /** Closes a pane, to give the others room. */
  async closePane(title: string): Promise<void> {
    const header = this.page.locator(`.pane-header[aria-label^="${title}"]`);
    if ((await header.getAttribute('aria-expanded')) === 'true') {
      await header.click();
    }
  }
}
