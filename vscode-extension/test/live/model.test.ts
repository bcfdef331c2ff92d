import { describe, expect, it } from 'vitest';
import { LiveProfile } from '../../src/live/model';
import { percentiles, summarize } from '../../src/live/summary';
import type { ExitRow } from '../../src/profile';
import { exit, profile, ring } from './rows';

describe('a live profile', () => {
  it('takes rows as totals', () => {
    const live = new LiveProfile();
    live.load(profile([exit(10), exit(5, { reason: 'HLT', number: 12 })]), 0);
    live.apply(profile([exit(12)]), 200);
    expect(live.count).toBe(17);
    expect(live.total).toBe(17_000);
    expect(live.exits.size).toBe(2);
  });

  it('tells rows apart by what they are, not by their figures', () => {
    const live = new LiveProfile();
    live.load(profile([exit(1), exit(1, { cpl: 3 }), exit(1, { detail: 'leaf 0x1' })]), 0);
    live.apply(profile([exit(2, { max: 9000 })]), 200);
    expect(live.exits.size).toBe(3);
    expect(live.count).toBe(4);
  });

  it('reckons rates from what came in the last two seconds, and nothing that was there before', () => {
    const live = new LiveProfile();
    live.load(profile([exit(1_000_000)]), 0);
    for (let at = 200; at <= 4000; at += 200) {
      live.apply(profile([exit(1_000_000 + at)]), at);
    }
    expect(live.exitsPerSecond(4000)).toBe(1000);
    expect(live.exitsPerSecond(5000)).toBe(500);
    expect(live.exitsPerSecond(6000)).toBe(0);
  });

  it('says nothing of rates before there is a little time to go by', () => {
    const live = new LiveProfile();
    live.load(profile([]), 0);
    live.apply(profile([exit(7)]), 100);
    expect(live.exitsPerSecond(100)).toBe(0);
    expect(live.exitsPerSecond(500)).toBe(14);
  });

  it('has no rings where the backend sees none', () => {
    const live = new LiveProfile();
    live.load(profile([exit(1)]), 0);
    expect(live.rings).toBeUndefined();
    live.apply(profile([], { rings: [ring(4)] }), 200);
    expect(live.rings?.size).toBe(1);
  });

  it('gives back all that it knows', () => {
    const live = new LiveProfile();
    live.load(
      profile([exit(1)], {
        rings: [ring(4)],
        residency: { ring0: 1, ring3: 2, host: 3, idle: 4 },
      }),
      0,
    );
    live.apply(profile([exit(3)], { instructions: 2000 }), 200);
    expect(live.whole()).toEqual(
      profile([exit(3)], {
        rings: [ring(4)],
        residency: { ring0: 1, ring3: 2, host: 3, idle: 4 },
        instructions: 2000,
      }),
    );
  });
});

describe('a summary', () => {
  const rows = [
    exit(10, { total: 100_000 }),
    exit(20, { total: 50_000, source: 'rings/kernel.c:50' }),
    exit(1, { detail: 'leaf 0x1', total: 5_000 }),
    exit(400, { reason: 'IO_INSTRUCTION', number: 30, detail: 'port 0x3f8 out 1', total: 90_000 }),
  ];
  const live = new LiveProfile();
  live.load(profile(rows), 0);

  it('adds up by reason, detail and place', () => {
    const { reasons, count, total } = summarize(live, 0, 'cost');
    expect(count).toBe(431);
    expect(total).toBe(245_000);
    expect(reasons.map((node) => [node.reason, node.count, node.total])).toEqual([
      ['CPUID', 31, 155_000],
      ['IO_INSTRUCTION', 400, 90_000],
    ]);
    expect(reasons[0]?.children.map((node) => [node.detail, node.count])).toEqual([
      ['leaf 0x0', 30],
      ['leaf 0x1', 1],
    ]);
    expect(reasons[0]?.children[0]?.children.map((node) => [node.source, node.count])).toEqual([
      ['rings/kernel.c:41', 10],
      ['rings/kernel.c:50', 20],
    ]);
  });

  it('sorts by what is asked', () => {
    expect(summarize(live, 0, 'count').reasons.map((node) => node.reason)).toEqual([
      'IO_INSTRUCTION',
      'CPUID',
    ]);
  });

  it('puts places right under a reason that has no details', () => {
    const plain = new LiveProfile();
    const halt: ExitRow = { ...exit(3, { reason: 'HLT', number: 12 }) };
    delete (halt as { detail?: string }).detail;
    plain.load(profile([halt]), 0);
    const [reason] = summarize(plain, 0, 'cost').reasons;
    expect(reason?.children.map((node) => node.kind)).toEqual(['place']);
  });

  it('counts from a baseline, and leaves out what has not happened since', () => {
    const again = new LiveProfile();
    again.load(profile(rows), 0);
    const since = again.baseline();
    again.apply(profile([exit(12, { total: 103_000 })]), 500);
    const { reasons, count, total } = summarize(again, 500, 'cost', since);
    expect([count, total]).toEqual([2, 3000]);
    expect(reasons.map((node) => node.reason)).toEqual(['CPUID']);
  });

  it('keeps the ids of rows whose figures change', () => {
    const ids = (profile: LiveProfile) =>
      summarize(profile, 0, 'cost')
        .reasons.flatMap((node) => [node.id, ...node.children.map((child) => child.id)])
        .sort();
    const more = new LiveProfile();
    more.load(profile(rows.map((row) => ({ ...row, count: row.count * 2, max: 1 }))), 0);
    expect(ids(more)).toEqual(ids(live));
    expect(new Set(ids(live)).size).toBe(ids(live).length);
  });

  it('gives bounds where percentiles of several rows cannot be known', () => {
    expect(percentiles([exit(1, { p99: 10 }), exit(1, { p99: 30, min: 2 })])).toMatchObject({
      exact: false,
      p99: 30,
      min: 2,
    });
    expect(percentiles([exit(1, { p99: 10 })]).exact).toBe(true);
  });
});
