// Percentiles of several rows together. A row says its own (min, p50, p90, p99, max); those of a
// mixture are estimated from the rows' distributions, taken as log-linear between these points.

/** @import { ExitRow } from 'ringside/profile' */

const STEPS = 22;

/**
 * The value under which a part `q` of all the rows' exits stay. Exact for one row.
 * @param {readonly ExitRow[]} rows
 * @param {0.5 | 0.9 | 0.99} q
 */
export function quantile(rows, q) {
  const of = q === 0.5 ? 'p50' : q === 0.9 ? 'p90' : 'p99';
  // A mixture's percentile lies between the least and the greatest of its parts'.
  let low = Infinity;
  let high = 0;
  let count = 0;
  for (const row of rows) {
    low = Math.min(low, row[of]);
    high = Math.max(high, row[of]);
    count += row.count;
  }
  if (!(high > low)) {
    return count > 0 ? high : 0;
  }
  let from = Math.log(low + 1);
  let to = Math.log(high + 1);
  for (let step = 0; step < STEPS && to - from > 0.003; step += 1) {
    const middle = (from + to) / 2;
    let below = 0;
    for (const row of rows) {
      below += row.count * partBelow(row, middle);
    }
    if (below < q * count) {
      from = middle;
    } else {
      to = middle;
    }
  }
  return Math.exp((from + to) / 2) - 1;
}

/**
 * @param {ExitRow} row
 * @param {number} x the logarithm of a value, plus one
 */
function partBelow(row, x) {
  const value = Math.exp(x) - 1;
  if (value >= row.max) {
    return 1;
  }
  if (value < row.min) {
    return 0;
  }
  if (value < row.p50) {
    return between(row.min, row.p50, 0, 0.5, x);
  }
  if (value < row.p90) {
    return between(row.p50, row.p90, 0.5, 0.9, x);
  }
  if (value < row.p99) {
    return between(row.p90, row.p99, 0.9, 0.99, x);
  }
  return between(row.p99, row.max, 0.99, 1, x);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} partLow
 * @param {number} partHigh
 * @param {number} x
 */
function between(low, high, partLow, partHigh, x) {
  const a = Math.log(low + 1);
  const b = Math.log(high + 1);
  return b > a ? partLow + ((partHigh - partLow) * (x - a)) / (b - a) : partHigh;
}
