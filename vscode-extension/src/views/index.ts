/** The views VMCS, Page Walk, CPU Tables and Memory. */
import * as vscode from 'vscode';
import type { Sessions } from '../sessions';
import { registerActions } from './actions';
import { Focus } from './focus';
import { registerMarks } from './nodes';
import { createVmcsView, searchRows } from './vmcsView';

export function registerStateViews(sessions: Sessions): vscode.Disposable {
  const focus = new Focus(sessions);
  const vmcs = createVmcsView(focus);
  return vscode.Disposable.from(
    focus,
    registerMarks(),
    vmcs,
    registerActions(focus, [vmcs]),
    vscode.commands.registerCommand('ringside.vmcs.search', () =>
      searchRows(vmcs, 'Field of the VMCS, or a value'),
    ),
  );
}
