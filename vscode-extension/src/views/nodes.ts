/** Trees of named values: what a row is, and how it gets on the screen. */
import * as vscode from 'vscode';

/** What a row's colour says. */
export type Mark = 'changed' | 'fault' | 'faint';

/** A row, as plain data: rows that are equal are not drawn again. */
export interface Row {
  /** Unique in the tree, and the same at every stop. */
  readonly id: string;
  readonly label: string;
  /** Stands behind the label, in a weaker colour. */
  readonly description?: string;
  /** A codicon. */
  readonly icon: string;
  readonly mark?: Mark | undefined;
  /** Markdown; asked for when the pointer rests on the row. */
  readonly tooltip?: (() => string) | undefined;
  /** For screen readers, in place of label and description. */
  readonly spoken?: string;
  readonly children?: readonly Row[];
  readonly open?: boolean;
  /** What a click does, beside selecting. */
  readonly click?: 'memory' | 'source' | 'walk' | undefined;
  /** What can be copied, edited and followed. */
  readonly copy?: { readonly value: string; readonly name: string };
  /** Names the value in watch expressions. */
  readonly expression?: string | undefined;
  readonly edit?: Edit | undefined;
  /** The address that a page walk of this value starts at. */
  readonly walk?: string | undefined;
  /** The address at which the memory view shows this value. */
  readonly memory?: string | undefined;
  readonly code?: Code | undefined;
}

/** A value that can be set. */
export interface Edit {
  readonly expression: string;
  readonly name: string;
  readonly value: string;
  /** Bits of the whole value. */
  readonly width: number;
  /** The part that the row is: `[high, low]`; absent for all of it. */
  readonly part?: readonly [number, number];
}

/** Where a handler is. */
export interface Code {
  readonly address: string;
  readonly name: string;
  readonly source?: string;
  readonly line?: number;
}

const COLOURS: Record<Mark | 'old', string> = {
  changed: 'gitDecoration.modifiedResourceForeground',
  fault: 'list.errorForeground',
  faint: 'disabledForeground',
  old: 'disabledForeground',
};
const SCHEME = 'ringside-row';

/** Colours the labels of rows by their marks. */
export function registerMarks(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => {
      const mark = uri.scheme === SCHEME ? uri.path.slice(1) : '';
      return mark in COLOURS
        ? { color: new vscode.ThemeColor(COLOURS[mark as Mark]), propagate: false }
        : undefined;
    },
  });
}

/** A row that is on the screen; the same object for the same id at every stop. */
export class Node {
  children: Node[];
  constructor(
    public row: Row,
    readonly parent: Node | undefined,
  ) {
    this.children = (row.children ?? []).map((child) => new Node(child, this));
  }
}

/** Shows rows, and draws only those again that differ. */
export class Rows implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node[] | undefined>();
  private roots: Node[] = [];
  private old = false;

  readonly onDidChangeTreeData = this.changed.event;

  /** Shows these rows; `old`: faintly, since the guest has gone on. */
  show(rows: readonly Row[], old = false): void {
    const redraw: Node[] = [];
    const same = old === this.old && sameIds(this.roots, rows);
    if (same) {
      this.roots.forEach((node, i) => {
        update(node, rows[i] ?? node.row, redraw);
      });
    } else {
      this.old = old;
      this.roots = merged(this.roots, rows, undefined);
    }
    if (!same) {
      this.changed.fire(undefined);
    } else if (redraw.length > 0) {
      this.changed.fire(redraw);
    }
  }

  getTreeItem({ row }: Node): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label, collapsible(row));
    item.id = row.id;
    item.description = row.description ?? '';
    const mark = this.old ? 'old' : row.mark;
    item.iconPath = new vscode.ThemeIcon(row.icon, mark && new vscode.ThemeColor(COLOURS[mark]));
    if (mark) {
      item.resourceUri = vscode.Uri.from({ scheme: SCHEME, path: `/${mark}` });
    }
    item.contextValue = abilities(row);
    item.accessibilityInformation = {
      label: row.spoken ?? [row.label, row.description].filter(Boolean).join(', '),
    };
    if (row.click) {
      item.command = { command: `ringside.row.${row.click}`, title: '', arguments: [{ row }] };
    }
    return item;
  }

  getChildren(node?: Node): Node[] {
    return node ? node.children : this.roots;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  resolveTreeItem(item: vscode.TreeItem, { row }: Node): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(row.tooltip?.() ?? row.spoken ?? row.label);
    return item;
  }

  /** Every row's node, in order. */
  all(): Node[] {
    const below = (node: Node): Node[] => [node, ...node.children.flatMap(below)];
    return this.roots.flatMap(below);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function collapsible(row: Row): vscode.TreeItemCollapsibleState {
  if (!row.children) {
    return vscode.TreeItemCollapsibleState.None;
  }
  return row.open
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.Collapsed;
}

/** The words that menus in package.json ask `viewItem` for. */
export function abilities(row: Row): string {
  const bit = row.edit?.part && row.edit.part[0] === row.edit.part[1];
  return [
    row.copy && 'copy',
    row.expression && 'expression',
    row.edit && (bit ? 'flip' : 'edit'),
    row.walk && 'walk',
    row.memory && 'memory',
    row.code && 'code',
  ]
    .filter(Boolean)
    .join(' ');
}

function sameIds(nodes: readonly Node[], rows: readonly Row[]): boolean {
  return nodes.length === rows.length && nodes.every((node, i) => node.row.id === rows[i]?.id);
}

/** Nodes of these rows, with the ones that were there before. */
function merged(old: readonly Node[], rows: readonly Row[], parent: Node | undefined): Node[] {
  const known = new Map(old.map((node) => [node.row.id, node]));
  return rows.map((row) => {
    const node = known.get(row.id);
    if (!node) {
      return new Node(row, parent);
    }
    node.row = row;
    node.children = merged(node.children, row.children ?? [], node);
    return node;
  });
}

/** Gives a node its new row; `redraw` gets the topmost nodes that look different. */
function update(node: Node, row: Row, redraw: Node[]): void {
  const children = row.children ?? [];
  const same = looks(node.row) === looks(row) && sameIds(node.children, children);
  node.row = row;
  if (!same) {
    redraw.push(node);
    node.children = merged(node.children, children, node);
    return;
  }
  node.children.forEach((child, i) => {
    update(child, children[i] ?? child.row, redraw);
  });
}

/** All that shows of a row by itself. */
function looks(row: Row): string {
  const { label, description, icon, mark, spoken, click, open } = row;
  const kind = row.children ? 'branch' : 'leaf';
  return JSON.stringify([
    label,
    description,
    icon,
    mark,
    spoken,
    click,
    open,
    kind,
    abilities(row),
  ]);
}
