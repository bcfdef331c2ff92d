import { describe, expect, it } from 'vitest';
import type { VmcsField, VmcsResponse } from '../src/protocol';
import { part, span, summary, withPart } from '../src/views/bits';
import { Changes } from '../src/views/changes';
import { parsed, wrongValue } from '../src/views/edit';
import { abilities } from '../src/views/nodes';
import type { Row } from '../src/views/nodes';
import { vmcsRows, vmcsValues } from '../src/views/vmcs';

function field(name: string, value: string | undefined, more: Partial<VmcsField> = {}): VmcsField {
  return {
    name,
    encoding: '0x6800',
    width: 64,
    description: name,
    writable: true,
    bits: [],
    ...(value === undefined ? { problem: 'KVM does not show it' } : { value }),
    ...more,
  };
}

function vmcs(cr0: string, rip: string): VmcsResponse {
  const pe = Number(BigInt(cr0) & 1n);
  const bits = [{ name: 'PE', bits: '0', value: pe, meaning: pe ? 'protected mode' : '' }];
  return {
    groups: [
      { name: 'Controls', fields: [field('TSC_OFFSET', '0x0')] },
      { name: 'Exit information', fields: [field('EXIT_REASON', '0x1e', { writable: false })] },
      {
        name: 'Guest state',
        fields: [
          field('GUEST_CR0', cr0, { bits }),
          field('GUEST_RIP', rip),
          field('GUEST_SSP', undefined),
        ],
      },
    ],
  };
}

function rowsAfter(...stops: VmcsResponse[]): Row[] {
  const changes = new Changes();
  stops.forEach((response, i) => {
    changes.record(i + 1, vmcsValues(response));
  });
  return vmcsRows(stops.at(-1) ?? vmcs('0x1', '0x0'), changes);
}

/** Without the row of what has changed. */
function areasAfter(...stops: VmcsResponse[]): Row[] {
  return rowsAfter(...stops).slice(1);
}

describe('the rows of the VMCS', () => {
  it('go by area, the guest first', () => {
    expect(areasAfter(vmcs('0x1', '0x10')).map((row) => row.label)).toEqual([
      'Guest state',
      'Controls',
      'Exit information',
    ]);
  });

  it('mark nothing at the first stop, and what has changed at the next', () => {
    expect(areasAfter(vmcs('0x0', '0x10'))[0]?.description).toBe('');
    const [guest] = areasAfter(vmcs('0x0', '0x10'), vmcs('0x1', '0x10'));
    expect(guest?.description).toBe('1 changed');
    const [rip, cr0] = guest?.children ?? [];
    expect(cr0).toMatchObject({ mark: 'changed', description: '0x1 · was 0x0 · PE' });
    expect(cr0?.children?.[0]).toMatchObject({ mark: 'changed' });
    expect(cr0?.children?.[0]?.spoken).toBe('PE, bit 0, 1, protected mode, was 0');
    expect(rip?.mark).toBeUndefined();
  });

  it('are there a second time where they have changed', () => {
    const [none] = rowsAfter(vmcs('0x0', '0x10'));
    expect(none).toMatchObject({ description: '0', mark: 'faint' });
    expect(none?.children).toMatchObject([{ label: 'Nothing' }]);
    const [some] = rowsAfter(vmcs('0x0', '0x10'), vmcs('0x1', '0x10'));
    expect(some?.children?.map((row) => row.id)).toEqual(['changed/GUEST_CR0']);
    expect(some?.children?.[0]?.children?.[0]?.id).toBe('changed/GUEST_CR0/0');
  });

  it('keep what was before through an edit at the same stop', () => {
    const changes = new Changes();
    changes.record(1, vmcsValues(vmcs('0x1', '0x10')));
    changes.record(2, vmcsValues(vmcs('0x1', '0x20')));
    changes.record(2, vmcsValues(vmcs('0x1', '0x30')));
    expect(changes.was('GUEST_RIP')).toBe('0x10');
    changes.record(2, vmcsValues(vmcs('0x1', '0x10')));
    expect(changes.was('GUEST_RIP')).toBeUndefined();
  });

  it('offer what can be done with them', () => {
    const [guest, , exit] = areasAfter(vmcs('0x1', '0x10'));
    const [rip, cr0, ssp] = guest?.children ?? [];
    expect(rip && abilities(rip)).toBe('copy expression edit walk memory');
    expect(cr0?.children?.[0] && abilities(cr0.children[0])).toBe('copy flip');
    expect(ssp && abilities(ssp)).toBe('');
    expect(ssp?.description).toBe('KVM does not show it');
    expect(exit?.children?.[0] && abilities(exit.children[0])).toBe('copy expression');
  });

  it('explain themselves in a table of bits', () => {
    const text = areasAfter(vmcs('0x1', '0x10'))[0]?.children?.[1]?.tooltip?.() ?? '';
    expect(text).toContain('**GUEST\\_CR0**');
    expect(text).toContain('| 0 | PE | 1 | protected mode |');
  });
});

describe('bits', () => {
  it('are taken out of a value and put back', () => {
    expect(span('11:8')).toEqual([11, 8]);
    expect(span('7')).toEqual([7, 7]);
    expect(part(0xabcdn, 11, 8)).toBe(0xb);
    expect(withPart(0xabcdn, 11, 8, 0x1n)).toBe(0xa1cdn);
    expect(withPart(0xffff_ffff_ffff_ffffn, 63, 63, 0n)).toBe(0x7fff_ffff_ffff_ffffn);
    expect(withPart(0n, 3, 0, 0xffn)).toBe(0xfn);
  });

  it('are summed up by the names of those that are set', () => {
    const bits = [
      { name: 'PE', bits: '0', value: 1, meaning: 'protected mode' },
      { name: 'MP', bits: '1', value: 0, meaning: '' },
      { name: 'reason', bits: '15:0', value: 30, meaning: 'IO_INSTRUCTION' },
    ];
    expect(summary(bits)).toBe('IO_INSTRUCTION PE');
  });
});

describe('a value that is typed', () => {
  it('is a number that fits, or an expression for the server', () => {
    expect(parsed('0x10')).toBe(16n);
    expect(parsed('-1')).toBe(-1n);
    expect(parsed('$rax')).toBeUndefined();
    expect(wrongValue('0x10000', 16)).toContain('16 bits');
    expect(wrongValue('0xffff', 16)).toBeUndefined();
    expect(wrongValue('-1', 16)).toBeUndefined();
    expect(wrongValue('-0x8001', 16)).toContain('16 bits');
    expect(wrongValue('0xfg', 16)).toContain('not a number');
    expect(wrongValue('$rax + 1', 16)).toBeUndefined();
    expect(wrongValue('2 + 3', 16)).toBeUndefined();
    expect(wrongValue(' ', 16)).toContain('Enter');
  });
});
