import { describe, expect, it } from 'vitest';
import {
  columnsOfSeries,
  figuresOf,
  seriesOf,
  spanOf,
  ticksOf,
} from '../../../profiler/src/main/resources/dev/ringside/profiler/page/spans.js';
import type { Timeline } from '../../src/profile';

const timeline: Timeline = {
  unit: 'ns',
  width: 100,
  buckets: 4,
  exits: [
    { reason: 'CPUID', number: 10, counts: [1, 0, 2, 0], totals: [10, 0, 20, 0] },
    { reason: 'HLT', number: 12, counts: [0, 5, 5, 0], totals: [0, 1, 1, 0] },
    { reason: 'VMCALL', number: 18, counts: [0, 0, 0, 1], totals: [0, 0, 0, 5] },
    { reason: 'INVD', number: 13, counts: [0, 0, 0, 0], totals: [0, 0, 0, 0] },
  ],
  residency: { ring0: [90, 99, 50, 95], ring3: [0, 0, 29, 0], host: [10, 1, 21, 5] },
};

describe('series', () => {
  it('are the largest first, by what is shown', () => {
    const titles = (measure: 'count' | 'total'): string[] =>
      seriesOf(timeline, measure, 8).series.map((each) => each.title);
    expect(titles('total')).toEqual(['CPUID', 'VMCALL', 'HLT']);
    expect(titles('count')).toEqual(['HLT', 'CPUID', 'VMCALL']);
    expect(seriesOf(timeline, 'count', 8).peak).toBe(7);
  });

  it('are one of the others, where there are many', () => {
    const { series, peak } = seriesOf(timeline, 'total', 2);
    expect(series.map((each) => [each.title, each.values])).toEqual([
      ['CPUID', [10, 0, 20, 0]],
      ['2 others', [0, 1, 1, 5]],
    ]);
    expect(peak).toBe(21);
  });

  it('stand on each other', () => {
    const values = [
      [1, 0],
      [1, 2],
    ];
    expect(columnsOfSeries(values, 2, () => 2, 100)).toEqual([
      'M0 100.00V50.00h1V100.00z',
      'M0 50.00V0.00h1V50.00zM1 100.00V0.00h1V100.00z',
    ]);
  });
});

describe('a span', () => {
  it('has sums of its own', () => {
    const sums = figuresOf(timeline, { from: 1, to: 3 });
    expect(sums).toMatchObject({ start: 100, end: 300, count: 12, total: 22 });
    expect(sums.reasons.map((each) => each.reason)).toEqual(['CPUID', 'HLT']);
    expect(sums.residency).toContainEqual({ place: 'ring3', time: 29 });
  });

  it('stays where it is in time when buckets grow wider', () => {
    const range = { start: 100, end: 300 };
    expect(spanOf(timeline, range)).toEqual({ from: 1, to: 3 });
    expect(spanOf({ ...timeline, width: 200, buckets: 2 }, range)).toEqual({ from: 0, to: 2 });
    expect(spanOf(timeline, { start: 900, end: 950 })).toEqual({ from: 3, to: 4 });
  });
});

describe('an axis', () => {
  it('has few and round times', () => {
    expect(ticksOf(4.6e9, 8)).toEqual([0, 1e9, 2e9, 3e9, 4e9]);
    expect(ticksOf(730, 8)).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
    expect(ticksOf(0, 8)).toEqual([]);
  });
});
