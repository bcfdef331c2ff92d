// Who shows the page: VS Code, which sends profiles and opens sources, or a browser with the file.

/** @import { ToExtension, ToPage } from 'ringside/trapcost/messages' */

/**
 * What VS Code gives to a page.
 * @typedef {object} VsCode
 * @property {(message: ToExtension) => void} postMessage
 * @property {() => unknown} getState
 * @property {(state: unknown) => void} setState
 */

/**
 * @typedef {object} Host
 * @property {boolean} file the page is a file of its own
 * @property {(message: ToExtension) => void} send
 * @property {(listener: (message: ToPage) => void) => void} listen
 * @property {unknown} kept what `keep` was given before the page was hidden
 * @property {(state: unknown) => void} keep
 */

/** @returns {Host} */
export function connectHost() {
  const data = document.getElementById('profile')?.textContent;
  if (data !== undefined && data !== null) {
    return inFile(data);
  }
  const vscode = /** @type {{ acquireVsCodeApi?: () => VsCode }} */ (
    globalThis
  ).acquireVsCodeApi?.();
  if (!vscode) {
    return inFile('{"version": 0}');
  }
  return {
    file: false,
    send: (message) => {
      vscode.postMessage(message);
    },
    listen: (listener) => {
      addEventListener('message', (event) => {
        listener(event.data);
      });
    },
    kept: vscode.getState(),
    keep: (state) => {
      vscode.setState(state);
    },
  };
}

/**
 * @param {string} data
 * @returns {Host}
 */
function inFile(data) {
  return {
    file: true,
    send: () => undefined,
    listen: (listener) => {
      try {
        const profile = JSON.parse(data);
        listener({
          type: 'profile',
          profile,
          status: { kind: 'file', text: '' },
        });
      } catch (error) {
        listener({
          type: 'problem',
          title: 'The profile in this file is damaged',
          detail: String(error),
        });
      }
    },
    kept: undefined,
    keep: () => undefined,
  };
}
