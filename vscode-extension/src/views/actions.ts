/** What can be done with a row: copy, watch, edit, follow. */
import * as vscode from 'vscode';
import { editValue, flipBit } from './edit';
import type { Focus } from './focus';
import type { Code, Row } from './nodes';
import type { Pane } from './pane';

/** Where rows lead to. */
export interface Targets {
  readonly showWalk: (address: string) => void;
  readonly showMemory: (address: string) => void;
  readonly showCode: (code: Code) => void;
  readonly showDisassembly: (code: Code) => void;
}

/** A row's node; or, from the keyboard, the id of the view whose selected row is meant. */
type Subject = { readonly row: Row } | string | undefined;

/** Registers the commands `ringside.row.…`. */
export function registerActions(
  focus: Focus,
  panes: readonly Pane[],
  targets: Targets,
): vscode.Disposable {
  const command = (name: string, run: (row: Row) => unknown) =>
    vscode.commands.registerCommand(`ringside.row.${name}`, (subject: Subject) => {
      const row =
        typeof subject === 'object'
          ? subject.row
          : panes.find((pane) => pane.id === subject)?.view.selection[0]?.row;
      return row && run(row);
    });
  const copy = (text: string | undefined) =>
    text === undefined ? undefined : vscode.env.clipboard.writeText(text);
  const edit = (row: Row) => {
    const session = focus.place?.session;
    if (!row.edit) {
      void vscode.window.showInformationMessage(`${row.label} cannot be edited.`);
    } else if (!session) {
      void vscode.window.showInformationMessage('Pause the guest to edit its state.');
    } else if (row.edit.part && row.edit.part[0] === row.edit.part[1]) {
      return flipBit(session, row.edit);
    } else {
      editValue(session, row.edit);
    }
    return undefined;
  };
  const follow = <T>(value: T | undefined, to: (value: T) => void) => {
    if (value !== undefined) {
      to(value);
    }
  };
  return vscode.Disposable.from(
    command('copyValue', (row) => copy(row.copy?.value ?? row.description)),
    command('copyName', (row) => copy(row.copy?.name ?? row.label)),
    command('copyExpression', (row) => copy(row.expression)),
    command('watch', (row) =>
      vscode.commands.executeCommand('debug.addToWatchExpressions', {
        variable: { evaluateName: row.expression },
      }),
    ),
    command('edit', edit),
    command('walk', (row) => {
      follow(row.walk, targets.showWalk);
    }),
    command('memory', (row) => {
      follow(row.memory, targets.showMemory);
    }),
    command('source', (row) => {
      follow(row.code, targets.showCode);
    }),
    command('disassembly', (row) => {
      follow(row.code, targets.showDisassembly);
    }),
  );
}
