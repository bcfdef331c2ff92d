import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allJdks, findJdk, jdkAt, jdkNear } from '../src/server/jdk';

function fakeJdk(version: string): string {
  const home = mkdtempSync(join(tmpdir(), 'jdk-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', process.platform === 'win32' ? 'java.exe' : 'java'), '');
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return home;
}

describe('jdkAt', () => {
  it('reads the version from the release file', () => {
    expect(jdkAt(fakeJdk('25.0.1'))?.version).toBe(25);
  });

  it('says nothing of a folder without a JDK', () => {
    expect(jdkAt(tmpdir())).toBeUndefined();
  });
});

describe('findJdk', () => {
  it('prefers JAVA_HOME when it is new enough', () => {
    const home = fakeJdk('26');
    expect(findJdk({ JAVA_HOME: home })?.home).toBe(home);
  });

  it('passes over one that is too old', () => {
    const old = fakeJdk('17.0.9');
    const fresh = fakeJdk('25');
    expect(findJdk({ JAVA_HOME: old, PATH: join(fresh, 'bin') })?.home).toBe(fresh);
  });
});

describe('allJdks', () => {
  it('lists each once, newest first', () => {
    const old = fakeJdk('17.0.9');
    const fresh = fakeJdk('27');
    const homes = allJdks({ JAVA_HOME: old, PATH: [old, fresh].map(bin).join(delimiter) });
    const ours = homes.filter((jdk) => [old, fresh].includes(jdk.home));
    expect(ours).toEqual([
      { home: fresh, version: 27 },
      { home: old, version: 17 },
    ]);
  });
});

describe('jdkNear', () => {
  it('forgives pointing at bin, or at a macOS bundle', () => {
    const home = fakeJdk('25');
    expect(jdkNear(bin(home))?.home).toBe(home);
    const bundle = mkdtempSync(join(tmpdir(), 'jdk-'));
    mkdirSync(join(bundle, 'Contents'));
    symlinkSync(home, join(bundle, 'Contents', 'Home'), 'junction');
    expect(jdkNear(bundle)?.version).toBe(25);
    expect(jdkNear(tmpdir())).toBeUndefined();
  });
});

function bin(home: string): string {
  return join(home, 'bin');
}
