import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guestAt } from '../../src/launch/guest';
import { bootSector, bzImage, elf, folderWith, multiboot, pvhNotes } from './images';

async function kindOf(content: Buffer | string): Promise<string | undefined> {
  return (await guestAt(join(folderWith({ image: content }), 'image')))?.kind;
}

describe('guestAt', () => {
  it('knows each kind by its content', async () => {
    expect(await kindOf(bzImage())).toBe('Linux bzImage');
    expect(await kindOf(bootSector())).toBe('boot sector');
    expect(await kindOf(elf())).toBe('ELF kernel');
    expect(await kindOf(elf({}, [{ type: 1 }, { type: 4, content: pvhNotes() }]))).toBe(
      'PVH kernel',
    );
    expect(await kindOf(multiboot(3, elf()))).toBe('Multiboot kernel');
  });

  it('takes a Multiboot header outside an ELF file only with address fields', async () => {
    expect(await kindOf(multiboot(1 << 16))).toBe('Multiboot kernel');
    expect(await kindOf(multiboot(3))).toBeUndefined();
  });

  it('takes no program of an operating system', async () => {
    expect(await kindOf(elf({}, [{ type: 1 }, { type: 3 }]))).toBeUndefined(); // PT_INTERP
    expect(await kindOf(elf({}, [{ type: 7 }]))).toBeUndefined(); // PT_TLS
    expect(await kindOf(elf({ abi: 3 }))).toBeUndefined(); // GNU/Linux
    expect(await kindOf(elf({ type: 3 }))).toBeUndefined(); // ET_DYN
    expect(await kindOf(elf({ type: 1 }))).toBeUndefined(); // an object file
    expect(await kindOf(elf({ machine: 183 }))).toBeUndefined(); // AArch64
  });

  it('takes no other file, and none that is not there', async () => {
    expect(await kindOf('int main(void) { return 0; }\n'.repeat(100))).toBeUndefined();
    expect(await kindOf('')).toBeUndefined();
    expect(await guestAt('/nowhere/kernel.elf')).toBeUndefined();
    expect(await guestAt(folderWith({}))).toBeUndefined();
  });
});
