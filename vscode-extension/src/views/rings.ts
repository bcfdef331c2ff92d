/** The view "Rings": residency as share bars, and ring transitions, live. */
import * as vscode from 'vscode';
import type { Live } from '../live/live';
import type { Baseline } from '../live/model';
import { paced } from '../live/pace';
import type { Sources } from '../live/sources';
import type { RingsideSession, Sessions } from '../sessions';
import {
  shareText,
  sharesOf,
  transitionDetails,
  transitionLabel,
  transitionSpoken,
  transitionText,
  transitionsOf,
  type Share,
  type Transition,
} from './ringRows';
import { createSteadyOrder } from './steady';
import { percent, time } from '../live/figures';

/** Two updates a second: VS Code takes a row's tooltip away when the row is drawn anew. */
const PERIOD_MILLIS = 500;
const IDLE_MILLIS = 1000;

type Row =
  | { readonly kind: 'group'; readonly id: 'residency' | 'transitions' }
  | { readonly kind: 'share'; readonly share: Share }
  | { readonly kind: 'transition'; readonly transition: Transition }
  | { readonly kind: 'note'; readonly text: string };

export function registerRingsView(
  sessions: Sessions,
  live: Live,
  sources: Sources,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<Row | undefined>();
  const steady = createSteadyOrder();
  let shares: Share[] = [];
  let transitions: Transition[] = [];
  let hidden: string | undefined;
  let baseline: { session: RingsideSession; at: Baseline } | undefined;
  let watching: vscode.Disposable | undefined;
  let timer: NodeJS.Timeout | undefined;

  const provider: vscode.TreeDataProvider<Row> = {
    onDidChangeTreeData: changed.event,
    getChildren: (row): Row[] => {
      if (!row) {
        return shares.length === 0
          ? []
          : [
              { kind: 'group', id: 'residency' },
              { kind: 'group', id: 'transitions' },
            ];
      }
      if (row.kind !== 'group') {
        return [];
      }
      if (row.id === 'residency') {
        return shares.map((share) => ({ kind: 'share', share }));
      }
      if (hidden !== undefined) {
        return [{ kind: 'note', text: hidden }];
      }
      return steady.apply(transitions).map((transition) => ({ kind: 'transition', transition }));
    },
    getTreeItem: item,
    resolveTreeItem: (item, row) => {
      if (row.kind === 'transition') {
        const now = transitions.find((one) => one.id === row.transition.id) ?? row.transition;
        item.tooltip = new vscode.MarkdownString(transitionDetails(now));
      }
      return item;
    },
  };

  const view = vscode.window.createTreeView('ringside.rings', { treeDataProvider: provider });

  const refresh = () => {
    const session = sessions.active;
    if (session) {
      const profile = live.of(session);
      const since = baseline?.session === session ? baseline.at : undefined;
      shares = sharesOf(profile, since);
      transitions = transitionsOf(profile, live.time(session), since);
      hidden =
        profile.revision > 0 && profile.rings === undefined
          ? `not visible under ${profile.backend.toUpperCase()}`
          : undefined;
    } else {
      shares = [];
      transitions = [];
      hidden = undefined;
    }
    view.message = shares.length === 0 ? 'Nothing has run so far.' : '';
    steady.begin();
    changed.fire(undefined);
  };

  const pace = paced(PERIOD_MILLIS, refresh);
  const update = () => {
    if (view.visible) {
      pace.request();
    }
  };
  const follow = () => {
    watching?.dispose();
    clearInterval(timer);
    watching = view.visible ? live.watch(true) : undefined;
    timer = view.visible
      ? setInterval(() => {
          if (
            sessions.active?.state === 'running' &&
            transitions.some((transition) => transition.rate > 0)
          ) {
            update();
          }
        }, IDLE_MILLIS)
      : undefined;
    update();
  };
  const rebase = (from: typeof baseline) => {
    baseline = from;
    void vscode.commands.executeCommand('setContext', 'ringside.rings.reset', from !== undefined);
    steady.reset();
    refresh();
  };

  follow();
  return vscode.Disposable.from(
    view,
    changed,
    pace,
    new vscode.Disposable(() => {
      watching?.dispose();
      clearInterval(timer);
    }),
    view.onDidChangeVisibility(follow),
    live.onDidChange(update),
    sessions.onDidStop(update),
    sessions.onDidChangeActive(() => {
      if (baseline && baseline.session !== sessions.active) {
        rebase(undefined);
      }
      update();
    }),
    vscode.commands.registerCommand('ringside.rings.open', (row: Row) => {
      const source = row.kind === 'transition' ? row.transition.row.source : undefined;
      return source === undefined ? undefined : sources.open(source, sessions.active);
    }),
    vscode.commands.registerCommand('ringside.rings.reset', () => {
      const session = sessions.active;
      if (session) {
        rebase({ session, at: live.of(session).baseline() });
      }
    }),
    vscode.commands.registerCommand('ringside.rings.sinceStart', () => {
      rebase(undefined);
    }),
  );
}

function item(row: Row): vscode.TreeItem {
  switch (row.kind) {
    case 'group': {
      const group = new vscode.TreeItem(
        row.id === 'residency' ? 'Residency' : 'Transitions',
        vscode.TreeItemCollapsibleState.Expanded,
      );
      group.id = row.id;
      group.accessibilityInformation = {
        label: row.id === 'residency' ? 'Residency' : 'Ring transitions',
      };
      group.tooltip =
        row.id === 'residency'
          ? 'Where the host’s time goes while the guest runs'
          : 'Changes of the privilege level, by how they happen';
      return group;
    }
    case 'share': {
      const { share } = row;
      const one = new vscode.TreeItem(share.name);
      one.id = share.id;
      one.description = shareText(share);
      one.tooltip = `${share.name}: ${share.meaning}. ${percent(share.fraction)} of the time, ${time(share.time)}.`;
      one.accessibilityInformation = {
        label: `${share.name}, ${percent(share.fraction)}, ${time(share.time)}`,
      };
      return one;
    }
    case 'transition': {
      const { transition } = row;
      const one = new vscode.TreeItem(transitionLabel(transition));
      one.id = transition.id;
      one.description = transitionText(transition);
      one.accessibilityInformation = { label: transitionSpoken(transition) };
      if (transition.row.source !== undefined) {
        one.command = {
          command: 'ringside.rings.open',
          title: 'Open Source',
          arguments: [row],
        };
      }
      return one;
    }
    case 'note': {
      const note = new vscode.TreeItem(row.text);
      note.id = 'note';
      return note;
    }
  }
}
