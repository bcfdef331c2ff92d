import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../src/profile';
import { fileHtml, webviewHtml } from '../../src/trapcost/html';

const template = readFileSync(
  fileURLToPath(
    new URL(
      '../../../profiler/src/main/resources/dev/ringside/profiler/page/page.html',
      import.meta.url,
    ),
  ),
  'utf8',
);

const profile: Profile = {
  version: 1,
  guest: '</script><script>alert(1)</script>',
  backend: 'soft',
  vcpus: 1,
  lostEvents: 0,
  exits: [],
};

function only(html: string, pattern: RegExp): string {
  const found = [...html.matchAll(new RegExp(pattern, 'gs'))];
  expect(found, String(pattern)).toHaveLength(1);
  return found[0]?.[1] ?? '';
}

describe('the page in a webview', () => {
  const html = webviewHtml({
    template,
    script: 'S.js',
    style: 'S.css',
    source: 'vs:',
    nonce: 'N1',
  });

  it('runs its own script and no other', () => {
    const policy = only(html, /Content-Security-Policy" content="([^"]*)"/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-N1'");
    expect(policy).not.toContain('unsafe');
    expect(only(html, /<script ([^>]*)>/)).toBe('type="module" nonce="N1" src="S.js"');
    expect(html).not.toMatch(/ on[a-z]+=|<!--/);
  });
});

describe('the page as a file', () => {
  // A `$&` in a script must come through as it is.
  const script = "document.title.replace('a', '$&')";
  const html = fileHtml(template, script, '.a{}', profile);

  it('has everything in it and a policy that lets only that run', () => {
    expect(only(html, /<script type="module">(.*?)<\/script>/)).toBe(script);
    expect(only(html, /<style>(.*?)<\/style>/)).toBe('.a{}');
    const hash = createHash('sha256').update(script).digest('base64');
    expect(only(html, /Content-Security-Policy" content="([^"]*)"/)).toContain(`'sha256-${hash}'`);
    expect(html).not.toMatch(/ src=| href=|<!--/);
  });

  it('has the profile, which cannot end its element', () => {
    const data = only(html, /<script type="application\/json" id="profile">(.*?)<\/script>/);
    expect(JSON.parse(data)).toEqual(profile);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});
