/** Sessions that a test drives. */
import { EventEmitter } from 'vscode';
import type { Events, Requests } from '../../src/protocol';
import type { RingsideSession, SessionEvent, Sessions } from '../../src/sessions';

export interface FakeSession {
  readonly session: RingsideSession;
  /** Requests that were sent, in order. */
  readonly sent: { command: string; body: unknown }[];
}

/** @param answers to requests; those without one fail */
export function fakeSession(
  configuration: Record<string, unknown>,
  answers: Partial<{ [K in keyof Requests]: Requests[K][1] }> = {},
): FakeSession {
  const sent: FakeSession['sent'] = [];
  const session = {
    debug: {
      id: '1',
      name: 'guest',
      configuration: { type: 'ringside', name: 'guest', ...configuration },
    },
    state: 'running',
    stop: undefined,
    status: undefined,
    exitCode: undefined,
    request: (command: keyof Requests, body: unknown) => {
      sent.push({ command, body });
      return command in answers
        ? Promise.resolve(answers[command])
        : Promise.reject(new Error(`no ${command}`));
    },
  };
  return { session: session as unknown as RingsideSession, sent };
}

export class FakeSessions {
  active: RingsideSession | undefined;
  readonly start = new EventEmitter<RingsideSession>();
  readonly end = new EventEmitter<RingsideSession>();
  readonly stop = new EventEmitter<RingsideSession>();
  readonly resume = new EventEmitter<RingsideSession>();
  readonly restart = new EventEmitter<RingsideSession>();
  readonly activate = new EventEmitter<RingsideSession | undefined>();
  readonly profile = new EventEmitter<SessionEvent<keyof Events & 'ringside/profile'>>();
  readonly serial = new EventEmitter<SessionEvent<'ringside/serialOutput'>>();
  readonly status = new EventEmitter<SessionEvent<'ringside/status'>>();
  readonly onDidStart = this.start.event;
  readonly onDidEnd = this.end.event;
  readonly onDidStop = this.stop.event;
  readonly onDidResume = this.resume.event;
  readonly onDidRestart = this.restart.event;
  readonly onDidChangeActive = this.activate.event;
  readonly onDidReceiveProfile = this.profile.event;
  readonly onDidReceiveSerial = this.serial.event;
  readonly onDidChangeStatus = this.status.event;

  get real(): Sessions {
    return this as unknown as Sessions;
  }

  /** A session starts, and is the active one. */
  begin(session: RingsideSession): void {
    this.active = session;
    this.activate.fire(session);
    this.start.fire(session);
  }
}
