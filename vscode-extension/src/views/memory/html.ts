/** The memory view's page. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export function memoryHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', name)).toString();
  const policy = [
    "default-src 'none'",
    // Enter before the script has come must not lead away from the page.
    "form-action 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const groups = [1, 2, 4, 8].map(
    (size) => `<option value="${size}">${size} ${size === 1 ? 'byte' : 'bytes'}</option>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <link rel="stylesheet" href="${file('memory.css')}">
  <title>Memory</title>
</head>
<body data-vscode-context='{"preventDefaultContextMenuItems": true}'>
  <form id="bar">
    <input id="subject" spellcheck="false" autocomplete="off" placeholder="0x…, phys:0x… or expression"
      title="A guest-virtual address (0x…), a guest-physical one (phys:0x…), or an expression such as $rsp"
      aria-label="Address: 0x…, phys:0x… or an expression">
    <button id="follow" type="button" aria-pressed="false"
      title="Follow: evaluate the expression again at each stop">Follow</button>
    <select id="group" title="Bytes of a group, as a little-endian number" aria-label="Bytes of a group">
      ${groups.join('')}
    </select>
  </form>
  <div id="message"></div>
  <div id="grid" role="grid" tabindex="0" aria-label="Memory" aria-multiselectable="true"
    data-vscode-context='{"webviewSection": "bytes"}'>
    <div id="spacer" role="presentation"></div>
    <div id="rows" role="rowgroup"></div>
  </div>
  <div id="status" role="status" aria-live="polite"></div>
  <span id="ruler" aria-hidden="true">0000000000</span>
  <script nonce="${nonce}" src="${file('memory.js')}"></script>
</body>
</html>`;
}
