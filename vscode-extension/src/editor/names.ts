/** Names on the lines of a function whose values are worth a look. */
import { codeOf, isRegister, KEYWORDS, type Dialect } from './code';

export interface Name {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** A variable, or a register as `$rax`. */
  readonly name: string;
}

/** How far above the stop registers are shown: further up they were others. */
const LINES_OF_ASSEMBLY = 12;

/**
 * Variables from the beginning of the function to the line of the stop: each where it first stands,
 * and where it last does, so that a name used on every line does not fill the editor.
 */
export function namesUpTo(text: string, stop: number, dialect: Dialect): Name[] {
  const all = everyNameUpTo(text, stop, dialect);
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { name, line } of all) {
    first.set(name, Math.min(first.get(name) ?? line, line));
    last.set(name, line);
  }
  return all.filter(({ name, line }) => line === first.get(name) || line === last.get(name));
}

/** Each once a line. */
function everyNameUpTo(text: string, stop: number, dialect: Dialect): Name[] {
  const lines = codeOf(text, dialect).split('\n');
  const first = dialect === 'asm' ? labelAbove(lines, stop) : functionAbove(lines, stop);
  const find = dialect === 'asm' ? registersOf : variablesOf;
  return lines.slice(first, stop + 1).flatMap((code, index) => {
    const seen = new Set<string>();
    return find(code).flatMap(({ name, start, end }) => {
      if (seen.has(name)) {
        return [];
      }
      seen.add(name);
      return [{ line: first + index, start, end, name }];
    });
  });
}

type Place = Omit<Name, 'line'>;

function variablesOf(code: string): Place[] {
  return [...code.matchAll(/[A-Za-z_$][\w$]*/g)].flatMap((match) => {
    const [name] = match;
    const start = match.index;
    const end = start + name.length;
    const before = code.slice(0, start);
    const after = code.slice(end);
    const isOther =
      KEYWORDS.has(name) ||
      /(?:\.|->|::|['\d]|\b(?:struct|union|enum|goto|class|fn)\s+)$/.test(before) ||
      // A call, a path, a label, or a type before a name.
      /^\s*(?:\(|::|!\s*[([{])/.test(after) ||
      /^\s+[A-Za-z_]/.test(after.replace(/^\s+(?:as|in|else)\b.*/, ''));
    return isOther ? [] : [{ name, start, end }];
  });
}

function registersOf(code: string): Place[] {
  return [...code.matchAll(/%([A-Za-z]\w*)/g)].flatMap((match) => {
    const name = (match[1] ?? '').toLowerCase();
    const start = match.index;
    return isRegister(name) ? [{ name: `$${name}`, start, end: start + match[0].length }] : [];
  });
}

/** The line of the nearest label above, local ones (`1:`, `.L2:`) aside. */
function labelAbove(lines: readonly string[], stop: number): number {
  const furthest = Math.max(0, stop - LINES_OF_ASSEMBLY);
  for (let line = stop; line > furthest; line -= 1) {
    if (/^[A-Za-z_][\w.$]*:/.test(lines[line] ?? '')) {
      return line;
    }
  }
  return furthest;
}

/** The line on which the function's parameters begin. */
function functionAbove(lines: readonly string[], stop: number): number {
  const open: { line: number; header: string; from: number }[] = [];
  let header = '';
  let from = 0;
  lines.slice(0, stop + 1).forEach((text, line) => {
    for (const part of text.split(/(?<=[{};])|(?=[{};])/)) {
      if (part === '{') {
        open.push({ line, header, from });
        header = '';
      } else if (part === '}') {
        open.pop();
        header = '';
      } else if (part === ';') {
        // Those of `for (;;)` are inside parentheses.
        header = count(header, '(') > count(header, ')') ? header + part : '';
      } else {
        from = header.trim() === '' ? line : from;
        header += `${part} `;
      }
    }
  });
  return open.find((block) => isFunction(block.header))?.from ?? stop;
}

function isFunction(header: string): boolean {
  return header.includes(')') && !/^\s*(?:if|for|while|switch|do|else)\b|=\s*$/.test(header);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
