import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findJdk, jdkAt } from '../src/server/jdk';

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
