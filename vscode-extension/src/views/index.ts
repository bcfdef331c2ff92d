/** The views VMCS, Page Walk, CPU Tables and Memory. */
import * as vscode from 'vscode';
import type { Sessions } from '../sessions';
import { registerActions } from './actions';
import { createCodeViews } from './code';
import { Focus } from './focus';
import { createMemoryView } from './memory/memoryView';
import { registerMarks } from './nodes';
import { createTablesView } from './tablesView';
import { createVmcsView, searchRows } from './vmcsView';
import { createWalkView } from './walkView';

export function registerStateViews(
  sessions: Sessions,
  context: vscode.ExtensionContext,
): vscode.Disposable {
  const focus = new Focus(sessions);
  const vmcs = createVmcsView(focus);
  const walk = createWalkView(focus, context.workspaceState);
  const tables = createTablesView(focus);
  const code = createCodeViews(focus);
  const showWalk = (address: string) => {
    walk.walk(address);
    void vscode.commands.executeCommand('ringside.walk.focus');
  };
  const memory = createMemoryView(focus, context, showWalk);
  const actions = registerActions(focus, [vmcs, walk, tables], {
    showWalk,
    showMemory: memory.show,
    showCode: (place) => void code.showCode(place),
    showDisassembly: (place) => void code.showDisassembly(place),
  });
  return vscode.Disposable.from(
    actions,
    memory,
    code,
    tables,
    walk,
    vmcs,
    focus,
    registerMarks(),
    vscode.commands.registerCommand('ringside.vmcs.search', () =>
      searchRows(vmcs, 'Field of the VMCS, or a value'),
    ),
    vscode.commands.registerCommand('ringside.tables.search', () =>
      searchRows(tables, 'Row of an open table, or a value'),
    ),
  );
}
