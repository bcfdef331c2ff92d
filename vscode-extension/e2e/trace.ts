/** What the extension's trace of the Debug Adapter Protocol says about when things happened. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message, by what it is: `→ initialize`, `← launch`, `← event stopped`. */
interface Entry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly what: string;
}

/** Reads the log that `ringside.trace` fills in a profile's folder. */
export function readTrace(profile: string): Entry[] {
  const logs = join(profile, 'data', 'logs');
  const files = existsSync(logs) ? allFiles(logs) : [];
  return files.flatMap((file) =>
    readFileSync(join(logs, file), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const match = /^(\S+ \S+) \[\w+\] ([→←]) (\{.*)$/.exec(line);
        const [, time, arrow, json] = match ?? [];
        return time === undefined || arrow === undefined || json === undefined
          ? []
          : [{ time: Date.parse(time), what: `${arrow} ${kindOf(json)}` }];
      }),
  );
}

function allFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('Ringside.log'),
  );
}

/** Long messages are cut in the log, so this looks at the text and does not parse it. */
function kindOf(json: string): string {
  const event = /"event":"([^"]*)"/.exec(json)?.[1];
  return event === undefined
    ? (/"command":"([^"]*)"/.exec(json)?.[1] ?? 'unknown')
    : `event ${event}`;
}

/** Milliseconds from a time to the first message of a kind after it. */
export function firstAfter(
  entries: readonly Entry[],
  time: number,
  what: string,
): number | undefined {
  const found = entries.find((entry) => entry.time >= time && entry.what === what);
  return found && found.time - time;
}
