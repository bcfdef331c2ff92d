import { describe, expect, it } from 'vitest';
import { namesUpTo } from '../../src/editor/names';

function names(text: string, stop: number, dialect: 'c' | 'rust' | 'asm' = 'c'): string[] {
  const lines = text.split('\n');
  return namesUpTo(text, stop, dialect).map(({ line, start, end, name }) => {
    expect(lines[line]?.slice(start, end).replace('%', '$').toLowerCase()).toBe(name);
    return `${line}:${name}`;
  });
}

const SOURCE = `static int before;
static int other(int a) {
  return a;
}
struct point { int x, y; };
static uint64_t sum(const struct point *p,
                    unsigned count) {
  uint64_t total = 0; // total counts
  for (unsigned i = 0; i < count; i++) {
    total += p[i].x + p->y;
    print("total %d", total);
  }
  return total;
}`;

describe('namesUpTo', () => {
  it('takes variables of the function, down to the stop', () => {
    expect(names(SOURCE, 9)).toEqual([
      '5:p',
      '6:count',
      '7:total',
      '8:i',
      '8:count',
      '9:total',
      '9:p',
      '9:i',
    ]);
  });

  it('leaves strings, comments and calls out', () => {
    expect(names(SOURCE, 10).filter((name) => name.startsWith('10'))).toEqual(['10:total']);
  });

  it('takes nothing outside functions', () => {
    expect(names(SOURCE, 4)).toEqual(expect.not.arrayContaining(['2:a']));
  });

  it('finds a function in an impl of Rust', () => {
    const rust =
      "impl Cpu {\n  fn step<'a>(&mut self, n: u64) -> u64 {\n    let m = n + 1;\n  }\n}";
    expect(names(rust, 2, 'rust')).toEqual(expect.arrayContaining(['1:n', '2:m', '2:n']));
  });

  it('takes registers since the last label', () => {
    const assembly =
      'one:\n  mov %rax, %rbx\ntwo:\n  mov %rcx, 8(%rdx,%rcx) # %rsi\n1:\n  push %r8';
    expect(names(assembly, 5, 'asm')).toEqual(['3:$rcx', '3:$rdx', '5:$r8']);
  });

  it('shows a name that stands on every line at its first and its last', () => {
    const text = 'void f(int a) {\n  g(a);\n  h(a);\n  i(a);\n}\n';
    expect(names(text, 3)).toEqual(['0:a', '3:a']);
  });
});
