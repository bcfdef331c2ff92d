/** The output channel *Ringside*: what the server says, and with `ringside.trace` every message. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';

export interface Log extends vscode.Disposable {
  sent(message: DebugProtocol.ProtocolMessage): void;
  received(message: DebugProtocol.ProtocolMessage): void;
  /** What the server wrote to standard error, and how it was started. */
  server(text: string): void;
  failed(text: string): void;
  show(): void;
}

/** Longer messages (memory, a profile) are cut: the channel holds a few megabytes. */
const LONGEST = 16_384;

export function createLog(): Log {
  // Each line gets its time from the channel.
  const channel = vscode.window.createOutputChannel('Ringside', { log: true });
  let tracing = false;
  const read = () => {
    tracing = vscode.workspace.getConfiguration('ringside').get('trace', false);
  };
  read();
  const watch = vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('ringside.trace')) {
      read();
    }
  });
  const trace = (arrow: string, message: DebugProtocol.ProtocolMessage) => {
    if (tracing) {
      const text = JSON.stringify(message);
      const cut = text.length - LONGEST;
      channel.info(
        cut > 0 ? `${arrow} ${text.slice(0, LONGEST)}… ${cut} more` : `${arrow} ${text}`,
      );
    }
  };
  return {
    sent: (message) => {
      trace('→', message);
    },
    received: (message) => {
      trace('←', message);
    },
    server: (text) => {
      channel.info(text.trimEnd());
    },
    failed: (text) => {
      channel.error(text);
    },
    show: () => {
      channel.show(true);
    },
    dispose: () => {
      vscode.Disposable.from(watch, channel).dispose();
    },
  };
}
