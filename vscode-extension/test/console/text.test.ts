import { describe, expect, it } from 'vitest';
import { chunks, createScrollback, createSerialText } from '../../src/console/text';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('serial text', () => {
  it('puts characters together that come in pieces', () => {
    const text = createSerialText();
    const [a, b, c] = bytes('µs');
    expect(text.add(Uint8Array.of(a ?? 0))).toBe('');
    expect(text.add(Uint8Array.of(b ?? 0, c ?? 0))).toBe('µs');
  });

  it('shows what is no UTF-8, and goes on', () => {
    expect(createSerialText().add(Uint8Array.of(0x41, 0xff, 0x42))).toBe('A\ufffdB');
  });

  it('gives lines that end with LF alone the CR that a terminal wants', () => {
    expect(createSerialText().add(bytes('one\ntwo\n'))).toBe('one\r\ntwo\r\n');
  });

  it('leaves a guest alone that sends CR LF, also in two pieces', () => {
    const text = createSerialText();
    expect(text.add(bytes('one\r'))).toBe('one\r');
    expect(text.add(bytes('\ntwo\r\n'))).toBe('\ntwo\r\n');
    expect(text.add(bytes('down\nhere'))).toBe('down\nhere');
  });
});

describe('what is pasted', () => {
  it('goes in pieces, none of which cuts a character', () => {
    expect(chunks('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(chunks('ab😀cd', 3)).toEqual(['ab', '😀c', 'd']);
    expect(chunks('', 3)).toEqual([]);
  });
});

describe('a scrollback', () => {
  it('keeps the newest', () => {
    const scrollback = createScrollback(10);
    for (let i = 0; i < 100; i++) {
      scrollback.add(`${i % 10}${i % 10}${i % 10}`);
    }
    expect(scrollback.text).toBe('6777888999');
  });
});
