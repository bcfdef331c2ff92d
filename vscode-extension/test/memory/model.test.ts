import { describe, expect, it } from 'vitest';
import { END, isRegister, plainAddress, reference } from '../../src/views/memory/address';
import { CHANGED, UNREADABLE } from '../../src/views/memory/messages';
import {
  addressText,
  asciiText,
  digitsFor,
  groupText,
  hasChanged,
  layoutFor,
  moved,
  runs,
  selected,
  typedBytes,
  width,
} from '../../src/views/memory/model';

describe('an address', () => {
  it('is a plain number of either space, or an expression', () => {
    expect(plainAddress(' 0x1F ')).toEqual({ space: 'virtual', at: 31n });
    expect(plainAddress('phys:0x10')).toEqual({ space: 'physical', at: 16n });
    expect(plainAddress('$rsp')).toBeUndefined();
    expect(plainAddress('0x12345678123456789')).toBeUndefined();
    expect(reference({ space: 'physical', at: 16n })).toBe('phys:0x10');
    expect(isRegister('$rsp')).toBe(true);
    expect(isRegister('rsp')).toBe(true);
    expect(isRegister('buffer')).toBe(false);
  });

  it('is shortened from the left', () => {
    expect(addressText(0x1000n, 6)).toBe('001000');
    expect(addressText(0xffffffff81000010n, 8)).toBe('…1000010');
    expect(digitsFor(0x10fffn)).toBe(6);
  });
});

describe('a row', () => {
  it('has as many bytes as fit', () => {
    expect(layoutFor(90, 110, 16, 1)).toMatchObject({ bytes: 16, digits: 16, ascii: true });
    expect(layoutFor(68, 80, 6, 1)).toMatchObject({ bytes: 16, digits: 6, compact: true });
    expect(layoutFor(45, 55, 6, 1)).toMatchObject({ bytes: 8, digits: 6, compact: false });
    expect(layoutFor(36, 42, 6, 1)).toMatchObject({ bytes: 8, ascii: true, compact: true });
    expect(layoutFor(20, 24, 16, 1)).toMatchObject({ bytes: 4, digits: 8, compact: true });
    expect(layoutFor(20, 24, 16, 8)).toMatchObject({ bytes: 8, ascii: false });
  });

  it('is never wider than what is there, where anything fits', () => {
    for (let columns = 30; columns < 120; columns++) {
      for (const group of [1, 2, 4, 8] as const) {
        const layout = layoutFor(columns, columns, 16, group);
        expect(width(layout, group)).toBeLessThanOrEqual(columns);
      }
    }
  });
});

describe('a group', () => {
  it('is a little-endian number', () => {
    expect(groupText([0x78, 0x56, 0x34 | CHANGED, 0x12])).toBe('12345678');
    expect(typedBytes('12345678', 4)).toEqual([0x78, 0x56, 0x34, 0x12]);
    expect(typedBytes('f', 2)).toEqual([0x0f, 0x00]);
  });

  it('is written together with its neighbours', () => {
    const typed = new Map([
      [0x11n, 2],
      [0x20n, 9],
      [0x10n, 1],
    ]);
    expect(runs(typed)).toEqual([
      { at: 0x10n, bytes: [1, 2] },
      { at: 0x20n, bytes: [9] },
    ]);
  });

  it('shows what cannot be read, and what is not there yet', () => {
    expect(groupText([UNREADABLE])).toBe('??');
    expect(groupText([undefined])).toBe('··');
    expect(hasChanged(UNREADABLE)).toBe(false);
    expect(hasChanged(7 | CHANGED)).toBe(true);
    expect([0x41, 0x0a, UNREADABLE].map(asciiText)).toEqual(['A', '.', ' ']);
  });
});

describe('the keyboard', () => {
  it('goes by group, row and page', () => {
    expect(moved('ArrowRight', 0x10n, 4, 16, 20)).toBe(0x14n);
    expect(moved('ArrowUp', 0x24n, 1, 16, 20)).toBe(0x14n);
    expect(moved('PageDown', 0x24n, 1, 16, 2)).toBe(0x44n);
    expect(moved('Home', 0x27n, 1, 16, 2)).toBe(0x20n);
    expect(moved('End', 0x27n, 1, 16, 2)).toBe(0x2fn);
    expect(moved('x', 0x27n, 1, 16, 2)).toBeUndefined();
  });

  it('stays inside the address space', () => {
    expect(moved('ArrowUp', 0x3n, 1, 16, 20)).toBe(0x3n);
    expect(moved('ArrowLeft', 0n, 1, 16, 20)).toBe(0n);
    expect(moved('ArrowDown', END - 1n, 1, 16, 20)).toBe(END - 1n);
  });

  it('selects from where it began, both ends included', () => {
    expect(selected({ anchor: 0x10n, active: 0x8n }, 4)).toEqual([0x8n, 0x14n]);
  });
});
