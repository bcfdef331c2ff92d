/** The trap-cost page in a webview: what it is built from, and the messages both ways. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Profile } from '../profile';
import { fileHtml, webviewHtml } from './html';
import type { ToExtension, ToPage } from './messages';

/** What a page shows: a file, or a session. */
export interface PageSource {
  /** All that there is to show, for a page that has just come up. */
  everything(): ToPage[];
  /** The newest profile there is, to write into a file. */
  latest(): Promise<Profile | undefined>;
  open(source: string): Promise<void>;
}

export interface Page {
  /** Sends a message; one that comes while the page is hidden is not needed: it asks again. */
  readonly send: (message: ToPage) => void;
}

/** Puts the page into a webview panel and answers it. */
export function showPage(
  extension: vscode.Uri,
  panel: vscode.WebviewPanel,
  source: PageSource,
): Page {
  const { webview } = panel;
  const files = pageFiles(extension);
  webview.options = { enableScripts: true, localResourceRoots: [files.folder] };
  let ready = false;
  const send = (message: ToPage) => {
    if (ready && panel.visible) {
      void webview.postMessage(message);
    }
  };
  const received = webview.onDidReceiveMessage((message: ToExtension) => {
    switch (message.type) {
      case 'ready':
        ready = true;
        source.everything().forEach(send);
        break;
      case 'open':
        void source.open(message.source);
        break;
      case 'save':
        void saveProfile(extension, source, message.format);
        break;
    }
  });
  panel.onDidDispose(() => {
    received.dispose();
  });
  webview.html = webviewHtml({
    template: readFileSync(files.template.fsPath, 'utf8'),
    script: webview.asWebviewUri(files.script).toString(),
    style: webview.asWebviewUri(files.style).toString(),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
  });
  return { send };
}

function pageFiles(extension: vscode.Uri) {
  const folder = vscode.Uri.joinPath(extension, 'dist');
  const script = vscode.Uri.joinPath(folder, 'trapcost.js');
  const style = vscode.Uri.joinPath(folder, 'trapcost.css');
  const template = vscode.Uri.joinPath(folder, 'trapcost.html');
  return { folder, script, style, template };
}

async function saveProfile(
  extension: vscode.Uri,
  source: PageSource,
  format: 'json' | 'html',
): Promise<void> {
  const profile = await source.latest();
  if (!profile) {
    void vscode.window.showInformationMessage('There is no profile to save yet.');
    return;
  }
  const ending = format === 'json' ? '.ringside.json' : '.html';
  const name = profile.guest.replace(/^.*[\\/]/, '') + ending;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters:
      format === 'json' ? { 'Ringside profile': ['ringside.json', 'json'] } : { HTML: ['html'] },
    title: format === 'json' ? 'Save Profile as JSON' : 'Save Trap Cost as HTML',
  });
  if (!target) {
    return;
  }
  try {
    const text =
      format === 'json' ? `${JSON.stringify(profile)}\n` : await pageAsFile(extension, profile);
    await vscode.workspace.fs.writeFile(target, Buffer.from(text));
  } catch (error) {
    void vscode.window.showErrorMessage(`${target.fsPath} was not written: ${String(error)}`);
    return;
  }
  await offer(target, format);
}

async function pageAsFile(extension: vscode.Uri, profile: Profile): Promise<string> {
  const files = pageFiles(extension);
  const [template, script, style] = await Promise.all([
    readFile(files.template.fsPath, 'utf8'),
    readFile(files.script.fsPath, 'utf8'),
    readFile(files.style.fsPath, 'utf8'),
  ]);
  return fileHtml(template, script, style, profile);
}

async function offer(target: vscode.Uri, format: 'json' | 'html'): Promise<void> {
  const open = format === 'json' ? 'Open' : 'Open in Browser';
  const choice = await vscode.window.showInformationMessage(`Wrote ${target.fsPath}.`, open);
  if (choice === open && format === 'json') {
    await vscode.commands.executeCommand('vscode.openWith', target, 'ringside.trapCost');
  } else if (choice === open) {
    await vscode.env.openExternal(target);
  }
}

/** A column for a source beside the page, if the user has one open; else the page's own. */
export function columnBeside(panel: vscode.WebviewPanel): vscode.ViewColumn | undefined {
  const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== panel.viewColumn);
  return other?.viewColumn ?? panel.viewColumn;
}
