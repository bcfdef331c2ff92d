import { describe, expect, it } from 'vitest';
import type { WalkLevel, WalkResponse } from '../src/protocol';
import { Changes } from '../src/views/changes';
import { abilities } from '../src/views/nodes';
import { walkRows, walkValues } from '../src/views/walk';

function level(name: string, address: string, entry: string, next?: string): WalkLevel {
  const present = Number(BigInt(entry) & 1n);
  return {
    name,
    index: 3,
    address,
    entry,
    ...(next !== undefined && { next }),
    bits: [
      { name: 'P', bits: '0', value: present, meaning: present ? 'present' : '' },
      { name: 'address', bits: '51:12', value: 0x107, meaning: '0x107000' },
    ],
  };
}

const ept: WalkResponse = {
  title: 'EPT walk of 0x1234',
  address: 'phys:0x1234',
  levels: [level('EPT PML4E', 'host:0x1000', '0x2007', 'host:0x2000')],
  result: 'host:0x9234',
  end: '4 KiB page',
};

function walk(entry: string, more: Partial<WalkResponse> = {}): WalkResponse {
  return {
    title: 'walk of 0x1234',
    address: '0x1234',
    levels: [level('PML4E', 'phys:0x106000', entry, 'phys:0x107000')],
    result: 'phys:0x1234',
    end: '4 KiB page',
    ept,
    ...more,
  };
}

function rowsAfter(...stops: WalkResponse[]) {
  const changes = new Changes();
  stops.forEach((response, i) => {
    changes.record(i + 1, walkValues(response));
  });
  return walkRows(stops.at(-1) ?? walk('0x1'), changes);
}

describe('a page walk', () => {
  it('goes from the guest tables on into the EPT, to the host address', () => {
    const [guest, host] = rowsAfter(walk('0x107027'));
    expect(guest).toMatchObject({ description: '0x1234 → phys:0x1234' });
    expect(guest?.children?.map((row) => row.label)).toEqual(['PML4E[3]', 'phys:0x1234']);
    expect(guest?.children?.[0]?.description).toBe('0x107027 → phys:0x107000 · P');
    expect(host).toMatchObject({ label: 'EPT', description: 'phys:0x1234 → host:0x9234' });
  });

  it('opens memory where a guest table is, not where the EPT is', () => {
    const [guest, host] = rowsAfter(walk('0x107027'));
    expect(guest?.children?.[0]).toMatchObject({ memory: 'phys:0x106000' });
    expect(host?.children?.[0] && abilities(host.children[0])).toBe('copy');
  });

  it('shows a fault at the entry that is to blame', () => {
    const rows = rowsAfter({
      title: 'walk of 0x1234',
      address: '0x1234',
      levels: [level('PML4E', 'phys:0x106de8', '0x0')],
      end: 'not mapped: PML4E is not present',
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]?.mark).toBe('fault');
    expect(rows[0]?.children).toMatchObject([
      { label: 'PML4E[3]', mark: 'fault', description: '0x0 · not present' },
      { label: 'Fault', description: 'not mapped: PML4E is not present', mark: 'fault' },
    ]);
  });

  it('marks entries that have changed since the last stop', () => {
    const [guest] = rowsAfter(walk('0x107007'), walk('0x107027'));
    expect(guest?.children?.[0]).toMatchObject({
      mark: 'changed',
      description: '0x107027 → phys:0x107000 · P · was 0x107007',
    });
  });

  it('says that a processor shows no EPT', () => {
    const { title, address, levels, end } = walk('0x107027');
    const guestOnly = { title, address, levels, end, result: 'phys:0x1234' };
    expect(rowsAfter(guestOnly)[1]?.description).toBe('not visible on this processor');
  });
});
