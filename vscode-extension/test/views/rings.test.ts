import { describe, expect, it } from 'vitest';
import { LiveProfile } from '../../src/live/model';
import {
  bar,
  sharesOf,
  transitionLabel,
  transitionsOf,
  transitionSpoken,
} from '../../src/views/ringRows';
import { profile, ring } from '../live/rows';

describe('residency', () => {
  it('is shared out, without rings that nothing ran in', () => {
    const live = new LiveProfile();
    live.load(profile([], { residency: { ring0: 500, ring3: 250, host: 250, idle: 0 } }), 0);
    expect(sharesOf(live).map((share) => [share.name, share.fraction])).toEqual([
      ['Ring 0', 0.5],
      ['Ring 3', 0.25],
      ['Host', 0.25],
      ['Idle', 0],
    ]);
  });

  it('counts from a baseline', () => {
    const live = new LiveProfile();
    live.load(profile([], { residency: { ring0: 500, ring3: 0, host: 100, idle: 0 } }), 0);
    const since = live.baseline();
    live.apply(profile([], { residency: { ring0: 500, ring3: 30, host: 110, idle: 0 } }), 1);
    expect(sharesOf(live, since).map((share) => share.time)).toEqual([0, 30, 10, 0]);
  });

  it('is drawn in eighths of ten characters', () => {
    expect(bar(0)).toBe('');
    expect(bar(0.5)).toBe('█████');
    expect(bar(0.025)).toBe('▎');
    expect(bar(1)).toBe('██████████');
  });
});

describe('transitions', () => {
  const live = new LiveProfile();
  const fault = ring(3, {
    mechanism: 'EXCEPTION',
    vector: 14,
    handler: 'page_fault_entry',
    source: 'rings/entries.S:12',
  });
  live.load(profile([], { rings: [fault, ring(100), ring(99, { from: 0, to: 3 })] }), 0);

  it('come most frequent first', () => {
    expect(transitionsOf(live, 0).map((one) => one.count)).toEqual([100, 99, 3]);
  });

  it('say from, to, how and where', () => {
    const last = transitionsOf(live, 0).at(-1);
    expect(last && transitionLabel(last)).toBe('3 → 0  EXCEPTION 14 · page_fault_entry');
    expect(last && transitionSpoken(last)).toBe(
      'ring 3 to ring 0 by EXCEPTION 14, handler page_fault_entry, 3 times, 0 a second, 300 ns in ring 0',
    );
  });
});
