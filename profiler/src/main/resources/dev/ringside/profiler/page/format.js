// Figures as people read them; the exact ones stand in tooltips.

const TIMES = [
  { unit: 'ns', size: 1 },
  { unit: 'µs', size: 1e3 },
  { unit: 'ms', size: 1e6 },
  { unit: 's', size: 1e9 },
];

const COUNTS = [
  { unit: '', size: 1 },
  { unit: 'k', size: 1e3 },
  { unit: 'M', size: 1e6 },
  { unit: 'G', size: 1e9 },
  { unit: 'T', size: 1e12 },
];

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/**
 * @param {number} value
 * @param {readonly { unit: string; size: number }[]} units ascending
 */
function scaled(value, units) {
  const size = Math.abs(value);
  // 999.7 of one unit is 1.00 of the next.
  const scale = units.findLast((each) => size >= each.size * (each.size > 1 ? 0.9995 : 0));
  const { unit, size: one } = scale ?? { unit: '', size: 1 };
  const number = value / one;
  const digits = one === 1 ? 0 : Math.abs(number) < 9.995 ? 2 : Math.abs(number) < 99.95 ? 1 : 0;
  const text = digits === 0 ? WHOLE.format(number) : number.toFixed(digits);
  return unit ? `${text} ${unit}` : text;
}

/**
 * Nanoseconds with three digits: `850 ns`, `12.9 µs`, `1.30 s`.
 * @param {number} nanoseconds
 */
export function duration(nanoseconds) {
  return scaled(nanoseconds, TIMES);
}

/**
 * `12,850,500 ns`.
 * @param {number} nanoseconds
 */
export function exactDuration(nanoseconds) {
  return `${WHOLE.format(nanoseconds)} ns`;
}

/**
 * A number of things: exact up to 9,999, then `12.9 k`.
 * @param {number} number
 */
export function quantity(number) {
  return Math.abs(number) < 9999.5 ? WHOLE.format(number) : scaled(number, COUNTS);
}

/**
 * `1,234,567`.
 * @param {number} number
 */
export function exactQuantity(number) {
  return WHOLE.format(number);
}

/**
 * A part of a whole: `12.3 %`, `< 0.1 %`; nothing where there is no whole.
 * @param {number} part
 * @param {number} whole
 */
export function percentage(part, whole) {
  if (!(whole > 0)) {
    return '';
  }
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.05 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}
