import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../profiler/src/main/resources/dev/ringside/profiler/page/filter.js';
import {
  groupRows,
  groupsInSight,
  nameOf,
  sortGroups,
} from '../../../profiler/src/main/resources/dev/ringside/profiler/page/grouping.js';
import { growingProfile } from '../../../profiler/src/main/resources/dev/ringside/profiler/page/merge.js';
import { profile, row } from './rows';

const rows = [
  row({ detail: 'leaf 0x0', symbol: 'kmain', source: 'src/kernel.c:41', count: 7, total: 700 }),
  row({ detail: 'leaf 0x1', symbol: 'kmain', source: 'src/kernel.c:42', count: 2, total: 900 }),
  row({ detail: 'leaf 0x1', symbol: 'probe', source: 'src/cpu.c:9', count: 1, total: 50, cpl: 3 }),
  row({
    reason: 'IO_INSTRUCTION',
    number: 30,
    detail: 'port 0x3f8 out 1',
    symbol: 'put_char',
    source: 'src/console.c:33',
    count: 200,
    total: 2_000_000,
  }),
  row({ reason: 'HLT', number: 12, address: '0x7c00', count: 3, total: 30, vcpu: 1 }),
];

describe('the filter', () => {
  const kept = (text: string): (string | undefined)[] =>
    rows.filter(parseFilter(text).test).map((each) => each.detail ?? each.reason);

  it.each([
    ['', 5],
    ['kmain', 2],
    ['KERNEL.C', 2],
    ['reason:cpuid', 3],
    ['reason:hlt,io', 2],
    ['reason:CPUID symbol:kmain', 2],
    ['-reason:CPUID', 2],
    ['cost>1ms', 1],
    ['cost>=.9us', 2],
    ['count>1 count<=7', 3],
    ['count:7', 1],
    ['cpl:3', 1],
    ['ring=0', 4],
    ['vcpu:1', 1],
    ['"port 0x3f8"', 1],
    ['detail:"leaf 0x1"', 2],
    ['source:cpu.c', 1],
    ['0x7c00', 1],
    ['reason:', 5],
  ])('%s keeps %d rows', (text, count) => {
    expect(parseFilter(text).problem).toBeUndefined();
    expect(kept(text)).toHaveLength(count);
  });

  it('says which term it does not understand, and applies the others', () => {
    expect(parseFilter('kmain cost>1parsec').problem).toContain('cost>1parsec');
    expect(kept('kmain cost>1parsec')).toHaveLength(2);
    expect(parseFilter('reason>5').problem).toContain('cost');
    expect(parseFilter('cost>').problem).toContain('cost>');
  });
});

describe('groups', () => {
  const root = groupRows(rows, ['reason', 'detail', 'function', 'line']);
  const names = (all: readonly { labels: readonly { text: string }[] }[]): string[] =>
    all.map((each) => each.labels.map((label) => label.text).join(' '));

  it('sum what they hold', () => {
    const cpuid = root.children.find((child) => child.reason === 'CPUID');
    expect(cpuid).toMatchObject({ count: 10, total: 1650, min: 50, max: 450, cpls: [0, 3] });
    expect(root).toMatchObject({ count: 213, total: 2_001_680, vcpus: [0, 1] });
  });

  it('leave out levels that divide nothing', () => {
    const io = root.children.find((child) => child.reason === 'IO_INSTRUCTION');
    expect(io?.children).toEqual([]);
    expect(io && nameOf(io)).toBe('IO_INSTRUCTION port 0x3f8 out 1 put_char src/console.c:33');
    expect(io).toMatchObject({ source: 'src/console.c:33', symbol: 'put_char' });
  });

  it('go down to lines where these are open', () => {
    sortGroups(root, { column: 'total', descending: true });
    expect(names(groupsInSight(root, () => true))).toEqual([
      'IO_INSTRUCTION port 0x3f8 out 1 put_char src/console.c:33',
      'CPUID',
      'leaf 0x1',
      'kmain src/kernel.c:42',
      'probe src/cpu.c:9',
      'leaf 0x0 kmain src/kernel.c:41',
      'HLT 0x7c00',
    ]);
    expect(groupsInSight(root, () => false)).toHaveLength(3);
  });

  it('sort by any column, both ways', () => {
    const reasons = (): (string | undefined)[] => root.children.map((child) => child.reason);
    sortGroups(root, { column: 'name', descending: false });
    expect(reasons()).toEqual(['CPUID', 'HLT', 'IO_INSTRUCTION']);
    sortGroups(root, { column: 'mean', descending: true });
    expect(reasons()).toEqual(['IO_INSTRUCTION', 'CPUID', 'HLT']);
    sortGroups(root, { column: 'p99', descending: false });
    expect(reasons()).toEqual(['HLT', 'CPUID', 'IO_INSTRUCTION']);
    sortGroups(root, { column: 'vcpu', descending: true });
    expect(reasons()[0]).toBe('HLT');
  });

  it('keep their keys when figures change', () => {
    const later = rows.map((each) => ({ ...each, count: each.count + 1 }));
    const next = groupRows(later, ['reason', 'detail', 'function', 'line']);
    const keys = (of: typeof root): string[] =>
      groupsInSight(of, () => true)
        .map((group) => group.key)
        .sort();
    expect(keys(next)).toEqual(keys(root));
  });

  it('are single rows where none are wanted', () => {
    const flat = groupRows(rows, []);
    expect(flat.children).toHaveLength(5);
    expect(new Set(flat.children.map((child) => child.key)).size).toBe(5);
  });
});

describe('a growing profile', () => {
  const start = profile(rows, { rings: [], instructions: 10 });

  it('takes totals in place of the same row, and new rows', () => {
    const store = growingProfile(start);
    const again = row({ ...rows[0], count: 9, total: 1000 });
    const novel = row({ reason: 'VMCALL', number: 18, count: 1 });
    store.merge(profile([again, novel], { instructions: 20 }));

    expect(store.profile.instructions).toBe(20);
    expect(store.profile.exits).toHaveLength(6);
    expect(store.profile.exits[0]).toMatchObject({ detail: 'leaf 0x0', count: 9, total: 1000 });
    expect(start.exits[0]?.count).toBe(7);
  });

  it('tells rows of another ring, vCPU or place apart', () => {
    const store = growingProfile(start);
    store.merge(profile([row({ ...rows[0], cpl: 3 }), row({ ...rows[0], vcpu: 1 })]));
    expect(store.profile.exits).toHaveLength(7);
  });

  it('keeps parts that changes do not speak of', () => {
    const ring = { from: 3, to: 0, mechanism: 'SYSCALL', count: 1, residency: 5 };
    const store = growingProfile({ ...start, rings: [ring] });
    store.merge(profile([]));
    expect(store.profile.rings).toEqual([ring]);
    store.merge(profile([], { rings: [{ ...ring, count: 2 }] }));
    expect(store.profile.rings).toEqual([{ ...ring, count: 2 }]);
  });
});
