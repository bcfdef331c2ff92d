/** A guest's bytes on their way to a terminal. */

export interface SerialText {
  /** Text of some more bytes; characters cut in two wait for their rest. */
  add(bytes: Uint8Array): string;
}

/**
 * UTF-8; what is none shows as U+FFFD. A guest that ends lines with LF alone gets the CR that a
 * terminal wants; one that sends CR LF by itself means a lone LF as it is.
 */
export function createSerialText(): SerialText {
  const decoder = new TextDecoder();
  let ownReturns = false;
  let afterReturn = false;
  return {
    add(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      if (text === '') {
        return '';
      }
      ownReturns ||= text.includes('\r\n') || (afterReturn && text.startsWith('\n'));
      afterReturn = text.endsWith('\r');
      return ownReturns ? text : text.replaceAll('\n', '\r\n');
    },
  };
}

/** Splits what is typed or pasted; never inside a character. */
export function chunks(text: string, length: number): string[] {
  const all: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) {
      end--;
    }
    all.push(text.slice(start, end));
    start = end;
  }
  return all;
}

/** The newest text, up to a length. */
export interface Scrollback {
  add(text: string): void;
  readonly text: string;
}

export function createScrollback(length: number): Scrollback {
  let parts: string[] = [];
  let size = 0;
  return {
    add(text) {
      parts.push(text);
      size += text.length;
      if (size > 2 * length) {
        const newest = parts.join('').slice(-length);
        parts = [newest];
        size = newest.length;
      }
    },
    get text() {
      return parts.join('').slice(-length);
    },
  };
}
