// Making and changing elements.

/** @typedef {Node | string | undefined} Content */

/**
 * An element with attributes; one that is `undefined` is left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string | number | undefined>>} attributes
 * @param {...Content} content
 * @returns {HTMLElementTagNameMap[K]}
 */
export function html(tag, attributes, ...content) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...content.filter((each) => each !== undefined));
  return made;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string | number | undefined>>} attributes
 * @param {...Content} content
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes, ...content) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  made.append(...content.filter((each) => each !== undefined));
  return made;
}

/**
 * @param {Element} of
 * @param {Readonly<Record<string, string | number | undefined>>} attributes
 */
function setAttributes(of, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      of.setAttribute(name, String(value));
    }
  }
}

/**
 * Changes an element's text where it is another.
 * @param {Element} of
 * @param {string} text
 */
export function setText(of, text) {
  if (of.textContent !== text) {
    of.textContent = text;
  }
}

/**
 * A button that does something.
 * @param {string} label
 * @param {() => void} action
 * @param {string} [title]
 */
export function button(label, action, title) {
  const made = html('button', { type: 'button', title }, label);
  made.addEventListener('click', action);
  return made;
}

/**
 * A choice of one.
 * @param {string} label
 * @param {readonly { id: string; title: string }[]} choices
 * @param {string} chosen
 * @param {(id: string) => void} changed
 */
export function choice(label, choices, chosen, changed) {
  const made = html(
    'select',
    { 'aria-label': label },
    ...choices.map(({ id, title }) => html('option', { value: id }, title)),
  );
  made.value = chosen;
  made.addEventListener('change', () => {
    changed(made.value);
  });
  return made;
}

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/**
 * Gives an element its children if they would be others than those it has from here: what is drawn
 * anew between press and release gets no click.
 * @param {Element} of
 * @param {string} key tells them from others
 * @param {() => readonly (Node | string)[]} children
 */
export function setChildren(of, key, children) {
  if (drawn.get(of) !== key) {
    drawn.set(of, key);
    of.replaceChildren(...children());
  }
}

/** @typedef {readonly (readonly [string, string])[]} TipLines names and values */

const tip = { box: /** @type {HTMLElement | undefined} */ (undefined) };

/**
 * Shows a tooltip at a place in the window.
 * @param {number} x
 * @param {number} y
 * @param {string} title
 * @param {TipLines} lines
 * @param {string} [note]
 */
export function showTip(x, y, title, lines, note) {
  tip.box?.remove();
  const list = html('dl', {});
  for (const [name, value] of lines) {
    list.append(html('dt', {}, name), html('dd', {}, value));
  }
  const box = html(
    'div',
    { class: 'tip', role: 'tooltip' },
    html('strong', {}, title),
    list,
    note ? html('p', {}, note) : undefined,
  );
  document.body.append(box);
  const margin = 12;
  const left = Math.max(margin, Math.min(x + margin, innerWidth - box.offsetWidth - margin));
  const below = y + margin + 4;
  const top = below + box.offsetHeight < innerHeight ? below : y - box.offsetHeight - margin;
  box.style.left = `${left}px`;
  box.style.top = `${Math.max(margin, top)}px`;
  tip.box = box;
}

/** Hides the tooltip. */
export function hideTip() {
  tip.box?.remove();
  tip.box = undefined;
}
