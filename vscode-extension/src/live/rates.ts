/** Events a second by key, over a window that slides. */

export interface RateWindow {
  /** Forgets everything; the window begins now. */
  clear(at: number): void;
  /** Times never go backwards. */
  add(key: string, events: number, at: number): void;
  /** Of a key, or of all. */
  perSecond(key: string | undefined, at: number): number;
}

/** Shorter windows than this say little: nothing is reckoned from them. */
const SHORTEST_MILLIS = 300;

/** @param length of the window, in milliseconds */
export function createWindow(length: number): RateWindow {
  interface Slice {
    readonly at: number;
    readonly events: [string, number][];
  }
  let slices: Slice[] = [];
  let sums = new Map<string, number>();
  let sum = 0;
  let begin = 0;

  const expire = (at: number) => {
    let gone = 0;
    for (const slice of slices) {
      if (slice.at > at - length) {
        break;
      }
      gone++;
      for (const [key, events] of slice.events) {
        sum -= events;
        const left = (sums.get(key) ?? 0) - events;
        if (left === 0) {
          sums.delete(key);
        } else {
          sums.set(key, left);
        }
      }
    }
    if (gone > 0) {
      slices = slices.slice(gone);
    }
  };

  return {
    clear(at) {
      slices = [];
      sums = new Map();
      sum = 0;
      begin = at;
    },
    add(key, events, at) {
      if (events === 0) {
        return;
      }
      let last = slices.at(-1);
      if (last?.at !== at) {
        expire(at);
        last = { at, events: [] };
        slices.push(last);
      }
      last.events.push([key, events]);
      sums.set(key, (sums.get(key) ?? 0) + events);
      sum += events;
    },
    perSecond(key, at) {
      expire(at);
      const span = Math.min(length, at - begin);
      if (span < SHORTEST_MILLIS) {
        return 0;
      }
      return ((key === undefined ? sum : (sums.get(key) ?? 0)) * 1000) / span;
    },
  };
}
