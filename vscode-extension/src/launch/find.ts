/** Finds guests in a folder by their content. */
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { guestAt, type Guest } from './guest';

/** Folders that hold no guests, or too much else. */
const PASSED_OVER = new Set(['node_modules', '.git', '.svn', '.hg', '.vscode', 'obj', '.cache']);
/** Endings of guests; a file without one (`vmlinuz`, `kernel`) may be a guest too. */
const ENDINGS = new Set(['', '.elf', '.bin', '.img', '.boot', '.sys', '.kernel', '.efi', '.exe']);
const MOST_FOLDERS = 4000;
const DEEPEST = 8;

/** Guests in a folder and below, newest first. Looks at folders near the top first, and not at all of a huge tree. */
export async function guestsIn(top: string, cancelled = () => false): Promise<Guest[]> {
  const found: Guest[] = [];
  let level = [top];
  let seen = 0;
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      if (cancelled() || (seen += 1) > MOST_FOLDERS) {
        return sorted(found);
      }
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile() && mayBeGuest(entry.name));
      const guests = await Promise.all(files.map((entry) => guestAt(join(folder, entry.name))));
      found.push(...guests.filter((guest) => guest !== undefined));
      next.push(
        ...entries
          .filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name))
          .map((entry) => join(folder, entry.name)),
      );
    }
    level = next;
  }
  return sorted(found);
}

function mayBeGuest(name: string): boolean {
  return ENDINGS.has(extname(name).toLowerCase()) || /^(vmlinu[xz]|bzImage)/.test(name);
}

function sorted(guests: Guest[]): Guest[] {
  const images = guests.filter((guest) => guest.kind === 'Linux bzImage');
  const symbols = new Set(images.flatMap((image) => symbolsFor(image.path) ?? []));
  return guests.filter((guest) => !symbols.has(guest.path)).sort((a, b) => b.modified - a.modified);
}

/** The `vmlinux` that a bzImage was made from, which has its symbols. */
export function symbolsFor(image: string): string | undefined {
  const folder = dirname(image);
  const version = /^(?:vmlinuz|bzImage)-(.+)/.exec(basename(image))?.[1];
  const places = [
    ...(version
      ? [
          join(folder, `vmlinux-${version}`),
          `/usr/lib/debug/boot/vmlinux-${version}`,
          `/usr/lib/debug/lib/modules/${version}/vmlinux`,
        ]
      : []),
    join(folder, 'vmlinux'),
    // arch/x86/boot/bzImage
    join(folder, '..', '..', '..', 'vmlinux'),
  ];
  return places.find((file) => existsSync(file));
}
