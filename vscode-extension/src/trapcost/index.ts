/** The trap-cost page: of a session in a panel, of recorded profiles in an editor. */
import * as vscode from 'vscode';
import type { Live } from '../live/live';
import type { Sources } from '../live/sources';
import type { Server } from '../server/adapter';
import type { Sessions } from '../sessions';
import { registerEditor } from './editor';
import { registerPanel } from './panel';

export function registerTrapCost(
  extension: vscode.Uri,
  server: Server,
  sessions: Sessions,
  live: Live,
  sources: Sources,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerPanel(extension, sessions, live, sources),
    registerEditor(extension, server, sources),
  );
}
