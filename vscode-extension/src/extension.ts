/** Where VS Code comes in: creates each part and hands it what it needs. */
import type * as vscode from 'vscode';
import { registerCommands } from './launch/commands';
import { registerResolver } from './launch/resolver';
import { registerTasks } from './launch/tasks';
import { createLiveParts } from './live/parts';
import { createServer, registerAdapter } from './server/adapter';
import { createLog } from './server/log';
import { Sessions } from './sessions';
import { registerTrapCost } from './trapcost';
import { registerStateViews } from './views';

export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const sessions = new Sessions();
  const server = createServer(context);
  const parts = createLiveParts(sessions);
  context.subscriptions.push(
    log,
    sessions,
    parts,
    registerTrapCost(context.extensionUri, server, sessions, parts.live, parts.sources),
    registerStateViews(sessions, context),
    registerAdapter(server, log),
    registerResolver(server, context.workspaceState),
    registerTasks(server),
    registerCommands(server, log, context.workspaceState),
  );
}
