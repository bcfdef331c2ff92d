/** What the user looks at. */
import * as vscode from 'vscode';

/** The file in the active editor; if that is no file (a listing, a panel), one that is visible. */
export function sourceOnScreen(): string | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  return editors.find((editor) => editor?.document.uri.scheme === 'file')?.document.uri.fsPath;
}

/** The workspace folder of a source, else the first one. */
export function folderOf(source: string | undefined): vscode.WorkspaceFolder | undefined {
  return (
    (source === undefined
      ? undefined
      : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(source))) ??
    vscode.workspace.workspaceFolders?.[0]
  );
}
