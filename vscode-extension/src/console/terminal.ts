/** One guest's serial console: a terminal of VS Code that survives being closed. */
import * as vscode from 'vscode';
import { createScrollback } from './text';

/** What comes within this time is drawn at once. */
const BATCH_MILLIS = 16;
/** Characters that a terminal shows again when it is opened anew. */
const SCROLLBACK = 256 * 1024;

export interface SerialTerminal extends vscode.Disposable {
  /** Shows text of the guest. */
  write(text: string): void;
  /** A line of our own, on a line of its own. */
  note(text: string): void;
  /** Brings it to view, opened anew if the user closed it. */
  show(preserveFocus: boolean): void;
  /** The user has it open, in view or not. */
  readonly isOpen: boolean;
  /** Who gets what the user types; undefined when nobody does. */
  receiver: ((text: string) => void) | undefined;
}

export function createTerminal(name: string): SerialTerminal {
  const scrollback = createScrollback(SCROLLBACK);
  let opened: { terminal: vscode.Terminal; write: vscode.EventEmitter<string> } | undefined;
  let ready = false;
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  let lineBegins = true;

  const flush = () => {
    timer = undefined;
    if (ready && opened && waiting !== '') {
      opened.write.fire(waiting);
      waiting = '';
    }
  };

  const add = (text: string) => {
    if (text === '') {
      return;
    }
    scrollback.add(text);
    lineBegins = text.endsWith('\n');
    if (opened) {
      waiting += text;
      timer ??= setTimeout(flush, BATCH_MILLIS);
    }
  };

  const open = (): vscode.Terminal => {
    const write = new vscode.EventEmitter<string>();
    waiting = scrollback.text;
    ready = false;
    const terminal = vscode.window.createTerminal({
      name,
      iconPath: new vscode.ThemeIcon('vm'),
      isTransient: true,
      pty: {
        onDidWrite: write.event,
        open: () => {
          ready = true;
          flush();
        },
        close: () => {
          opened = undefined;
          ready = false;
          waiting = '';
          write.dispose();
        },
        handleInput: (text: string) => {
          console.receiver?.(text);
        },
      },
    });
    opened = { terminal, write };
    return terminal;
  };

  const console: SerialTerminal = {
    receiver: undefined,
    write: add,
    note(text) {
      add(`${lineBegins ? '' : '\r\n'}\x1b[0;2m[${text}]\x1b[0m\r\n`);
    },
    show(preserveFocus) {
      (opened?.terminal ?? open()).show(preserveFocus);
    },
    get isOpen() {
      return opened !== undefined;
    },
    dispose() {
      clearTimeout(timer);
      opened?.terminal.dispose();
    },
  };
  return console;
}
