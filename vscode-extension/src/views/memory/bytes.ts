/** Reads guest memory, unreadable parts and all, and knows which bytes have changed. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RingsideSession } from '../../sessions';
import { reference } from './address';
import type { Address } from './address';
import { CHANGED, UNREADABLE } from './messages';
import type { Cell } from './messages';

type ReadMemory = NonNullable<DebugProtocol.ReadMemoryResponse['body']>;
const PAGE = 0x1000n;

/** `count` bytes from `from`. */
export async function readBytes(
  session: RingsideSession,
  from: Address,
  count: number,
  stale: () => boolean,
): Promise<Cell[]> {
  const cells = new Array<Cell>(count).fill(UNREADABLE);
  let done = 0;
  while (done < count) {
    if (stale()) {
      throw new Error('The guest has gone on.');
    }
    const at = from.at + BigInt(done);
    const body = await session.standard<ReadMemory>('readMemory', {
      memoryReference: reference({ space: from.space, at }),
      offset: 0,
      count: count - done,
    });
    const data = Buffer.from(body.data ?? '', 'base64');
    data.forEach((byte, i) => {
      if (done + i < count) {
        cells[done + i] = byte;
      }
    });
    done += data.length;
    if (done < count) {
      // What cannot be read ends at a page's end at the latest: there it is tried again.
      const next = from.at + BigInt(done);
      done += Number(PAGE - (next % PAGE));
    }
  }
  return cells;
}

/** The bytes that were seen at the latest stop and at the one before. */
export class SeenBytes {
  private stop = 0;
  private before = new Map<bigint, Cell>();
  private now = new Map<bigint, Cell>();

  /** Takes in bytes read at a stop; returns them with those marked that have changed. */
  mark(stop: number, start: bigint, cells: readonly Cell[]): Cell[] {
    if (stop !== this.stop) {
      this.before = this.now;
      this.now = new Map();
      this.stop = stop;
    }
    return cells.map((cell, i) => {
      const at = start + BigInt(i);
      this.now.set(at, cell);
      const before = this.before.get(at);
      const changed = before !== undefined && before !== UNREADABLE && before !== cell;
      return changed && cell !== UNREADABLE ? cell | CHANGED : cell;
    });
  }
}
