// Spans of a run's time: what happened in them.

/** @import { Timeline } from 'ringside/profile' */
/** @import { Measure } from './paths.js' */

/** @typedef {{ from: number; to: number }} Span buckets, `to` excluded */

/**
 * @typedef {object} Series
 * @property {string | undefined} reason `undefined`: the others together
 * @property {string} title
 * @property {number[]} values a bucket each
 * @property {number} sum
 */

/**
 * The largest reasons by themselves, the rest as one, the largest first.
 * @param {Timeline} timeline
 * @param {Measure} measure
 * @param {number} most
 * @returns {{ series: Series[]; peak: number }} `peak`: the highest column of all together
 */
export function seriesOf(timeline, measure, most) {
  const all = timeline.exits
    .map(({ reason, counts, totals: costs }) => {
      const values = [...(measure === 'count' ? counts : costs)];
      return { reason, title: reason, values, sum: values.reduce((a, b) => a + b, 0) };
    })
    .filter((each) => each.sum > 0)
    .sort((a, b) => b.sum - a.sum || (a.reason < b.reason ? -1 : 1));
  /** @type {Series[]} */
  const series = all.length > most ? all.slice(0, most - 1) : all;
  const rest = all.slice(series.length);
  if (rest.length > 0) {
    const values = Array.from({ length: timeline.buckets }, (_, at) =>
      rest.reduce((sum, each) => sum + (each.values[at] ?? 0), 0),
    );
    const sum = rest.reduce((a, each) => a + each.sum, 0);
    series.push({ reason: undefined, title: `${rest.length} others`, values, sum });
  }
  let peak = 0;
  for (let at = 0; at < timeline.buckets; at += 1) {
    peak = Math.max(
      peak,
      series.reduce((sum, each) => sum + (each.values[at] ?? 0), 0),
    );
  }
  return { series, peak };
}

/**
 * Columns on top of each other as SVG path data, one a series; a bucket is one wide.
 * @param {readonly (readonly number[])[]} values a bucket each, the lowest first
 * @param {number} buckets
 * @param {(at: number) => number} peakAt what reaches the top
 * @param {number} height
 * @returns {string[]}
 */
export function columnsOfSeries(values, buckets, peakAt, height) {
  const filled = new Float64Array(buckets);
  return values.map((series) => {
    let path = '';
    for (let at = 0; at < buckets; at += 1) {
      const value = series[at] ?? 0;
      const peak = peakAt(at);
      if (value > 0 && peak > 0) {
        const below = filled[at] ?? 0;
        const bottom = height - (height * below) / peak;
        const top = height - (height * (below + value)) / peak;
        path += `M${at} ${bottom.toFixed(2)}V${top.toFixed(2)}h1V${bottom.toFixed(2)}z`;
        filled[at] = below + value;
      }
    }
    return path;
  });
}

/**
 * Sums over a span.
 * @param {Timeline} timeline
 * @param {Span} span
 */
export function figuresOf(timeline, span) {
  /** @param {readonly number[]} values */
  const sum = (values) => values.slice(span.from, span.to).reduce((a, b) => a + b, 0);
  const reasons = timeline.exits
    .map(({ reason, counts, totals: costs }) => ({ reason, count: sum(counts), total: sum(costs) }))
    .filter((each) => each.count > 0)
    .sort((a, b) => b.total - a.total || b.count - a.count);
  const residency = Object.entries(timeline.residency)
    .map(([place, values]) => ({ place, time: sum(values) }))
    .filter((each) => each.time > 0);
  return {
    start: span.from * timeline.width,
    end: span.to * timeline.width,
    count: reasons.reduce((all, each) => all + each.count, 0),
    total: reasons.reduce((all, each) => all + each.total, 0),
    reasons,
    residency,
  };
}

/**
 * The buckets of a time range, at least one.
 * @param {Timeline} timeline
 * @param {{ start: number; end: number }} range nanoseconds
 * @returns {Span}
 */
export function spanOf({ width, buckets }, { start, end }) {
  const from = Math.max(0, Math.min(Math.floor(start / width), buckets - 1));
  return { from, to: Math.max(from + 1, Math.min(Math.ceil(end / width), buckets)) };
}

/**
 * Round times for an axis: at most `most`, from 0.
 * @param {number} length nanoseconds
 * @param {number} most
 */
export function ticksOf(length, most) {
  if (!(length > 0)) {
    return [];
  }
  const power = 10 ** Math.floor(Math.log10(length / most));
  const step = ([1, 2, 5].find((each) => length / (each * power) <= most) ?? 10) * power;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => at * step);
}
