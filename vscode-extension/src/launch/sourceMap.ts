/** From one source found elsewhere to the entry of `sourceMap` that finds its neighbours too. */
import { applyEdits, modify, parse, type JSONPath } from 'jsonc-parser';

/** Path prefixes: the debug information's, and this machine's. */
export interface PrefixPair {
  readonly from: string;
  readonly to: string;
}

/**
 * The shortest prefixes in which two paths of one file differ.
 *
 * @param there as the debug information says it
 * @param here where the file is
 * @returns undefined if their last names differ already: another file
 */
export function prefixPair(there: string, here: string): PrefixPair | undefined {
  const far = segments(there);
  const near = segments(here);
  let same = 0;
  while (same < Math.min(far.length, near.length) && far.at(-1 - same) === near.at(-1 - same)) {
    same += 1;
  }
  if (same === 0 || (same === far.length && same === near.length)) {
    return undefined;
  }
  // Something must be left of each: an empty prefix would match everything.
  const kept = Math.min(same, far.length - 1, near.length - 1);
  const whole = [far, near].some((path) => path.slice(0, path.length - kept).join('/') === '');
  const cut = whole ? kept - 1 : kept;
  return {
    from: far.slice(0, far.length - cut).join('/'),
    to: near.slice(0, near.length - cut).join('/'),
  };
}

function segments(path: string): string[] {
  return path.replaceAll('\\', '/').split('/');
}

/** A path of this machine, as configurations write it. */
export function withWorkspaceFolder(path: string, folder: string | undefined): string {
  const top = folder?.replaceAll('\\', '/');
  return top !== undefined && (path === top || path.startsWith(`${top}/`))
    ? '${workspaceFolder}' + path.slice(top.length)
    : path;
}

/**
 * A launch.json with an entry more in a configuration's `sourceMap`; comments and layout stay.
 *
 * @returns undefined if it has no configuration of ours with that name
 */
export function withSourceMap(
  launchJson: string,
  configuration: string,
  pair: PrefixPair,
): string | undefined {
  const content = parse(launchJson) as
    { configurations?: { type?: string; name?: string }[] } | undefined;
  const index =
    content?.configurations?.findIndex(
      ({ type, name }) => type === 'ringside' && name === configuration,
    ) ?? -1;
  if (index < 0) {
    return undefined;
  }
  const path: JSONPath = ['configurations', index, 'sourceMap', pair.from];
  const tab = /^\t/m.test(launchJson);
  const tabSize = /\n( +)"/.exec(launchJson)?.[1]?.length ?? 2;
  const edits = modify(launchJson, path, pair.to, {
    formattingOptions: {
      insertSpaces: !tab,
      tabSize,
      eol: launchJson.includes('\r\n') ? '\r\n' : '\n',
    },
  });
  return applyEdits(launchJson, edits);
}
