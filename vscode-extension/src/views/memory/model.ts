/** The memory page's rules, without the page: what fits, where keys lead, what typing means. */
import { END } from './address';
import { CHANGED, UNREADABLE } from './messages';
import type { Cell, GroupSize } from './messages';

export interface Layout {
  /** Bytes a row. */
  readonly bytes: 4 | 8 | 16;
  /** Characters of an address. */
  readonly digits: number;
  readonly ascii: boolean;
  readonly compact: boolean;
}

/** The most that fits into a row of so many characters, of the normal and of the compact font. */
export function layoutFor(
  normal: number,
  compact: number,
  digits: number,
  group: GroupSize,
): Layout {
  const short = Math.min(digits, 8);
  const candidates: Layout[] = [
    { bytes: 16, digits, ascii: true, compact: false },
    { bytes: 16, digits, ascii: true, compact: true },
    { bytes: 8, digits, ascii: true, compact: false },
    { bytes: 8, digits: short, ascii: true, compact: false },
    { bytes: 8, digits, ascii: true, compact: true },
    { bytes: 8, digits: short, ascii: true, compact: true },
    { bytes: 8, digits: short, ascii: false, compact: true },
  ];
  const last: Layout =
    group === 8
      ? { bytes: 8, digits: short, ascii: false, compact: true }
      : { bytes: 4, digits: short, ascii: true, compact: true };
  return candidates.find((one) => width(one, group) <= (one.compact ? compact : normal)) ?? last;
}

/** A row's characters. */
export function width({ bytes, digits, ascii }: Layout, group: GroupSize): number {
  const hex = (bytes / group) * (2 * group + 1);
  return digits + 1 + hex + (ascii ? bytes + 1 : 0);
}

/** An address in so many characters: the last digits if it is longer. */
export function addressText(at: bigint, digits: number): string {
  const text = at.toString(16).padStart(digits, '0');
  return text.length > digits ? `…${text.slice(text.length - digits + 1)}` : text;
}

/** How many digits the addresses of a screen need: an even number, at least four. */
export function digitsFor(last: bigint): number {
  const needed = last.toString(16).length;
  return Math.max(4, needed + (needed % 2));
}

/** A group as the number that the processor would load, little-endian. */
export function groupText(cells: readonly (Cell | undefined)[]): string {
  return [...cells]
    .reverse()
    .map((cell) =>
      cell === undefined
        ? '··'
        : cell === UNREADABLE
          ? '??'
          : (cell & 0xff).toString(16).padStart(2, '0'),
    )
    .join('');
}

export function asciiText(cell: Cell | undefined): string {
  if (cell === undefined || cell === UNREADABLE) {
    return ' ';
  }
  const byte = cell & 0xff;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}

export function hasChanged(cell: Cell | undefined): boolean {
  return cell !== undefined && cell !== UNREADABLE && (cell & CHANGED) !== 0;
}

/** The bytes in memory of a number that was typed. */
export function typedBytes(digits: string, group: GroupSize): number[] {
  const value = BigInt(`0x${digits}`);
  return Array.from({ length: group }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** Bytes that stand next to each other, to be written at once. */
export function runs(
  bytes: ReadonlyMap<bigint, number>,
): { readonly at: bigint; readonly bytes: number[] }[] {
  const all: { at: bigint; bytes: number[] }[] = [];
  for (const [at, byte] of [...bytes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = all.at(-1);
    if (last && last.at + BigInt(last.bytes.length) === at) {
      last.bytes.push(byte);
    } else {
      all.push({ at, bytes: [byte] });
    }
  }
  return all;
}

/** What is selected: from one group to another, both included. */
export interface Selection {
  readonly anchor: bigint;
  readonly active: bigint;
}

export function selected({ anchor, active }: Selection, group: GroupSize): [bigint, bigint] {
  const [first, last] = anchor < active ? [anchor, active] : [active, anchor];
  return [first, last + BigInt(group)];
}

/** Where a key leads from an address; undefined if it is no such key. `page`: rows on the screen. */
export function moved(
  key: string,
  from: bigint,
  group: GroupSize,
  bytes: number,
  page: number,
): bigint | undefined {
  const row = BigInt(bytes);
  const inRow = from % row;
  const steps: Record<string, bigint> = {
    ArrowLeft: -BigInt(group),
    ArrowRight: BigInt(group),
    ArrowUp: -row,
    ArrowDown: row,
    PageUp: -row * BigInt(page),
    PageDown: row * BigInt(page),
    Home: -inRow,
    End: row - inRow - BigInt(group),
  };
  const step = steps[key];
  if (step === undefined) {
    return undefined;
  }
  const to = from + step;
  return to < 0n ? from % row : to >= END ? from : to;
}
