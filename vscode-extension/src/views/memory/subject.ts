/** From what the user names to an address. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Place } from '../focus';
import { plainAddress } from './address';
import type { Address } from './address';

type Evaluated = DebugProtocol.EvaluateResponse['body'];

/** The address of `0x…`, `phys:…`, a register's name, or an expression's value. */
export async function evaluateAddress(place: Place, subject: string): Promise<Address> {
  const plain = plainAddress(subject);
  if (plain) {
    return plain;
  }
  const [, physical, expression = ''] = /^(phys:)?\s*(.*)$/is.exec(subject.trim()) ?? [];
  const found = await evaluate(place, expression);
  const address =
    plainAddress(found.memoryReference ?? '') ?? plainAddress(/^\S+/.exec(found.result)?.[0] ?? '');
  const number = /^\d+\b/.exec(found.result)?.[0];
  const at = address?.at ?? (number === undefined ? undefined : BigInt(number));
  if (at === undefined || at >= 1n << 64n) {
    throw new Error(`${expression} is ${found.result}, which is no address.`);
  }
  return { space: physical ? 'physical' : (address?.space ?? 'virtual'), at };
}

/** Hovers never write, so an expression that is shown does not either. */
async function evaluate({ session, frameId }: Place, expression: string): Promise<Evaluated> {
  const ask = (text: string) =>
    session.standard<Evaluated>('evaluate', { expression: text, frameId, context: 'hover' });
  try {
    return await ask(expression);
  } catch (error) {
    if (!/^[a-z]\w*$/i.test(expression)) {
      throw error;
    }
    // rsp is $rsp where nothing else has that name.
    return ask(`$${expression}`).catch(() => {
      throw error;
    });
  }
}
