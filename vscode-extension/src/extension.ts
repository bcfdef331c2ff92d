/** Where VS Code comes in: creates each part and hands it what it needs. */
import * as vscode from 'vscode';
import { makeTasks } from './launch/build';
import { registerResolver } from './launch/resolver';
import { registerLiveParts } from './live/parts';
import { createServer, registerAdapter } from './server/adapter';
import { Sessions } from './sessions';
import { registerStateViews } from './views';

export function activate(context: vscode.ExtensionContext): void {
  const sessions = new Sessions();
  const server = createServer(context);
  context.subscriptions.push(
    sessions,
    registerAdapter(server),
    registerResolver(context.workspaceState),
    vscode.tasks.registerTaskProvider('ringside', makeTasks),
    registerLiveParts(sessions),
    registerStateViews(sessions),
  );
}
