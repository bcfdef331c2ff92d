/** Addresses of the memory view. */
import type { Space } from './messages';

export interface Address {
  readonly space: Space;
  readonly at: bigint;
}

/** One past the last address. */
export const END = 1n << 64n;

/** `0x…` or `phys:0x…`; undefined for an expression. */
export function plainAddress(text: string): Address | undefined {
  const match = /^(phys:)?\s*(0x[\da-f]{1,16})$/i.exec(text.trim());
  const digits = match?.[2];
  return digits === undefined
    ? undefined
    : { space: match?.[1] ? 'physical' : 'virtual', at: BigInt(digits) };
}

/** As a memory reference of the protocol. */
export function reference({ space, at }: Address): string {
  return `${space === 'physical' ? 'phys:' : ''}0x${at.toString(16)}`;
}

/** Whether an expression is a register, which one would follow. */
export function isRegister(text: string): boolean {
  return /^(\$\w+|r([a-d]x|[sd]i|[sb]p|ip|\d+)|cr\d)$/i.test(text.trim());
}
