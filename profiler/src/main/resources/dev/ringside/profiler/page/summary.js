// The head of the page: whose profile this is, its sums, and where the run's time went.

import { html } from './dom.js';
import { duration, exactDuration, exactQuantity, percentage, quantity } from './format.js';
import { totals } from './merge.js';

/** @import { Profile, Residency } from 'ringside/profile' */

/** Where time goes, in the order of the bars. */
export const PLACES = [
  { id: 'ring0', title: 'Ring 0', hint: 'guest kernel' },
  { id: 'ring1', title: 'Ring 1', hint: '' },
  { id: 'ring2', title: 'Ring 2', hint: '' },
  { id: 'ring3', title: 'Ring 3', hint: 'guest user space' },
  { id: 'guest', title: 'Guest', hint: 'in any ring' },
  { id: 'host', title: 'Host', hint: 'handling VM exits' },
  { id: 'idle', title: 'Idle', hint: 'guest waits in HLT' },
];

/**
 * @param {Residency | undefined} residency
 * @returns {{ id: string; title: string; hint: string; time: number }[]}
 */
function placesOf(residency) {
  /** @type {Readonly<Record<string, number | undefined>>} */
  const times = { ...residency };
  return PLACES.map((place) => ({
    ...place,
    time: times[place.id] ?? 0,
  })).filter((place) => place.time > 0);
}

/** @param {Profile} profile */
export function summaryOf(profile) {
  const { count, total } = totals(profile.exits);
  const places = placesOf(profile.residency);
  const run = places.reduce((sum, place) => sum + place.time, 0);
  const share = percentage(total, run);
  const { lostEvents, instructions } = profile;
  return html(
    'div',
    { class: 'summary' },
    html(
      'div',
      { class: 'figures' },
      statistic('VM exits', quantity(count), exactQuantity(count)),
      statistic('Trap cost', duration(total), exactDuration(total), share && `${share} of the run`),
      run > 0 ? statistic('Run', duration(run), exactDuration(run)) : undefined,
      instructions === undefined
        ? undefined
        : statistic('Instructions', quantity(instructions), exactQuantity(instructions)),
      statistic(profile.vcpus === 1 ? 'vCPU' : 'vCPUs', String(profile.vcpus)),
      statistic('Backend', profile.backend),
      lostEvents > 0 ? lostFigure(lostEvents) : statistic('Lost events', '0'),
    ),
    run > 0 ? residencyBar(places, run) : undefined,
  );
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [exact]
 * @param {string} [note]
 */
function statistic(name, value, exact, note) {
  return html(
    'div',
    { class: 'figure-of', title: exact },
    html('span', { class: 'name' }, name),
    html('span', { class: 'value' }, value),
    note ? html('span', { class: 'note' }, note) : undefined,
  );
}

/** @param {number} events */
function lostFigure(events) {
  const made = statistic(
    'Lost events',
    quantity(events),
    exactQuantity(events),
    'figures are too low',
  );
  made.classList.add('warning');
  return made;
}

/**
 * @param {ReturnType<typeof placesOf>} places
 * @param {number} run
 */
function residencyBar(places, run) {
  const words = places.map((place) => `${place.title} ${percentage(place.time, run)}`).join(', ');
  return html(
    'div',
    { class: 'residency' },
    html(
      'div',
      {
        class: 'strip',
        role: 'img',
        'aria-label': `Where the run's time went: ${words}`,
      },
      ...places.map((place) => {
        const part = html('span', {
          class: `place ${place.id}`,
          title: tipOf(place, run),
        });
        part.style.flexGrow = String(place.time / run);
        return part;
      }),
    ),
    html(
      'div',
      { class: 'legend' },
      ...places.map((place) =>
        html(
          'span',
          { title: tipOf(place, run) },
          html('span', {
            class: `swatch place ${place.id}`,
            'aria-hidden': 'true',
          }),
          `${place.title} `,
          html(
            'span',
            { class: 'value' },
            `${duration(place.time)} · ${percentage(place.time, run)}`,
          ),
        ),
      ),
    ),
  );
}

/**
 * @param {{ title: string; hint: string; time: number }} place
 * @param {number} run
 */
function tipOf(place, run) {
  const hint = place.hint && ` (${place.hint})`;
  return `${place.title}${hint}: ${exactDuration(place.time)}, ${percentage(place.time, run)}`;
}
