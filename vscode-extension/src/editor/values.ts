/** Values in the editor while the guest stands: under the mouse, and at line ends. */
import * as vscode from 'vscode';
import { dialectOf } from './code';
import { expressionAt } from './expression';
import { namesUpTo } from './names';

const LANGUAGES = ['c', 'cpp', 'rust', 'asm'];

export function registerValues(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerEvaluatableExpressionProvider(LANGUAGES, {
      provideEvaluatableExpression: (document, position) => {
        const dialect = dialectOf(document.languageId);
        const found = expressionAt(document.getText(), document.offsetAt(position), dialect);
        return (
          found &&
          new vscode.EvaluatableExpression(
            new vscode.Range(document.positionAt(found.start), document.positionAt(found.end)),
            found.expression,
          )
        );
      },
    }),
    vscode.languages.registerInlineValuesProvider(LANGUAGES, {
      provideInlineValues: (document, visible, context) => {
        const stop = context.stoppedLocation.end.line;
        return namesUpTo(document.getText(), stop, dialectOf(document.languageId))
          .filter(({ line }) => line >= visible.start.line && line <= visible.end.line)
          .map(({ line, start, end, name }) => {
            const range = new vscode.Range(line, start, line, end);
            return name.startsWith('$')
              ? new vscode.InlineValueEvaluatableExpression(range, name)
              : new vscode.InlineValueVariableLookup(range, name);
          });
      },
    }),
  );
}
