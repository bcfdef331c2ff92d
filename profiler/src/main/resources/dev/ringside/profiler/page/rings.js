// The table of ring transitions.

import { html, setChildren, setText } from './dom.js';
import { duration, exactDuration, exactQuantity, percentage, quantity } from './format.js';
import { createGrid } from './grid.js';
import { ringKey } from './merge.js';

/** @import { RingRow } from 'ringside/profile' */
/** @import { Column, GridSort } from './grid.js' */

/**
 * @param {(source: string, symbol: string | undefined) => void} openSource
 * @param {() => void} changed its state has
 */
export function createRings(openSource, changed) {
  /** @type {GridSort} */
  let sort = { column: 'count', descending: true };
  /** @type {readonly RingRow[]} */
  let rows = [];

  /** @type {ReturnType<typeof createGrid<RingRow>>} */
  const grid = createGrid({
    label: 'Ring transitions',
    key: ringKey,
    depth: () => 0,
    isOpen: () => undefined,
    toggle: () => undefined,
    open: (row) => {
      if (row.source) {
        openSource(row.source, row.handler);
      }
    },
    sorted: (next) => {
      sort = next;
      show();
      changed();
    },
  });

  function show() {
    const value = RING_VALUES[sort.column] ?? (() => 0);
    const sign = sort.descending ? -1 : 1;
    const sorted = [...rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      const order =
        typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
      return sign * order || b.count - a.count;
    });
    ringWhole.time = rows.reduce((sum, row) => sum + row.residency, 0);
    grid.setColumns(RING_COLUMNS, sort);
    grid.setItems(sorted, 'No ring transition yet.');
  }

  return {
    element: html('section', { class: 'rings' }, grid.element),
    /** @param {readonly RingRow[]} next */
    update(next) {
      rows = next;
      show();
    },
    get state() {
      return { sort };
    },
    /** @param {{ sort: GridSort }} state */
    restore(state) {
      sort = state.sort;
      show();
    },
    render: () => {
      grid.render();
    },
  };
}

const ringWhole = { time: 0 };

/** @type {Readonly<Record<string, (row: RingRow) => number | string>>} */
const RING_VALUES = {
  change: (row) => `${row.from}${row.to}`,
  mechanism: (row) => `${row.mechanism} ${row.vector ?? ''}`,
  handler: (row) => row.handler ?? row.address ?? '',
  source: (row) => row.source ?? '',
  count: (row) => row.count,
  residency: (row) => row.residency,
  mean: (row) => row.residency / Math.max(1, row.count),
};

/** @type {readonly Column<RingRow>[]} */
const RING_COLUMNS = [
  {
    id: 'change',
    title: 'Rings',
    width: '84px',
    text: true,
    fill: (row, cell) => {
      setText(cell, `${row.from} → ${row.to}`);
    },
  },
  {
    id: 'mechanism',
    title: 'Mechanism',
    width: 'minmax(150px, 1fr)',
    text: true,
    fill: (row, cell) => {
      setText(
        cell,
        row.vector === undefined ? row.mechanism : `${row.mechanism} · vector ${row.vector}`,
      );
    },
  },
  {
    id: 'handler',
    title: 'Handler',
    hint: 'Function that the guest went to',
    width: 'minmax(150px, 2fr)',
    text: true,
    fill: (row, cell) => {
      setText(cell, row.handler ?? row.address ?? '');
    },
  },
  {
    id: 'source',
    title: 'Line',
    width: 'minmax(150px, 2fr)',
    text: true,
    fill: (row, cell) => {
      const source = row.source ?? '';
      setChildren(cell, source, () => [html('span', { class: 'line source' }, source)]);
    },
  },
  {
    id: 'count',
    title: 'Count',
    width: '90px',
    fill: (row, cell) => {
      setText(cell, quantity(row.count));
      cell.title = exactQuantity(row.count);
    },
  },
  {
    id: 'residency',
    title: 'Time there',
    hint: 'Until the next transition',
    width: '100px',
    fill: (row, cell) => {
      setText(cell, duration(row.residency));
      cell.title = `${exactDuration(row.residency)}, ${percentage(row.residency, ringWhole.time)}`;
    },
  },
  {
    id: 'mean',
    title: 'Mean',
    width: '90px',
    fill: (row, cell) => {
      const mean = row.residency / Math.max(1, row.count);
      setText(cell, duration(mean));
      cell.title = exactDuration(mean);
    },
  },
];
