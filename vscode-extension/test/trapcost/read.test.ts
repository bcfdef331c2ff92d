import { describe, expect, it } from 'vitest';
import { NoProfileError, readProfile } from '../../src/trapcost/read';
import { profile, row } from '../page/rows';

function problem(text: string): string {
  try {
    readProfile(text);
  } catch (error) {
    expect(error).toBeInstanceOf(NoProfileError);
    return `${(error as NoProfileError).title}: ${(error as NoProfileError).message}`;
  }
  return '';
}

describe('a profile file', () => {
  it('is read as it is, whatever later versions add', () => {
    const whole = { ...profile([row({})]), stacks: undefined, novel: 7 };
    expect(readProfile(JSON.stringify(whole))).toMatchObject({ novel: 7, exits: whole.exits });
  });

  it.each([
    ['', 'not JSON: It is empty'],
    ['{"version"', 'not JSON'],
    ['[1]', 'no Ringside profile'],
    ['{"version": 1}', 'no Ringside profile'],
    ['{"version": 2, "exits": []}', 'newer Ringside: It has version 2'],
    ['{"version": 1, "exits": [{"number": 10}]}', 'damaged: exits[0] has no reason'],
    ['{"version": 1, "exits": [{"reason": "CPUID"}]}', 'damaged: exits[0] has no number "count"'],
    ['{"version": 1, "exits": [], "rings": 1}', 'damaged: "rings"'],
    ['{"version": 1, "exits": [], "timeline": {}}', 'damaged: "timeline"'],
    [
      '{"version": 1, "exits": [], "stacks": {"frames": [{}], "paths": [{"frames": [1]}]}}',
      'damaged: stacks.paths[0] names a frame',
    ],
  ])('%s: %s', (text, said) => {
    expect(problem(text)).toContain(said);
  });
});
