/** The view "Page Walk": of RIP, RSP or an address that the user names. */
import * as vscode from 'vscode';
import { ChangesOfEach } from './changes';
import type { Focus } from './focus';
import { createPane } from './pane';
import type { Pane } from './pane';
import { walkRows, walkValues } from './walk';

const SUBJECT = 'ringside.walk.subject';

export interface WalkView extends Pane {
  /** Walks `0x…`, `phys:0x…` or an expression from now on. */
  walk(subject: string): void;
}

/** `memory` remembers what was walked last. */
export function createWalkView(focus: Focus, memory: vscode.Memento): WalkView {
  const changes = new ChangesOfEach();
  let subject = memory.get(SUBJECT, '$rip');
  const pane = createPane(focus, {
    id: 'ringside.walk',
    variant: ({ frameId }) => `${frameId ?? ''} ${subject}`,
    load: ({ session, threadId, frameId }) =>
      session.request('ringside/walk', {
        address: subject,
        threadId,
        ...(frameId !== undefined && { frameId }),
      }),
    rows: (walk, place) => {
      const changesHere = changes.of(place);
      changesHere.record(place.stop, walkValues(walk));
      return walkRows(walk, changesHere);
    },
    problem: (text) => `Cannot walk ${subject}: ${text}`,
  });
  const walk = (text: string) => {
    subject = text;
    pane.view.description = text;
    void memory.update(SUBJECT, text);
    pane.refresh();
  };
  const ask = async () => {
    const text = await vscode.window.showInputBox({
      title: 'Walk the Page Tables',
      prompt: 'A guest-virtual address (0x…), a guest-physical one (phys:0x…) or an expression',
      value: subject,
      validateInput: (input) => (input.trim() === '' ? 'Enter an address.' : undefined),
    });
    if (text !== undefined) {
      walk(text.trim());
    }
  };
  walk(subject);
  const disposables = [
    pane,
    vscode.commands.registerCommand('ringside.walk.rip', () => {
      walk('$rip');
    }),
    vscode.commands.registerCommand('ringside.walk.rsp', () => {
      walk('$rsp');
    }),
    vscode.commands.registerCommand('ringside.walk.address', ask),
  ];
  return {
    ...pane,
    walk,
    dispose: () => {
      vscode.Disposable.from(...disposables).dispose();
    },
  };
}
