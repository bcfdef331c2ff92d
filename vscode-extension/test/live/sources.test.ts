import { describe, expect, it } from 'vitest';
import { commonTail, endingIn, lineOf } from '../../src/live/sources';

describe('a profile’s source', () => {
  it('is a file and a line', () => {
    expect(lineOf('common/console.c:33')).toEqual({ file: 'common/console.c', line: 33 });
    expect(lineOf('C:/x/a.c:7')).toEqual({ file: 'C:/x/a.c', line: 7 });
    expect(lineOf('console.c')).toBeUndefined();
  });

  it('is the end of a path, on whole names', () => {
    const paths = ['/w/samples/common/console.c', '/w/uncommon/console.c', '/w/console.c'];
    expect(endingIn(paths, 'common/console.c')).toEqual(['/w/samples/common/console.c']);
    expect(endingIn(paths, './common/console.c')).toEqual(['/w/samples/common/console.c']);
    expect(endingIn(['C:\\w\\common\\console.c'], 'common/console.c')).toHaveLength(1);
  });

  it('is found by what it has in common with files that are there', () => {
    expect(commonTail('/x/common/console.c', 'samples/common/console.c')).toBe(2);
    expect(commonTail('/x/a.c', 'b.c')).toBe(0);
  });
});
