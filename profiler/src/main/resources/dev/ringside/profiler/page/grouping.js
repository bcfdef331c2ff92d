// Rows in groups of groups, down to source lines.

import { quantile } from './quantiles.js';

/** @import { ExitRow } from 'ringside/profile' */

/** @typedef {'reason' | 'detail' | 'function' | 'file' | 'line' | 'cpl' | 'vcpu'} Level */

/** @typedef {{ level: Level; text: string }} Label */

/**
 * @typedef {object} Group
 * @property {string} key the same for the same group of another moment's rows
 * @property {number} depth 0: the outermost
 * @property {readonly Label[]} labels its own, then those of levels that do not divide it
 * @property {readonly ExitRow[]} rows
 * @property {number} count
 * @property {number} total
 * @property {number} min
 * @property {number} max
 * @property {string} [reason] the one of all its rows; so are `symbol` and `source`
 * @property {string} [symbol]
 * @property {string} [source]
 * @property {boolean} approximate
 * @property {readonly number[]} cpls
 * @property {readonly number[]} vcpus
 * @property {Group[]} children
 * @property {Partial<Record<'p50' | 'p90' | 'p99', number>>} known percentiles that were asked for
 */

/** @type {Readonly<Record<Level, (row: ExitRow) => string>>} */
const LABELS = {
  reason: (row) => row.reason,
  detail: (row) => row.detail ?? '',
  function: (row) => row.symbol ?? row.address ?? '',
  file: (row) => (row.source ?? '').replace(/:\d+$/, ''),
  line: (row) => row.source ?? '',
  cpl: (row) => `ring ${row.cpl}`,
  vcpu: (row) => `vCPU ${row.vcpu}`,
};

/** What a group is called whose rows have none. */
const NONE = {
  reason: '',
  detail: 'no detail',
  function: 'no function',
  file: 'no source',
  line: 'no source',
  cpl: '',
  vcpu: '',
};

/** @type {readonly { id: string; title: string; levels: readonly Level[] }[]} */
export const GROUPINGS = [
  {
    id: 'reason',
    title: 'Reason › detail › function › line',
    levels: ['reason', 'detail', 'function', 'line'],
  },
  {
    id: 'function',
    title: 'Function › line › reason › detail',
    levels: ['function', 'line', 'reason', 'detail'],
  },
  {
    id: 'file',
    title: 'File › line › reason › detail',
    levels: ['file', 'line', 'reason', 'detail'],
  },
  {
    id: 'cpl',
    title: 'Ring › reason › detail › function',
    levels: ['cpl', 'reason', 'detail', 'function', 'line'],
  },
  {
    id: 'vcpu',
    title: 'vCPU › reason › detail › function',
    levels: ['vcpu', 'reason', 'detail', 'function', 'line'],
  },
  { id: 'flat', title: 'Not grouped', levels: [] },
];

/**
 * All rows as one group; with no levels its children are single rows.
 * @param {readonly ExitRow[]} rows
 * @param {readonly Level[]} levels
 * @returns {Group}
 */
export function groupRows(rows, levels) {
  const root = group(rows, [], '', -1, []);
  root.children =
    levels.length === 0
      ? rows.map((row) => group([row], [], rowKey(row), 0, rowLabels(row)))
      : children(rows, levels, '', 0);
  return root;
}

/** @param {ExitRow} row */
function rowKey(row) {
  return `${row.reason}\u0001${row.detail ?? ''}\u0001${row.symbol ?? row.address ?? ''}\u0001${row.source ?? ''}\u0001${row.cpl}.${row.vcpu}`;
}

/**
 * @param {ExitRow} row
 * @returns {Label[]}
 */
function rowLabels(row) {
  /** @type {Level[]} */
  const levels = ['reason', 'detail', 'function', 'line'];
  return levels.map((level) => ({ level, text: LABELS[level](row) })).filter((each) => each.text);
}

/**
 * @param {readonly ExitRow[]} rows
 * @param {readonly Level[]} levels
 * @param {string} key
 * @param {number} depth
 */
function children(rows, levels, key, depth) {
  const [level, ...rest] = levels;
  if (level === undefined) {
    return [];
  }
  return [...divided(rows, level)].map(([text, part]) =>
    group(part, rest, `${key}\u0000${text}`, depth, [{ level, text: text || NONE[level] }]),
  );
}

/**
 * @param {readonly ExitRow[]} rows
 * @param {Level} level
 */
function divided(rows, level) {
  /** @type {Map<string, ExitRow[]>} */
  const parts = new Map();
  const label = LABELS[level];
  for (const row of rows) {
    const text = label(row);
    const part = parts.get(text);
    if (part) {
      part.push(row);
    } else {
      parts.set(text, [row]);
    }
  }
  return parts;
}

/**
 * @param {readonly ExitRow[]} rows
 * @param {readonly Level[]} levels
 * @param {string} key
 * @param {number} depth
 * @param {Label[]} labels
 * @returns {Group}
 */
function group(rows, levels, key, depth, labels) {
  let left = levels;
  for (let level = left[0]; level !== undefined; level = left[0]) {
    const first = rows[0] ? LABELS[level](rows[0]) : '';
    const of = LABELS[level];
    if (!rows.every((row) => of(row) === first)) {
      break;
    }
    // A level that does not divide the rows is no level to click through.
    if (first) {
      labels.push({ level, text: first });
    }
    left = left.slice(1);
  }
  return {
    ...summary(rows),
    key,
    depth,
    labels,
    rows,
    known: {},
    children: children(rows, left, key, depth + 1),
  };
}

/** @param {readonly ExitRow[]} rows */
function summary(rows) {
  let count = 0;
  let total = 0;
  let min = Infinity;
  let max = 0;
  const first = rows[0];
  let reason = first?.reason;
  let symbol = first?.symbol;
  let source = first?.source;
  /** @type {number[]} */
  const cpls = [];
  /** @type {number[]} */
  const vcpus = [];
  for (const row of rows) {
    count += row.count;
    total += row.total;
    min = Math.min(min, row.min);
    max = Math.max(max, row.max);
    reason = row.reason === reason ? reason : undefined;
    symbol = row.symbol === symbol ? symbol : undefined;
    source = row.source === source ? source : undefined;
    if (!cpls.includes(row.cpl)) {
      cpls.push(row.cpl);
    }
    if (!vcpus.includes(row.vcpu)) {
      vcpus.push(row.vcpu);
    }
  }
  return {
    ...(reason !== undefined && { reason }),
    ...(symbol !== undefined && { symbol }),
    ...(source !== undefined && { source }),
    count,
    total,
    min: count > 0 ? min : 0,
    max,
    approximate: rows.some((row) => row.approximate),
    cpls: cpls.sort((a, b) => a - b),
    vcpus: vcpus.sort((a, b) => a - b),
  };
}

/** @param {Group} of */
export function meanOf(of) {
  return of.count > 0 ? of.total / of.count : 0;
}

/**
 * A percentile of a group; estimated unless it has one row.
 * @param {Group} of
 * @param {'p50' | 'p90' | 'p99'} which
 */
export function percentileOf(of, which) {
  return (of.known[which] ??= quantile(
    of.rows,
    which === 'p50' ? 0.5 : which === 'p90' ? 0.9 : 0.99,
  ));
}

/** @typedef {'name' | 'count' | 'total' | 'mean' | 'p50' | 'p90' | 'p99' | 'max' | 'cpl' | 'vcpu' | Level} SortColumn */

/** @typedef {{ column: SortColumn; descending: boolean }} Sort */

/**
 * @param {Group} of
 * @param {SortColumn} column
 * @returns {number | string}
 */
function sortValue(of, column) {
  switch (column) {
    case 'count':
    case 'total':
    case 'max':
      return of[column];
    case 'mean':
      return meanOf(of);
    case 'p50':
    case 'p90':
    case 'p99':
      return percentileOf(of, column);
    case 'cpl':
      return of.cpls[0] ?? 0;
    case 'vcpu':
      return of.vcpus[0] ?? 0;
    case 'name':
      return nameOf(of);
    default:
      return of.labels.find((label) => label.level === column)?.text ?? '';
  }
}

const ORDER = new Intl.Collator('en', { numeric: true });

/**
 * Sorts a group's children, and theirs.
 * @param {Group} parent
 * @param {Sort} sort
 */
export function sortGroups(parent, sort) {
  const sign = sort.descending ? -1 : 1;
  const values = new Map(parent.children.map((child) => [child, sortValue(child, sort.column)]));
  parent.children.sort((a, b) => {
    const x = values.get(a) ?? 0;
    const y = values.get(b) ?? 0;
    const order =
      typeof x === 'number' && typeof y === 'number' ? x - y : ORDER.compare(String(x), String(y));
    return sign * order || b.total - a.total || (a.key < b.key ? -1 : 1);
  });
  for (const child of parent.children) {
    sortGroups(child, sort);
  }
}

/**
 * The groups that are in sight: children of those that are open.
 * @param {Group} root
 * @param {(group: Group) => boolean} isOpen
 * @returns {Group[]}
 */
export function groupsInSight(root, isOpen) {
  /** @type {Group[]} */
  const seen = [];
  /** @param {Group} parent */
  const walk = (parent) => {
    for (const child of parent.children) {
      seen.push(child);
      if (child.children.length > 0 && isOpen(child)) {
        walk(child);
      }
    }
  };
  walk(root);
  return seen;
}

/**
 * @param {Group} of
 * @returns {string}
 */
export function nameOf(of) {
  return of.labels.map((label) => label.text).join(' ');
}
