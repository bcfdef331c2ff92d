/** Work that is asked for often and done at its own pace. */

export interface Paced {
  /** Do it: at once if the last time is long enough ago, else as soon as it is. */
  request(): void;
  dispose(): void;
}

/** @param period of at least this many milliseconds between two times */
export function paced(period: number, work: () => void): Paced {
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const run = () => {
    timer = undefined;
    last = performance.now();
    work();
  };
  return {
    request() {
      if (timer === undefined) {
        const wait = last + period - performance.now();
        if (wait <= 0) {
          run();
        } else {
          timer = setTimeout(run, wait);
        }
      }
    },
    dispose() {
      clearTimeout(timer);
      timer = undefined;
      last = Number.POSITIVE_INFINITY;
    },
  };
}
