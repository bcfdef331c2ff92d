/** Finds a JDK that can run the server. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export const OLDEST_JDK = 25;

const EXECUTABLE = process.platform === 'win32' ? 'java.exe' : 'java';

export interface Jdk {
  readonly home: string;
  readonly version: number;
}

/** The program that runs Java classes. */
export function javaOf(jdk: Jdk): string {
  return join(jdk.home, 'bin', EXECUTABLE);
}

/** The JDK in a folder, by its `release` file; undefined if there is none. Starts no program. */
export function jdkAt(home: string): Jdk | undefined {
  try {
    realpathSync(join(home, 'bin', EXECUTABLE));
    const line = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(home, 'release'), 'utf8'));
    return line ? { home, version: Number(line[1]) } : undefined;
  } catch {
    return undefined;
  }
}

/** The first JDK that is new enough: `JAVA_HOME`, the `PATH`, then the system's usual folders. */
export function findJdk(env: NodeJS.ProcessEnv = process.env): Jdk | undefined {
  for (const home of candidates(env)) {
    const jdk = jdkAt(home);
    if (jdk && jdk.version >= OLDEST_JDK) {
      return jdk;
    }
  }
  return undefined;
}

/** Every JDK in the usual places, newest first. */
export function allJdks(env: NodeJS.ProcessEnv = process.env): Jdk[] {
  const found = new Map<string, Jdk>();
  for (const candidate of candidates(env)) {
    const jdk = jdkAt(candidate);
    if (jdk) {
      const home = realpathSync(jdk.home);
      found.set(home, { ...jdk, home });
    }
  }
  return [...found.values()].sort((a, b) => b.version - a.version || a.home.localeCompare(b.home));
}

/** The JDK of a folder that a person pointed at: its home, its `bin`, or a macOS bundle. */
export function jdkNear(folder: string): Jdk | undefined {
  return jdkAt(folder) ?? jdkAt(dirname(folder)) ?? jdkAt(join(folder, 'Contents', 'Home'));
}

function* candidates(env: NodeJS.ProcessEnv): Generator<string> {
  if (env['JAVA_HOME']) {
    yield env['JAVA_HOME'];
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    try {
      yield dirname(dirname(realpathSync(join(folder, EXECUTABLE))));
    } catch {
      // No java there.
    }
  }
  const home = homedir();
  yield* within('/usr/lib/jvm', '/usr/java', '/opt');
  yield* within(join(home, '.sdkman', 'candidates', 'java'), join(home, '.jdks'));
  for (const folder of within('/Library/Java/JavaVirtualMachines')) {
    yield join(folder, 'Contents', 'Home');
  }
  if (env['ProgramFiles']) {
    yield* within(
      ...['Java', 'Eclipse Adoptium', 'Microsoft', 'Zulu'].map((vendor) =>
        join(env['ProgramFiles'] ?? '', vendor),
      ),
    );
  }
}

function* within(...folders: string[]): Generator<string> {
  for (const folder of folders) {
    try {
      for (const name of readdirSync(folder).sort().reverse()) {
        yield join(folder, name);
      }
    } catch {
      // No such folder.
    }
  }
}
