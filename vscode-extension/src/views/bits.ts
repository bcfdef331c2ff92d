/** Bits by name: as rows, as a table in a tooltip, in short. */
import type { NamedBits } from '../protocol';
import type { Edit, Row } from './nodes';

/** `11:8` as high and low bit, `7` as twice the same. */
export function span(bits: string): readonly [high: number, low: number] {
  const [high = 0, low = high] = bits.split(':').map(Number);
  return [high, low];
}

const single = (bit: NamedBits) => !bit.bits.includes(':');

/** `0x…` as people read it. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** A row for each; `whole` says how the value that they are part of is set. */
export function bitRows(
  id: string,
  bits: readonly NamedBits[],
  whole: Edit | undefined,
  was: string | undefined,
): Row[] {
  return bits.map((bit) => {
    const [high, low] = span(bit.bits);
    const old = was === undefined ? bit.value : part(BigInt(was), high, low);
    const changed = old !== bit.value;
    const set = bit.value !== 0;
    const value = single(bit) ? String(bit.value) : hex(bit.value);
    const wasText = single(bit) ? String(old) : hex(old);
    const meaning = bit.meaning === value ? '' : bit.meaning;
    const facts = [value, meaning, changed ? `was ${wasText}` : ''].filter(Boolean);
    const where = `${single(bit) ? 'bit' : 'bits'} ${bit.bits}`;
    return {
      id: `${id}/${bit.bits}`,
      label: bit.name,
      description: [...facts, where].join(' · '),
      icon: single(bit) ? (set ? 'circle-filled' : 'circle-outline') : 'symbol-numeric',
      mark: changed ? 'changed' : set ? undefined : 'faint',
      tooltip: () => `**${escape(bit.name)}** · ${where} · ${facts.map(escape).join(' · ')}`,
      spoken: `${bit.name}, ${where}, ${facts.join(', ')}`,
      copy: { value, name: bit.name },
      edit: whole && { ...whole, name: `${whole.name}.${bit.name}`, part: [high, low] },
    };
  });
}

/** The bits of `value` from `high` to `low`. */
export function part(value: bigint, high: number, low: number): number {
  return Number((value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));
}

/** `value` with other bits from `high` to `low`. */
export function withPart(value: bigint, high: number, low: number, bits: bigint): bigint {
  const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
  return (value & ~mask) | ((bits << BigInt(low)) & mask);
}

/** What is set, in a few words: `PE NE PG`, or what a lone group of bits means. */
export function summary(bits: readonly NamedBits[]): string {
  const flags = bits.filter(single);
  const said = bits.filter((bit) => !single(bit) && bit.meaning && !/^0x/.test(bit.meaning));
  const set = flags.filter((bit) => bit.value !== 0).map((bit) => bit.name);
  const long = set.some((name) => name.length > 8) || set.length > 12;
  return [...said.map((bit) => bit.meaning), ...(long ? [] : set)].join(' ');
}

/** A Markdown table. */
export function bitsTable(bits: readonly NamedBits[]): string {
  const lines = bits.map(
    (bit) =>
      `| ${bit.bits} | ${escape(bit.name)} | ${single(bit) ? bit.value : hex(bit.value)} | ${escape(bit.meaning)} |`,
  );
  return lines.length === 0
    ? ''
    : ['', '| bits | name | value | meaning |', '|---|---|---|---|', ...lines].join('\n');
}

/** Text as it is, in Markdown. */
export function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, '\\$&');
}
