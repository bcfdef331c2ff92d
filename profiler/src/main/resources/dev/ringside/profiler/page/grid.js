// A table of any length with a heading that sorts: only rows in sight are elements. Rows may form
// a tree. Keyboard: arrows, Home, End, Page Up and Down move; left and right close and open.

import { html, setText } from './dom.js';

/** Pixels; as `--row` in page.css. */
const ROW_HEIGHT = 24;

/** More rows than this are not printed. */
const MOST_PRINTED = 3000;

/**
 * @template T
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {string} [hint]
 * @property {string} width of a CSS grid's track
 * @property {boolean} [text] sorts A to Z first, aligned left
 * @property {(item: T, cell: HTMLElement) => void} fill
 */

/** @typedef {{ column: string; descending: boolean }} GridSort */

/**
 * @template T
 * @typedef {object} GridOptions
 * @property {string} label
 * @property {(item: T) => string} key
 * @property {(item: T) => number} depth
 * @property {(item: T) => boolean | undefined} isOpen undefined: nothing to open
 * @property {(item: T) => void} toggle
 * @property {(item: T) => void} open a row was clicked, or Enter pressed
 * @property {(sort: GridSort) => void} sorted
 * @property {() => void} [moved] selected or scrolled
 */

/**
 * @template T
 * @param {GridOptions<T>} options
 */
export function createGrid(options) {
  /** @type {readonly Column<T>[]} */
  let columns = [];
  /** @type {readonly T[]} */
  let items = [];
  /** @type {GridSort} */
  let sort = { column: '', descending: true };
  /** @type {string | undefined} */
  let selected;
  let version = 0;
  let frame = 0;

  const head = html('div', {
    role: 'row',
    class: 'row head',
    'aria-rowindex': 1,
  });
  const foot = html('div', { role: 'row', class: 'row foot' });
  const body = html('div', { role: 'rowgroup', class: 'body' });
  const empty = html('p', { class: 'empty' });
  const scroller = html(
    'div',
    {
      role: 'treegrid',
      class: 'grid',
      tabindex: 0,
      'aria-label': options.label,
    },
    html(
      'div',
      { role: 'presentation', class: 'table' },
      html('div', { role: 'rowgroup', class: 'heads' }, head, foot),
      body,
    ),
    empty,
  );
  const id = `grid-${options.label.replaceAll(/\W+/g, '-').toLowerCase()}`;

  /** @typedef {{ element: HTMLElement; cells: HTMLElement[]; index: number; version: number }} Row */
  /** @type {Row[]} */
  let rows = [];

  /** @returns {Row} */
  function newRow() {
    const cells = columns.map((column) =>
      html('div', {
        role: 'gridcell',
        class: column.text ? 'cell' : 'cell figure',
      }),
    );
    const element = html('div', { role: 'row', class: 'row' }, ...cells);
    body.append(element);
    return { element, cells, index: -1, version: -1 };
  }

  /**
   * @param {Row} row
   * @param {number} index
   */
  function fill(row, index) {
    const item = items[index];
    if (item === undefined || (row.index === index && row.version === version)) {
      return;
    }
    row.index = index;
    row.version = version;
    const { element } = row;
    element.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    element.id = `${id}-${index}`;
    element.dataset['index'] = String(index);
    element.classList.toggle('odd', index % 2 === 1);
    element.setAttribute('aria-rowindex', String(index + 2));
    element.setAttribute('aria-level', String(options.depth(item) + 1));
    element.setAttribute('aria-selected', String(options.key(item) === selected));
    const open = options.isOpen(item);
    if (open === undefined) {
      element.removeAttribute('aria-expanded');
    } else {
      element.setAttribute('aria-expanded', String(open));
    }
    columns.forEach((column, at) => {
      const cell = row.cells[at];
      if (cell) {
        column.fill(item, cell);
      }
    });
    row.cells[0]?.style.setProperty('--depth', String(options.depth(item)));
  }

  /** @param {boolean} [all] */
  function render(all) {
    const seen = Math.ceil(scroller.clientHeight / ROW_HEIGHT) + 6;
    const most = all ? Math.min(items.length, MOST_PRINTED) : Math.min(items.length, seen);
    const first = all
      ? 0
      : Math.max(0, Math.min(Math.floor(scroller.scrollTop / ROW_HEIGHT) - 3, items.length - most));
    while (rows.length < most) {
      rows.push(newRow());
    }
    while (rows.length > most) {
      rows.pop()?.element.remove();
    }
    for (let index = first; index < first + most; index += 1) {
      const row = rows[index % most];
      if (row) {
        fill(row, index);
      }
    }
    markActive();
  }

  function markActive() {
    const index = selectedIndex();
    const active = rows.some((row) => row.index === index) ? `${id}-${index}` : undefined;
    if (active) {
      scroller.setAttribute('aria-activedescendant', active);
    } else {
      scroller.removeAttribute('aria-activedescendant');
    }
  }

  function later() {
    if (frame === 0) {
      frame = requestAnimationFrame(() => {
        frame = 0;
        render();
      });
    }
  }

  function selectedIndex() {
    return selected === undefined ? -1 : items.findIndex((item) => options.key(item) === selected);
  }

  /** @param {number} index */
  function select(index) {
    const item = items[Math.max(0, Math.min(index, items.length - 1))];
    if (item === undefined) {
      return;
    }
    selected = options.key(item);
    version += 1;
    const top = items.indexOf(item) * ROW_HEIGHT;
    const view = scroller.clientHeight - headHeight() - ROW_HEIGHT;
    if (top < scroller.scrollTop) {
      scroller.scrollTop = top;
    } else if (top > scroller.scrollTop + view) {
      scroller.scrollTop = top - view;
    }
    render();
    options.moved?.();
  }

  function headHeight() {
    return (foot.hidden ? 1 : 2) * ROW_HEIGHT;
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const index = selectedIndex();
    const item = items[index];
    const open = item === undefined ? undefined : options.isOpen(item);
    const page = Math.max(1, Math.floor((scroller.clientHeight - headHeight()) / ROW_HEIGHT) - 1);
    switch (event.key) {
      case 'ArrowDown':
        select(index + 1);
        break;
      case 'ArrowUp':
        select(index < 0 ? 0 : index - 1);
        break;
      case 'Home':
        select(0);
        break;
      case 'End':
        select(items.length - 1);
        break;
      case 'PageDown':
        select(index + page);
        break;
      case 'PageUp':
        select(index - page);
        break;
      case 'ArrowRight':
        if (item !== undefined && open === false) {
          options.toggle(item);
        } else if (open) {
          select(index + 1);
        }
        break;
      case 'ArrowLeft':
        if (item !== undefined && open) {
          options.toggle(item);
        } else if (item !== undefined) {
          const depth = options.depth(item);
          select(items.findLastIndex((each, at) => at < index && options.depth(each) < depth));
        }
        break;
      case ' ':
      case 'Enter':
        if (item !== undefined) {
          if (open === undefined || event.key === 'Enter') {
            options.open(item);
          } else {
            options.toggle(item);
          }
        }
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  function click(event) {
    const target = event.target instanceof Element ? event.target : undefined;
    const index = Number(target?.closest('.row[data-index]')?.getAttribute('data-index') ?? -1);
    const item = items[index];
    if (item === undefined) {
      return;
    }
    select(index);
    if (options.isOpen(item) !== undefined && !target?.closest('.source')) {
      options.toggle(item);
    } else {
      options.open(item);
    }
  }

  function heads() {
    head.replaceChildren(
      ...columns.map((column) => {
        const chosen = column.id === sort.column;
        const title = html('button', { type: 'button', tabindex: -1 }, column.title);
        title.addEventListener('click', () => {
          // The first click sorts by the largest, or from A to Z.
          const descending = chosen ? !sort.descending : !column.text;
          options.sorted({ column: column.id, descending });
        });
        return html(
          'div',
          {
            role: 'columnheader',
            class: column.text ? 'cell' : 'cell figure',
            title: column.hint,
            'aria-sort': chosen ? (sort.descending ? 'descending' : 'ascending') : 'none',
          },
          title,
        );
      }),
    );
  }

  scroller.addEventListener('scroll', () => {
    later();
    options.moved?.();
  });
  scroller.addEventListener('keydown', key);
  body.addEventListener('click', click);
  new ResizeObserver(later).observe(scroller);
  addEventListener('beforeprint', () => {
    render(true);
  });
  addEventListener('afterprint', () => {
    render();
  });

  return {
    element: scroller,
    /**
     * Other columns, or another order.
     * @param {readonly Column<T>[]} next
     * @param {GridSort} nextSort
     */
    setColumns(next, nextSort) {
      // Heads that stand stay: one that was drawn anew between press and release gets no click.
      const same =
        next === columns &&
        nextSort.column === sort.column &&
        nextSort.descending === sort.descending;
      sort = nextSort;
      if (same) {
        return;
      }
      if (next !== columns) {
        columns = next;
        scroller.style.setProperty('--tracks', columns.map((each) => each.width).join(' '));
        scroller.setAttribute('aria-colcount', String(columns.length));
        rows.forEach((row) => {
          row.element.remove();
        });
        rows = [];
        foot.replaceChildren(
          ...columns.map((column) =>
            html('div', {
              role: 'gridcell',
              class: column.text ? 'cell' : 'cell figure',
            }),
          ),
        );
      }
      heads();
    },
    /**
     * @param {readonly T[]} next
     * @param {string} nothing said where there are no rows
     * @param {T} [sum] what the line under the heading is about
     */
    setItems(next, nothing, sum) {
      items = next;
      version += 1;
      body.style.height = `${items.length * ROW_HEIGHT}px`;
      scroller.setAttribute('aria-rowcount', String(items.length + 1));
      setText(empty, nothing);
      empty.hidden = items.length > 0;
      foot.hidden = sum === undefined || items.length === 0;
      if (sum !== undefined) {
        columns.forEach((column, at) => {
          const cell = foot.children[at];
          if (cell instanceof HTMLElement) {
            column.fill(sum, cell);
          }
        });
      }
      render();
    },
    get selected() {
      return selected;
    },
    set selected(key) {
      selected = key;
      version += 1;
      render();
    },
    get scroll() {
      return scroller.scrollTop;
    },
    set scroll(top) {
      scroller.scrollTop = top;
      render();
    },
    render,
  };
}
