/** The views VMCS, Page Walk, CPU Tables and Memory. */
import * as vscode from 'vscode';
import type { Sessions } from '../sessions';
import { registerActions } from './actions';
import { createCodeViews } from './code';
import { Focus } from './focus';
import { registerMarks } from './nodes';
import { createTablesView } from './tablesView';
import { createVmcsView, searchRows } from './vmcsView';
import { createWalkView } from './walkView';

/** `memory` keeps what the views were last asked for. */
export function registerStateViews(sessions: Sessions, memory: vscode.Memento): vscode.Disposable {
  const focus = new Focus(sessions);
  const vmcs = createVmcsView(focus);
  const walk = createWalkView(focus, memory);
  const tables = createTablesView(focus);
  const code = createCodeViews(focus);
  const reveal = (view: string) => vscode.commands.executeCommand(`ringside.${view}.focus`);
  const actions = registerActions(focus, [vmcs, walk, tables], {
    showWalk: (address) => {
      walk.walk(address);
      void reveal('walk');
    },
    showCode: (place) => void code.showCode(place),
    showDisassembly: (place) => void code.showDisassembly(place),
  });
  return vscode.Disposable.from(
    actions,
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
