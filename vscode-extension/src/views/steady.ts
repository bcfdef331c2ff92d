/** Keeps rows where they are for a while, so that one can be clicked while figures change. */

/** Rows change places no more often. */
const REORDER_MILLIS = 2000;

export interface SteadyOrder {
  /** Sorts siblings as they stood at the last reordering; new ones come last. */
  apply<T extends { readonly id: string }>(siblings: readonly T[]): T[];
  /** Another sort: takes the order that comes next. */
  reset(): void;
  /** Begins an update. */
  begin(): void;
}

export function createSteadyOrder(clock: () => number = () => performance.now()): SteadyOrder {
  const ranks = new Map<string, number>();
  let orderedAt = Number.NEGATIVE_INFINITY;
  let fresh = true;
  return {
    begin() {
      fresh = clock() - orderedAt >= REORDER_MILLIS;
      if (fresh) {
        orderedAt = clock();
        ranks.clear();
      }
    },
    apply(siblings) {
      if (siblings.some((row) => !ranks.has(row.id))) {
        // Those that stand keep their places; the rest follow, in the order given.
        let last = Math.max(-1, ...siblings.map((row) => ranks.get(row.id) ?? -1));
        siblings.forEach((row) => {
          if (!ranks.has(row.id)) {
            ranks.set(row.id, ++last);
          }
        });
      }
      return [...siblings].sort((a, b) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
    },
    reset() {
      orderedAt = Number.NEGATIVE_INFINITY;
      ranks.clear();
    },
  };
}
