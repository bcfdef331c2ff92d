import { describe, expect, it } from 'vitest';
import type { TablesResponse } from '../src/protocol';
import { Changes } from '../src/views/changes';
import { listing } from '../src/views/code';
import { abilities } from '../src/views/nodes';
import { tableValues, tablesRows } from '../src/views/tables';
import type { TableName } from '../src/views/tables';

const idt: TablesResponse = {
  table: 'idt',
  base: '0x10e000',
  limit: 4095,
  entries: [
    {
      index: 14,
      raw: '0x108e00000808d3',
      description: '#PF interrupt gate DPL 0 → 0x8:0x1008d3 <page_fault_entry>',
      target: '0x1008d3',
      present: true,
      selector: '0x8',
      name: '#PF',
      symbol: 'page_fault_entry',
      source: '/src/entries.S',
      line: 6,
    },
  ],
};

function msrs(efer: string): TablesResponse {
  return {
    table: 'msrs',
    registers: [
      {
        number: '0xc0000080',
        name: 'IA32_EFER',
        description: 'extended features',
        value: efer,
        expression: 'msr(0xc0000080)',
        bits: [{ name: 'SCE', bits: '0', value: Number(BigInt(efer) & 1n), meaning: '' }],
      },
      { number: '0x3a', name: '', description: '', problem: 'RDMSR is #GP(0)', bits: [] },
    ],
  };
}

const rows = (...stops: [TableName, TablesResponse][]) => {
  const changes = new Changes();
  stops.forEach(([table, response], i) => {
    changes.record(i + 1, new Map(tableValues(table, response)));
  });
  return tablesRows(new Map(stops), changes);
};

describe('the CPU tables', () => {
  it('wait where they are not open', () => {
    const all = rows();
    expect(all.map((row) => row.id)).toEqual(['gdt', 'idt', 'msrs', 'apic']);
    expect(all[0]?.children?.[0]?.label).toBe('Loading…');
  });

  it('show of a gate its handler first, and lead to its code', () => {
    const table = rows(['idt', idt])[1];
    expect(table?.description).toBe('base 0x10e000 · limit 0xfff');
    const [gate] = table?.children ?? [];
    expect(gate).toMatchObject({
      label: '14 #PF',
      description: 'page_fault_entry · interrupt gate DPL 0',
      click: 'source',
      code: { address: '0x1008d3', name: 'page_fault_entry', source: '/src/entries.S', line: 6 },
    });
    expect(gate && abilities(gate)).toBe('copy walk memory code');
  });

  it('let MSRs be edited, mark what changed, and say why one cannot be read', () => {
    const table = rows(['msrs', msrs('0x500')], ['msrs', msrs('0x501')])[2];
    const [efer, other] = table?.children ?? [];
    expect(table?.description).toBe('1 changed');
    expect(efer).toMatchObject({
      mark: 'changed',
      description: '0x501 · was 0x500 · SCE',
      expression: 'msr(0xc0000080)',
      edit: { expression: 'msr(0xc0000080)', width: 64 },
    });
    expect(other).toMatchObject({ label: 'Not readable', description: '1' });
    expect(other?.children?.[0]).toMatchObject({ label: '0x3a', description: 'RDMSR is #GP(0)' });
  });

  it('do without one that fails', () => {
    const all = tablesRows(new Map([['apic', new Error('no APIC here')]]), new Changes());
    expect(all[3]?.children?.[0]?.description).toBe('no APIC here');
  });
});

describe('a disassembly listing', () => {
  it('ends where the next function begins', () => {
    const text = listing([
      { address: '0x10', instructionBytes: '6a 00', instruction: 'push 0x0', symbol: 'f+0x2' },
      { address: '0x12', instructionBytes: 'c3', instruction: 'ret', symbol: 'f+0x4' },
      { address: '0x13', instructionBytes: '90', instruction: 'nop', symbol: 'g' },
    ]);
    expect(text).toBe('f+0x2:\n  0x10  6a 00  push 0x0\n  0x12  c3     ret');
  });
});
