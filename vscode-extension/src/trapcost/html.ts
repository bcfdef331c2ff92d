/** The page's HTML: as a webview, and as a file that stands alone (as `--profile F.html` writes). */
import { createHash } from 'node:crypto';
import type { Profile } from '../profile';

const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'";

export interface WebviewParts {
  /** `page.html`, with its markers. */
  readonly template: string;
  readonly script: string;
  readonly style: string;
  /** What VS Code lets a webview load from. */
  readonly source: string;
  readonly nonce: string;
}

/** The page in VS Code; its data comes by message. */
export function webviewHtml({ template, script, style, source, nonce }: WebviewParts): string {
  const policy = `${POLICY}; style-src ${source}; script-src 'nonce-${nonce}'`;
  return filled(template, {
    style: `${policyTag(policy)}<link rel="stylesheet" href="${style}">`,
    data: '',
    script: `<script type="module" nonce="${nonce}" src="${script}"></script>`,
  });
}

/** The page as one file, with a profile, that loads nothing. */
export function fileHtml(
  template: string,
  script: string,
  style: string,
  profile: Profile,
): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `${POLICY}; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  // So that no text of the guest's can end the element.
  const data = JSON.stringify(profile).replaceAll('<', '\\u003c');
  return filled(template, {
    style: `${policyTag(policy)}<style>${style}</style>`,
    data: `<script type="application/json" id="profile">${data}</script>`,
    script: `<script type="module">${script}</script>`,
  });
}

function policyTag(policy: string): string {
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`;
}

function filled(template: string, parts: Record<'style' | 'data' | 'script', string>): string {
  return template.replaceAll(
    /<!--(style|data|script)-->/g,
    (_, part: keyof typeof parts) => parts[part],
  );
}
