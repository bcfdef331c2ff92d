/** The Debug Adapter Protocol's messages as bytes: a header with a length, then JSON. */
import type { DebugProtocol } from '@vscode/debugprotocol';

export function encoded(message: DebugProtocol.ProtocolMessage): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

const END_OF_HEADER = '\r\n\r\n';
const LENGTH = /Content-Length: *(\d+)\r\n(?:[^\r\n]+\r\n)*\r\n$/i;

/** Takes bytes as they come and gives whole messages. */
export class Decoder {
  private chunks: Buffer[] = [];
  private size = 0;
  /** Of the message whose header has been read. */
  private wanted: number | undefined;
  /** What came that is no message: what a JVM prints when it cannot start. */
  stray = '';

  feed(chunk: Buffer): DebugProtocol.ProtocolMessage[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages: DebugProtocol.ProtocolMessage[] = [];
    for (;;) {
      if (this.wanted === undefined && !this.header()) {
        return messages;
      }
      const length = this.wanted ?? 0;
      if (this.size < length) {
        return messages;
      }
      const body = this.take(length).toString('utf8');
      this.wanted = undefined;
      try {
        messages.push(JSON.parse(body) as DebugProtocol.ProtocolMessage);
      } catch {
        this.stray += body;
      }
    }
  }

  /** What was left when the stream ended, and what was no message before. */
  rest(): string {
    return (this.stray + Buffer.concat(this.chunks).toString('utf8')).trim();
  }

  private header(): boolean {
    const all = this.joined();
    const end = all.indexOf(END_OF_HEADER, 0, 'latin1');
    if (end < 0) {
      return false;
    }
    const text = this.take(end + END_OF_HEADER.length).toString('latin1');
    const match = LENGTH.exec(text);
    this.stray += match ? text.slice(0, match.index) : text;
    this.wanted = match ? Number(match[1]) : undefined;
    return match !== null || this.header();
  }

  private joined(): Buffer {
    if (this.chunks.length !== 1) {
      this.chunks = [Buffer.concat(this.chunks)];
    }
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  private take(length: number): Buffer {
    const all = this.joined();
    this.chunks = [all.subarray(length)];
    this.size -= length;
    return all.subarray(0, length);
  }
}
