/**
 * What a guest's exits and ring transitions have come to so far: takes the rows that
 * `ringside/profile` sends, which are totals, and knows how fast they grow.
 */
import type { ExitRow, Profile, Residency, RingRow, Stacks, Timeline } from '../profile';
import { createWindow, type RateWindow } from './rates';

/** Rates are those of the last two seconds in which the guest ran. */
export const WINDOW_MILLIS = 2000;

/** What tells an exit's row from all others. */
export function exitKey(row: ExitRow): string {
  return [
    row.reason,
    row.detail ?? '',
    row.symbol ?? '',
    row.address ?? '',
    row.source ?? '',
    row.cpl,
    row.vcpu,
    row.approximate ? 1 : 0,
  ].join('\u0000');
}

export function ringKey(row: RingRow): string {
  return [
    row.from,
    row.to,
    row.mechanism,
    row.vector ?? '',
    row.handler ?? '',
    row.address ?? '',
  ].join('\u0000');
}

/** Counts and times at a moment, from which a view counts afresh. */
export interface Baseline {
  readonly exits: ReadonlyMap<string, { readonly count: number; readonly total: number }>;
  readonly rings: ReadonlyMap<string, { readonly count: number; readonly residency: number }>;
  readonly residency: Residency | undefined;
}

/** A profile that grows. Times passed in are milliseconds of a clock that stands with the guest. */
export class LiveProfile {
  readonly exits = new Map<string, ExitRow>();
  /** Undefined where the backend does not see ring transitions. */
  rings: Map<string, RingRow> | undefined;
  residency: Residency | undefined;
  stacks: Stacks | undefined;
  timeline: Timeline | undefined;
  guest = '';
  backend = '';
  vcpus = 1;
  instructions: number | undefined;
  lostEvents = 0;
  /** Counts what has been applied; the same number means that nothing is new. */
  revision = 0;
  /** All exits there have been, and their cost in nanoseconds. */
  count = 0;
  total = 0;

  private readonly exitWindow: RateWindow = createWindow(WINDOW_MILLIS);
  private readonly ringWindow: RateWindow = createWindow(WINDOW_MILLIS);

  /** A whole profile: what it adds has no date, and does not count in rates. */
  load(profile: Profile, at: number): void {
    this.exits.clear();
    this.rings = undefined;
    this.count = 0;
    this.total = 0;
    this.exitWindow.clear(at);
    this.ringWindow.clear(at);
    this.take(profile, undefined);
  }

  /** The rows that have changed by a time. */
  apply(changes: Profile, at: number): void {
    this.take(changes, at);
  }

  private take(profile: Profile, at: number | undefined): void {
    this.revision++;
    this.guest = profile.guest;
    this.backend = profile.backend;
    this.vcpus = profile.vcpus;
    this.instructions = profile.instructions;
    this.lostEvents = profile.lostEvents;
    this.residency = profile.residency ?? this.residency;
    this.stacks = profile.stacks ?? this.stacks;
    this.timeline = profile.timeline ?? this.timeline;
    for (const row of profile.exits) {
      const key = exitKey(row);
      const before = this.exits.get(key);
      this.exits.set(key, row);
      const grown = row.count - (before?.count ?? 0);
      this.count += grown;
      this.total += row.total - (before?.total ?? 0);
      if (at !== undefined) {
        this.exitWindow.add(key, grown, at);
      }
    }
    if (profile.rings) {
      const rings = (this.rings ??= new Map<string, RingRow>());
      for (const row of profile.rings) {
        const key = ringKey(row);
        const grown = row.count - (rings.get(key)?.count ?? 0);
        rings.set(key, row);
        if (at !== undefined) {
          this.ringWindow.add(key, grown, at);
        }
      }
    }
  }

  /** Exits a second, all together. */
  exitsPerSecond(at: number): number {
    return this.exitWindow.perSecond(undefined, at);
  }

  /** Exits a second of a row. */
  exitRate(key: string, at: number): number {
    return this.exitWindow.perSecond(key, at);
  }

  ringRate(key: string, at: number): number {
    return this.ringWindow.perSecond(key, at);
  }

  baseline(): Baseline {
    return {
      exits: new Map(
        [...this.exits].map(([key, row]) => [key, { count: row.count, total: row.total }]),
      ),
      rings: new Map(
        [...(this.rings ?? [])].map(([key, row]) => [
          key,
          { count: row.count, residency: row.residency },
        ]),
      ),
      residency: this.residency,
    };
  }

  /** All of it, as `ringside/profile` would answer. */
  whole(): Profile {
    return {
      version: 1,
      guest: this.guest,
      backend: this.backend,
      vcpus: this.vcpus,
      ...(this.instructions === undefined ? {} : { instructions: this.instructions }),
      lostEvents: this.lostEvents,
      exits: [...this.exits.values()],
      ...(this.rings ? { rings: [...this.rings.values()] } : {}),
      ...(this.residency ? { residency: this.residency } : {}),
      ...(this.stacks ? { stacks: this.stacks } : {}),
      ...(this.timeline ? { timeline: this.timeline } : {}),
    };
  }
}
