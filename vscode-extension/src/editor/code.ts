/** Source text without what is no code: comments and strings become spaces, so that columns stay. */

export type Dialect = 'c' | 'rust' | 'asm';

export function dialectOf(languageId: string): Dialect {
  return languageId === 'asm' || languageId === 'rust' ? languageId : 'c';
}

/** One alternative for each thing that begins with a character that code has too. */
const NO_CODE: Record<Dialect, RegExp> = {
  c: /\/\/.*|\/\*[^]*?(?:\*\/|(?![^]))|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?|^[ \t]*#(?:\\\r?\n|.)*/gm,
  // A quote alone begins a lifetime.
  rust: /\/\/.*|\/\*[^]*?(?:\*\/|(?![^]))|r(#*)"[^]*?"\1|"(?:\\[^]|[^"\\])*"?|'(?:\\.[^'\n]*|[^'\\\n])'/gm,
  asm: /\/\/.*|\/\*[^]*?(?:\*\/|(?![^]))|#.*|"(?:\\[^]|[^"\\\n])*"?|'\\?[^\n]'?/gm,
};

/** The code in a text; everything else is blank. */
export function codeOf(text: string, dialect: Dialect): string {
  return text.replace(NO_CODE[dialect], (other) => other.replace(/[^\r\n]/g, ' '));
}

export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'alignas alignof asm auto bool break case catch char class const constexpr continue default ' +
    'delete do double else enum explicit extern false float for friend goto if inline int long ' +
    'mutable namespace new noexcept nullptr operator private protected public register restrict ' +
    'return short signed sizeof static static_assert struct switch template throw true try ' +
    'typedef typename typeof union unsigned using virtual void volatile wchar_t while ' +
    '__asm__ __attribute__ __volatile__ _Bool _Static_assert NULL ' +
    'as async await const crate dyn fn impl in let loop match mod move mut pub ref trait type ' +
    'unsafe use where'
  ).split(' '),
);

/** Names of registers without their sign, as GNU as has them. */
const REGISTER =
  /^(?:[re]?(?:[abcd]x|[sb]p|[sd]i)|[abcd][lh]|(?:sp|bp|si|di)l|r(?:[89]|1[0-5])[dwb]?|[re]?ip|[re]?flags|[c-gs]s|cr[0-8]|dr[0-7]|[xyz]mm(?:[0-9]|[12][0-9]|3[01])|st|mm[0-7])$/;

export function isRegister(name: string): boolean {
  return REGISTER.test(name.toLowerCase());
}
