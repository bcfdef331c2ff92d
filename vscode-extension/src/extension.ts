/** Where VS Code comes in: creates each part and hands it what it needs. */
import type * as vscode from 'vscode';
import { createServer, registerAdapter } from './server/adapter';
import { Sessions } from './sessions';

export function activate(context: vscode.ExtensionContext): void {
  const sessions = new Sessions();
  const server = createServer(context);
  context.subscriptions.push(sessions, registerAdapter(server));
}
