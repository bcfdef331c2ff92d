import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guestsIn, symbolsFor } from '../../src/launch/find';
import { bootSector, bzImage, elf, folderWith } from './images';

describe('guestsIn', () => {
  it('finds guests by content, and not in folders of tools', async () => {
    const top = folderWith({
      'build/kernel.elf': elf(),
      'images/boot.bin': bootSector(),
      'node_modules/x/kernel.elf': elf(),
      'build/notes.bin': 'nothing that boots '.repeat(99),
      'kernel.c': 'int main;\n'.repeat(99),
    });
    expect((await guestsIn(top)).map((guest) => guest.path).sort()).toEqual([
      join(top, 'build', 'kernel.elf'),
      join(top, 'images', 'boot.bin'),
    ]);
  });

  it('takes the vmlinux of a bzImage for its symbols, not for another guest', async () => {
    const top = folderWith({ vmlinux: elf(), 'arch/x86/boot/bzImage': bzImage() });
    const image = join(top, 'arch', 'x86', 'boot', 'bzImage');
    expect((await guestsIn(top)).map((guest) => guest.path)).toEqual([image]);
    expect(symbolsFor(image)).toBe(join(top, 'vmlinux'));
  });
});

describe('symbolsFor', () => {
  it('goes by the version in the name', () => {
    const boot = folderWith({ 'vmlinuz-6.1.0': bzImage(), 'vmlinux-6.1.0': elf() });
    expect(symbolsFor(join(boot, 'vmlinuz-6.1.0'))).toBe(join(boot, 'vmlinux-6.1.0'));
  });

  it('says nothing where there is none', () => {
    expect(symbolsFor(join(folderWith({ bzImage: bzImage() }), 'bzImage'))).toBeUndefined();
  });
});
