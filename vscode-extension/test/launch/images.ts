/** Guest images and other files, byte by byte. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A new folder with these files in it. */
export function folderWith(files: Record<string, Buffer | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ring side '));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function bzImage(): Buffer {
  const image = Buffer.alloc(2048);
  image.writeUInt16LE(0xaa55, 510);
  image.write('HdrS', 0x202, 'latin1');
  return image;
}

export function bootSector(): Buffer {
  const image = Buffer.alloc(512);
  image.writeUInt16LE(0xaa55, 510);
  return image;
}

export function multiboot(flags: number, around: Buffer = Buffer.alloc(4096)): Buffer {
  around.writeUInt32LE(0x1badb002, 1024);
  around.writeUInt32LE(flags, 1028);
  around.writeUInt32LE((2 ** 33 - 0x1badb002 - flags) % 2 ** 32, 1032);
  return around;
}

/** An ELF64 executable with these program headers. */
export function elf(
  { type = 2, machine = 62, abi = 0 } = {},
  segments: { type: number; content?: Buffer }[] = [],
): Buffer {
  const image = Buffer.alloc(4096);
  image.write('\x7fELF', 'latin1');
  image.set([2, 1, 1, abi], 4);
  image.writeUInt16LE(type, 16);
  image.writeUInt16LE(machine, 18);
  image.writeBigUInt64LE(64n, 32);
  image.writeUInt16LE(56, 54);
  image.writeUInt16LE(segments.length, 56);
  segments.forEach((segment, index) => {
    const at = 64 + 56 * index;
    image.writeUInt32LE(segment.type, at);
    image.writeBigUInt64LE(BigInt(2048 + 256 * index), at + 8);
    image.writeBigUInt64LE(BigInt(segment.content?.length ?? 0), at + 32);
    segment.content?.copy(image, 2048 + 256 * index);
  });
  return image;
}

/** Another vendor's note, then the one that makes an ELF file a PVH kernel. */
export function pvhNotes(): Buffer {
  const note = (name: string, type: number) => {
    const bytes = Buffer.alloc(12 + 4 + 8);
    bytes.writeUInt32LE(4, 0);
    bytes.writeUInt32LE(7, 4); // padded to 8
    bytes.writeUInt32LE(type, 8);
    bytes.write(`${name}\0`, 12, 'latin1');
    return bytes;
  };
  return Buffer.concat([note('GNU', 3), note('Xen', 18)]);
}
