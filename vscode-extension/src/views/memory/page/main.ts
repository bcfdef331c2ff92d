/** The memory view's page: hex and ASCII of the bytes on the screen, by keyboard and mouse. */
import { END } from '../address';
import { CHANGED, UNREADABLE } from '../messages';
import type { Cell, FromPage, GroupSize, Space, ToPage } from '../messages';
import {
  asciiText,
  digitsFor,
  groupText,
  layoutFor,
  moved,
  runs,
  selected,
  typedBytes,
} from '../model';
import type { Layout, Selection } from '../model';
import { cellId, drawRows } from './rows';

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const vscode = acquireVsCodeApi();
const ROW = 18;
/** Rows that can be scrolled to before and after the address that was gone to. */
const REACH = 20000n;

const byId = (id: string) => document.getElementById(id) as HTMLElement;
const form = byId('bar');
const input = byId('subject') as HTMLInputElement;
const follow = byId('follow') as HTMLButtonElement;
const groups = byId('group') as HTMLSelectElement;
const message = byId('message');
const grid = byId('grid');
const spacer = byId('spacer');
const rows = byId('rows');
const status = byId('status');
const ruler = byId('ruler');

let space: Space = 'virtual';
let subject: bigint | undefined;
let group: GroupSize = 1;
let layout: Layout = { bytes: 8, digits: 8, ascii: true, compact: false };
/** The address of the first row that can be scrolled to. */
let origin = 0n;
let cells = new Map<bigint, Cell>();
let selection: Selection = { anchor: 0n, active: 0n };
let typing = '';
/** Bytes that have been typed and not been written yet. */
const pending = new Map<bigint, number>();
let live = false;
let problem = '';
let asked = '';
let drawn = false;

const row = () => BigInt(layout.bytes);
const first = () => origin + BigInt(Math.floor(grid.scrollTop / ROW)) * row();
const onScreen = () => Math.max(1, Math.floor(grid.clientHeight / ROW));

/** Draws once, however much has changed until then. */
function draw(): void {
  if (!drawn) {
    drawn = true;
    requestAnimationFrame(() => {
      drawn = false;
      drawNow();
    });
  }
}

function drawNow(): void {
  const top = first();
  const last = END - row();
  const wanted = BigInt(onScreen() + 2);
  const left = (last - top) / row() + 1n;
  const count = Number(wanted < left ? wanted : left);
  const focused = document.activeElement === grid;
  rows.replaceChildren(
    drawRows({
      first: top,
      count,
      layout,
      group,
      cells,
      active: selection.active,
      selection: selected(selection, group),
      subject,
      typing,
      pending,
    }),
  );
  rows.style.top = `${Number((top - origin) / row()) * ROW}px`;
  const id = cellId(selection.active);
  if (document.getElementById(id)) {
    grid.setAttribute('aria-activedescendant', id);
  } else {
    grid.removeAttribute('aria-activedescendant');
  }
  if (focused) {
    grid.focus({ preventScroll: true });
  }
  ask(top, count * layout.bytes);
  tell();
}

/** Asks for the bytes on the screen. */
function ask(start: bigint, count: number): void {
  const key = `${space} ${start} ${count}`;
  if (key !== asked && grid.clientHeight > 0) {
    asked = key;
    vscode.postMessage({ type: 'range', space, start: `0x${start.toString(16)}`, count });
  }
}

function tell(): void {
  status.classList.toggle('problem', problem !== '');
  if (problem !== '') {
    status.textContent = problem;
    return;
  }
  const [from, to] = selected(selection, group);
  const values = valuesOf(from, to);
  const where = `${space === 'physical' ? 'phys:' : ''}0x${from.toString(16)}`;
  const size = to - from;
  if (typing !== '' || pending.size > 0) {
    status.textContent = 'Enter writes what you have typed, Escape drops it.';
  } else if (size > BigInt(group)) {
    status.textContent = `${where} · ${size} bytes selected`;
  } else if (values.some((cell) => cell === undefined || cell === UNREADABLE)) {
    status.textContent = where;
  } else {
    status.textContent = `${where} · ${BigInt(`0x${groupText(values)}`)}`;
  }
}

function valuesOf(from: bigint, to: bigint): (Cell | undefined)[] {
  const size = Number(to - from < 0x10000n ? to - from : 0x10000n);
  return Array.from({ length: size }, (_, i) => cells.get(from + BigInt(i)));
}

/** What has been typed is not to be written. */
function drop(): void {
  typing = '';
  pending.clear();
}

/** Puts an address on the first row, with room to scroll on both sides. */
function scrollTo(at: bigint): void {
  const aligned = at - (at % row());
  const back = (aligned / row() < REACH ? aligned / row() : REACH) * row();
  const ahead = (END - aligned) / row();
  origin = aligned - back;
  const after = ahead < REACH ? ahead : REACH;
  spacer.style.height = `${(Number(back / row()) + Number(after)) * ROW}px`;
  grid.scrollTop = Number(back / row()) * ROW;
  draw();
}

/** Makes room again where the scroll bar comes to its end but memory does not. */
function makeRoom(): void {
  const nearTop = grid.scrollTop < 100 * ROW && origin > 0n;
  const below = grid.scrollHeight - grid.clientHeight - grid.scrollTop;
  const nearEnd = below < 100 * ROW && first() + BigInt(onScreen() + 200) * row() < END;
  if (nearTop || nearEnd) {
    scrollTo(first());
  }
}

function measure(): void {
  const normal = ruler.getBoundingClientRect().width / 10;
  const perPixel = parseFloat(getComputedStyle(ruler).fontSize) || 13;
  const inner = grid.clientWidth - 16;
  const compact = (normal * 11) / perPixel;
  const next = layoutFor(
    Math.floor(inner / normal),
    Math.floor(inner / compact),
    digitsFor(first() + 0x1000n < END ? first() + 0x1000n : END - 1n),
    group,
  );
  const top = first();
  const moves = next.bytes !== layout.bytes;
  if (JSON.stringify(next) !== JSON.stringify(layout)) {
    layout = next;
    grid.classList.toggle('compact', layout.compact);
    if (moves) {
      scrollTo(top);
    }
  }
  draw();
}

function moveTo(at: bigint, extend: boolean): void {
  typing = '';
  problem = '';
  selection = { anchor: extend ? selection.anchor : at, active: at };
  const top = first();
  const bottom = top + BigInt(onScreen()) * row();
  if (at < top) {
    const up = (top - (at - (at % row()))) / row();
    reachBy(-Number(up < 1000n ? up : 1000n), at);
  } else if (at >= bottom) {
    const down = (at - bottom) / row() + 1n;
    reachBy(Number(down < 1000n ? down : 1000n), at);
  }
  draw();
}

function reachBy(rowsToGo: number, at: bigint): void {
  if (Math.abs(rowsToGo) >= 1000) {
    scrollTo(at);
  } else {
    grid.scrollTop = Math.floor(grid.scrollTop / ROW) * ROW + rowsToGo * ROW;
  }
}

/** Takes the digits for the active group, and goes on to the next. */
function take(): void {
  if (typing !== '') {
    const at = selection.active;
    typedBytes(typing, group).forEach((byte, i) => pending.set(at + BigInt(i), byte));
    const next = at + BigInt(group);
    moveTo(next < END ? next : at, false);
  }
}

/**
 * Writes what has been typed. Not before Enter: VS Code may focus the editor when a write changes
 * the call stack, and the next digits would go into the source.
 */
function commit(): void {
  take();
  for (const { at, bytes } of runs(pending)) {
    bytes.forEach((byte, i) => cells.set(at + BigInt(i), byte | CHANGED));
    vscode.postMessage({ type: 'write', space, address: `0x${at.toString(16)}`, bytes });
  }
  drop();
  draw();
}

function type(digit: string): void {
  if (!live) {
    problem = 'Pause the guest to edit its memory.';
  } else if (valuesOf(selection.active, selection.active + BigInt(group)).includes(UNREADABLE)) {
    problem = `0x${selection.active.toString(16)} cannot be read, so it cannot be edited here.`;
  } else {
    problem = '';
    typing += digit;
    if (typing.length === 2 * group) {
      take();
    }
  }
  draw();
}

function copy(what: 'hex' | 'text'): void {
  const [from, to] = selected(selection, group);
  const values = valuesOf(from, to);
  let text = values.map(asciiText).join('');
  if (what === 'hex') {
    const parts: string[] = [];
    for (let i = 0; i < values.length; i += group) {
      parts.push(groupText(values.slice(i, i + group)));
    }
    text = parts.join(' ');
  }
  vscode.postMessage({ type: 'copy', text });
}

/** Whether the key was ours. */
function pressed(event: KeyboardEvent): boolean {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === 'c') {
    copy('hex');
    return true;
  }
  if (control && event.key === 'Home' && subject !== undefined) {
    moveTo(subject - (subject % BigInt(group)), event.shiftKey);
    return true;
  }
  if (control || event.altKey) {
    return false;
  }
  const to = moved(event.key, selection.active, group, layout.bytes, onScreen());
  if (to !== undefined) {
    moveTo(to, event.shiftKey);
    return true;
  }
  if (/^[\da-f]$/i.test(event.key)) {
    type(event.key.toLowerCase());
    return true;
  }
  switch (event.key) {
    case 'Enter':
      commit();
      return true;
    case 'Backspace':
      typing = typing.slice(0, -1);
      draw();
      return true;
    case 'Escape':
      drop();
      problem = '';
      selection = { anchor: selection.active, active: selection.active };
      draw();
      return true;
    default:
      return false;
  }
}

grid.addEventListener('keydown', (event) => {
  if (pressed(event)) {
    event.preventDefault();
    event.stopPropagation();
  }
});
grid.addEventListener('scroll', () => {
  makeRoom();
  draw();
});
const pointed = (event: MouseEvent) => {
  const at = (event.target as HTMLElement).dataset['at'];
  return at === undefined ? undefined : BigInt(at);
};
grid.addEventListener('mousedown', (event) => {
  const at = pointed(event);
  const inside = selected(selection, group);
  // The context menu is about what is selected.
  if (at !== undefined && !(event.button === 2 && inside[0] <= at && at < inside[1])) {
    moveTo(at, event.shiftKey);
  }
});
grid.addEventListener('mousemove', (event) => {
  const at = pointed(event);
  if (event.buttons === 1 && at !== undefined && at !== selection.active) {
    moveTo(at, true);
  }
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  vscode.postMessage({ type: 'subject', text: input.value });
});
input.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    input.value = input.defaultValue;
    grid.focus();
  }
});
follow.addEventListener('click', () => {
  vscode.postMessage({ type: 'follow', on: follow.ariaPressed !== 'true' });
});
groups.addEventListener('change', () => {
  vscode.postMessage({ type: 'group', size: Number(groups.value) as GroupSize });
});
new ResizeObserver(measure).observe(grid);

function received(from: ToPage): void {
  switch (from.type) {
    case 'state':
      if (document.activeElement !== input || input.value === input.defaultValue) {
        input.value = from.subject;
      }
      input.defaultValue = from.subject;
      follow.disabled = from.follow === undefined;
      follow.ariaPressed = String(from.follow === true);
      message.textContent = from.message;
      live = from.live;
      document.body.classList.toggle('live', live);
      problem = from.problem;
      groups.value = String(from.group);
      if (from.group !== group) {
        group = from.group;
        const size = BigInt(group);
        const active = selection.active - (selection.active % size);
        selection = { anchor: active, active };
        drop();
        measure();
      }
      draw();
      break;
    case 'go': {
      const at = BigInt(from.address);
      if (from.space !== space) {
        space = from.space;
        cells = new Map();
      }
      subject = at;
      const active = at - (at % BigInt(group));
      selection = { anchor: active, active };
      drop();
      asked = '';
      scrollTo(at);
      measure();
      break;
    }
    case 'bytes': {
      if (from.space === space) {
        if (from.fresh) {
          cells = new Map();
        }
        const start = BigInt(from.start);
        from.cells.forEach((cell, i) => cells.set(start + BigInt(i), cell));
        draw();
      }
      break;
    }
    case 'do':
      if (from.what === 'focus') {
        input.focus();
        input.select();
      } else if (from.what === 'walk') {
        const at = `0x${selection.active.toString(16)}`;
        vscode.postMessage({ type: 'walk', address: space === 'physical' ? `phys:${at}` : at });
      } else {
        copy(from.what === 'copyHex' ? 'hex' : 'text');
      }
      break;
  }
}

window.addEventListener('message', (event: MessageEvent<ToPage>) => {
  received(event.data);
});
vscode.postMessage({ type: 'ready' });
