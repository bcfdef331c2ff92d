import { describe, expect, it } from 'vitest';
import type { RingsideSession } from '../../src/sessions';
import type { Place } from '../../src/views/focus';
import { readBytes, SeenBytes } from '../../src/views/memory/bytes';
import { CHANGED, UNREADABLE } from '../../src/views/memory/messages';
import { evaluateAddress } from '../../src/views/memory/subject';

type Answer = (command: string, body: Record<string, unknown>) => object;

function place(answer: Answer): Place {
  const session = {
    standard: (command: string, body: Record<string, unknown>) =>
      new Promise((resolve) => {
        resolve(answer(command, body));
      }),
  } as unknown as RingsideSession;
  return { session, threadId: 1, frameId: 7, stop: 1, key: 'k' };
}

/** Memory whose second page cannot be read; every byte is the low part of its address. */
const holed: Answer = (_, body) => {
  const at = parseInt(String(body['memoryReference']), 16);
  const count = Number(body['count']);
  const readable = at >= 0x1000 && at < 0x2000 ? 0 : at < 0x1000 ? 0x1000 - at : count;
  const size = Math.min(count, readable);
  return {
    address: body['memoryReference'],
    data: Buffer.from(Array.from({ length: size }, (__, i) => (at + i) & 0xff)).toString('base64'),
    unreadableBytes: count - size,
  };
};

describe('reading', () => {
  it('goes on behind what cannot be read', async () => {
    const { session } = place(holed);
    const from = { space: 'virtual', at: 0xffen } as const;
    const cells = await readBytes(session, from, 0x1004, () => false);
    expect(cells.slice(0, 4)).toEqual([0xfe, 0xff, UNREADABLE, UNREADABLE]);
    expect(cells.slice(-3)).toEqual([UNREADABLE, 0x00, 0x01]);
  });

  it('leaves off when nobody wants it any more', async () => {
    let reads = 0;
    const { session } = place(() => {
      reads++;
      return { address: '0x0', data: '', unreadableBytes: 1 };
    });
    const read = readBytes(session, { space: 'physical', at: 0n }, 0x4000, () => reads > 0);
    await expect(read).rejects.toThrow('gone on');
    expect(reads).toBe(1);
  });
});

describe('bytes that were seen', () => {
  it('are marked where they differ from the last stop', () => {
    const seen = new SeenBytes();
    expect(seen.mark(1, 0x10n, [1, 2])).toEqual([1, 2]);
    expect(seen.mark(2, 0x10n, [1, 3])).toEqual([1, 3 | CHANGED]);
    expect(seen.mark(2, 0x0fn, [9, 1, 4])).toEqual([9, 1, 4 | CHANGED]);
    expect(seen.mark(3, 0x10n, [1, 4])).toEqual([1, 4]);
    expect(seen.mark(4, 0x10n, [UNREADABLE, 4])).toEqual([UNREADABLE, 4]);
    expect(seen.mark(5, 0x10n, [7, 4])).toEqual([7, 4]);
  });
});

describe('what is to be shown', () => {
  const values: Record<string, object> = {
    $rsp: { result: '0x1234', memoryReference: '0x1234' },
    buffer: { result: '0x20021d "first"', memoryReference: '0x20021d' },
    count: { result: '4096' },
    text: { result: 'red' },
  };
  const here = place((_, body) => {
    expect(body).toMatchObject({ context: 'hover', frameId: 7 });
    const value = values[String(body['expression'])];
    if (!value) {
      throw new Error(`there is no '${String(body['expression'])}' in scope here`);
    }
    return value;
  });

  it('is an address, an expression, or the name of a register', async () => {
    const at = async (subject: string) => evaluateAddress(here, subject);
    expect(await at('0x10')).toEqual({ space: 'virtual', at: 0x10n });
    expect(await at('$rsp')).toEqual({ space: 'virtual', at: 0x1234n });
    expect(await at('rsp')).toEqual({ space: 'virtual', at: 0x1234n });
    expect(await at('phys:buffer')).toEqual({ space: 'physical', at: 0x20021dn });
    expect(await at('count')).toEqual({ space: 'virtual', at: 4096n });
  });

  it('says what is wrong with it', async () => {
    await expect(evaluateAddress(here, 'nope')).rejects.toThrow("there is no 'nope'");
    await expect(evaluateAddress(here, 'text')).rejects.toThrow('text is red');
  });
});
