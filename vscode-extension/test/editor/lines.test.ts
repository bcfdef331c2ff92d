import { describe, expect, it } from 'vitest';
import { costsOf, lineTable, lineText, type LineCost } from '../../src/editor/lines';
import type { ExitRow } from '../../src/profile';
import { exit } from '../live/rows';

function costAt(rows: ExitRow[], file: string, line: number): LineCost {
  const cost = costsOf(rows).get(file)?.get(line);
  expect(cost).toBeDefined();
  return cost as LineCost;
}

describe('costs of lines', () => {
  it('add up what one line does, whatever ring and vCPU', () => {
    const rows = [exit(10), exit(2, { cpl: 3 }), exit(1, { source: 'rings/kernel.c:42' })];
    expect(lineText(costAt(rows, 'rings/kernel.c', 41))).toBe('12 exits · 12.0 µs · CPUID');
    expect(lineText(costAt(rows, 'rings/kernel.c', 42))).toBe('1 exit · 1.0 µs · CPUID');
  });

  it('name the costliest reasons first, and not all of many', () => {
    const rows = [
      exit(1),
      exit(5, { reason: 'HLT' }),
      exit(3, { reason: 'MSR_READ' }),
      exit(2, { reason: 'VMCALL' }),
    ];
    expect(lineText(costAt(rows, 'rings/kernel.c', 41))).toBe(
      '11 exits · 11.0 µs · HLT, MSR_READ and 2 more',
    );
  });

  it('leave out what has no line', () => {
    const row = { ...exit(1), source: 'kernel.c' };
    expect(costsOf([row]).size).toBe(0);
  });

  it('stand in the hover as a table', () => {
    const rows = [exit(10), exit(2, { detail: 'leaf 0x1' }), exit(5, { vcpu: 1 })];
    const table = lineTable(costAt(rows, 'rings/kernel.c', 41), 34_000).split('\n');
    expect(table.at(-2)).toBe('| CPUID leaf 0x0 | 15 | 15.0 µs | 1.0 µs | ≤ 2.0 µs | 44 % |');
    expect(table.at(-1)).toBe('| CPUID leaf 0x1 | 2 | 2.0 µs | 1.0 µs | 2.0 µs | 5.9 % |');
  });
});
