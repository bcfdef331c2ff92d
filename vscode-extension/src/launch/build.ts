/** Runs make as a task of VS Code's, so that its output and problems are where people look for them. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Plan } from './make';
import { makeTask, type MakeTask } from './tasks';

export type BuildOutcome = 'built' | 'go on' | 'stop';

/** Builds a guest, and asks whether to go on if that fails. */
export async function build(
  plan: Plan,
  scope: vscode.WorkspaceFolder | undefined,
  token?: vscode.CancellationToken,
): Promise<BuildOutcome> {
  const definition: MakeTask = {
    type: 'ringside',
    folder: plan.folder,
    ...(plan.target === undefined ? {} : { target: plan.target }),
  };
  const what = plan.target ?? basename(plan.folder);
  const status = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Building ${what}` },
    () => run(makeTask(definition, scope ?? vscode.TaskScope.Workspace), token),
  );
  if (status === 0) {
    return 'built';
  }
  if (token?.isCancellationRequested) {
    return 'stop';
  }
  await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
  const anyway = 'Debug Anyway';
  const output = 'Show Output';
  const answer = await vscode.window.showErrorMessage(
    `Building ${what} failed${status === undefined ? '' : ` with status ${status}`}.`,
    { modal: true },
    anyway,
    output,
  );
  if (answer === output) {
    await vscode.commands.executeCommand('workbench.action.tasks.showTasks').then(undefined, noop);
  }
  return answer === anyway ? 'go on' : 'stop';
}

function noop(): void {
  // The terminal with the task's output is reachable by hand.
}

/** make's exit status; undefined if it did not run to its end. */
async function run(
  task: vscode.Task,
  token: vscode.CancellationToken | undefined,
): Promise<number | undefined> {
  const disposables: vscode.Disposable[] = [];
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      let execution: vscode.TaskExecution | undefined;
      // A process may end before executeTask has told us its execution.
      const ours = (other: vscode.TaskExecution) =>
        execution ? other === execution : same(other.task, task);
      disposables.push(
        vscode.tasks.onDidEndTaskProcess((event) => {
          if (ours(event.execution)) {
            resolve(event.exitCode);
          }
        }),
        vscode.tasks.onDidEndTask((event) => {
          if (ours(event.execution)) {
            // After the process's own end, if there was a process.
            setTimeout(() => {
              resolve(undefined);
            }, 500);
          }
        }),
      );
      if (token) {
        disposables.push(token.onCancellationRequested(() => execution?.terminate()));
      }
      vscode.tasks.executeTask(task).then((started) => {
        execution = started;
      }, reject);
    });
  } finally {
    vscode.Disposable.from(...disposables).dispose();
  }
}

function same(one: vscode.Task, other: vscode.Task): boolean {
  const keys = ['type', 'folder', 'target'];
  return keys.every((key) => one.definition[key] === other.definition[key]);
}
