/** Rows for tests. */
import type { ExitRow, Profile, RingRow } from '../../src/profile';

export function exit(count: number, over: Partial<ExitRow> = {}): ExitRow {
  return {
    reason: 'CPUID',
    number: 10,
    detail: 'leaf 0x0',
    symbol: 'kmain',
    source: 'rings/kernel.c:41',
    cpl: 0,
    vcpu: 0,
    count,
    total: count * 1000,
    min: 500,
    mean: 1000,
    p50: 900,
    p90: 1500,
    p99: 2000,
    max: 4000,
    ...over,
  };
}

export function ring(count: number, over: Partial<RingRow> = {}): RingRow {
  return {
    from: 3,
    to: 0,
    mechanism: 'SYSCALL',
    handler: 'syscall_entry',
    count,
    residency: count * 100,
    ...over,
  };
}

export function profile(exits: readonly ExitRow[], over: Partial<Profile> = {}): Profile {
  return {
    version: 1,
    guest: 'rings.elf',
    backend: 'soft',
    vcpus: 1,
    instructions: 1000,
    lostEvents: 0,
    exits,
    ...over,
  };
}
