/** The expression that stands under the mouse. It never calls, assigns or counts up. */
import { codeOf, isRegister, KEYWORDS, type Dialect } from './code';

export interface Found {
  /** Columns of a line, or offsets of a text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** For the debugger. */
  readonly expression: string;
}

/** The expression at an offset of a text. */
export function expressionAt(text: string, offset: number, dialect: Dialect): Found | undefined {
  const code = codeOf(text, dialect);
  return dialect === 'asm' ? operandAt(code, offset) : chainAt(code, offset);
}

/** A register or a symbol. */
function operandAt(code: string, offset: number): Found | undefined {
  const found = wordAt(code, offset, /[%$]?[A-Za-z_.][\w.$]*/g);
  if (!found) {
    return undefined;
  }
  const [sign] = found.expression;
  const name = found.expression.replace(/^[%$]/, '');
  if (sign === '%' || isRegister(name)) {
    return { ...found, expression: `$${name.toLowerCase()}` };
  }
  // Directives, local labels and mnemonics are no values.
  const first = /^[ \t]*(?:[\w.$]+:[ \t]*)*$/.test(lineBefore(code, found.start));
  return name.startsWith('.') || (first && code[found.end] !== ':')
    ? undefined
    : { ...found, expression: name };
}

function lineBefore(code: string, offset: number): string {
  return code.slice(code.lastIndexOf('\n', offset - 1) + 1, offset);
}

function wordAt(code: string, offset: number, pattern: RegExp): Found | undefined {
  const from = code.lastIndexOf('\n', offset - 1) + 1;
  const end = code.indexOf('\n', offset);
  for (const match of code.slice(from, end < 0 ? code.length : end).matchAll(pattern)) {
    const start = from + match.index;
    if (start <= offset && offset <= start + match[0].length) {
      return { start, end: start + match[0].length, expression: match[0] };
    }
  }
  return undefined;
}

/** `a`, `a->b`, `a->b.c`, `arr[i]`: up to what is pointed at, as other debuggers do. */
function chainAt(code: string, offset: number): Found | undefined {
  const bracket = [code[offset], code[offset - 1]].findIndex((c) => c === '[' || c === ']');
  const word = wordAt(code, offset, /[A-Za-z_$][\w$]*|\d[\w.]*/g);
  if (bracket >= 0 && !word) {
    const at = offset - bracket;
    const end = code[at] === ']' ? at + 1 : closing(code, at);
    return end === undefined ? undefined : whole(code, beginning(code, end), end);
  }
  if (!word || /^\d/.test(word.expression) || KEYWORDS.has(word.expression)) {
    return undefined;
  }
  return whole(code, beginning(code, word.end), word.end);
}

function whole(code: string, start: number | undefined, end: number): Found | undefined {
  if (start === undefined) {
    return undefined;
  }
  const expression = code.slice(start, end).replace(/\s+/g, ' ');
  return hasEffect(expression) ? undefined : { start, end, expression };
}

/** A call, an assignment, `++` or `--`; `sizeof (…)` and casts are neither. */
function hasEffect(expression: string): boolean {
  return (
    /\+\+|--|(?:^|[^=!<>])=(?!=)|<<=|>>=/.test(expression) ||
    [...expression.matchAll(/([\w$]+|[)\]])\s*\(/g)].some(
      ([, before = '']) => before !== 'sizeof' && before !== ')',
    )
  );
}

/** Where the postfix expression begins that ends at `end`; undefined if that is a call's result. */
function beginning(code: string, end: number): number | undefined {
  let at = end;
  for (;;) {
    const last = code[at - 1] ?? '';
    if (last === ']') {
      const open = opening(code, at - 1);
      if (open === undefined) {
        return undefined;
      }
      at = before(code, open);
      continue;
    }
    if (last === ')') {
      const open = opening(code, at - 1);
      const name = open === undefined ? '' : (code[before(code, open) - 1] ?? '');
      return /[\w$)\]]/.test(name) ? undefined : open;
    }
    const word = /[A-Za-z_$][\w$]*$/.exec(code.slice(Math.max(0, at - 256), at))?.[0];
    if (word === undefined) {
      return undefined;
    }
    const start = at - word.length;
    const link = before(code, start);
    const member = /(?:->|::|(?<![.\d])\.)$/.exec(code.slice(Math.max(0, link - 3), link))?.[0];
    if (member === undefined) {
      return start;
    }
    const next = before(code, link - member.length);
    if (!/[\w$)\]]/.test(code[next - 1] ?? '')) {
      // A designated initialiser (`.field = …`) or a global name (`::x`).
      return member === '::' ? link - 2 : undefined;
    }
    at = next;
  }
}

/** The offset after the last character before `at` that is no white space. */
function before(code: string, at: number): number {
  let end = at;
  while (end > 0 && /\s/.test(code[end - 1] ?? '')) {
    end -= 1;
  }
  return end;
}

const OPENS: Record<string, string> = { ']': '[', ')': '(' };

function opening(code: string, close: number): number | undefined {
  const kind = code[close] ?? '';
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    if (code[at] === kind) {
      depth += 1;
    } else if (code[at] === OPENS[kind] && (depth -= 1) === 0) {
      return at;
    } else if (code[at] === ';' || code[at] === '{') {
      return undefined;
    }
  }
  return undefined;
}

/** The offset after the bracket that closes the one at `open`. */
function closing(code: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '[') {
      depth += 1;
    } else if (code[at] === ']' && (depth -= 1) === 0) {
      return at + 1;
    } else if (code[at] === ';') {
      return undefined;
    }
  }
  return undefined;
}
