// The table of exits.

import { choice, button, html, setChildren, setText } from './dom.js';
import { duration, exactDuration, exactQuantity, percentage, quantity } from './format.js';
import { FILTER_WORDS, parseFilter } from './filter.js';
import { createGrid } from './grid.js';
import { GROUPINGS, groupRows, groupsInSight } from './grouping.js';
import { meanOf, percentileOf, sortGroups } from './grouping.js';
import { totals } from './merge.js';
import { lookClass } from './palette.js';

/** @import { ExitRow } from 'ringside/profile' */
/** @import { Group, Sort, SortColumn } from './grouping.js' */
/** @import { Column } from './grid.js' */

/** With no more groups than this, all are open at first. */
const FEW = 40;

/**
 * @typedef {object} ExitsState what stays when the page is hidden and shown again
 * @property {string} grouping
 * @property {Sort} sort
 * @property {string} filter
 * @property {boolean} open whether groups are, but for `toggled`
 * @property {readonly string[]} toggled
 * @property {string | undefined} selected
 * @property {number} scroll
 */

/**
 * @param {(source: string, symbol: string | undefined) => void} openSource
 * @param {() => void} changed its state has
 */
export function createExits(openSource, changed) {
  let grouping = 'reason';
  /** @type {Sort} */
  let sort = { column: 'total', descending: true };
  let open = false;
  let fresh = true;
  let toggled = new Set(/** @type {string[]} */ ([]));
  /** @type {readonly ExitRow[]} */
  let rows = [];
  let whole = totals(rows);
  let root = groupRows([], []);
  let filter = parseFilter('');

  const box = html('input', {
    type: 'search',
    class: 'filter',
    placeholder: 'Filter: reason:CPUID cost>1ms kmain',
    'aria-label': 'Filter',
    title:
      'Terms that a row must all meet: text, -text, "two words", reason:CPUID,HLT, cost>1ms.\n' +
      `Columns: ${FILTER_WORDS.join(', ')}`,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const said = html('span', { class: 'said', role: 'status' });
  const groupings = choice('Group by', GROUPINGS, grouping, (chosen) => {
    grouping = chosen;
    toggled.clear();
    fresh = true;
    const has = columnsOf(grouping).some((column) => column.id === sort.column);
    sort = has ? sort : { column: 'total', descending: true };
    regroup();
  });
  const expand = button('Expand all', () => {
    unfold(true);
  });
  const collapse = button('Collapse all', () => {
    unfold(false);
  });

  /** @type {ReturnType<typeof createGrid<Group>>} */
  const grid = createGrid({
    label: 'VM exits',
    key: (group) => group.key,
    depth: (group) => group.depth,
    isOpen: (group) => (group.children.length > 0 ? isOpen(group) : undefined),
    toggle: (group) => {
      if (!toggled.delete(group.key)) {
        toggled.add(group.key);
      }
      show();
    },
    open: (group) => {
      if (group.source) {
        openSource(group.source, group.symbol);
      }
    },
    sorted: (next) => {
      sort = {
        column: /** @type {SortColumn} */ (next.column),
        descending: next.descending,
      };
      sortGroups(root, sort);
      show();
    },
    moved: changed,
  });

  /** @param {Group} group */
  function isOpen(group) {
    return open !== toggled.has(group.key);
  }

  /** @param {boolean} all */
  function unfold(all) {
    open = all;
    toggled.clear();
    show();
  }

  function regroup() {
    const kept = filter.terms > 0 ? rows.filter(filter.test) : rows;
    root = groupRows(kept, GROUPINGS.find((each) => each.id === grouping)?.levels ?? []);
    sortGroups(root, sort);
    if (fresh && rows.length > 0) {
      open = kept.length <= FEW;
      fresh = false;
    }
    show();
  }

  function show() {
    const columns = columnsOf(grouping);
    grid.setColumns(columns, sort);
    wholeOfColumns.total = whole.total;
    const none = rows.length === 0 ? 'No VM exit yet.' : 'No row meets the filter.';
    grid.setItems(groupsInSight(root, isOpen), none, root);
    const count = exactQuantity(root.rows.length);
    const all = exactQuantity(rows.length);
    setText(said, filter.problem ?? (filter.terms > 0 ? `${count} of ${all} rows` : `${all} rows`));
    said.classList.toggle('problem', filter.problem !== undefined);
    const tree = root.children.some((child) => child.children.length > 0);
    expand.hidden = collapse.hidden = !tree;
    changed();
  }

  box.addEventListener('input', () => {
    filter = parseFilter(box.value);
    toggled.clear();
    fresh = true;
    regroup();
  });

  return {
    element: html(
      'section',
      { class: 'exits' },
      html('div', { class: 'tools' }, box, groupings, expand, collapse, said),
      grid.element,
    ),
    /** @param {readonly ExitRow[]} next */
    update(next) {
      rows = next;
      whole = totals(rows);
      regroup();
    },
    /** @param {string} text */
    setFilter(text) {
      box.value = text;
      box.dispatchEvent(new Event('input'));
      box.focus();
    },
    /** @returns {ExitsState} */
    get state() {
      const { selected, scroll } = grid;
      return {
        grouping,
        sort,
        filter: box.value,
        open,
        toggled: [...toggled],
        selected,
        scroll,
      };
    },
    /** @param {ExitsState} state */
    restore(state) {
      ({ grouping, sort, open } = state);
      toggled = new Set(state.toggled);
      fresh = false;
      groupings.value = grouping;
      box.value = state.filter;
      filter = parseFilter(state.filter);
      regroup();
      grid.selected = state.selected;
      grid.scroll = state.scroll;
    },
    render: () => {
      grid.render();
    },
  };
}

const wholeOfColumns = { total: 0 };

/** @type {Column<Group>} */
const TREE = {
  id: 'name',
  title: 'Exit',
  width: 'minmax(var(--name), 1fr)',
  text: true,
  fill: fillTree,
};

/** @type {readonly Column<Group>[]} */
const FLAT = [
  {
    id: 'reason',
    title: 'Reason',
    width: 'minmax(150px, 1fr)',
    text: true,
    fill: fillReason,
  },
  {
    id: 'detail',
    title: 'Detail',
    width: 'minmax(120px, 1fr)',
    text: true,
    fill: textOf('detail'),
  },
  {
    id: 'function',
    title: 'Function',
    width: 'minmax(120px, 1fr)',
    text: true,
    fill: textOf('function'),
  },
  {
    id: 'line',
    title: 'Line',
    width: 'minmax(140px, 1fr)',
    text: true,
    fill: fillLine,
  },
];

/** @type {readonly Column<Group>[]} */
const COLUMNS = [
  {
    id: 'count',
    title: 'Count',
    width: '74px',
    fill: (group, cell) => {
      put(cell, quantity(group.count), exactQuantity(group.count));
    },
  },
  {
    id: 'share',
    title: 'Share',
    hint: 'Part of the trap cost of all exits',
    width: '96px',
    fill: fillShare,
  },
  {
    id: 'total',
    title: 'Cost',
    hint: 'Time from exit to next entry, of all together',
    width: '82px',
    fill: (group, cell) => {
      put(cell, duration(group.total), exactDuration(group.total));
    },
  },
  {
    id: 'mean',
    title: 'Mean',
    width: '78px',
    fill: (group, cell) => {
      put(cell, duration(meanOf(group)), exactDuration(meanOf(group)));
    },
  },
  percentile('p50'),
  percentile('p90'),
  percentile('p99'),
  {
    id: 'max',
    title: 'Max',
    width: '78px',
    fill: (group, cell) => {
      put(cell, duration(group.max), exactDuration(group.max));
    },
  },
  {
    id: 'cpl',
    title: 'CPL',
    hint: 'Ring that the guest exited from',
    width: '48px',
    fill: (group, cell) => {
      put(cell, numbers(group.cpls));
    },
  },
  {
    id: 'vcpu',
    title: 'vCPU',
    width: '56px',
    fill: (group, cell) => {
      put(cell, numbers(group.vcpus));
    },
  },
];

const TREE_COLUMNS = [TREE, ...COLUMNS];
const FLAT_COLUMNS = [...FLAT, ...COLUMNS];

/** @param {string} grouping */
function columnsOf(grouping) {
  return grouping === 'flat' ? FLAT_COLUMNS : TREE_COLUMNS;
}

/**
 * @param {'p50' | 'p90' | 'p99'} which
 * @returns {Column<Group>}
 */
function percentile(which) {
  return {
    id: which,
    title: which,
    hint: `${which.slice(1)} % of the exits cost no more. Of several rows: estimated from theirs.`,
    width: '94px',
    fill: (group, cell) => {
      const value = percentileOf(group, which);
      const exact = group.rows.length <= 1;
      put(
        cell,
        (exact ? '' : '≈ ') + duration(value),
        exact
          ? exactDuration(value)
          : `Estimated from the percentiles of ${exactQuantity(group.rows.length)} rows`,
      );
    },
  };
}

/**
 * @param {HTMLElement} cell
 * @param {string} text
 * @param {string} [title]
 */
function put(cell, text, title) {
  setText(cell, text);
  if (title !== undefined && cell.title !== title) {
    cell.title = title;
  }
}

/** @param {readonly number[]} all */
function numbers(all) {
  return all.length > 3 ? `${all[0] ?? ''}–${all.at(-1) ?? ''}` : all.join(', ');
}

/** @type {Column<Group>['fill']} */
function fillShare(group, cell) {
  const whole = wholeOfColumns.total;
  const part = whole > 0 ? group.total / whole : 0;
  if (!(cell.firstElementChild instanceof HTMLElement)) {
    cell.append(html('span', { class: 'bar' }), html('span', {}));
    cell.classList.add('share');
  }
  const [bar, text] = cell.children;
  if (bar instanceof HTMLElement && text) {
    bar.style.width = `${100 * part}%`;
    bar.className = `bar ${lookClass(group.reason)}`;
    setText(text, percentage(group.total, whole));
  }
}

/**
 * What the labels of a group look like: figures apart.
 * @param {Group} group
 */
function appearance({ depth, reason, source, approximate, labels }) {
  return JSON.stringify([depth, reason, source, approximate, labels]);
}

/** @type {Column<Group>['fill']} */
function fillTree(group, cell) {
  if (group.depth < 0) {
    put(cell, 'All of these');
    return;
  }
  const [first, ...others] = group.labels;
  setChildren(cell, appearance(group), () =>
    [
      html('span', { class: 'twisty', 'aria-hidden': 'true' }),
      group.depth === 0 || first?.level === 'reason' ? swatch(group.reason) : undefined,
      first ? labelElement(group, first, 'label') : undefined,
      ...others.map((label) => labelElement(group, label, 'more')),
    ].filter((part) => part !== undefined),
  );
  cell.title = group.labels.map((label) => label.text).join(' · ');
}

/**
 * @param {Group} group
 * @param {{ level: string; text: string }} label
 * @param {string} kind
 */
function labelElement(group, label, kind) {
  const source = label.level === 'line' && group.source;
  const near = source && group.approximate ? '≈ ' : '';
  return html(
    'span',
    { class: `${kind} ${label.level} ${source ? 'source' : ''}` },
    near + label.text,
  );
}

/** @param {string | undefined} reason */
function swatch(reason) {
  return html('span', {
    class: `swatch ${lookClass(reason)}`,
    'aria-hidden': 'true',
  });
}

/** @type {Column<Group>['fill']} */
function fillReason(group, cell) {
  if (group.depth < 0) {
    put(cell, 'All of these');
    return;
  }
  setChildren(cell, group.reason ?? '', () => [swatch(group.reason), group.reason ?? '']);
}

/**
 * @param {string} level
 * @returns {Column<Group>['fill']}
 */
function textOf(level) {
  return (group, cell) => {
    const text =
      group.depth < 0 ? '' : (group.labels.find((each) => each.level === level)?.text ?? '');
    put(cell, text, text);
  };
}

/** @type {Column<Group>['fill']} */
function fillLine(group, cell) {
  const label = group.depth < 0 ? undefined : group.labels.find((each) => each.level === 'line');
  setChildren(cell, appearance(group), () => (label ? [labelElement(group, label, 'label')] : []));
}
