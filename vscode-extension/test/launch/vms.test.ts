import { describe, expect, it } from 'vitest';
import { vmsIn } from '../../src/launch/vms';

describe('vmsIn', () => {
  it('reads what ringside ps prints', () => {
    const listing =
      'NAME                      PID  GUEST\n' +
      'rings                   12345  /home/me/my guests/rings.elf\n' +
      'a-name-of-more-than-twenty-letters        7  /k.elf\r\n' +
      'quiet                       ?  ?\n';
    expect(vmsIn(listing)).toEqual([
      { name: 'rings', pid: 12345, guest: '/home/me/my guests/rings.elf' },
      { name: 'a-name-of-more-than-twenty-letters', pid: 7, guest: '/k.elf' },
      { name: 'quiet' },
    ]);
  });

  it('reads nothing in nothing', () => {
    expect(vmsIn('')).toEqual([]);
  });
});
