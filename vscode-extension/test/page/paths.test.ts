import { describe, expect, it } from 'vitest';
import {
  callTree,
  frameOf,
  layoutCalls,
  partsOf,
  pathTo,
  sortCalls,
} from '../../../profiler/src/main/resources/dev/ringside/profiler/page/paths.js';
import type { Stacks } from '../../src/profile';

const stacks: Stacks = {
  exits: 100,
  taken: 100,
  frames: [
    { symbol: 'kmain', source: 'k.c:10' },
    { symbol: 'kmain', source: 'k.c:20' },
    { symbol: 'print', source: 'c.c:5' },
    { symbol: 'probe', source: 'c.c:9' },
    { address: '0x7c00' },
  ],
  paths: [
    { frames: [0, 2], reason: 'IO_INSTRUCTION', number: 30, detail: 'out', count: 60, total: 300 },
    { frames: [1, 2], reason: 'IO_INSTRUCTION', number: 30, detail: 'in', count: 20, total: 100 },
    { frames: [1, 3], reason: 'CPUID', number: 10, count: 15, total: 500 },
    { frames: [4], reason: 'HLT', number: 12, count: 4, total: 100 },
    { frames: [], reason: 'HLT', number: 12, count: 1, total: 0 },
  ],
};

describe('the tree of calls', () => {
  const root = callTree(stacks);
  const names = (): string[] =>
    layoutCalls(root, 'total', 0).map(({ frame }) => `${frame.depth} ${frame.name}`);

  it('sums paths, merges a function however it is called, and ends in reasons', () => {
    sortCalls(root, 'total');
    expect(root).toMatchObject({ count: 100, total: 1000 });
    expect(names()).toEqual([
      '0 All exits',
      '1 kmain',
      '1 0x7c00',
      '1 HLT',
      '2 probe',
      '2 print',
      '2 HLT',
      '3 CPUID',
      '3 IO_INSTRUCTION',
    ]);
    const kmain = root.children[0];
    expect(kmain).toMatchObject({ name: 'kmain', count: 95, total: 900 });
    expect(kmain && partsOf(kmain, 'count').map(([line]) => line)).toEqual(['k.c:10', 'k.c:20']);
  });

  it('sorts by what it shows', () => {
    sortCalls(root, 'count');
    expect(root.children[0]?.children.map((child) => child.name)).toEqual(['print', 'probe']);
  });

  it('gives each frame its part of the width, below its caller', () => {
    sortCalls(root, 'total');
    const [, kmain, other, , probe, print] = layoutCalls(root, 'total', 0);
    expect(kmain).toMatchObject({ x: 0, width: 0.9 });
    expect(other).toMatchObject({ x: 0.9, width: 0.1 });
    expect(probe).toMatchObject({ x: 0, width: 0.5 });
    expect(print).toMatchObject({ x: 0.5, width: 0.4 });
  });

  it('lets a zoomed frame and those above it fill the width', () => {
    const print = frameOf(root, '\u0000kmain\u0000print');
    expect(print && pathTo(print).map((frame) => frame.name)).toEqual([
      'All exits',
      'kmain',
      'print',
    ]);
    const places = print ? layoutCalls(print, 'total', 0) : [];
    expect(places.map(({ frame, width }) => [frame.name, width])).toEqual([
      ['All exits', 1],
      ['kmain', 1],
      ['print', 1],
      ['IO_INSTRUCTION', 1],
    ]);
  });

  it('leaves out what nobody could see', () => {
    const places = layoutCalls(root, 'total', 0.45);
    expect(places.map(({ frame }) => frame.name)).toEqual(['All exits', 'kmain', 'probe', 'CPUID']);
  });

  it('finds a frame again in a later profile, or says that it is gone', () => {
    expect(frameOf(callTree(stacks), '\u0000kmain\u0000probe')?.name).toBe('probe');
    expect(frameOf(root, '\u0000kmain\u0000gone')).toBeUndefined();
  });

  it('has nothing to lay out without exits', () => {
    expect(layoutCalls(callTree({ ...stacks, paths: [] }), 'count', 0)).toHaveLength(1);
  });
});
