// The filter box: terms with spaces between, of which a row must meet all.
//
//   text            somewhere in the row            -text           nowhere in it
//   reason:CPUID    in that column                  reason:HLT,CPUID  one of these
//   cost>1ms        a figure, with its unit         "two words"     with the space

/** @import { ExitRow } from 'ringside/profile' */

/** @typedef {(row: ExitRow) => boolean} Test */

/** @type {Readonly<Record<string, (row: ExitRow) => string>>} */
const TEXTS = {
  reason: (row) => row.reason,
  detail: (row) => row.detail ?? '',
  function: (row) => row.symbol ?? row.address ?? '',
  source: (row) => row.source ?? '',
};

/** @type {Readonly<Record<string, (row: ExitRow) => number>>} */
const FIGURES = {
  count: (row) => row.count,
  cost: (row) => row.total,
  mean: (row) => row.mean,
  min: (row) => row.min,
  p50: (row) => row.p50,
  p90: (row) => row.p90,
  p99: (row) => row.p99,
  max: (row) => row.max,
  cpl: (row) => row.cpl,
  vcpu: (row) => row.vcpu,
};

/** @type {Readonly<Record<string, string>>} */
const OTHER_NAMES = {
  symbol: 'function',
  line: 'source',
  file: 'source',
  total: 'cost',
  ring: 'cpl',
};

/** @type {Readonly<Record<string, number>>} */
const UNITS = {
  '': 1,
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** @type {Readonly<Record<string, (a: number, b: number) => boolean>>} */
const COMPARISONS = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
  ':': (a, b) => a === b,
};

/** What can stand before `:` and `>`. */
export const FILTER_WORDS = [...Object.keys(TEXTS), ...Object.keys(FIGURES)];

/**
 * Understands the filter box. A term that is none is left out and said in `problem`.
 * @param {string} text
 * @returns {{ test: Test; terms: number; problem?: string }}
 */
export function parseFilter(text) {
  /** @type {Test[]} */
  const tests = [];
  /** @type {string | undefined} */
  let problem;
  for (const word of words(text)) {
    const not = word.length > 1 && word.startsWith('-');
    const test = term(not ? word.slice(1) : word);
    if (typeof test === 'string') {
      problem ??= test;
    } else {
      tests.push(not ? (row) => !test(row) : test);
    }
  }
  const result = {
    test: /** @param {ExitRow} row */ (row) => tests.every((test) => test(row)),
    terms: tests.length,
  };
  return problem === undefined ? result : { ...result, problem };
}

/**
 * @param {string} word
 * @returns {Test | string} what is wrong with it
 */
function term(word) {
  const parts = /^([a-z0-9]+)(>=|<=|[:<>=])(.*)$/i.exec(word);
  const [, name = '', comparison = '', value = ''] = parts ?? [];
  const field = OTHER_NAMES[name.toLowerCase()] ?? name.toLowerCase();
  const asText = TEXTS[field];
  const asFigure = FIGURES[field];
  if (asText && (comparison === ':' || comparison === '=')) {
    const wanted = plain(value).split(',').filter(Boolean);
    return (row) => {
      const has = asText(row).toLowerCase();
      return wanted.length === 0 || wanted.some((each) => has.includes(each));
    };
  }
  if (asFigure) {
    return figure(asFigure, comparison, value) ?? `${word}: no number that ${name} can have`;
  }
  if (parts && /[<>]/.test(comparison)) {
    return `${name} is no figure; there are ${Object.keys(FIGURES).join(', ')}`;
  }
  const wanted = plain(word);
  return (row) =>
    Object.values(TEXTS).some((each) => each(row).toLowerCase().includes(wanted)) || wanted === '';
}

/**
 * @param {(row: ExitRow) => number} of
 * @param {string} comparison
 * @param {string} value
 * @returns {Test | undefined}
 */
function figure(of, comparison, value) {
  const compare = COMPARISONS[comparison];
  const tests = value.split(',').map((each) => {
    const [, digits, unit = ''] = /^(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]*)$/i.exec(plain(each)) ?? [];
    // A capital is only in M and G.
    const factor = UNITS[unit] ?? UNITS[unit.toUpperCase()];
    return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
  });
  if (!compare || tests.includes(undefined)) {
    return undefined;
  }
  return (row) => tests.some((wanted) => wanted !== undefined && compare(of(row), wanted));
}

/** @param {string} text */
function plain(text) {
  return text.replaceAll('"', '').toLowerCase();
}

/** @param {string} text */
function words(text) {
  return text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}
