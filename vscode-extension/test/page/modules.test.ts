import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

const PAGE = fileURLToPath(
  new URL('../../../profiler/src/main/resources/dev/ringside/profiler/page/', import.meta.url),
);
const text = (file: string): string => readFileSync(PAGE + file, 'utf8');
const modules = text('modules.txt').split('\n').filter(Boolean);

describe("the page's modules, which become one script", () => {
  it('are all listed', () => {
    const files = readdirSync(PAGE).filter((name) => name.endsWith('.js'));
    expect([...modules].sort()).toEqual(files.sort());
  });

  it('come after those that they import', () => {
    modules.forEach((module, at) => {
      for (const [, imported] of text(module).matchAll(/ from '\.\/(.*)';$/gm)) {
        expect(modules.slice(0, at), `${module} imports ${imported ?? ''}`).toContain(imported);
      }
    });
  });

  it('import in one line each and export declarations only', () => {
    for (const module of modules) {
      expect(text(module), module).not.toMatch(/^import (?!.* from '\.\/[a-z]+\.js';$)/m);
      expect(text(module), module).not.toMatch(/^export (?!function |const |class )/m);
      expect(text(module), module).not.toContain('</script');
    }
  });

  it('share no name', () => {
    const script = modules
      .map((module) =>
        text(module)
          .replace(/^import .*;$/gm, '')
          .replace(/^export /gm, ''),
      )
      .join('\n');
    expect(() => transformSync(script, { format: 'esm' })).not.toThrow();
  });
});
