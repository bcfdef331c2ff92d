/** Tells what a file boots as, by its content alone, as the server does. */
import { open, stat, type FileHandle } from 'node:fs/promises';

export type GuestKind =
  'Linux bzImage' | 'Multiboot kernel' | 'PVH kernel' | 'ELF kernel' | 'boot sector';

export interface Guest {
  readonly path: string;
  readonly kind: GuestKind;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** The guest in a file; undefined if it is none, or cannot be read. */
export async function guestAt(path: string): Promise<Guest | undefined> {
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size < SECTOR) {
      return undefined;
    }
    const file = await open(path);
    try {
      const kind = await kindOf(file);
      return kind && { path, kind, modified: facts.mtimeMs };
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

const SECTOR = 512;
/** A Multiboot header lies in a file's first 8 KiB. */
const HEAD = 8192;

async function kindOf(file: FileHandle): Promise<GuestKind | undefined> {
  const head = await read(file, 0, HEAD);
  if (head.length >= 0x206 && head.toString('latin1', 0x202, 0x206) === 'HdrS') {
    return 'Linux bzImage';
  }
  const elf = elfHeader(head);
  const flags = multibootFlags(head);
  // Without address fields, Multiboot leaves it to the ELF header where things go.
  if (flags !== undefined && (elf !== undefined || (flags & (1 << 16)) !== 0)) {
    return 'Multiboot kernel';
  }
  if (elf) {
    return elfKind(file, elf);
  }
  return head.readUInt16LE(SECTOR - 2) === 0xaa55 ? 'boot sector' : undefined;
}

async function read(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** Multiboot 1, section 3.1.1: magic, flags, checksum, on a 32-bit boundary. */
function multibootFlags(head: Buffer): number | undefined {
  for (let at = 0; at + 12 <= head.length; at += 4) {
    if (head.readUInt32LE(at) === 0x1badb002) {
      const flags = head.readUInt32LE(at + 4);
      if (((0x1badb002 + flags + head.readUInt32LE(at + 8)) & 0xffff_ffff) === 0) {
        return flags;
      }
    }
  }
  return undefined;
}

interface Elf {
  readonly wide: boolean;
  readonly segments: number;
  readonly segmentSize: number;
  readonly segmentCount: number;
}

/** An x86 executable at fixed addresses; not a library, an object file, or a program that may move. */
function elfHeader(head: Buffer): Elf | undefined {
  const ET_EXEC = 2;
  const EM_386 = 3;
  const EM_X86_64 = 62;
  const ELFOSABI_NONE = 0;
  if (head.toString('latin1', 0, 4) !== '\x7fELF' || head[5] !== 1) {
    return undefined;
  }
  const machine = head.readUInt16LE(18);
  if (
    head.readUInt16LE(16) !== ET_EXEC ||
    (machine !== EM_386 && machine !== EM_X86_64) ||
    head[7] !== ELFOSABI_NONE
  ) {
    return undefined;
  }
  const wide = head[4] === 2;
  return {
    wide,
    segments: wide ? Number(head.readBigUInt64LE(32)) : head.readUInt32LE(28),
    segmentSize: head.readUInt16LE(wide ? 54 : 42),
    segmentCount: head.readUInt16LE(wide ? 56 : 44),
  };
}

async function elfKind(file: FileHandle, elf: Elf): Promise<GuestKind | undefined> {
  const PT_NOTE = 4;
  const table = await read(file, elf.segments, elf.segmentSize * elf.segmentCount);
  let kind: GuestKind | undefined = 'ELF kernel';
  for (let at = 0; at + elf.segmentSize <= table.length; at += elf.segmentSize) {
    const type = table.readUInt32LE(at);
    if (OF_PROGRAMS.has(type)) {
      return undefined;
    }
    if (type === PT_NOTE) {
      const from = elf.wide ? Number(table.readBigUInt64LE(at + 8)) : table.readUInt32LE(at + 4);
      const size = elf.wide ? Number(table.readBigUInt64LE(at + 32)) : table.readUInt32LE(at + 16);
      if (hasPvhNote(await read(file, from, Math.min(size, 1 << 16)))) {
        kind = 'PVH kernel';
      }
    }
  }
  return kind;
}

/** PT_DYNAMIC, PT_INTERP and PT_TLS: what an operating system's programs have, and a kernel does not. */
const OF_PROGRAMS = new Set([2, 3, 7]);

/** XEN_ELFNOTE_PHYS32_ENTRY. */
function hasPvhNote(notes: Buffer): boolean {
  const align = (size: number) => (size + 3) & ~3;
  for (let at = 0; at + 12 <= notes.length;) {
    const nameSize = notes.readUInt32LE(at);
    const name = notes.toString('latin1', at + 12, at + 12 + nameSize);
    if (name.startsWith('Xen') && notes.readUInt32LE(at + 8) === 18) {
      return true;
    }
    at += 12 + align(nameSize) + align(notes.readUInt32LE(at + 4));
  }
  return false;
}
