/** The debug sessions of our type: what they do, told to views in one place. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Events, Requests, Status } from './protocol';

export const DEBUG_TYPE = 'ringside';

export interface Stop {
  /** Counts the session's stops from 1. */
  readonly number: number;
  readonly threadId: number;
  readonly reason: string;
  readonly description: string;
}

/** A debug session of type `ringside`, and where it stands. */
export class RingsideSession {
  state: Status['state'] = 'running';
  /** The latest stop; undefined while the guest runs. */
  stop: Stop | undefined;
  status: Status | undefined;
  /** How the guest ended; undefined before, and after a session that left it. */
  exitCode: number | undefined;
  /** How often the guest has stopped. */
  stops = 0;
  capabilities: DebugProtocol.Capabilities = {};

  constructor(readonly debug: vscode.DebugSession) {}

  /** Sends one of Ringside's own requests. */
  request<K extends keyof Requests>(command: K, body: Requests[K][0]): Promise<Requests[K][1]> {
    return Promise.resolve(this.debug.customRequest(command, body) as Thenable<Requests[K][1]>);
  }

  /** Sends a request of the protocol itself. */
  standard<T>(command: string, body: object): Promise<T> {
    return Promise.resolve(this.debug.customRequest(command, body) as Thenable<T>);
  }

  /** The vCPU's thread that the user looks at: the focused one, or the one that stopped. */
  get threadId(): number {
    const focus = vscode.debug.activeStackItem;
    if (focus?.session.id === this.debug.id) {
      return focus.threadId;
    }
    return this.stop?.threadId ?? 1;
  }

  /** The stack frame that the user looks at. */
  get frameId(): number | undefined {
    const focus = vscode.debug.activeStackItem;
    return focus instanceof vscode.DebugStackFrame && focus.session.id === this.debug.id
      ? focus.frameId
      : undefined;
  }
}

/** A custom event of a session. */
export interface SessionEvent<K extends keyof Events> {
  readonly session: RingsideSession;
  readonly body: Events[K];
}

type CustomEvent = { [K in keyof Events]: { event: K; body: Events[K] } }[keyof Events];
type Message =
  | (DebugProtocol.StoppedEvent & { type: 'event'; event: 'stopped' })
  | (DebugProtocol.Event & { type: 'event'; event: 'continued' | 'invalidated' | 'memory' })
  | (DebugProtocol.ExitedEvent & { type: 'event'; event: 'exited' })
  | (DebugProtocol.TerminatedEvent & { type: 'event'; event: 'terminated' })
  | (DebugProtocol.Response & { type: 'response' })
  | (CustomEvent & { type: 'event' });

const RESUMING = new Set(['continue', 'next', 'stepIn', 'stepOut', 'restart', 'goto']);

/** Watches every session of our type from its start to its end. */
export class Sessions implements vscode.Disposable {
  private readonly all = new Map<string, RingsideSession>();
  private readonly disposables: vscode.Disposable[] = [];
  private readonly emitters = {
    active: this.emitter<RingsideSession | undefined>(),
    started: this.emitter<RingsideSession>(),
    stopped: this.emitter<RingsideSession>(),
    resumed: this.emitter<RingsideSession>(),
    restarted: this.emitter<RingsideSession>(),
    edited: this.emitter<RingsideSession>(),
    ended: this.emitter<RingsideSession>(),
    focus: this.emitter<RingsideSession>(),
    profile: this.emitter<SessionEvent<'ringside/profile'>>(),
    serial: this.emitter<SessionEvent<'ringside/serialOutput'>>(),
    status: this.emitter<SessionEvent<'ringside/status'>>(),
  };

  /** Another session, or none, is the one that views show. */
  readonly onDidChangeActive = this.emitters.active.event;
  /** Launch or attach has succeeded: requests can be sent. */
  readonly onDidStart = this.emitters.started.event;
  readonly onDidStop = this.emitters.stopped.event;
  /** The guest runs again: what was shown of its state is old. */
  readonly onDidResume = this.emitters.resumed.event;
  /** The guest begins anew, in the same session. */
  readonly onDidRestart = this.emitters.restarted.event;
  /** Registers or memory were edited while the guest stands. */
  readonly onDidEdit = this.emitters.edited.event;
  readonly onDidEnd = this.emitters.ended.event;
  /** The user looks at another vCPU or stack frame. */
  readonly onDidChangeFocus = this.emitters.focus.event;
  readonly onDidReceiveProfile = this.emitters.profile.event;
  readonly onDidReceiveSerial = this.emitters.serial.event;
  readonly onDidChangeStatus = this.emitters.status.event;

  constructor() {
    this.disposables.push(
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (debug) => this.track(debug),
      }),
      vscode.debug.onDidChangeActiveDebugSession(() => {
        this.changed();
      }),
      vscode.debug.onDidTerminateDebugSession((debug) => {
        this.forget(debug);
      }),
      vscode.debug.onDidChangeActiveStackItem((item) => {
        const session = item && this.all.get(item.session.id);
        if (session) {
          this.emitters.focus.fire(session);
        }
      }),
    );
  }

  /** The session that views show: the active one if it is ours, else the latest of ours. */
  get active(): RingsideSession | undefined {
    const debug = vscode.debug.activeDebugSession;
    return (debug && this.all.get(debug.id)) ?? [...this.all.values()].at(-1);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private emitter<T>(): vscode.EventEmitter<T> {
    const emitter = new vscode.EventEmitter<T>();
    this.disposables.push(emitter);
    return emitter;
  }

  private changed(): void {
    void vscode.commands.executeCommand('setContext', 'ringside.active', this.all.size > 0);
    this.emitters.active.fire(this.active);
  }

  private forget(debug: vscode.DebugSession): void {
    const session = this.all.get(debug.id);
    if (session) {
      this.all.delete(debug.id);
      session.state = 'ended';
      session.stop = undefined;
      this.emitters.ended.fire(session);
      this.changed();
    }
  }

  private track(debug: vscode.DebugSession): vscode.DebugAdapterTracker {
    const session = new RingsideSession(debug);
    this.all.set(debug.id, session);
    this.changed();
    return {
      onDidSendMessage: (message: Message) => {
        this.received(session, message);
      },
    };
  }

  private received(session: RingsideSession, message: Message): void {
    if (message.type === 'response') {
      this.responded(session, message);
      return;
    }
    switch (message.event) {
      case 'stopped':
        session.state = 'stopped';
        session.stop = {
          number: (session.stops += 1),
          threadId: message.body.threadId ?? 1,
          reason: message.body.reason,
          description: message.body.description ?? message.body.reason,
        };
        this.emitters.stopped.fire(session);
        break;
      case 'continued':
        this.resumed(session);
        break;
      case 'invalidated':
      case 'memory':
        this.emitters.edited.fire(session);
        break;
      case 'exited':
        session.exitCode = message.body.exitCode;
        session.state = 'ended';
        break;
      case 'terminated':
        session.state = 'ended';
        break;
      case 'ringside/profile':
        this.emitters.profile.fire({ session, body: message.body });
        break;
      case 'ringside/serialOutput':
        this.emitters.serial.fire({ session, body: message.body });
        break;
      case 'ringside/status':
        session.status = { ...session.status, ...message.body };
        this.emitters.status.fire({ session, body: message.body });
        break;
    }
  }

  private responded(session: RingsideSession, message: DebugProtocol.Response): void {
    if (!message.success) {
      return;
    }
    if (message.command === 'initialize') {
      session.capabilities = (message.body ?? {}) as DebugProtocol.Capabilities;
    } else if (message.command === 'launch' || message.command === 'attach') {
      this.emitters.started.fire(session);
    } else if (RESUMING.has(message.command)) {
      if (message.command === 'restart') {
        session.state = 'running';
        session.stop = undefined;
        session.exitCode = undefined;
        this.emitters.restarted.fire(session);
        this.emitters.resumed.fire(session);
        return;
      }
      this.resumed(session);
    }
  }

  private resumed(session: RingsideSession): void {
    if (session.state === 'stopped') {
      session.state = 'running';
      session.stop = undefined;
      this.emitters.resumed.fire(session);
    }
  }
}
