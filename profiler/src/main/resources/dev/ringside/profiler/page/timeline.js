// The timeline: exits over the run as columns, and below where the time went. Dragging over it, or
// arrows with Shift, choose a span, whose figures stand below; Escape lets it go.

import { button, hideTip, html, setText, showTip, svg } from './dom.js';
import { duration, exactDuration, percentage, quantity } from './format.js';
import { lookClass } from './palette.js';
import { columnsOfSeries, figuresOf, seriesOf, spanOf, ticksOf } from './spans.js';
import { PLACES } from './summary.js';

/** @import { Timeline } from 'ringside/profile' */
/** @import { Measure } from './paths.js' */
/** @import { Series, Span } from './spans.js' */

/** More reasons than this share a colour. */
const MOST_SERIES = 8;

/** @typedef {{ start: number; end: number }} TimeRange nanoseconds */

/** @param {() => void} changed its state has */
export function createTimeline(changed) {
  /** @type {Timeline | undefined} */
  let timeline;
  /** @type {Measure} */
  let measure = 'total';
  /** @type {Series[]} */
  let series = [];
  /** @type {TimeRange | undefined} */
  let range;
  /** The bucket that the keyboard is at, and the other end of what it chooses. */
  let cursor = 0;
  let anchor = 0;

  const columns = svg('svg', {
    class: 'columns',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  const band = svg('svg', { class: 'band', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  const chosen = html('div', { class: 'span' });
  const hair = html('div', { class: 'hair' });
  chosen.hidden = hair.hidden = true;
  const plot = html(
    'div',
    { class: 'plot', tabindex: 0, role: 'slider', 'aria-label': 'Time in the run' },
    columns,
    band,
    chosen,
    hair,
  );
  const axis = html('div', { class: 'axis', 'aria-hidden': 'true' });
  const legend = html('div', { class: 'legend' });
  const peakSaid = html('span', { class: 'said' });
  const figures = html('div', { class: 'range', role: 'status' });
  figures.hidden = true;

  function draw() {
    if (!timeline) {
      return;
    }
    const { buckets, width, residency } = timeline;
    const stacked = seriesOf(timeline, measure, MOST_SERIES);
    series = stacked.series;
    const { peak } = stacked;
    drawStack(
      columns,
      100,
      series.map((each) => ({ look: lookClass(each.reason), values: each.values })),
      () => peak,
    );
    const places = PLACES.map((place) => ({
      look: `place ${place.id}`,
      values: residency[place.id] ?? [],
    }));
    const sums = Array.from({ length: buckets }, (_, at) =>
      places.reduce((sum, place) => sum + (place.values[at] ?? 0), 0),
    );
    drawStack(band, 10, places, (at) => sums[at] ?? 0);
    const length = buckets * width;
    axis.replaceChildren(
      ...ticksOf(length, 8).map((time) => {
        const tick = html('span', {}, duration(time).replace(/\.0+(?= )/, ''));
        tick.style.left = `${(100 * time) / length}%`;
        return tick;
      }),
    );
    legend.replaceChildren(
      ...series.map((each) =>
        html(
          'span',
          {},
          html('span', { class: `swatch ${lookClass(each.reason)}`, 'aria-hidden': 'true' }),
          each.title,
        ),
      ),
    );
    const top = measure === 'count' ? `${quantity(peak)} exits` : duration(peak);
    setText(peakSaid, peak > 0 ? `highest: ${top} in ${duration(width)}` : '');
    plot.setAttribute('aria-valuemin', '0');
    plot.setAttribute('aria-valuemax', String(buckets - 1));
    drawRange();
  }

  /**
   * @param {SVGSVGElement} into
   * @param {number} height
   * @param {readonly { look: string; values: readonly number[] }[]} all
   * @param {(at: number) => number} peakAt
   */
  function drawStack(into, height, all, peakAt) {
    const buckets = timeline?.buckets ?? 1;
    into.setAttribute('viewBox', `0 0 ${buckets} ${height}`);
    const values = all.map((each) => each.values);
    const drawn = columnsOfSeries(values, buckets, peakAt, height);
    into.replaceChildren(...drawn.map((d, at) => svg('path', { class: all[at]?.look, d })));
  }

  function drawRange() {
    const span = timeline && range && spanOf(timeline, range);
    chosen.hidden = figures.hidden = !span;
    if (timeline && span) {
      place(chosen, span);
      figures.replaceChildren(...rangeFigures(timeline, span));
    }
  }

  /**
   * @param {HTMLElement} element
   * @param {Span} span
   */
  function place(element, span) {
    const buckets = timeline?.buckets ?? 1;
    element.style.left = `${(100 * span.from) / buckets}%`;
    element.style.width = `${(100 * (span.to - span.from)) / buckets}%`;
  }

  /**
   * @param {Timeline} of
   * @param {Span} span
   */
  function rangeFigures(of, span) {
    const sums = figuresOf(of, span);
    const whole = figuresOf(of, { from: 0, to: of.buckets });
    const time = sums.residency.reduce((all, each) => all + each.time, 0);
    const clear = button('Clear', () => {
      choose(undefined);
    });
    return [
      html('strong', {}, `${duration(sums.start)} – ${duration(sums.end)}`),
      html(
        'span',
        {},
        `${quantity(sums.count)} exits (${percentage(sums.count, whole.count)} of all) · ` +
          `${duration(sums.total)} trap cost (${percentage(sums.total, whole.total)})`,
      ),
      ...sums.reasons
        .slice(0, 6)
        .map((each) =>
          html(
            'span',
            { title: exactDuration(each.total) },
            html('span', { class: `swatch ${lookClass(each.reason)}`, 'aria-hidden': 'true' }),
            `${each.reason} ${quantity(each.count)} · ${duration(each.total)}`,
          ),
        ),
      html(
        'span',
        { class: 'name' },
        sums.residency
          .map((each) => `${placeTitle(each.place)} ${percentage(each.time, time)}`)
          .join(' · '),
      ),
      clear,
    ];
  }

  /** @param {TimeRange | undefined} next */
  function choose(next) {
    range = next;
    drawRange();
    changed();
  }

  /**
   * @param {number} a
   * @param {number} b
   */
  function chooseBuckets(a, b) {
    const width = timeline?.width ?? 1;
    choose({ start: Math.min(a, b) * width, end: (Math.max(a, b) + 1) * width });
  }

  /** @param {number} clientX */
  function bucketAt(clientX) {
    const box = columns.getBoundingClientRect();
    const buckets = timeline?.buckets ?? 1;
    const at = Math.floor(((clientX - box.left) / Math.max(1, box.width)) * buckets);
    return Math.max(0, Math.min(at, buckets - 1));
  }

  /**
   * @param {number} bucket
   * @param {number} x
   * @param {number} y
   */
  function tell(bucket, x, y) {
    if (!timeline) {
      return;
    }
    const sums = figuresOf(timeline, { from: bucket, to: bucket + 1 });
    const time = sums.residency.reduce((all, each) => all + each.time, 0);
    /** @type {[string, string][]} */
    const lines = [
      ...sums.reasons
        .slice(0, 10)
        .map((each) => line(each.reason, `${quantity(each.count)} · ${duration(each.total)}`)),
      ...sums.residency.map((each) => line(placeTitle(each.place), percentage(each.time, time))),
    ];
    const title = `${duration(sums.start)} – ${duration(sums.end)}`;
    showTip(x, y, title, lines, sums.count === 0 ? 'No exit' : `${quantity(sums.count)} exits`);
    hair.hidden = false;
    place(hair, { from: bucket, to: bucket + 1 });
    plot.setAttribute('aria-valuenow', String(bucket));
    plot.setAttribute(
      'aria-valuetext',
      `${title}: ${[quantity(sums.count) + ' exits', ...lines.map((each) => each.join(' '))].join(', ')}`,
    );
  }

  /** @param {number} bucket */
  function tellAt(bucket) {
    const box = columns.getBoundingClientRect();
    const buckets = timeline?.buckets ?? 1;
    tell(bucket, box.left + ((bucket + 0.5) / buckets) * box.width, box.top + 20);
  }

  function untell() {
    hideTip();
    hair.hidden = true;
  }

  plot.addEventListener('pointerdown', (event) => {
    if (event.button === 0) {
      plot.setPointerCapture(event.pointerId);
      anchor = cursor = bucketAt(event.clientX);
    }
  });
  plot.addEventListener('pointermove', (event) => {
    const bucket = bucketAt(event.clientX);
    tell(bucket, event.clientX, event.clientY);
    if (plot.hasPointerCapture(event.pointerId) && bucket !== cursor) {
      cursor = bucket;
      chooseBuckets(anchor, cursor);
    }
  });
  plot.addEventListener('pointerup', (event) => {
    // A click without a drag lets the span go.
    if (plot.hasPointerCapture(event.pointerId) && anchor === cursor && range) {
      choose(undefined);
    }
  });
  plot.addEventListener('pointerleave', untell);
  plot.addEventListener('blur', untell);
  plot.addEventListener('keydown', (event) => {
    const last = (timeline?.buckets ?? 1) - 1;
    /** @type {Readonly<Record<string, number>>} */
    const moves = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: last };
    const to = moves[event.key];
    if (event.key === 'Escape') {
      choose(undefined);
      untell();
    } else if (to !== undefined) {
      cursor = Math.max(0, Math.min(to, last));
      if (event.shiftKey) {
        chooseBuckets(anchor, cursor);
      } else {
        anchor = cursor;
      }
      tellAt(cursor);
    } else {
      return;
    }
    event.preventDefault();
  });

  const element = html(
    'section',
    { class: 'timeline', 'aria-label': 'Timeline' },
    html('div', { class: 'tools' }, legend, peakSaid),
    plot,
    axis,
    figures,
  );
  element.hidden = true;

  return {
    element,
    /**
     * @param {Timeline | undefined} next
     * @param {Measure} by
     */
    update(next, by) {
      element.hidden = !next;
      if (next !== timeline || by !== measure) {
        timeline = next;
        measure = by;
        draw();
      }
    },
    get state() {
      return range;
    },
    /** @param {TimeRange | undefined} state */
    restore(state) {
      range = state;
      drawRange();
    },
  };
}

/**
 * @param {string} name
 * @param {string} value
 * @returns {[string, string]}
 */
function line(name, value) {
  return [name, value];
}

/** @param {string} id */
function placeTitle(id) {
  return PLACES.find((place) => place.id === id)?.title ?? id;
}
