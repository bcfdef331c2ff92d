/** The few parts of VS Code's API that unit-tested modules use; grows with them. */

export class Disposable {
  constructor(private readonly work: () => void) {}
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      all.forEach((one) => one.dispose());
    });
  }
  dispose(): void {
    this.work();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(value: T): void {
    this.listeners.forEach((listener) => listener(value));
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export enum TreeItemCollapsibleState {
  None = 0,
  Collapsed = 1,
  Expanded = 2,
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: TreeItemCollapsibleState,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class MarkdownString {
  constructor(readonly value: string) {}
}

export const Uri = {
  from: (parts: { scheme: string; path: string }) => parts,
};

/** Settings that a test has made; what is not there has the default that the caller names. */
export const settings = new Map<string, unknown>();

export const workspace = {
  getConfiguration: (section: string) => ({
    get: (key: string, otherwise?: unknown) => settings.get(`${section}.${key}`) ?? otherwise,
  }),
};

interface Pseudoterminal {
  onDidWrite: (listener: (text: string) => void) => Disposable;
  open(): void;
  close(): void;
  handleInput?(text: string): void;
}

/** A terminal whose text a test can read, and which it can type into. */
export class FakeTerminal {
  text = '';
  shown = 0;
  stoleFocus = false;
  constructor(
    readonly name: string,
    readonly pty: Pseudoterminal,
  ) {
    pty.onDidWrite((text) => {
      this.text += text;
    });
  }
  /** Opens it, as VS Code does at the latest now. */
  show(preserveFocus: boolean): void {
    if (this.shown++ === 0) {
      this.pty.open();
    }
    this.stoleFocus ||= !preserveFocus;
  }
  dispose(): void {
    this.pty.close();
  }
}

export const terminals: FakeTerminal[] = [];
const commandsThere = new Map<string, (...args: unknown[]) => unknown>();

export const window = {
  createTerminal: ({ name, pty }: { name: string; pty: Pseudoterminal }) => {
    const terminal = new FakeTerminal(name, pty);
    terminals.push(terminal);
    return terminal;
  },
};

export const debug = {
  registerDebugConfigurationProvider: () => new Disposable(() => {}),
};

export const commands = {
  registerCommand: (name: string, work: (...args: unknown[]) => unknown) => {
    commandsThere.set(name, work);
    return new Disposable(() => commandsThere.delete(name));
  },
  executeCommand: (name: string, ...args: unknown[]) => commandsThere.get(name)?.(...args),
};
