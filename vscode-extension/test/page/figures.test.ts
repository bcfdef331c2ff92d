import { describe, expect, it } from 'vitest';
import {
  duration,
  exactDuration,
  percentage,
  quantity,
} from '../../../profiler/src/main/resources/dev/ringside/profiler/page/format.js';
import { lookOf } from '../../../profiler/src/main/resources/dev/ringside/profiler/page/palette.js';
import { quantile } from '../../../profiler/src/main/resources/dev/ringside/profiler/page/quantiles.js';
import { row } from './rows';

describe('figures for people', () => {
  it.each([
    [0, '0 ns'],
    [850, '850 ns'],
    [999.4, '999 ns'],
    [1000, '1.00 µs'],
    [12_850, '12.8 µs'],
    [999_600, '1.00 ms'],
    [12_850_500, '12.9 ms'],
    [1.3e9, '1.30 s'],
    [3.6e12, '3,600 s'],
  ])('%d ns are %s', (value, text) => {
    expect(duration(value)).toBe(text);
  });

  it.each([
    [7, '7'],
    [1234, '1,234'],
    [9999, '9,999'],
    [12_345, '12.3 k'],
    [999_999, '1.00 M'],
    [4.5e9, '4.50 G'],
  ])('%d things are %s', (value, text) => {
    expect(quantity(value)).toBe(text);
  });

  it('keep exact values for tooltips', () => {
    expect(exactDuration(12_850_500)).toBe('12,850,500 ns');
  });

  it('say parts of a whole, and nothing of no whole', () => {
    expect(percentage(1, 3)).toBe('33.3 %');
    expect(percentage(1, 1e9)).toBe('< 0.1 %');
    expect(percentage(0, 5)).toBe('0.0 %');
    expect(percentage(5, 0)).toBe('');
  });
});

describe('percentiles of several rows', () => {
  const slow = row({ count: 100, min: 900, p50: 1000, p90: 1100, p99: 1200, max: 1300 });
  const fast = row({ count: 900, min: 10, p50: 20, p90: 30, p99: 40, max: 50 });

  it('are exact for one', () => {
    expect(quantile([slow], 0.9)).toBe(1100);
  });

  it('follow the mixture', () => {
    expect(quantile([slow, fast], 0.5)).toBeGreaterThan(15);
    expect(quantile([slow, fast], 0.5)).toBeLessThan(25);
    // The slow tenth begins at the ninth tenth.
    expect(quantile([slow, fast], 0.99)).toBeGreaterThan(1050);
    expect(quantile([slow, fast], 0.99)).toBeLessThan(1150);
  });

  it('lie between those of the rows', () => {
    expect(quantile([slow, slow], 0.5)).toBe(1000);
    expect(quantile([], 0.5)).toBe(0);
  });
});

describe("a reason's look", () => {
  it('is its own among common ones', () => {
    const looks = ['IO_INSTRUCTION', 'CPUID', 'MSR_WRITE', 'MSR_READ', 'HLT', 'EPT_VIOLATION'];
    expect(new Set(looks.map((each) => JSON.stringify(lookOf(each)))).size).toBe(looks.length);
  });

  it('is stable for one that nobody listed', () => {
    expect(lookOf('NOVEL_REASON')).toEqual(lookOf('NOVEL_REASON'));
  });
});
