/** What each source line's exits have cost. */
import { exact, percent, short, time } from '../live/figures';
import { lineOf } from '../live/sources';
import type { ExitRow } from '../profile';

/** Exits of one reason and detail on one line. */
export interface LineRow {
  readonly reason: string;
  readonly detail: string | undefined;
  count: number;
  total: number;
  p99: number;
  /** `p99` is that of one row, not the largest of several. */
  exact: boolean;
}

export interface LineCost {
  /** From 1. */
  readonly line: number;
  count: number;
  total: number;
  readonly rows: LineRow[];
}

/** By file, as the rows name it, and line. */
export type FileCosts = ReadonlyMap<string, ReadonlyMap<number, LineCost>>;

/** Rows without a source are left out. */
export function costsOf(rows: Iterable<ExitRow>): FileCosts {
  const files = new Map<string, Map<number, LineCost>>();
  const places = new Map<string, LineCost | undefined>();
  for (const row of rows) {
    if (row.source === undefined) {
      continue;
    }
    if (!places.has(row.source)) {
      places.set(row.source, costAt(files, row.source));
    }
    const cost = places.get(row.source);
    if (cost) {
      add(cost, row);
    }
  }
  files.forEach((lines) => {
    lines.forEach((cost) => cost.rows.sort((a, b) => b.total - a.total));
  });
  return files;
}

function costAt(files: Map<string, Map<number, LineCost>>, source: string): LineCost | undefined {
  const at = lineOf(source);
  if (!at) {
    return undefined;
  }
  const lines = files.get(at.file) ?? new Map<number, LineCost>();
  files.set(at.file, lines);
  const cost = lines.get(at.line) ?? { line: at.line, count: 0, total: 0, rows: [] };
  lines.set(at.line, cost);
  return cost;
}

function add(cost: LineCost, row: ExitRow): void {
  cost.count += row.count;
  cost.total += row.total;
  const same = cost.rows.find((one) => one.reason === row.reason && one.detail === row.detail);
  if (same) {
    same.count += row.count;
    same.total += row.total;
    same.p99 = Math.max(same.p99, row.p99);
    same.exact = false;
  } else {
    const { reason, detail, count, total, p99 } = row;
    cost.rows.push({ reason, detail, count, total, p99, exact: true });
  }
}

/** `12 exits · 3.4 µs · CPUID`: how often, what it cost in all, and what it was. */
export function lineText(cost: LineCost): string {
  const reasons = [...new Set(cost.rows.map((row) => row.reason))];
  const named = reasons.slice(0, 2).join(', ');
  return [
    `${short(cost.count)} ${cost.count === 1 ? 'exit' : 'exits'}`,
    time(cost.total),
    reasons.length > 2 ? `${named} and ${reasons.length - 2} more` : named,
  ].join(' · ');
}

/** The table that a hover shows, in Markdown. */
export function lineTable(cost: LineCost, allTotal: number): string {
  const rows = cost.rows.map((row) =>
    [
      '',
      row.detail === undefined ? row.reason : `${row.reason} ${row.detail}`,
      exact(row.count),
      time(row.total),
      time(row.total / row.count),
      (row.exact ? '' : '≤ ') + time(row.p99),
      percent(allTotal === 0 ? 0 : row.total / allTotal),
      '',
    ].join(' | '),
  );
  return [
    '**VM exits of this line**',
    '',
    '| exit | count | total | mean | p99 | share of all |',
    '|:--|--:|--:|--:|--:|--:|',
    ...rows.map((row) => row.trim()),
  ].join('\n');
}
