/** What `npm run e2e -- …` was asked for. */
import { parseArgs } from 'node:util';
import type { Theme } from './codeserver';

export interface Options {
  /** Whole runs, one after another. */
  readonly repeat: number;
  readonly theme: Theme;
  /** Scenarios by name; empty: all. */
  readonly only: readonly string[];
}

export function parse(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeat: { type: 'string', default: '1' },
      theme: { type: 'string', default: 'dark' },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const { theme } = values;
  if (theme !== 'dark' && theme !== 'light' && theme !== 'hc-dark' && theme !== 'hc-light') {
    throw new Error(`--theme ${theme}: dark, light, hc-dark or hc-light`);
  }
  return { repeat: Number(values.repeat), theme, only: values.only };
}
