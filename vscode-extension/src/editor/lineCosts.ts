/** Trap counts and cost at the end of guest source lines. */
import * as vscode from 'vscode';
import type { Live } from '../live/live';
import { paced } from '../live/pace';
import type { Sources } from '../live/sources';
import type { ExitRow, Profile } from '../profile';
import type { RingsideSession, Sessions } from '../sessions';
import { costsOf, lineTable, lineText, type FileCosts, type LineCost } from './lines';

/** At most two updates a second. */
const PERIOD_MILLIS = 500;

export interface LineCosts extends vscode.Disposable {
  /** Shows a recorded profile's costs, as long as no guest runs, until the result is disposed of. */
  show(profile: Profile): vscode.Disposable;
}

/** What stands at line ends: a session's costs, also after its end, or those of a recording. */
interface Shown {
  readonly session: RingsideSession | undefined;
  readonly costs: FileCosts;
  readonly total: number;
}

export function registerLineCosts(sessions: Sessions, live: Live, sources: Sources): LineCosts {
  const decoration = vscode.window.createTextEditorDecorationType({
    after: {
      color: new vscode.ThemeColor('ringside.lineCostForeground'),
      margin: '0 0 0 3em',
      fontStyle: 'normal',
    },
    rangeBehavior: vscode.DecorationRangeBehavior.OpenOpen,
  });
  const recordings: Profile[] = [];
  const drawn = new WeakMap<vscode.TextEditor, string>();
  let shown: Shown | undefined;
  let watching: vscode.Disposable | undefined;
  let drawing = Promise.resolve();

  const enabled = () =>
    vscode.workspace.getConfiguration('ringside').get<boolean>('lineCosts', true);

  const draw = async (): Promise<void> => {
    const now = enabled() ? shown : undefined;
    const costs = new Map<string, ReadonlyMap<number, LineCost>>();
    for (const [file, lines] of now?.costs ?? []) {
      if (vscode.window.visibleTextEditors.some((editor) => mayBe(editor, file))) {
        const uri = await sources.locate(file, now?.session);
        if (uri) {
          costs.set(uri.toString(), lines);
        }
      }
    }
    for (const editor of vscode.window.visibleTextEditors) {
      decorate(editor, costs.get(editor.document.uri.toString()), now?.total ?? 0);
    }
  };

  const decorate = (
    editor: vscode.TextEditor,
    lines: ReadonlyMap<number, LineCost> | undefined,
    total: number,
  ) => {
    const costs = [...(lines?.values() ?? [])].filter(
      (cost) => cost.line <= editor.document.lineCount,
    );
    const key = costs.map((cost) => `${cost.line} ${cost.count} ${cost.total}`).join();
    if ((drawn.get(editor) ?? '') === key) {
      return;
    }
    drawn.set(editor, key);
    editor.setDecorations(
      decoration,
      costs.map((cost) => {
        const end = editor.document.lineAt(cost.line - 1).range.end;
        return {
          range: new vscode.Range(end, end),
          hoverMessage: hover(cost, total),
          renderOptions: { after: { contentText: lineText(cost) } },
        };
      }),
    );
  };

  const redraw = () => {
    drawing = drawing.then(draw);
  };

  const take = () => {
    const session = sessions.active;
    if (session) {
      const profile = live.of(session);
      shown = shownOf(session, profile.exits.values(), profile.total);
    } else if (recordings.length > 0) {
      const exits = recordings.at(-1)?.exits ?? [];
      shown = shownOf(
        undefined,
        exits,
        exits.reduce((sum, row) => sum + row.total, 0),
      );
    }
    redraw();
  };

  const pace = paced(PERIOD_MILLIS, take);

  const follow = () => {
    const wanted =
      enabled() &&
      vscode.window.visibleTextEditors.some((editor) => editor.document.uri.scheme === 'file');
    if (wanted) {
      watching ??= live.watch();
    } else {
      watching?.dispose();
      watching = undefined;
    }
    redraw();
  };

  follow();
  const parts = vscode.Disposable.from(
    decoration,
    pace,
    new vscode.Disposable(() => {
      watching?.dispose();
    }),
    live.onDidChange((change) => {
      if (change.session === sessions.active) {
        pace.request();
      } else if (!sessions.active) {
        // The guest's last figures came after its session had ended.
        shown = shownOf(change.session, change.profile.exits.values(), change.profile.total);
        redraw();
      }
    }),
    sessions.onDidStart(take),
    vscode.window.onDidChangeVisibleTextEditors(follow),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('ringside.lineCosts')) {
        follow();
      }
    }),
    vscode.commands.registerCommand('ringside.toggleLineCosts', toggle),
  );
  return {
    show(profile) {
      recordings.push(profile);
      take();
      return new vscode.Disposable(() => {
        const at = recordings.indexOf(profile);
        if (at >= 0) {
          recordings.splice(at, 1);
          if (!sessions.active) {
            shown = undefined;
          }
          take();
        }
      });
    },
    dispose: () => {
      parts.dispose();
    },
  };
}

function shownOf(
  session: RingsideSession | undefined,
  rows: Iterable<ExitRow>,
  total: number,
): Shown {
  return { session, costs: costsOf(rows), total };
}

/** A cheap look before the file is searched for: has the editor's the same last name? */
function mayBe(editor: vscode.TextEditor, file: string): boolean {
  const last = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return editor.document.uri.path.endsWith(`/${last}`);
}

function hover(cost: LineCost, total: number): vscode.MarkdownString {
  const text = new vscode.MarkdownString(lineTable(cost, total));
  text.appendMarkdown(
    '\n\n[Open Trap Cost](command:ringside.openTrapCost) · [Hide these](command:ringside.toggleLineCosts)',
  );
  text.isTrusted = { enabledCommands: ['ringside.openTrapCost', 'ringside.toggleLineCosts'] };
  return text;
}

async function toggle(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('ringside');
  const inWorkspace = settings.inspect('lineCosts')?.workspaceValue !== undefined;
  await settings.update(
    'lineCosts',
    !settings.get<boolean>('lineCosts', true),
    inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
  );
}
