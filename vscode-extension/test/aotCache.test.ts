import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheOptions, makeCache, type Purpose } from '../src/server/aotCache';
import { folderWith } from './launch/images';

/** A JDK whose `java` is this shell script; `$out` is the file that the cache goes to. */
function purpose(script: string): Purpose {
  const home = folderWith({ 'bin/java': '', release: 'JAVA_VERSION="25"\n' });
  const java = join(home, 'bin', 'java');
  const out = 'for a; do case $a in -XX:AOTCacheOutput=*) out=${a#*=};; esac; done\n';
  writeFileSync(java, `#!/bin/sh\n${out}${script}\n`);
  chmodSync(java, 0o755);
  return { jdk: { home, version: 25 }, jar: join(home, 'release'), options: ['-Xmx1g'] };
}

describe.skipIf(process.platform === 'win32')('makeCache', () => {
  const signal = new AbortController().signal;

  it('makes a cache once, and sessions use it from then on', async () => {
    const folder = folderWith({ 'server-of-another-jdk.aot': '', 'other.txt': '' });
    const given = purpose('echo "$@" > "$out"; touch "$out.config"');
    expect(cacheOptions(folder, given)).toEqual([]);
    expect(await makeCache(folder, given, signal)).toBe('made');
    expect(await makeCache(folder, given, signal)).toBe('there');
    const [option = ''] = cacheOptions(folder, given);
    const file = option.replace('-XX:AOTCache=', '');
    expect(existsSync(file)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['other.txt', file.slice(folder.length + 1)]);
    expect(cacheOptions(folder, { ...given, options: [] })).toEqual([]);
  });

  it('says what the JVM said when it fails, and leaves nothing', async () => {
    const folder = folderWith({});
    const given = purpose('echo "no such option" >&2; touch "$out"; exit 1');
    await expect(makeCache(folder, given, signal)).rejects.toThrow('status 1: no such option');
    expect(readdirSync(folder)).toEqual([]);
    expect(cacheOptions(folder, given)).toEqual([]);
  });
});
