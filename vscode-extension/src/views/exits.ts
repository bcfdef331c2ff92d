/** The view "VM Exits": what the guest traps on, live. */
import * as vscode from 'vscode';
import { perSecond, short } from '../live/figures';
import type { Live } from '../live/live';
import type { Baseline } from '../live/model';
import { paced } from '../live/pace';
import type { Sources } from '../live/sources';
import { summarize, type CostNode, type Sort, type Summary } from '../live/summary';
import type { RingsideSession, Sessions } from '../sessions';
import { conditionOf, type Catch, type Catchpoints } from './catchpoints';
import { copied, details, figuresOf, labelOf, spoken } from './exitRow';
import { createSteadyOrder } from './steady';

/** Two updates a second: VS Code takes a row's tooltip away when the row is drawn anew. */
const PERIOD_MILLIS = 500;
/** Rates fall even when no exit comes. */
const IDLE_MILLIS = 1000;
/** Rows shown of one parent before "show more". */
const PAGE = 100;

/** Stands for the rows of a parent that are not shown yet. */
interface More {
  readonly kind: 'more';
  readonly parent: string;
  readonly hidden: number;
}

type Row = CostNode | More;

const NOTHING: Summary = { reasons: [], count: 0, total: 0, rate: 0 };

export function registerExitsView(
  sessions: Sessions,
  live: Live,
  sources: Sources,
  catchpoints: Catchpoints,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<Row | undefined>();
  const steady = createSteadyOrder();
  let sort: Sort = 'cost';
  let summary = NOTHING;
  /** What is on the screen; the same again is not drawn again. */
  let drawn = '';
  let held = false;
  let baseline: { session: RingsideSession; at: Baseline } | undefined;
  let shown = new Map<string, number>();
  let watching: vscode.Disposable | undefined;
  let timer: NodeJS.Timeout | undefined;

  const siblings = (nodes: readonly CostNode[], parent: string): Row[] => {
    const ordered = steady.apply(nodes);
    const most = shown.get(parent) ?? PAGE;
    return ordered.length <= most
      ? ordered
      : [
          ...ordered.slice(0, most),
          { kind: 'more', parent, hidden: ordered.length - most } satisfies More,
        ];
  };

  const provider: vscode.TreeDataProvider<Row> = {
    onDidChangeTreeData: changed.event,
    getChildren: (row) => {
      if (row?.kind === 'more') {
        return [];
      }
      return row ? siblings(row.children, row.id) : siblings(summary.reasons, '');
    },
    getTreeItem: (row) => (row.kind === 'more' ? moreItem(row) : item(row)),
    resolveTreeItem: (item, row) => {
      if (row.kind !== 'more') {
        item.tooltip = new vscode.MarkdownString(
          details(current(row), summary, baseline !== undefined),
        );
      }
      return item;
    },
  };

  /** The figures now of a row that VS Code asks about. */
  const current = (row: CostNode): CostNode => {
    const find = (nodes: readonly CostNode[]): CostNode | undefined => {
      for (const node of nodes) {
        const found = node.id === row.id ? node : find(node.children);
        if (found) {
          return found;
        }
      }
      return undefined;
    };
    return find(summary.reasons) ?? row;
  };

  const item = (node: CostNode): vscode.TreeItem => {
    const row = new vscode.TreeItem(
      labelOf(node),
      node.children.length === 0
        ? vscode.TreeItemCollapsibleState.None
        : vscode.TreeItemCollapsibleState.Collapsed,
    );
    const session = sessions.active;
    const caught =
      node.kind !== 'place' && session !== undefined && catchpoints.has(session, caughtBy(node));
    row.id = node.id;
    row.description = figuresOf(node, summary, sort);
    row.accessibilityInformation = { label: spoken(node, summary) };
    row.contextValue = `exit ${node.kind}${caught ? ' caught' : ''}`;
    if (caught) {
      row.iconPath = new vscode.ThemeIcon(
        'debug-breakpoint',
        new vscode.ThemeColor('debugIcon.breakpointForeground'),
      );
    }
    if (node.kind === 'place' && node.source !== undefined) {
      row.command = {
        command: 'ringside.exits.open',
        title: 'Open Source',
        arguments: [node],
      };
    }
    return row;
  };

  const moreItem = (more: More): vscode.TreeItem => {
    const row = new vscode.TreeItem(`Show ${Math.min(PAGE, more.hidden)} of ${more.hidden} more…`);
    row.id = `${more.parent}|…`;
    row.command = { command: 'ringside.exits.more', title: 'Show More', arguments: [more] };
    return row;
  };

  const view = vscode.window.createTreeView('ringside.exits', {
    treeDataProvider: provider,
    showCollapseAll: true,
  });

  const refresh = () => {
    const session = sessions.active;
    if (session) {
      const since = baseline?.session === session ? baseline.at : undefined;
      summary = summarize(live.of(session), live.time(session), sort, since);
    } else {
      summary = NOTHING;
    }
    steady.begin();
    view.description =
      summary.count === 0
        ? ''
        : `${short(summary.count)} · ${perSecond(summary.rate)}${held ? ' · held' : ''}`;
    tell();
    const now = [session?.debug.id, summary.count, summary.total, summary.rate, sort].join();
    if (now !== drawn) {
      drawn = now;
      changed.fire(undefined);
    }
  };

  const tell = () => {
    const session = sessions.active;
    if (summary.count > 0 || !session) {
      view.message = '';
    } else if (baseline?.session === session) {
      view.message = 'No exits since the reset.';
    } else {
      view.message = 'No VM exits so far.';
    }
  };

  const pace = paced(PERIOD_MILLIS, refresh);
  const update = () => {
    if (view.visible && !held) {
      pace.request();
    }
  };
  const follow = () => {
    watching?.dispose();
    clearInterval(timer);
    watching = view.visible ? live.watch(true) : undefined;
    timer = view.visible ? setInterval(idle, IDLE_MILLIS) : undefined;
    update();
  };
  const idle = () => {
    if (summary.rate > 0 && sessions.active?.state === 'running') {
      update();
    }
  };
  const hold = (on: boolean) => {
    held = on;
    void vscode.commands.executeCommand('setContext', 'ringside.exits.held', on);
    refresh();
  };
  const rebase = (from: typeof baseline) => {
    baseline = from;
    void vscode.commands.executeCommand('setContext', 'ringside.exits.reset', from !== undefined);
    steady.reset();
    refresh();
  };
  const sortBy = (by: Sort) => {
    sort = by;
    void vscode.commands.executeCommand('setContext', 'ringside.exits.sort', by);
    steady.reset();
    refresh();
  };
  const rowOf = (row: unknown): CostNode | undefined => {
    const chosen = (row as Row | undefined) ?? view.selection[0];
    return chosen?.kind === 'more' ? undefined : chosen;
  };
  const command = (name: string, work: (row: CostNode) => unknown) =>
    vscode.commands.registerCommand(`ringside.exits.${name}`, async (row: unknown) => {
      const node = rowOf(row);
      if (node) {
        await work(node);
      }
    });
  const toggle = (node: CostNode, on: boolean) => {
    const session = sessions.active;
    return session && catchpoints[on ? 'add' : 'remove'](session, caughtBy(node));
  };

  follow();
  sortBy(sort);
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
    catchpoints.onDidChange(() => {
      changed.fire(undefined);
    }),
    sessions.onDidChangeActive(() => {
      shown = new Map();
      if (baseline && baseline.session !== sessions.active) {
        rebase(undefined);
      }
      if (held) {
        hold(false);
      }
      update();
    }),
    sessions.onDidStop(update),
    command('open', (node) =>
      node.source === undefined ? undefined : sources.open(node.source, sessions.active),
    ),
    command('catch', (node) => toggle(node, true)),
    command('uncatch', (node) => toggle(node, false)),
    command('copy', (node) => vscode.env.clipboard.writeText(copied(current(node), summary))),
    vscode.commands.registerCommand('ringside.exits.more', (more: More) => {
      shown.set(more.parent, (shown.get(more.parent) ?? PAGE) + PAGE);
      changed.fire(undefined);
    }),
    vscode.commands.registerCommand('ringside.exits.sortByCost', () => {
      sortBy('cost');
    }),
    vscode.commands.registerCommand('ringside.exits.sortByCount', () => {
      sortBy('count');
    }),
    vscode.commands.registerCommand('ringside.exits.sortByRate', () => {
      sortBy('rate');
    }),
    vscode.commands.registerCommand('ringside.exits.reset', () => {
      const session = sessions.active;
      if (session) {
        rebase({ session, at: live.of(session).baseline() });
      }
    }),
    vscode.commands.registerCommand('ringside.exits.sinceStart', () => {
      rebase(undefined);
    }),
    vscode.commands.registerCommand('ringside.exits.hold', () => {
      hold(true);
    }),
    vscode.commands.registerCommand('ringside.exits.release', () => {
      hold(false);
    }),
  );
}

function caughtBy(node: CostNode): Catch {
  return { reason: node.reason, condition: conditionOf(node.detail) };
}
