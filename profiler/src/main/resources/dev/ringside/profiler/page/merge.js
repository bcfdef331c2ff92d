// The profile that the page shows, and what a running guest adds to it.

/** @import { ExitRow, Profile, RingRow } from 'ringside/profile' */

/**
 * What tells an exit's row from every other.
 * @param {ExitRow} row
 */
export function exitKey(row) {
  const place = `${row.symbol ?? ''}\u0001${row.address ?? ''}\u0001${row.source ?? ''}`;
  const exact = row.approximate ? 1 : 0;
  return `${row.reason}\u0001${row.detail ?? ''}\u0001${place}\u0001${row.cpl}.${row.vcpu}.${exact}`;
}

/** @param {RingRow} row */
export function ringKey(row) {
  const handler = `${row.handler ?? ''}\u0001${row.address ?? ''}\u0001${row.source ?? ''}`;
  return `${row.from}.${row.to}.${row.mechanism}.${row.vector ?? ''}\u0001${handler}`;
}

/**
 * A profile that takes in changes: rows with totals, in place of those of the same key.
 * @param {Profile} start
 */
export function growingProfile(start) {
  let profile = start;
  const exits = new Map(start.exits.map((row) => [exitKey(row), row]));
  const rings = new Map((start.rings ?? []).map((row) => [ringKey(row), row]));
  return {
    get profile() {
      return profile;
    },
    /** @param {Profile} changes */
    merge(changes) {
      for (const row of changes.exits) {
        exits.set(exitKey(row), row);
      }
      for (const row of changes.rings ?? []) {
        rings.set(ringKey(row), row);
      }
      profile = { ...profile, ...changes, exits: [...exits.values()] };
      if (rings.size > 0) {
        profile = { ...profile, rings: [...rings.values()] };
      }
    },
  };
}

/**
 * Exits and trap cost of all rows.
 * @param {readonly ExitRow[]} rows
 */
export function totals(rows) {
  let count = 0;
  let total = 0;
  for (const row of rows) {
    count += row.count;
    total += row.total;
  }
  return { count, total };
}
