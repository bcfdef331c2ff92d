// The icicle: which calls the guest's exits came from. A click or Enter makes a frame fill the
// width, Escape goes back out; arrows go from frame to frame, O opens the source.

import { button, hideTip, html, setText, showTip } from './dom.js';
import { duration, exactQuantity, percentage, quantity } from './format.js';
import { lookClass } from './palette.js';
import { callTree, frameOf, layoutCalls, partsOf, pathTo, sortCalls } from './paths.js';

/** @import { Stacks } from 'ringside/profile' */
/** @import { CallFrame, Measure, Place } from './paths.js' */

/** Pixels; as `--frame` in page.css. */
const FRAME_HEIGHT = 22;

/** A frame that is narrower has no room for a letter. */
const NARROW = 28;

/** @type {Stacks} */
const NO_STACKS = { exits: 0, taken: 0, frames: [], paths: [] };

/** @typedef {{ zoomed: string; active: string }} IcicleState */

/**
 * @param {(source: string, symbol: string | undefined) => void} openSource
 * @param {() => void} changed its state has
 */
export function createIcicle(openSource, changed) {
  /** @type {Stacks | undefined} */
  let stacks;
  /** @type {Measure} */
  let measure = 'total';
  let root = callTree(NO_STACKS);
  /** `stacks` or `measure` are not those that `root` was made from. */
  let stale = false;
  let zoomed = root;
  /** What is to be zoomed to and active in the next tree. */
  let kept = /** @type {[string, string] | undefined} */ (undefined);
  let active = root;
  /** @type {readonly Place[]} */
  let places = [];
  /** @type {HTMLElement[]} */
  const elements = [];

  const crumbs = html('nav', { class: 'crumbs', 'aria-label': 'Zoomed to' });
  const said = html('span', { class: 'said' });
  const about = html('div', { class: 'about', role: 'status' });
  const canvas = html('div', { class: 'frames' });
  const tree = html(
    'div',
    { class: 'icicle', role: 'tree', tabindex: 0, 'aria-label': 'VM exits by call path' },
    canvas,
  );

  function draw() {
    if (tree.clientWidth === 0) {
      return;
    }
    refresh();
    const width = Math.max(1, tree.clientWidth - 2);
    places = layoutCalls(zoomed, measure, 2 / width);
    let deepest = 0;
    places.forEach((place, at) => {
      let element = elements[at];
      if (!element) {
        element = html('div', { role: 'treeitem', id: `frame-${at}` });
        elements.push(element);
        canvas.append(element);
      }
      drawFrame(element, place, width, at);
      deepest = Math.max(deepest, place.frame.depth);
    });
    for (const element of elements.splice(places.length)) {
      element.remove();
    }
    canvas.style.height = `${(deepest + 1) * FRAME_HEIGHT}px`;
    drawCrumbs();
    markActive();
  }

  /** Makes the tree anew, once somebody looks at it. */
  function refresh() {
    if (stale) {
      stale = false;
      const [zoomedKey, activeKey] = kept ?? [zoomed.key, active.key];
      kept = undefined;
      root = callTree(stacks ?? NO_STACKS);
      sortCalls(root, measure);
      zoomed = frameOf(root, zoomedKey) ?? root;
      active = frameOf(root, activeKey) ?? zoomed;
    }
  }

  /**
   * @param {HTMLElement} element
   * @param {Place} place
   * @param {number} width
   * @param {number} at
   */
  function drawFrame(element, { frame, x, width: part }, width, at) {
    const { style } = element;
    style.left = `${(100 * x).toFixed(3)}%`;
    style.width = `${(100 * part).toFixed(3)}%`;
    style.top = `${frame.depth * FRAME_HEIGHT}px`;
    const look = frame.kind === 'reason' ? lookClass(frame.name) : frame.kind;
    element.className = `frame ${look} ${frame.depth < zoomed.depth ? 'above' : ''}`;
    element.dataset['at'] = String(at);
    element.setAttribute('aria-level', String(frame.depth + 1));
    element.setAttribute('aria-label', labelOf(frame));
    setText(element, part * width >= NARROW ? frame.name : '');
  }

  function drawCrumbs() {
    const path = pathTo(zoomed);
    crumbs.replaceChildren(
      ...path.map((frame) => {
        const crumb = button(frame.name, () => {
          zoom(frame);
          tree.focus();
        });
        if (frame === zoomed) {
          crumb.setAttribute('aria-current', 'location');
        }
        return crumb;
      }),
    );
    const sampled = stacks && stacks.taken < stacks.exits;
    setText(
      said,
      sampled
        ? `sampled ${quantity(stacks?.taken ?? 0)} of ${quantity(stacks?.exits ?? 0)} exits: figures are estimates`
        : '',
    );
  }

  function markActive() {
    const at = places.findIndex((place) => place.frame === active);
    elements.forEach((element, index) => {
      element.setAttribute('aria-selected', String(index === at));
    });
    if (at >= 0) {
      tree.setAttribute('aria-activedescendant', `frame-${at}`);
    } else {
      tree.removeAttribute('aria-activedescendant');
    }
    const lines = active.kind === 'function' ? partsOf(active, measure) : [];
    about.replaceChildren(
      html('strong', {}, active.name),
      html('span', { class: 'value' }, figuresText(active)),
      ...lines.slice(0, 4).map(([source]) => {
        const link = button(source, () => {
          openSource(source, active.name);
        });
        link.className = 'link line';
        return link;
      }),
      lines.length > 4 ? html('span', { class: 'name' }, `and ${lines.length - 4} lines more`) : '',
    );
  }

  /** @param {CallFrame} frame */
  function labelOf(frame) {
    return `${frame.name}: ${figuresText(frame)}`;
  }

  /** @param {CallFrame} frame */
  function figuresText(frame) {
    const share = percentage(frame[measure], root[measure]);
    return `${quantity(frame.count)} exits · ${duration(frame.total)} · ${share}`;
  }

  /** @param {CallFrame} frame */
  function zoom(frame) {
    zoomed = frame;
    active = frame;
    hideTip();
    draw();
    changed();
  }

  /** @param {CallFrame | undefined} frame */
  function activate(frame) {
    if (frame) {
      active = frame;
      markActive();
      const at = places.findIndex((place) => place.frame === frame);
      elements[at]?.scrollIntoView({ block: 'nearest' });
      changed();
    }
  }

  /** @param {number} step */
  function beside(step) {
    const row = places.filter((place) => place.frame.depth === active.depth);
    return row[row.findIndex((place) => place.frame === active) + step]?.frame;
  }

  function openActive() {
    const first = active.kind === 'function' ? partsOf(active, measure)[0] : undefined;
    if (first) {
      openSource(first[0], active.name);
    }
  }

  tree.addEventListener('keydown', (event) => {
    switch (event.key) {
      case 'ArrowDown':
        activate(places.find((place) => place.frame.parent === active)?.frame);
        break;
      case 'ArrowUp':
        activate(active.parent);
        break;
      case 'ArrowLeft':
        activate(beside(-1));
        break;
      case 'ArrowRight':
        activate(beside(1));
        break;
      case 'Home':
        zoom(root);
        break;
      case 'Enter':
      case ' ':
        zoom(active);
        break;
      case 'Escape':
        zoom(zoomed.parent ?? root);
        break;
      case 'o':
      case 'O':
        openActive();
        break;
      default:
        return;
    }
    event.preventDefault();
  });

  /** @param {Event} event */
  function frameAt(event) {
    const target = event.target instanceof Element ? event.target.closest('.frame') : null;
    return target && places[Number(target.getAttribute('data-at'))]?.frame;
  }

  canvas.addEventListener('click', (event) => {
    const frame = frameAt(event);
    if (frame && (event.ctrlKey || event.metaKey)) {
      activate(frame);
      openActive();
    } else if (frame) {
      zoom(frame);
    }
  });
  canvas.addEventListener('mousemove', (event) => {
    const frame = frameAt(event);
    if (!frame) {
      hideTip();
      return;
    }
    const parts = partsOf(frame, measure).slice(0, 6);
    const { parent } = frame;
    showTip(
      event.clientX,
      event.clientY,
      frame.name,
      [
        ['Exits', exactQuantity(frame.count)],
        ['Trap cost', duration(frame.total)],
        ['Of all', percentage(frame[measure], root[measure])],
        ...(parent
          ? [
              /** @type {const} */ ([
                `Of ${parent.name}`,
                percentage(frame[measure], parent[measure]),
              ]),
            ]
          : []),
        ...parts.map(
          ([name, sums]) =>
            /** @type {const} */ ([name, percentage(sums[measure], frame[measure])]),
        ),
      ],
      frame.kind === 'function' ? 'Click to zoom, Ctrl+click for the source' : 'Click to zoom',
    );
  });
  canvas.addEventListener('mouseleave', hideTip);
  new ResizeObserver(draw).observe(tree);

  return {
    element: html(
      'section',
      { class: 'paths' },
      html('div', { class: 'tools' }, crumbs, said),
      about,
      tree,
    ),
    /**
     * @param {Stacks | undefined} next
     * @param {Measure} by
     */
    update(next, by) {
      if (next === stacks && by === measure) {
        return;
      }
      stacks = next;
      measure = by;
      stale = true;
      draw();
    },
    /** @returns {IcicleState} */
    get state() {
      const [zoomedKey, activeKey] = kept ?? [zoomed.key, active.key];
      return { zoomed: zoomedKey, active: activeKey };
    },
    /** @param {IcicleState} state */
    restore(state) {
      kept = [state.zoomed, state.active];
      stale = true;
      draw();
    },
    render: draw,
  };
}
