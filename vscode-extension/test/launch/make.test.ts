import { spawnSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWithin, makefileFolders, outputsFor, planFor, targetsIn } from '../../src/launch/make';
import { elf, folderWith } from './images';

const hasMake = spawnSync('make', ['--version']).status === 0;

/** A project as our samples are: one Makefile, a folder a guest. */
function project(extra: Record<string, Buffer | string> = {}): string {
  return folderWith({
    Makefile: [
      'all: build/one.elf build/two.elf',
      'one: build/one.elf',
      'build/%.elf:',
      '\ttrue',
      'build/one.elf: one/kernel.c',
      'build/two.elf: two/kernel.c',
      '.PHONY: all one',
      '',
    ].join('\n'),
    'one/kernel.c': '',
    'two/kernel.c': '',
    ...extra,
  });
}

describe('makefileFolders', () => {
  it('goes up from the source to the bound', () => {
    const top = project({ 'one/deep/Makefile': '' });
    expect(makefileFolders(join(top, 'one', 'deep'), top)).toEqual([join(top, 'one', 'deep'), top]);
    expect(makefileFolders(join(top, 'one'), join(top, 'one'))).toEqual([]);
  });

  it("leaves Linux's own alone", () => {
    const top = folderWith({ Makefile: '', Kconfig: '', 'kernel/Makefile': '' });
    expect(makefileFolders(join(top, 'kernel'), top)).toEqual([join(top, 'kernel')]);
  });
});

describe('outputsFor', () => {
  it("begins with the source's folder", () => {
    const outputs = outputsFor('/p', join('/p', 'rings', 'kernel.c'));
    expect(outputs[0]).toBe('build/rings.elf');
    expect(outputs).toContain('kernel.bin');
    expect(outputs.indexOf('build/rings.elf')).toBeLessThan(outputs.indexOf('build/kernel.elf'));
  });
});

describe('targetsIn', () => {
  it('tells targets from other files', () => {
    const database =
      '# Files\n\n# Not a target:\na.c:\n#  x\n\nall: a.elf\n\na.elf: a.c\n\n%.o: %.c\n';
    expect([...targetsIn(database)]).toEqual(['all', 'a.elf']);
  });
});

describe.skipIf(!hasMake)('planFor', () => {
  it('finds the rule for a guest that is not built yet', async () => {
    const top = project();
    expect(await planFor(top, join(top, 'two', 'kernel.c'))).toEqual({
      folder: top,
      target: 'build/two.elf',
      program: join(top, 'build/two.elf'),
      stale: true,
    });
  });

  it('asks make whether one that is there is up to date', async () => {
    const top = project({ 'build/one.elf': elf() });
    const source = join(top, 'one', 'kernel.c');
    expect((await planFor(top, source))?.stale).toBe(false);
    const later = new Date(Date.now() + 60_000);
    utimesSync(source, later, later);
    expect((await planFor(top, source))?.stale).toBe(true);
  });

  it('builds by name what has no rule of its own', async () => {
    const top = folderWith({
      Makefile: 'all: one\none:\n\ttrue\n.PHONY: all one\n',
      'build/one.elf': elf(),
      'one/kernel.c': '',
    });
    expect(await planFor(top, join(top, 'one', 'kernel.c'))).toMatchObject({
      target: 'one',
      stale: true,
    });
  });

  it('makes nothing of a Makefile for something else', async () => {
    const top = folderWith({ Makefile: 'all:\n\ttrue\n', 'a/b.c': '' });
    expect(await planFor(top, join(top, 'a', 'b.c'))).toBeUndefined();
  });
});

describe('isWithin', () => {
  it('goes by whole names', () => {
    expect(isWithin('/a/b', '/a')).toBe(true);
    expect(isWithin('/a', '/a')).toBe(true);
    expect(isWithin('/ab', '/a')).toBe(false);
    expect(isWithin(dirname('/a'), '/a')).toBe(false);
    expect(isWithin('/a/..b', '/a')).toBe(true);
  });
});
