/** Where VS Code comes in: creates each part and hands it what it needs. */
import type * as vscode from 'vscode';
import { registerValues } from './editor/values';
import { registerCommands } from './launch/commands';
import { registerLocate } from './launch/locate';
import { registerResolver } from './launch/resolver';
import { registerTasks } from './launch/tasks';
import { createLiveParts } from './live/parts';
import { createServer, prepareLater, registerAdapter } from './server/adapter';
import { createLog } from './server/log';
import { Sessions } from './sessions';
import { registerTrapCost } from './trapcost';
import { registerStateViews } from './views';

export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const sessions = new Sessions();
  const parts = createLiveParts(sessions);
  const server = createServer(context, log);
  context.subscriptions.push(
    log,
    sessions,
    parts,
    registerTrapCost(context.extensionUri, server, sessions, parts.live, parts.sources),
    registerStateViews(sessions, context),
    registerAdapter(server, log),
    prepareLater(server, sessions),
    registerResolver(server, context.workspaceState),
    registerTasks(server),
    registerCommands(server, log, context.workspaceState),
    registerLocate(sessions, context.workspaceState),
    registerValues(),
  );
}
