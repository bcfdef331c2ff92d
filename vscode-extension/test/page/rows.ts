import type { ExitRow, Profile } from '../../src/profile';

/** A row with the given fields and plain others. */
export function row(fields: Partial<ExitRow>): ExitRow {
  const count = fields.count ?? 1;
  const total = fields.total ?? count * 1000;
  const mean = total / Math.max(1, count);
  const times = { min: mean, p50: mean, p90: mean, p99: mean, max: mean };
  return { reason: 'CPUID', number: 10, cpl: 0, vcpu: 0, count, total, mean, ...times, ...fields };
}

export function profile(exits: readonly ExitRow[], more: Partial<Profile> = {}): Profile {
  const sums = { instructions: 1000, lostEvents: 0 };
  return { version: 1, guest: 'k.elf', backend: 'soft', vcpus: 1, ...sums, exits, ...more };
}
