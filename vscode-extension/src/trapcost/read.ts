/** Reads the JSON form of a profile, and says in plain words what is wrong with a file that is none. */
import type { Profile } from '../profile';

/** The newest version that the page understands. */
const VERSION = 1;

/** A file is no profile that can be shown. */
export class NoProfileError extends Error {
  constructor(
    readonly title: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** @throws NoProfileError */
export function readProfile(text: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NoProfileError(
      'This file is not JSON',
      `${text.trim() === '' ? 'It is empty.' : String(error)}\nA profile is what ringside run --profile F.ringside.json writes.`,
    );
  }
  if (!isObject(value) || typeof value['version'] !== 'number' || !Array.isArray(value['exits'])) {
    throw new NoProfileError(
      'This file is no Ringside profile',
      'A profile has "version" and "exits". ringside run --profile F.ringside.json writes one.',
    );
  }
  if (value['version'] > VERSION) {
    throw new NoProfileError(
      'This profile is from a newer Ringside',
      `It has version ${value['version']}, and this extension knows versions up to ${VERSION}. Update the extension to open it.`,
    );
  }
  const wrong = firstWrong(value);
  if (wrong) {
    throw new NoProfileError('This profile is damaged', wrong);
  }
  return {
    guest: 'guest',
    backend: '?',
    vcpus: 1,
    lostEvents: 0,
    ...value,
  } as unknown as Profile;
}

const FIGURES = ['count', 'total', 'min', 'mean', 'p50', 'p90', 'p99', 'max', 'cpl', 'vcpu'];

function firstWrong(profile: Record<string, unknown>): string | undefined {
  for (const [at, row] of (profile['exits'] as unknown[]).entries()) {
    if (!isObject(row) || typeof row['reason'] !== 'string') {
      return `exits[${at}] has no reason.`;
    }
    const lacks = FIGURES.find((name) => typeof row[name] !== 'number');
    if (lacks) {
      return `exits[${at}] has no number "${lacks}".`;
    }
  }
  const { rings, residency, stacks, timeline } = profile;
  if (rings !== undefined && !Array.isArray(rings)) {
    return '"rings" is no array.';
  }
  if (residency !== undefined && !isObject(residency)) {
    return '"residency" is no object.';
  }
  return wrongStacks(stacks) ?? wrongTimeline(timeline);
}

function wrongStacks(stacks: unknown): string | undefined {
  if (stacks === undefined) {
    return undefined;
  }
  if (!isObject(stacks) || !Array.isArray(stacks['frames']) || !Array.isArray(stacks['paths'])) {
    return '"stacks" has no "frames" and "paths".';
  }
  const known = stacks['frames'].length;
  const fits = (frame: unknown) => typeof frame === 'number' && frame >= 0 && frame < known;
  const paths: unknown[] = stacks['paths'];
  const at = paths.findIndex(
    (path) => !isObject(path) || !Array.isArray(path['frames']) || !path['frames'].every(fits),
  );
  return at < 0 ? undefined : `stacks.paths[${at}] names a frame that is not there.`;
}

function wrongTimeline(timeline: unknown): string | undefined {
  if (timeline === undefined) {
    return undefined;
  }
  const whole =
    isObject(timeline) &&
    typeof timeline['width'] === 'number' &&
    typeof timeline['buckets'] === 'number' &&
    Array.isArray(timeline['exits']) &&
    isObject(timeline['residency']);
  return whole ? undefined : '"timeline" lacks its width, buckets, exits or residency.';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
