import { describe, expect, it } from 'vitest';
import { Decoder, encoded } from '../src/server/framing';

const hello = { seq: 1, type: 'event', event: 'output', body: { output: 'grüße 🥊' } };
const next = { seq: 2, type: 'event', event: 'terminated' };

describe('Decoder', () => {
  it('gives back what was encoded, however the bytes are cut', () => {
    const bytes = Buffer.concat([encoded(hello), encoded(next)]);
    for (let size = 1; size <= bytes.length; size += 1) {
      const decoder = new Decoder();
      const messages = [];
      for (let at = 0; at < bytes.length; at += size) {
        messages.push(...decoder.feed(bytes.subarray(at, at + size)));
      }
      expect(messages).toEqual([hello, next]);
      expect(decoder.rest()).toBe('');
    }
  });

  it('keeps what is no message', () => {
    const decoder = new Decoder();
    decoder.feed(Buffer.from('Error occurred during initialization of VM\n'));
    expect(decoder.rest()).toBe('Error occurred during initialization of VM');
  });

  it('finds the next message after stray bytes and broken JSON', () => {
    const decoder = new Decoder();
    const broken = Buffer.from('warning: x\r\n\r\nContent-Length: 3\r\n\r\n{]}');
    expect(decoder.feed(Buffer.concat([broken, encoded(next)]))).toEqual([next]);
    expect(decoder.stray).toContain('warning: x');
  });

  it('takes other header fields, in any case of letters', () => {
    const body = JSON.stringify(next);
    const text = `content-length: ${body.length}\r\nContent-Type: application/json\r\n\r\n${body}`;
    expect(new Decoder().feed(Buffer.from(text))).toEqual([next]);
  });
});
