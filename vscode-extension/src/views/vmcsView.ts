/** The view "VMCS". */
import * as vscode from 'vscode';
import { ChangesOfEach } from './changes';
import type { Focus } from './focus';
import type { Node } from './nodes';
import { createPane } from './pane';
import type { Pane } from './pane';
import { CHANGED, vmcsRows, vmcsValues } from './vmcs';

export function createVmcsView(focus: Focus): Pane {
  const changes = new ChangesOfEach();
  return createPane(focus, {
    id: 'ringside.vmcs',
    load: ({ session, threadId }) => session.request('ringside/vmcs', { threadId }),
    rows: (vmcs, place) => {
      const changesHere = changes.of(place);
      changesHere.record(place.stop, vmcsValues(vmcs));
      return vmcsRows(vmcs, changesHere);
    },
  });
}

/** Bits stand below what has an expression, or an entry. */
const isBit = (node: Node) => node.parent?.row.copy !== undefined;

/** Finds a row by its name or value, and goes there. */
export async function searchRows({ view, rows }: Pane, placeholder: string): Promise<void> {
  interface Pick extends vscode.QuickPickItem {
    readonly node: Node;
  }
  const picks = rows
    .all()
    .filter(
      (node) => node.parent && node.parent.row.id !== CHANGED && !isBit(node) && node.row.copy,
    )
    .map((node): Pick => {
      const { label, description = '' } = node.row;
      return { label, description, node };
    });
  const pick = await vscode.window.showQuickPick(picks, {
    placeHolder: placeholder,
    matchOnDescription: true,
  });
  if (pick) {
    await view.reveal(pick.node, { select: true, focus: true, expand: true });
  }
}
