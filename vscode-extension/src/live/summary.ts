/** VM exits by reason, detail and place: the tree that views show. */
import type { ExitRow } from '../profile';
import type { Baseline, LiveProfile } from './model';

export type Sort = 'cost' | 'count' | 'rate';

/** Exits of a reason, of one of its details, or of such in one place. Times are nanoseconds. */
export interface CostNode {
  /** The same as long as the session lives. */
  readonly id: string;
  readonly kind: 'reason' | 'detail' | 'place';
  readonly reason: string;
  readonly number: number;
  readonly detail: string | undefined;
  /** Of a place. */
  readonly symbol: string | undefined;
  /** Of a place: `src/kernel.c:41`. */
  readonly source: string | undefined;
  readonly approximate: boolean;
  count: number;
  total: number;
  /** Exits a second. */
  rate: number;
  readonly rows: ExitRow[];
  readonly children: CostNode[];
}

export interface Summary {
  readonly reasons: readonly CostNode[];
  readonly count: number;
  readonly total: number;
  readonly rate: number;
}

/** Exits since the profile's start, or since a baseline. */
export function summarize(profile: LiveProfile, at: number, sort: Sort, since?: Baseline): Summary {
  const nodes = new Map<string, CostNode>();
  const reasons: CostNode[] = [];
  let allCount = 0;
  let allTotal = 0;
  for (const [key, row] of profile.exits) {
    const before = since?.exits.get(key);
    const count = row.count - (before?.count ?? 0);
    if (count <= 0) {
      continue;
    }
    const total = row.total - (before?.total ?? 0);
    const rate = profile.exitRate(key, at);
    const add = (node: CostNode) => {
      node.count += count;
      node.total += total;
      node.rate += rate;
      node.rows.push(row);
    };
    const reason = nodeAt(nodes, reasons, row, 'reason', row.reason);
    add(reason);
    let parent = reason;
    if (row.detail !== undefined) {
      parent = nodeAt(nodes, reason.children, row, 'detail', `${row.reason}|${row.detail}`);
      add(parent);
    }
    const place = `${parent.id}|${row.symbol ?? row.address ?? ''}|${row.source ?? ''}`;
    add(nodeAt(nodes, parent.children, row, 'place', place));
    allCount += count;
    allTotal += total;
  }
  order(reasons, sort);
  return {
    reasons,
    count: allCount,
    total: allTotal,
    rate: profile.exitsPerSecond(at),
  };
}

function nodeAt(
  nodes: Map<string, CostNode>,
  siblings: CostNode[],
  row: ExitRow,
  kind: CostNode['kind'],
  id: string,
): CostNode {
  let node = nodes.get(id);
  if (!node) {
    node = {
      id,
      kind,
      reason: row.reason,
      number: row.number,
      detail: kind === 'reason' ? undefined : row.detail,
      symbol: kind === 'place' ? (row.symbol ?? row.address) : undefined,
      source: kind === 'place' ? row.source : undefined,
      approximate: kind === 'place' && row.approximate === true,
      count: 0,
      total: 0,
      rate: 0,
      rows: [],
      children: [],
    };
    nodes.set(id, node);
    siblings.push(node);
  }
  return node;
}

function order(nodes: CostNode[], sort: Sort): void {
  const value = { cost: 'total', count: 'count', rate: 'rate' } as const;
  const by = value[sort];
  nodes.sort((a, b) => b[by] - a[by] || b.count - a.count || (a.id < b.id ? -1 : 1));
  nodes.forEach((node) => {
    order(node.children, sort);
  });
}

/** The mean, in nanoseconds. */
export function mean(node: CostNode): number {
  return node.count === 0 ? 0 : node.total / node.count;
}

/** Percentiles since the profile's start; of several rows together only a bound is known. */
export interface Percentiles {
  readonly exact: boolean;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** With more than one row, each percentile is the largest of theirs: that of all is not above. */
export function percentiles(rows: readonly ExitRow[]): Percentiles {
  const most = (of: 'p50' | 'p90' | 'p99' | 'max') =>
    rows.reduce((most, row) => Math.max(most, row[of]), 0);
  return {
    exact: rows.length === 1,
    min: rows.reduce((least, row) => Math.min(least, row.min), Number.POSITIVE_INFINITY),
    p50: most('p50'),
    p90: most('p90'),
    p99: most('p99'),
    max: most('max'),
  };
}
