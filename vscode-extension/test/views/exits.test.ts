import { describe, expect, it } from 'vitest';
import { LiveProfile } from '../../src/live/model';
import { summarize } from '../../src/live/summary';
import { conditionOf } from '../../src/views/catchpoints';
import { details, figuresOf, labelOf, spoken } from '../../src/views/exitRow';
import { createSteadyOrder } from '../../src/views/steady';
import { exit, profile } from '../live/rows';

describe('a condition for a detail', () => {
  it.each([
    ['port 0x3f8 out 1', 'port == 0x3f8 && size == 1'],
    ['port 0x21 in 1 string', 'port == 0x21 && size == 1'],
    ['msr 0xc0000082', 'msr == 0xc0000082'],
    ['gpa 0xfee00030 read', 'gpa == 0xfee00030'],
    ['vector 14', 'vector == 14'],
    ['hypercall 1', 'hypercall == 1'],
    ['leaf 0x40000000', '$eax == 0x40000000'],
    ['cr4 write', 'cr == 4'],
  ])('%s: %s', (detail, condition) => {
    expect(conditionOf(detail)).toBe(condition);
  });

  it('is none where nothing tells the detail from others', () => {
    expect(conditionOf(undefined)).toBeUndefined();
    expect(conditionOf('xcr0')).toBeUndefined();
  });
});

describe('a row of exits', () => {
  const live = new LiveProfile();
  live.load(profile([exit(10), exit(30, { reason: 'HLT', detail: 'x', vcpu: 1 })]), 0);
  const all = summarize(live, 0, 'cost');
  const [first] = all.reasons;

  it('begins with what rows are sorted by', () => {
    expect(first && figuresOf(first, all, 'cost')).toBe('75 % · 30.0 µs · 30 × 1.0 µs');
    expect(first && figuresOf(first, all, 'rate')).toBe('0/s · 30 × 1.0 µs · 75 % · 30.0 µs');
  });

  it('names its place by function, file and line', () => {
    expect(all.reasons[1]?.children[0]?.children.map(labelOf)).toEqual(['kmain · kernel.c:41']);
  });

  it('is read out in words', () => {
    expect(first && spoken(first, all)).toBe(
      'HLT, 30 exits, 0 a second, 75 % of the cost, total 30.0 µs, mean 1.0 µs',
    );
  });

  it('tells percentiles, and which of them are bounds', () => {
    expect(first && details(first, all, false)).toContain('| p99 | 2.0 µs |');
    const two = new LiveProfile();
    two.load(profile([exit(1), exit(1, { vcpu: 1, p99: 9000 })]), 0);
    const summary = summarize(two, 0, 'cost');
    const [reason] = summary.reasons;
    expect(reason && details(reason, summary, false)).toContain('| p99 | ≤ 9.0 µs |');
  });
});

describe('the order of rows', () => {
  it('stays for a while, and new rows come last', () => {
    let now = 0;
    const steady = createSteadyOrder(() => now);
    const rows = (...ids: string[]) => ids.map((id) => ({ id }));
    steady.begin();
    expect(steady.apply(rows('a', 'b'))).toEqual(rows('a', 'b'));
    now = 500;
    steady.begin();
    expect(steady.apply(rows('c', 'b', 'a'))).toEqual(rows('a', 'b', 'c'));
    now = 2500;
    steady.begin();
    expect(steady.apply(rows('c', 'b', 'a'))).toEqual(rows('c', 'b', 'a'));
  });
});
