/** The status bar's item: what the guest is doing, and the way to everything else. */
import * as vscode from 'vscode';
import { exact, perSecond, short } from '../live/figures';
import { createWindow } from '../live/rates';
import { WINDOW_MILLIS } from '../live/model';
import type { Live } from '../live/live';
import type { Status } from '../protocol';
import type { RingsideSession, Sessions } from '../sessions';

/** Characters of a stop's reason. */
const REASON = 40;

/** Text of the item, with its icon. */
export function statusText(
  state: Status['state'],
  status: Status | undefined,
  rate: number,
  reason: string | undefined,
): string {
  const place = [
    status?.mode,
    status?.ring === undefined ? undefined : `ring ${status.ring}`,
  ].filter((part) => part !== undefined);
  switch (state) {
    case 'running':
      return `$(vm-running) ${[...place, perSecond(rate).replace('/s', ' exits/s')].join(' · ')}`;
    case 'stopped': {
      const why = reason ?? 'stopped';
      return `$(debug-pause) ${[...place, why.length > REASON ? `${why.slice(0, REASON)}…` : why].join(' · ')}`;
    }
    case 'ended':
      return '$(vm-outline) guest ended';
  }
}

export function registerStatusBar(sessions: Sessions, live: Live): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'ringside.status',
    vscode.StatusBarAlignment.Left,
    10,
  );
  item.name = 'Ringside Guest';
  item.command = 'ringside.showActions';
  const rates = new WeakMap<RingsideSession, Rate>();

  const rateOf = (session: RingsideSession): Rate => {
    const rate = rates.get(session) ?? createRate(live.time(session));
    rates.set(session, rate);
    return rate;
  };

  const show = () => {
    const session = sessions.active;
    if (!session) {
      item.hide();
      return;
    }
    const { state, status, stop } = session;
    const rate = rateOf(session).perSecond(live.time(session));
    item.text = statusText(state, status, rate, stop?.description);
    item.tooltip = tooltip(session, rate);
    item.accessibilityInformation = {
      label: `Ringside guest: ${item.text.replace(/^\$\([^)]*\) /, '')}`,
      role: 'button',
    };
    item.show();
  };

  const ask = (session: RingsideSession) => {
    session.request('ringside/status', { events: true }).then(
      (status) => {
        session.status = status;
        show();
      },
      () => {
        // A guest that tells no status: the item shows running or stopped.
      },
    );
  };

  return vscode.Disposable.from(
    item,
    sessions.onDidStart(ask),
    sessions.onDidChangeStatus(({ session, body }) => {
      if (body.exits !== undefined) {
        rateOf(session).add(body.exits, live.time(session));
      }
      show();
    }),
    sessions.onDidRestart((session) => {
      rates.delete(session);
      show();
    }),
    sessions.onDidStop(show),
    sessions.onDidResume(show),
    sessions.onDidChangeActive(show),
    vscode.commands.registerCommand('ringside.showActions', () => chooseAction(sessions)),
  );
}

/** Exits a second, from totals. */
interface Rate {
  add(total: number, at: number): void;
  perSecond(at: number): number;
}

function createRate(begin: number): Rate {
  const window = createWindow(WINDOW_MILLIS);
  window.clear(begin);
  let last: number | undefined;
  return {
    add(total, at) {
      if (last !== undefined && total > last) {
        window.add('', total - last, at);
      }
      last = total;
    },
    perSecond: (at) => window.perSecond('', at),
  };
}

function tooltip(session: RingsideSession, rate: number): vscode.MarkdownString {
  const { status } = session;
  const rows: [string, string | undefined][] = [
    ['Guest', session.debug.name],
    ['Backend', status?.backend],
    ['vCPUs', status?.vcpus?.toString()],
    ['Mode', status?.mode],
    ['Ring', status?.ring?.toString()],
    ['VM exits', status?.exits === undefined ? undefined : exact(status.exits)],
    ['Exits a second', rate === 0 ? undefined : perSecond(rate)],
    ['Instructions', status?.instructions === undefined ? undefined : short(status.instructions)],
    ['Stopped at', session.stop?.description],
  ];
  return new vscode.MarkdownString(
    [
      '| Ringside | |',
      '|:--|:--|',
      ...rows
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `| ${name} | ${value?.replaceAll('|', '\\|') ?? ''} |`),
      '',
      'Click for what Ringside can do.',
    ].join('\n'),
  );
}

interface Action extends vscode.QuickPickItem {
  readonly command: string;
}

async function chooseAction(sessions: Sessions): Promise<void> {
  const running = sessions.active !== undefined;
  const actions: (Action & { readonly needsGuest?: boolean })[] = [
    {
      label: '$(graph) Open Trap Cost',
      description: 'what every exit costs, down to source lines',
      command: 'ringside.openTrapCost',
    },
    {
      label: '$(terminal) Open Serial Console',
      description: 'the guest’s COM1',
      command: 'ringside.openSerialConsole',
    },
    {
      label: '$(list-tree) Show VM Exits',
      command: 'ringside.exits.focus',
      needsGuest: true,
    },
    { label: '$(list-tree) Show Rings', command: 'ringside.rings.focus', needsGuest: true },
    { label: '$(list-tree) Show VMCS', command: 'ringside.vmcs.focus', needsGuest: true },
    { label: '$(list-tree) Show Page Walk', command: 'ringside.walk.focus', needsGuest: true },
    { label: '$(eye) Show or Hide Trap Costs at Line Ends', command: 'ringside.toggleLineCosts' },
    { label: '$(search) Locate Source…', command: 'ringside.locateSource', needsGuest: true },
    { label: '$(debug-disconnect) Attach to a Running VM…', command: 'ringside.attach' },
    { label: '$(checklist) Check This Machine', command: 'ringside.doctor' },
  ];
  const there = new Set(await vscode.commands.getCommands(true));
  const choice = await vscode.window.showQuickPick<Action>(
    actions.filter(
      (action) => there.has(action.command) && (running || action.needsGuest !== true),
    ),
    { title: 'Ringside', placeHolder: 'What do you want to see?' },
  );
  if (choice) {
    await vscode.commands.executeCommand(choice.command);
  }
}
