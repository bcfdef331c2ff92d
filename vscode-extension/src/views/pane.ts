/** A tree view that follows the stops of the guest. */
import * as vscode from 'vscode';
import { reason } from './edit';
import type { Focus, Place } from './focus';
import { Latest } from './latest';
import { Rows } from './nodes';
import type { Node, Row } from './nodes';

/** What a tree view shows. */
export interface Content<T> {
  readonly id: string;
  /** What the content depends on beside the place. */
  variant?(place: Place): string;
  load(place: Place, stale: () => boolean): Promise<T>;
  /** Told of what was loaded, once a load. */
  rows(value: T, place: Place): Row[];
  /** What stands above the rows. */
  message?(value: T): string;
  /** For people: what went wrong. */
  problem?(reason: string): string;
}

/** A view on the screen. */
export interface Pane extends vscode.Disposable {
  readonly id: string;
  readonly view: vscode.TreeView<Node>;
  readonly rows: Rows;
  /** Something that the content depends on has changed. */
  refresh(): void;
}

/** How long a load may take before the view shows progress. */
const PATIENCE_MS = 400;

export function createPane<T>(focus: Focus, content: Content<T>): Pane {
  const rows = new Rows();
  const view = vscode.window.createTreeView(content.id, {
    treeDataProvider: rows,
    showCollapseAll: true,
  });
  let asked: Place | undefined;
  let shown: { session: string; rows: Row[]; message: string } | undefined;
  let problem = '';

  const draw = () => {
    view.message = problem || (shown && (focus.note ?? shown.message)) || '';
    rows.show(shown?.rows ?? [], focus.running);
  };
  const latest = new Latest<T>({
    wanted: () => {
      const place = view.visible ? focus.place : undefined;
      return place && `${place.key} ${content.variant?.(place) ?? ''}`;
    },
    load: (stale) => {
      asked = focus.place;
      return asked ? content.load(asked, stale) : Promise.reject(new Error('the guest runs'));
    },
    show: (value) => {
      if (asked) {
        problem = '';
        shown = {
          session: asked.session.debug.id,
          rows: content.rows(value, asked),
          message: content.message?.(value) ?? '',
        };
        draw();
      }
    },
    failed: (error) => {
      problem = content.problem?.(reason(error)) ?? reason(error);
      shown = undefined;
      draw();
    },
    loading: (done) => {
      void showIfSlow(content.id, done);
    },
  });
  const follow = () => {
    const session = focus.session?.debug.id;
    if (session !== shown?.session) {
      shown = undefined;
      problem = '';
    }
    draw();
    latest.refresh();
  };
  const disposables = [
    view,
    rows,
    focus.onDidChange(follow),
    view.onDidChangeVisibility(() => {
      latest.refresh();
    }),
  ];
  follow();
  return {
    id: content.id,
    view,
    rows,
    refresh: () => {
      latest.refresh();
    },
    dispose: () => {
      vscode.Disposable.from(...disposables).dispose();
    },
  };
}

/** Shows progress in a view whose load takes long. */
export async function showIfSlow(viewId: string, done: Promise<unknown>): Promise<void> {
  const slow = await Promise.race([
    done.then(() => false),
    new Promise<boolean>((resolve) => {
      setTimeout(() => {
        resolve(true);
      }, PATIENCE_MS);
    }),
  ]);
  if (slow) {
    await vscode.window.withProgress({ location: { viewId } }, () => done);
  }
}
