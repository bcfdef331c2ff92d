/** Tasks of type `ringside`: make, and commands of Ringside's command line, in a terminal. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Server } from '../server/adapter';

/** As package.json declares it. */
export interface MakeTask extends vscode.TaskDefinition {
  readonly type: 'ringside';
  /** The Makefile's folder. */
  readonly folder: string;
  /** Without it, the Makefile's default goal. */
  readonly target?: string;
}

/** As package.json declares it. */
export interface CommandTask extends vscode.TaskDefinition {
  readonly type: 'ringside';
  /** Arguments of Ringside's command line. */
  readonly command: readonly string[];
}

type Scope = vscode.WorkspaceFolder | vscode.TaskScope;

export function makeTask(definition: MakeTask, scope: Scope): vscode.Task {
  const { folder, target } = definition;
  const task = new vscode.Task(
    definition,
    scope,
    target ? `make ${target}` : `make (in ${basename(folder)})`,
    'ringside',
    new vscode.ProcessExecution('make', target ? [target] : [], { cwd: folder }),
    matcherFor(folder, scope),
  );
  task.group = vscode.TaskGroup.Build;
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Silent,
    panel: vscode.TaskPanelKind.Shared,
    clear: true,
    showReuseMessage: false,
  };
  return task;
}

/** Compilers' messages are relative to the Makefile, and matchers know only the workspace's folder. */
function matcherFor(folder: string, scope: Scope): string {
  const isAbove = typeof scope === 'object' && dirname(scope.uri.fsPath) === folder;
  return isAbove ? '$ringside-gcc-above' : '$ringside-gcc';
}

/** @throws JdkError */
export function commandTask(
  definition: CommandTask,
  name: string,
  scope: Scope,
  server: Server,
): vscode.Task {
  const { file, args } = server.command(...definition.command);
  const task = new vscode.Task(
    definition,
    scope,
    name,
    'ringside',
    new vscode.ProcessExecution(file, [...args]),
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    focus: true,
    echo: false,
    clear: true,
    showReuseMessage: false,
  };
  return task;
}

/** Makes tasks of what tasks.json says. */
export function registerTasks(server: Server): vscode.Disposable {
  return vscode.tasks.registerTaskProvider('ringside', {
    provideTasks: () => [],
    resolveTask: (task) => {
      const definition = task.definition as Partial<MakeTask> & Partial<CommandTask>;
      const scope = task.scope ?? vscode.TaskScope.Workspace;
      if (definition.command !== undefined) {
        return commandTask(task.definition as CommandTask, task.name, scope, server);
      }
      return definition.folder === undefined
        ? undefined
        : makeTask(task.definition as MakeTask, scope);
    },
  });
}
