// Exits by the guest's call path: a tree of functions, whose leaves are exit reasons, and where each
// stands in the icicle.

/** @import { Stacks } from 'ringside/profile' */

/** @typedef {'total' | 'count'} Measure trap cost, or number of exits */

/** @typedef {{ count: number; total: number }} Sums */

/**
 * @typedef {object} CallFrame
 * @property {string} key
 * @property {string} name
 * @property {'all' | 'function' | 'reason'} kind
 * @property {number} depth
 * @property {number} count
 * @property {number} total
 * @property {CallFrame | undefined} parent
 * @property {CallFrame[]} children
 * @property {Map<string, CallFrame>} byName its children
 * @property {Map<string, Sums>} parts of a function its lines, of a reason its details
 */

/**
 * @param {Stacks} stacks
 * @returns {CallFrame}
 */
export function callTree(stacks) {
  const root = callFrame('', 'All exits', 'all', undefined);
  /**
   * @param {CallFrame} parent
   * @param {string} title
   * @param {'function' | 'reason'} kind
   */
  const child = (parent, title, kind) => {
    // Reasons and functions are named apart.
    const name = kind === 'reason' ? `!${title}` : title;
    let frame = parent.byName.get(name);
    if (!frame) {
      frame = callFrame(`${parent.key}\u0000${name}`, title, kind, parent);
      parent.byName.set(name, frame);
      parent.children.push(frame);
    }
    return frame;
  };
  for (const path of stacks.paths) {
    let at = root;
    addSums(at, path);
    for (const index of path.frames) {
      const { symbol, address, source } = stacks.frames[index] ?? {};
      at = child(at, symbol ?? address ?? 'unknown', 'function');
      addSums(at, path);
      addPart(at, source, path);
    }
    at = child(at, path.reason, 'reason');
    addSums(at, path);
    addPart(at, path.detail, path);
  }
  return root;
}

/**
 * @param {string} key
 * @param {string} name
 * @param {CallFrame['kind']} kind
 * @param {CallFrame | undefined} parent
 * @returns {CallFrame}
 */
function callFrame(key, name, kind, parent) {
  const depth = parent ? parent.depth + 1 : 0;
  const sums = { count: 0, total: 0 };
  return {
    key,
    name,
    kind,
    depth,
    ...sums,
    parent,
    children: [],
    byName: new Map(),
    parts: new Map(),
  };
}

/**
 * @param {Sums} to
 * @param {Sums} path
 */
function addSums(to, path) {
  to.count += path.count;
  to.total += path.total;
}

/**
 * @param {CallFrame} frame
 * @param {string | undefined} name
 * @param {Sums} path
 */
function addPart(frame, name, path) {
  if (name) {
    const part = frame.parts.get(name) ?? { count: 0, total: 0 };
    addSums(part, path);
    frame.parts.set(name, part);
  }
}

/**
 * Sorts every frame's children, the largest first.
 * @param {CallFrame} frame
 * @param {Measure} measure
 */
export function sortCalls(frame, measure) {
  frame.children.sort((a, b) => b[measure] - a[measure] || (a.name < b.name ? -1 : 1));
  for (const child of frame.children) {
    sortCalls(child, measure);
  }
}

/**
 * A frame's lines or details, the largest first.
 * @param {CallFrame} frame
 * @param {Measure} measure
 * @returns {[string, Sums][]}
 */
export function partsOf(frame, measure) {
  return [...frame.parts].sort(([, a], [, b]) => b[measure] - a[measure]);
}

/**
 * From the outermost frame to this one.
 * @param {CallFrame} frame
 * @returns {CallFrame[]}
 */
export function pathTo(frame) {
  return frame.parent ? [...pathTo(frame.parent), frame] : [frame];
}

/**
 * @param {CallFrame} root
 * @param {string} key
 * @returns {CallFrame | undefined}
 */
export function frameOf(root, key) {
  if (root.key === key) {
    return root;
  }
  const next = root.children.find(
    (child) => key === child.key || key.startsWith(`${child.key}\u0000`),
  );
  return next && frameOf(next, key);
}

/** @typedef {{ frame: CallFrame; x: number; width: number }} Place `x` and `width`: of 1 */

/**
 * Where frames stand when one of them fills the width: those above it do too.
 * @param {CallFrame} zoomed
 * @param {Measure} measure
 * @param {number} least a part of the width that can be seen
 * @returns {Place[]} row by row, from the left
 */
export function layoutCalls(zoomed, measure, least) {
  /** @type {Place[]} */
  const places = pathTo(zoomed).map((frame) => ({ frame, x: 0, width: 1 }));
  const whole = zoomed[measure];
  /** @type {Place[]} */
  let row = places.slice(-1);
  while (row.length > 0 && whole > 0) {
    /** @type {Place[]} */
    const next = [];
    for (const above of row) {
      let { x } = above;
      for (const frame of above.frame.children) {
        const width = frame[measure] / whole;
        if (width >= least) {
          next.push({ frame, x, width });
        }
        x += width;
      }
    }
    places.push(...next);
    row = next;
  }
  return places;
}
