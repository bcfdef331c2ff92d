/** The serial consoles of all sessions, as terminals. */
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE, type RingsideSession, type Sessions } from '../sessions';
import { createTerminal, type SerialTerminal } from './terminal';
import { chunks, createSerialText } from './text';

/** When a guest's terminal comes to view. */
type Opening = 'open' | 'onOutput' | 'never';

/** Characters a request: a guest reads slowly. */
const PASTE = 1024;

function opening(): Opening {
  return vscode.workspace.getConfiguration('ringside').get<Opening>('serialConsole', 'open');
}

/** The guest's COM1 comes to us, unless the user has said where it goes. */
export function withSerialConsole(
  configuration: vscode.DebugConfiguration,
): vscode.DebugConfiguration {
  return opening() === 'never' ||
    configuration['serial'] !== undefined ||
    configuration['gdbRemote'] !== undefined
    ? configuration
    : { ...configuration, serial: 'events', ...withoutDebugConsole(configuration) };
}

/** By default VS Code brings the Debug Console to view at a start, and the terminal goes behind it. */
function withoutDebugConsole(
  configuration: vscode.DebugConfiguration,
): Partial<vscode.DebugConfiguration> {
  const byDefault =
    vscode.workspace.getConfiguration('debug').get('internalConsoleOptions') ===
    'openOnFirstSessionStart';
  return byDefault && configuration['internalConsoleOptions'] === undefined && opening() === 'open'
    ? { internalConsoleOptions: 'neverOpen' }
    : {};
}

/** A session's console; it may go on to the next session of the same guest. */
interface Console {
  readonly name: string;
  readonly terminal: SerialTerminal;
  /** Undefined after its session has ended. */
  session: RingsideSession | undefined;
  /** It has come to view by itself. */
  shown: boolean;
}

export function registerSerialConsoles(sessions: Sessions): vscode.Disposable {
  const consoles: Console[] = [];
  const texts = new WeakMap<RingsideSession, ReturnType<typeof createSerialText>>();

  const of = (session: RingsideSession): Console => {
    const own = consoles.find((one) => one.session === session);
    if (own) {
      return own;
    }
    const name = guestName(session.debug.configuration);
    const old = consoles.find((one) => one.session === undefined && one.name === name);
    const one = old ?? { name, terminal: createTerminal(name), session, shown: false };
    if (!old) {
      consoles.push(one);
    }
    one.session = session;
    one.shown = false;
    one.terminal.receiver = typing(session);
    return one;
  };

  const show = (one: Console) => {
    if (!one.shown) {
      one.shown = true;
      one.terminal.show(true);
    }
  };

  const end = (session: RingsideSession) => {
    const one = consoles.find((one) => one.session === session);
    if (one) {
      one.terminal.receiver = undefined;
      one.terminal.note(ending(session));
      one.session = undefined;
    }
  };

  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
      resolveDebugConfigurationWithSubstitutedVariables: (_, configuration) =>
        withSerialConsole(configuration),
    }),
    sessions.onDidStart((session) => {
      if (toTerminal(session) && opening() === 'open') {
        show(of(session));
      }
    }),
    sessions.onDidReceiveSerial(({ session, body }) => {
      const text = texts.get(session) ?? createSerialText();
      texts.set(session, text);
      const one = of(session);
      one.terminal.write(text.add(Buffer.from(body.data, 'base64')));
      if (opening() === 'onOutput') {
        show(one);
      }
    }),
    sessions.onDidRestart((session) => {
      consoles.find((one) => one.session === session)?.terminal.note('the guest starts again');
    }),
    sessions.onDidEnd(end),
    vscode.commands.registerCommand('ringside.openSerialConsole', () => {
      const session = sessions.active;
      if (session && toTerminal(session)) {
        of(session).terminal.show(false);
      } else if (session) {
        void vscode.window.showInformationMessage(
          session.debug.configuration['serial'] === 'output' || opening() === 'never'
            ? 'This guest’s serial output goes to the Debug Console; type “send TEXT” there to answer. For a terminal, set ringside.serialConsole to “open”, remove “serial” from the launch configuration, and start again.'
            : 'This guest’s launch configuration sends its serial output elsewhere (“serial”).',
        );
      } else if (consoles.length > 0) {
        consoles.at(-1)?.terminal.show(false);
      } else {
        void vscode.window.showInformationMessage(
          'There is no guest: start one, and its serial console opens.',
        );
      }
    }),
    new vscode.Disposable(() => {
      consoles.forEach((one) => {
        one.terminal.dispose();
      });
    }),
  );
}

function toTerminal(session: RingsideSession): boolean {
  return session.debug.configuration['serial'] === 'events';
}

/** Sends a session what is typed, in order; what cannot be sent is told once. */
function typing(session: RingsideSession): (text: string) => void {
  let last: Promise<unknown> = Promise.resolve();
  let told = false;
  return (typed) => {
    for (const text of chunks(typed, PASTE)) {
      last = last
        .then(() => session.request('ringside/serialInput', { text }))
        .catch((error: unknown) => {
          if (!told && session.state !== 'ended') {
            told = true;
            void vscode.window.showErrorMessage(
              `The guest’s serial port takes no input: ${error instanceof Error ? error.message : String(error)}`,
            );
          }
        });
    }
  };
}

/** `rings` for `/x/rings.elf`, or the name of the VM that was attached to. */
function guestName(configuration: vscode.DebugConfiguration): string {
  const program = configuration['program'] as unknown;
  const vm = configuration['vm'] as unknown;
  if (typeof vm === 'string') {
    return `${vm} (serial)`;
  }
  const name =
    typeof program === 'string' ? basename(program, extname(program)) : configuration.name;
  return `${name} (serial)`;
}

function ending(session: RingsideSession): string {
  const { exitCode, status } = session;
  if (exitCode === undefined) {
    return session.debug.configuration.request === 'attach' ? 'detached' : 'the session has ended';
  }
  const how = status?.state === 'ended' && status.description !== '' ? status.description : '';
  return `${how || 'the guest has ended'} (status ${exitCode})`;
}
