/** The view "Memory": what the page asks for, from the guest. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { reason } from '../edit';
import type { Focus, Place } from '../focus';
import { Latest } from '../latest';
import { showIfSlow } from '../pane';
import { END, isRegister, plainAddress, reference } from './address';
import type { Address } from './address';
import { readBytes, SeenBytes } from './bytes';
import { memoryHtml } from './html';
import type { Cell, FromPage, GroupSize, Space, ToPage } from './messages';
import { evaluateAddress } from './subject';

export interface MemoryView extends vscode.Disposable {
  /** Shows this address or expression, and brings the view to the front. */
  readonly show: (subject: string) => void;
}

/** What the user wants to see; kept from session to session. */
interface Wish {
  readonly subject: string;
  readonly follow: boolean;
  readonly group: GroupSize;
}

interface Loaded {
  readonly place: Place;
  readonly address: Address;
  /** Why the subject has no address now. */
  readonly trouble: string;
  /** The page does not show this address yet. */
  readonly moved: boolean;
  readonly bytes: { readonly start: bigint; readonly cells: readonly Cell[] };
}

const WISH = 'ringside.memory';

export function createMemoryView(
  focus: Focus,
  context: vscode.ExtensionContext,
  openWalk: (address: string) => void,
): MemoryView {
  let wish = context.workspaceState.get<Wish>(WISH, { subject: '$rsp', follow: true, group: 1 });
  let view: vscode.WebviewView | undefined;
  let ready = false;
  let problem = '';
  let range: { space: Space; start: bigint; count: number } | undefined;
  /** The address that the subject had when it was last evaluated, and for which state that holds. */
  let base: { key: string; address: Address } | undefined;
  /** The page has been sent to an address whose bytes it has not asked for yet. */
  let hungry = false;
  let freshFor = '';
  const seen = new WeakMap<object, Map<string, SeenBytes>>();

  const post = (message: ToPage) => void view?.webview.postMessage(message);
  const tell = () => {
    const plain = plainAddress(wish.subject) !== undefined;
    const placeless = !focus.place && focus.running;
    post({
      type: 'state',
      subject: wish.subject,
      follow: plain ? undefined : wish.follow,
      group: wish.group,
      message: placeless ? (base ? (focus.note ?? '') : 'Shown when the guest stops.') : '',
      problem,
      live: !placeless,
    });
  };
  /** For how long the subject's address holds. */
  const baseKey = (place: Place) =>
    wish.follow && !plainAddress(wish.subject)
      ? `${wish.subject} ${place.key} ${place.frameId ?? ''}`
      : `${wish.subject} ${place.session.debug.id}`;

  const latest = new Latest<Loaded>({
    wanted: () => {
      const place = view?.visible && ready ? focus.place : undefined;
      const seek = range && `${range.space} ${range.start} ${range.count}`;
      return place && [place.key, baseKey(place), seek].join('|');
    },
    load: async (stale) => {
      const place = focus.place;
      if (!place) {
        throw new Error('The guest runs.');
      }
      const known = base;
      const { address, trouble } = await locate(place);
      const moved = !known || reference(known.address) !== reference(address);
      if (moved || range?.space !== address.space) {
        // Of about what the page will show there; it asks itself when it has gone there.
        const start = address.at - (address.at % 16n);
        const left = END - start;
        const wanted = BigInt(range?.count ?? 512) + 16n;
        const count = Number(left < wanted ? left : wanted);
        const from = { space: address.space, at: start };
        const cells = await readBytes(place.session, from, count, stale);
        return { place, address, trouble, moved: true, bytes: { start, cells } };
      }
      const { space, start, count } = range;
      const cells = await readBytes(place.session, { space, at: start }, count, stale);
      return { place, address, trouble, moved: false, bytes: { start, cells } };
    },
    show: ({ place, address, trouble, moved, bytes }) => {
      problem = trouble;
      base = { key: baseKey(place), address };
      hungry = moved;
      if (moved) {
        post({ type: 'go', space: address.space, address: `0x${address.at.toString(16)}` });
      }
      const cells = seenAt(place, address.space).mark(place.stop, bytes.start, bytes.cells);
      const fresh = freshFor !== place.key;
      freshFor = place.key;
      const start = `0x${bytes.start.toString(16)}`;
      post({ type: 'bytes', space: address.space, start, cells, fresh });
      tell();
    },
    failed: (error) => {
      problem = reason(error);
      tell();
    },
    loading: (done) => {
      void showIfSlow('ringside.memory', done);
    },
  });

  /** The subject's address; where it has none now, the one that it had. */
  async function locate(place: Place): Promise<{ address: Address; trouble: string }> {
    if (base?.key === baseKey(place)) {
      return { address: base.address, trouble: problem };
    }
    try {
      return { address: await evaluateAddress(place, wish.subject), trouble: '' };
    } catch (error) {
      if (!base) {
        throw error;
      }
      return { address: base.address, trouble: reason(error) };
    }
  }

  function seenAt(place: Place, space: Space): SeenBytes {
    let all = seen.get(place.session);
    if (!all) {
      seen.set(place.session, (all = new Map<string, SeenBytes>()));
    }
    const key = space === 'physical' ? space : `${space} ${place.threadId}`;
    let bytes = all.get(key);
    if (!bytes) {
      all.set(key, (bytes = new SeenBytes()));
    }
    return bytes;
  }

  const want = (change: Partial<Wish>) => {
    wish = { ...wish, ...change };
    void context.workspaceState.update(WISH, wish);
    problem = '';
    tell();
    latest.refresh();
  };
  const see = (text: string) => {
    const subject = text.trim();
    if (subject !== '') {
      base = undefined;
      latest.forget();
      want({ subject, follow: isRegister(subject) });
    }
  };

  async function write(from: Address, bytes: readonly number[]): Promise<void> {
    const place = focus.place;
    try {
      if (!place) {
        throw new Error('Pause the guest to edit its memory.');
      }
      await place.session.standard<DebugProtocol.WriteMemoryResponse['body']>('writeMemory', {
        memoryReference: reference(from),
        offset: 0,
        data: Buffer.from(bytes).toString('base64'),
      });
    } catch (error) {
      // What the page shows in advance is not what is there.
      latest.forget();
      latest.refresh();
      void vscode.window.showErrorMessage(`${reference(from)} stays as it is: ${reason(error)}`);
    }
  }

  function received(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        ready = true;
        base = undefined;
        range = undefined;
        freshFor = '';
        latest.forget();
        tell();
        latest.refresh();
        break;
      case 'range':
        range = { ...message, start: BigInt(message.start) };
        if (hungry) {
          latest.forget();
        }
        latest.refresh();
        break;
      case 'subject':
        see(message.text);
        break;
      case 'follow':
        want({ follow: message.on });
        break;
      case 'group':
        want({ group: message.size });
        break;
      case 'write':
        void write({ space: message.space, at: BigInt(message.address) }, message.bytes);
        break;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text);
        break;
      case 'walk':
        openWalk(message.address);
        break;
    }
  }

  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView: (resolved) => {
      view = resolved;
      ready = false;
      resolved.webview.options = {
        enableScripts: true,
        localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, 'dist')],
      };
      resolved.webview.onDidReceiveMessage(received);
      resolved.onDidChangeVisibility(() => {
        // A page that was hidden is loaded anew, and says when it is ready.
        ready &&= resolved.visible;
      });
      resolved.onDidDispose(() => {
        view = undefined;
        ready = false;
      });
      resolved.webview.html = memoryHtml(resolved.webview, context.extensionUri);
    },
  };
  const show = (subject: string) => {
    see(subject);
    void vscode.commands.executeCommand('ringside.memory.focus');
  };
  const ask = async () => {
    const text = await vscode.window.showInputBox({
      title: 'Show Memory',
      prompt: 'A guest-virtual address (0x…), a guest-physical one (phys:0x…) or an expression',
      value: wish.subject,
    });
    if (text !== undefined && text.trim() !== '') {
      show(text);
    }
  };
  /** From the menu of a variable, or from the palette. */
  const showVariable = (item?: { variable?: DebugProtocol.Variable }) => {
    const at = item?.variable?.memoryReference;
    if (at === undefined) {
      return ask();
    }
    show(at);
    return undefined;
  };
  const page = (what: (ToPage & { type: 'do' })['what']) => () => {
    post({ type: 'do', what });
  };
  const disposables = [
    vscode.window.registerWebviewViewProvider('ringside.memory', provider),
    focus.onDidChange(() => {
      tell();
      latest.refresh();
    }),
    vscode.commands.registerCommand('ringside.showMemory', showVariable),
    vscode.commands.registerCommand('ringside.memory.copyHex', page('copyHex')),
    vscode.commands.registerCommand('ringside.memory.copyText', page('copyText')),
    vscode.commands.registerCommand('ringside.memory.walk', page('walk')),
    vscode.commands.registerCommand('ringside.memory.go', page('focus')),
  ];
  return {
    show,
    dispose: () => {
      vscode.Disposable.from(...disposables).dispose();
    },
  };
}
