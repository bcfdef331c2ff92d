/** Numbers as people read them: short in rows, with their unit. */

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,234`. */
export function exact(count: number): string {
  return counts.format(count);
}

/** At most three digits and a letter from 10,000 on: `9,876`, `12.3k`, `4.5M`. */
export function short(count: number): string {
  if (count < 10_000) {
    return counts.format(count);
  }
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
  ] as const) {
    if (count >= size * 0.9995) {
      return digits(count / size) + letter;
    }
  }
  return `${digits(count / 1e3)}k`;
}

/** `820/s`, `1.2k/s`. */
export function perSecond(rate: number): string {
  if (rate >= 1000) {
    return `${rate < 9995 ? digits(rate / 1000) + 'k' : short(rate)}/s`;
  }
  return `${rate === 0 || rate >= 10 ? Math.round(rate) : digits(rate)}/s`;
}

/** Nanoseconds: `950 ns`, `2.8 µs`, `3.4 ms`, `12.1 s`. */
export function time(nanos: number): string {
  if (nanos < 999.5) {
    return `${Math.round(nanos)} ns`;
  }
  if (nanos < 999.5e3) {
    return `${digits(nanos / 1e3)} µs`;
  }
  if (nanos < 999.5e6) {
    return `${digits(nanos / 1e6)} ms`;
  }
  return `${digits(nanos / 1e9)} s`;
}

/** A fraction of one: `41 %`, `1.2 %`, `<0.1 %`. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  if (value > 0 && value < 0.1) {
    return '<0.1 %';
  }
  return `${value >= 9.95 || value === 0 ? Math.round(value) : value.toFixed(1)} %`;
}

function digits(value: number): string {
  return value >= 99.5 ? Math.round(value).toString() : value.toFixed(1);
}
