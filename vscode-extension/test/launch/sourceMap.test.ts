import { describe, expect, it } from 'vitest';
import { prefixPair, withSourceMap, withWorkspaceFolder } from '../../src/launch/sourceMap';

describe('prefixPair', () => {
  it('is what differs before the longest common end', () => {
    expect(prefixPair('/build/linux-6.1/kernel/fork.c', '/home/me/linux/kernel/fork.c')).toEqual({
      from: '/build/linux-6.1',
      to: '/home/me/linux',
    });
  });

  it('leaves something of both', () => {
    expect(prefixPair('/src/a.c', '/home/me/src/a.c')).toEqual({
      from: '/src',
      to: '/home/me/src',
    });
    expect(prefixPair('/build/src/a.c', '/src/a.c')).toEqual({ from: '/build/src', to: '/src' });
    expect(prefixPair('/a.c', '/x/a.c')).toEqual({ from: '/a.c', to: '/x/a.c' });
  });

  it('takes paths of Windows', () => {
    expect(prefixPair('/build/k/main.c', 'C:\\Users\\me\\k\\main.c')).toEqual({
      from: '/build',
      to: 'C:/Users/me',
    });
  });

  it('is none for another file, or for the same path', () => {
    expect(prefixPair('/a/fork.c', '/a/exit.c')).toBeUndefined();
    expect(prefixPair('/a/fork.c', '/a/fork.c')).toBeUndefined();
  });
});

describe('withWorkspaceFolder', () => {
  it('goes by whole names', () => {
    expect(withWorkspaceFolder('/w/src', '/w')).toBe('${workspaceFolder}/src');
    expect(withWorkspaceFolder('/w', '/w')).toBe('${workspaceFolder}');
    expect(withWorkspaceFolder('/wide/src', '/w')).toBe('/wide/src');
    expect(withWorkspaceFolder('/w/src', undefined)).toBe('/w/src');
  });
});

describe('withSourceMap', () => {
  const file = `{
  // Use IntelliSense.
  "version": "0.2.0",
  "configurations": [
    { "type": "cppdbg", "name": "k" },
    {
      "type": "ringside",
      "request": "launch",
      "name": "k", // the kernel
      "program": "k.elf"
    },
  ]
}
`;

  it('adds to the configuration of that name, and keeps comments', () => {
    const once = withSourceMap(file, 'k', { from: '/build', to: '${workspaceFolder}' }) ?? '';
    expect(once).toContain('// Use IntelliSense.');
    expect(once).toContain('// the kernel');
    expect(once).toContain('"sourceMap": {\n        "/build": "${workspaceFolder}"\n      }');
    const twice = withSourceMap(once, 'k', { from: '/other', to: '/o' }) ?? '';
    expect(twice).toContain('"/build": "${workspaceFolder}"');
    expect(twice).toContain('"/other": "/o"');
  });

  it('finds nothing in a file without it', () => {
    expect(withSourceMap(file, 'another', { from: 'a', to: 'b' })).toBeUndefined();
    expect(withSourceMap('', 'k', { from: 'a', to: 'b' })).toBeUndefined();
  });
});
