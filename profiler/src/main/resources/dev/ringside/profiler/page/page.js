// The trap-cost page.

import { button, choice, html, setText } from './dom.js';
import { createExits } from './exits.js';
import { connectHost } from './host.js';
import { createIcicle } from './icicle.js';
import { growingProfile } from './merge.js';
import { createRings } from './rings.js';
import { summaryOf } from './summary.js';
import { createTimeline } from './timeline.js';

/** @import { PageStatus, ToPage } from 'ringside/trapcost/messages' */
/** @import { ExitsState } from './exits.js' */
/** @import { GridSort } from './grid.js' */
/** @import { IcicleState } from './icicle.js' */
/** @import { Measure } from './paths.js' */
/** @import { TimeRange } from './timeline.js' */
/** @import { Profile } from 'ringside/profile' */

/** Milliseconds between two drawings of a running guest's figures, at least. */
const PERIOD = 200;

const MEASURES = [
  { id: 'total', title: 'by cost' },
  { id: 'count', title: 'by count' },
];

/**
 * @typedef {object} PageState
 * @property {string} tab
 * @property {Measure} measure
 * @property {ExitsState} exits
 * @property {IcicleState} paths
 * @property {TimeRange | undefined} range
 * @property {{ sort: GridSort }} rings
 */

startPage(document.getElementById('page') ?? document.body);

/** @param {HTMLElement} main */
function startPage(main) {
  const host = connectHost();
  /** @type {ReturnType<typeof growingProfile> | undefined} */
  let store;
  /** @type {PageStatus} */
  let status = { kind: 'waiting', text: '' };
  let paused = false;
  let restored = /** @type {PageState | undefined} */ (host.kept);
  let drawn = 0;
  let cost = 0;
  let timer = 0;
  let keeping = 0;

  /** @type {Measure} */
  let measure = 'total';
  const measures = choice('Call paths and timeline show', MEASURES, measure, (chosen) => {
    measure = chosen === 'count' ? 'count' : 'total';
    drawParts();
    keepLater();
  });
  const title = html('h1', {}, 'Trap cost');
  const state = html('span', { class: 'state', role: 'status' });
  const pause = button(
    'Pause',
    () => {
      paused = !paused;
      setText(pause, paused ? 'Resume' : 'Pause');
      pause.setAttribute('aria-pressed', String(paused));
      draw();
    },
    'Stop the figures from changing',
  );
  const saveJson = button('Save as JSON…', () => {
    host.send({ type: 'save', format: 'json' });
  });
  const saveHtml = button('Save as HTML…', () => {
    host.send({ type: 'save', format: 'html' });
  });
  const actions = html('div', { class: 'actions' }, measures, pause, saveJson, saveHtml);
  const summary = html('div', { class: 'head' });
  const toast = html('div', { class: 'toast', role: 'status' });
  toast.hidden = true;

  const exits = createExits(openSource, keepLater);
  const rings = createRings(openSource, keepLater);
  const paths = createIcicle(openSource, keepLater);
  const timeline = createTimeline(keepLater);
  const lacks = html('p', { class: 'name' });
  const tabs = createTabs(
    [
      {
        id: 'exits',
        title: 'VM exits',
        element: exits.element,
        shown: exits.render,
      },
      { id: 'paths', title: 'Call paths', element: paths.element, shown: paths.render },
      {
        id: 'rings',
        title: 'Rings',
        element: rings.element,
        shown: rings.render,
      },
    ],
    keepLater,
  );
  const problem = html('div', { class: 'problem-page', role: 'alert' });
  const content = html('div', { class: 'content' }, summary, timeline.element, lacks, tabs.element);
  main.replaceChildren(html('header', {}, title, state, actions), content, problem, toast);
  content.hidden = problem.hidden = true;

  host.listen(received);
  host.send({ type: 'ready' });

  /** @param {ToPage} message */
  function received(message) {
    switch (message.type) {
      case 'profile':
        store = growingProfile(message.profile);
        status = message.status;
        break;
      case 'changes':
        store?.merge(message.profile);
        break;
      case 'status':
        status = message.status;
        break;
      case 'problem':
        problem.replaceChildren(html('h2', {}, message.title), html('p', {}, message.detail));
        problem.hidden = false;
        content.hidden = actions.hidden = true;
        return;
    }
    problem.hidden = true;
    drawLater();
  }

  // At most one drawing in PERIOD, and never more than a quarter of the time.
  function drawLater() {
    if (timer !== 0) {
      return;
    }
    const wait = Math.max(0, drawn + Math.max(PERIOD, 4 * cost) - performance.now());
    if (drawn === 0) {
      draw();
    } else {
      timer = window.setTimeout(draw, wait);
    }
  }

  function draw() {
    timer = 0;
    drawStatus();
    if (!store || (paused && drawn > 0)) {
      return;
    }
    const start = performance.now();
    const { profile } = store;
    const first = drawn === 0;
    content.hidden = false;
    setText(title, `Trap cost of ${profile.guest}`);
    document.title = `${profile.guest}: trap cost`;
    summary.replaceChildren(summaryOf(profile));
    exits.update(profile.exits);
    rings.update(profile.rings ?? []);
    drawParts();
    tabs.offer('rings', profile.rings !== undefined);
    if (first && restored) {
      exits.restore(restored.exits);
      rings.restore(restored.rings);
      measure = measures.value = restored.measure;
      drawParts();
      paths.restore(restored.paths);
      timeline.restore(restored.range);
      tabs.choose(restored.tab);
      restored = undefined;
    }
    drawn = performance.now();
    cost = drawn - start;
  }

  function drawParts() {
    /** @type {Partial<Profile>} */
    const { stacks, timeline: spans } = store?.profile ?? {};
    paths.update(stacks, measure);
    timeline.update(spans, measure);
    tabs.offer('paths', stacks !== undefined);
    measures.hidden = !stacks && !spans;
    const lacking = [...(stacks ? [] : ['call paths']), ...(spans ? [] : ['timeline'])];
    lacks.hidden = lacking.length === 0 || status.kind === 'live';
    setText(lacks, `This profile has no ${lacking.join(' and no ')}: it was taken without.`);
  }

  function drawStatus() {
    const live = status.kind === 'live' || status.kind === 'waiting';
    setText(state, paused && live ? `${status.text} · paused` : status.text);
    state.dataset['kind'] = paused ? 'paused' : status.kind;
    pause.hidden = !live;
    // Nothing to act on before the first profile.
    actions.hidden = !store;
    saveJson.hidden = saveHtml.hidden = host.file;
  }

  /**
   * @param {string} source
   * @param {string | undefined} symbol
   */
  function openSource(source, symbol) {
    if (host.file) {
      setText(toast, symbol ? `${symbol} is at ${source}` : source);
      toast.hidden = false;
    } else {
      host.send({ type: 'open', source });
    }
  }

  function keepLater() {
    if (keeping === 0 && !host.file && !restored) {
      keeping = window.setTimeout(() => {
        keeping = 0;
        /** @type {PageState} */
        const all = {
          tab: tabs.chosen,
          measure,
          exits: exits.state,
          paths: paths.state,
          range: timeline.state,
          rings: rings.state,
        };
        host.keep(all);
      }, 300);
    }
  }
}

/**
 * @param {readonly { id: string; title: string; element: HTMLElement; shown: () => void }[]} all
 * @param {() => void} changed
 */
function createTabs(all, changed) {
  let chosen = all[0]?.id ?? '';
  const list = html('div', {
    role: 'tablist',
    'aria-label': 'Parts of the profile',
  });
  const buttons = all.map(({ id, title, element }) => {
    element.id = `panel-${id}`;
    element.setAttribute('role', 'tabpanel');
    element.setAttribute('aria-labelledby', `tab-${id}`);
    const made = button(title, () => {
      choose(id);
    });
    made.id = `tab-${id}`;
    made.setAttribute('role', 'tab');
    made.setAttribute('aria-controls', element.id);
    list.append(made);
    return made;
  });

  /** @param {string} id */
  function choose(id) {
    const at = all.findIndex((each) => each.id === id);
    if (at < 0 || buttons[at]?.hidden) {
      return;
    }
    chosen = id;
    all.forEach((each, index) => {
      const mine = each.id === id;
      each.element.classList.toggle('chosen', mine);
      buttons[index]?.setAttribute('aria-selected', String(mine));
      buttons[index]?.setAttribute('tabindex', mine ? '0' : '-1');
    });
    all[at]?.shown();
    changed();
  }

  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const offered = all.filter((_, index) => !buttons[index]?.hidden);
    const at = offered.findIndex((each) => each.id === chosen);
    const next = offered[(at + step + offered.length) % offered.length];
    if (step !== 0 && next) {
      choose(next.id);
      document.getElementById(`tab-${next.id}`)?.focus();
    }
  });
  choose(chosen);
  return {
    element: html('div', { class: 'tabs' }, list, ...all.map((each) => each.element)),
    get chosen() {
      return chosen;
    },
    choose,
    /**
     * Whether a tab can be chosen.
     * @param {string} id
     * @param {boolean} has
     */
    offer(id, has) {
      const at = all.findIndex((each) => each.id === id);
      const tab = buttons[at];
      if (tab) {
        tab.hidden = !has;
        if (!has && chosen === id) {
          choose(all[0]?.id ?? '');
        }
      }
    },
  };
}
