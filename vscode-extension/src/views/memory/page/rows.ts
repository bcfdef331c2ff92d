/** Draws the rows that are on the screen. */
import { addressText, asciiText, groupText, hasChanged } from '../model';
import type { Layout } from '../model';
import type { Cell, GroupSize } from '../messages';
import { UNREADABLE } from '../messages';

/** What the screen shows. */
export interface Screen {
  readonly first: bigint;
  readonly count: number;
  readonly layout: Layout;
  readonly group: GroupSize;
  readonly cells: ReadonlyMap<bigint, Cell>;
  readonly active: bigint;
  readonly selection: readonly [bigint, bigint];
  readonly subject: bigint | undefined;
  /** Digits that are being typed into the active group. */
  readonly typing: string;
  /** Bytes that have been typed before. */
  readonly pending: ReadonlyMap<bigint, number>;
}

export const cellId = (at: bigint) => `c${at.toString(16)}`;

export function drawRows(screen: Screen): DocumentFragment {
  const all = document.createDocumentFragment();
  const step = BigInt(screen.layout.bytes);
  for (let i = 0; i < screen.count; i++) {
    all.append(drawRow(screen, screen.first + BigInt(i) * step));
  }
  return all;
}

function drawRow(screen: Screen, start: bigint): HTMLElement {
  const { layout, group, cells } = screen;
  const row = element('div', 'row', 'row');
  const header = element('span', 'address', 'rowheader');
  header.textContent = addressText(start, layout.digits);
  header.title = `0x${start.toString(16)}`;
  row.append(header, ' ');
  for (let at = start; at < start + BigInt(layout.bytes); at += BigInt(group)) {
    row.append(' ', drawCell(screen, at));
  }
  if (layout.ascii) {
    row.append(' ');
    const text = element('span', 'ascii', 'presentation');
    text.ariaHidden = 'true';
    for (let i = 0; i < layout.bytes; i++) {
      const at = start + BigInt(i);
      const one = element('span', 'character');
      one.dataset['at'] = (at - (at % BigInt(group))).toString();
      one.textContent = asciiText(cells.get(at));
      one.classList.toggle('changed', hasChanged(cells.get(at)));
      one.classList.toggle('selected', inside(at, screen.selection));
      text.append(one);
    }
    row.append(text);
  }
  return row;
}

function drawCell(screen: Screen, at: bigint): HTMLElement {
  const { group, cells, active, typing, pending } = screen;
  const each = Array.from({ length: group }, (_, i) => at + BigInt(i));
  const own = each.map((one) => pending.get(one) ?? cells.get(one));
  const cell = element('span', 'cell', 'gridcell');
  const digits = at === active && typing !== '';
  const edited = digits || each.some((one) => pending.has(one));
  cell.id = cellId(at);
  cell.dataset['at'] = at.toString();
  const text = digits ? typing.padStart(2 * group, '·') : groupText(own);
  cell.textContent = text;
  const changed = own.some(hasChanged);
  const unreadable = own.includes(UNREADABLE);
  cell.classList.toggle('changed', changed);
  cell.classList.toggle('unreadable', unreadable);
  cell.classList.toggle('active', at === active);
  cell.classList.toggle('selected', inside(at, screen.selection));
  cell.classList.toggle('typing', edited);
  cell.classList.toggle(
    'subject',
    screen.subject !== undefined && at <= screen.subject && screen.subject < at + BigInt(group),
  );
  cell.ariaSelected = String(inside(at, screen.selection));
  cell.ariaLabel = [
    `0x${at.toString(16)}:`,
    unreadable ? 'unreadable' : text,
    changed ? 'changed' : '',
    edited ? 'not written yet' : '',
  ].join(' ');
  return cell;
}

const inside = (at: bigint, [from, to]: readonly [bigint, bigint]) => from <= at && at < to;

function element(tag: string, className: string, role?: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (role !== undefined) {
    made.setAttribute('role', role);
  }
  return made;
}
