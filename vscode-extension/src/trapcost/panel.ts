/** The panel *Trap Cost*: one, of the active session. */
import * as vscode from 'vscode';
import type { Live } from '../live/live';
import type { Sources } from '../live/sources';
import type { Sessions } from '../sessions';
import { createFeed } from './feed';
import { columnBeside, showPage } from './page';

export function registerPanel(
  extension: vscode.Uri,
  sessions: Sessions,
  live: Live,
  sources: Sources,
): vscode.Disposable {
  let panel: vscode.WebviewPanel | undefined;

  const open = () => {
    if (panel) {
      panel.reveal();
      return;
    }
    const opened = vscode.window.createWebviewPanel(
      'ringside.trapCostPanel',
      'Trap Cost',
      vscode.ViewColumn.Active,
    );
    panel = opened;
    opened.iconPath = vscode.Uri.joinPath(extension, 'media', 'ringside.svg');
    const page = showPage(extension, opened, {
      everything: () => feed.everything(),
      latest: () => feed.latest(),
      open: (source) => sources.open(source, feed.session, columnBeside(opened)),
    });
    const feed = createFeed(sessions, live, page.send, () => opened.visible);
    opened.onDidDispose(() => {
      panel = undefined;
      feed.dispose();
    });
  };

  return vscode.Disposable.from(
    vscode.commands.registerCommand('ringside.openTrapCost', open),
    new vscode.Disposable(() => {
      panel?.dispose();
    }),
  );
}
