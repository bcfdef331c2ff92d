import { describe, expect, it } from 'vitest';
import { type Dialect } from '../../src/editor/code';
import { expressionAt } from '../../src/editor/expression';

/** What is found where `|` stands in the text. */
function at(marked: string, dialect: Dialect = 'c'): string | undefined {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const found = expressionAt(text, offset, dialect);
  if (found) {
    const place = text.slice(found.start, found.end).replace(/\s+/g, ' ').replace('%', '$');
    expect(place.toLowerCase()).toBe(found.expression.toLowerCase());
  }
  return found?.expression;
}

describe('expressionAt in C', () => {
  it('goes from the beginning of a chain to the name under the mouse', () => {
    expect(at('x = a->b.|c + 1;')).toBe('a->b.c');
    expect(at('x = a->|b.c + 1;')).toBe('a->b');
    expect(at('x = |a->b.c + 1;')).toBe('a');
    expect(at('x = a\n  ->b|b;')).toBe('a ->bb');
  });

  it('takes elements with their index, and the index alone', () => {
    expect(at('y = arr[i|];')).toBe('i');
    expect(at('y = arr[i]|;')).toBe('arr[i]');
    expect(at('y = arr[f[2]].na|me;')).toBe('arr[f[2]].name');
    expect(at('y = m[1][2]|;')).toBe('m[1][2]');
    expect(at('y = a|rr[i];')).toBe('arr');
  });

  it('takes parentheses and casts', () => {
    expect(at('(*p).fie|ld = 1;')).toBe('(*p).field');
    expect(at('((struct tss *)base)->rs|p0')).toBe('((struct tss *)base)->rsp0');
  });

  it('never calls, assigns or counts up', () => {
    expect(at('f(x)->fi|eld')).toBeUndefined();
    expect(at('table[next()]|')).toBeUndefined();
    expect(at('arr[i++]|')).toBeUndefined();
    expect(at('arr[i = 2]|')).toBeUndefined();
    expect(at('(x = y).fi|eld')).toBeUndefined();
    expect(at('arr[i == 2]|')).toBe('arr[i == 2]');
    expect(at('kma|in(1)')).toBe('kmain');
  });

  it('finds nothing in comments, strings, numbers, keywords and preprocessor lines', () => {
    expect(at('// a|b')).toBeUndefined();
    expect(at('/* one\n a|b */')).toBeUndefined();
    expect(at('print("va|lue");')).toBeUndefined();
    expect(at('x = 0x|ff;')).toBeUndefined();
    expect(at('re|turn x;')).toBeUndefined();
    expect(at('#define A b|c')).toBeUndefined();
    expect(at('"a\\"b" + v|alue')).toBe('value');
    expect(at('struct s v = { .fie|ld = 1 };')).toBeUndefined();
  });
});

describe('expressionAt in Rust', () => {
  it('is not misled by lifetimes and raw strings', () => {
    expect(at("fn f<'a>(x: &'a T) { self.fi|eld }", 'rust')).toBe('self.field');
    expect(at('let s = r#"a " b|c"#;', 'rust')).toBeUndefined();
    expect(at('KERNEL::STA|TE', 'rust')).toBe('KERNEL::STATE');
  });
});

describe('expressionAt in assembly', () => {
  it('takes registers, with or without their sign', () => {
    expect(at('  mov %r|ax, %rbx', 'asm')).toBe('$rax');
    expect(at('  mov |%CR3, %rbx', 'asm')).toBe('$cr3');
    expect(expressionAt('  mov r8d, eax', 8, 'asm')?.expression).toBe('$r8d');
  });

  it('takes symbols, and not mnemonics, directives or comments', () => {
    expect(at('  lea per_|cpu(%rip), %rdi', 'asm')).toBe('per_cpu');
    expect(at('entry|: mov %rax, %rbx', 'asm')).toBe('entry');
    expect(at('  mo|v %rax, %rbx', 'asm')).toBeUndefined();
    expect(at('1: mo|v %rax, %rbx', 'asm')).toBeUndefined();
    expect(at('  .glo|bl entry', 'asm')).toBeUndefined();
    expect(at('  # r|ax', 'asm')).toBeUndefined();
  });
});
