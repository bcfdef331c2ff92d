/** Where the views look: a vCPU of a session that stands at a stop. */
import * as vscode from 'vscode';
import type { RingsideSession, Sessions } from '../sessions';

/** A vCPU at a stop. */
export interface Place {
  readonly session: RingsideSession;
  readonly threadId: number;
  readonly frameId: number | undefined;
  /** Counts the session's stops. */
  readonly stop: number;
  /** The same as long as the vCPU's state is: changes with stops, edits and the focused vCPU. */
  readonly key: string;
}

/** How long a step may take before views say that the guest runs. */
const STEP_MS = 300;

/** Follows the session, the vCPU and the stop that the user looks at. */
export class Focus implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly edits = new WeakMap<RingsideSession, number>();
  private readonly disposables: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private runs = false;

  /** The place, its state, or whether the guest runs may be another one. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly sessions: Sessions) {
    const tell = () => {
      this.tell();
    };
    this.disposables = [
      this.changed,
      sessions.onDidChangeActive(tell),
      sessions.onDidStop(tell),
      sessions.onDidResume(tell),
      sessions.onDidEnd(tell),
      sessions.onDidChangeFocus(tell),
      sessions.onDidEdit((session) => {
        this.edits.set(session, (this.edits.get(session) ?? 0) + 1);
        this.tell();
      }),
    ];
  }

  /** The session that views show. */
  get session(): RingsideSession | undefined {
    return this.sessions.active;
  }

  /** Undefined while the guest runs, or without a session. */
  get place(): Place | undefined {
    const session = this.sessions.active;
    if (session?.state !== 'stopped') {
      return undefined;
    }
    const { threadId, frameId, stops: stop } = session;
    const edits = this.edits.get(session) ?? 0;
    const key = [session.debug.id, stop, edits, threadId].join(' ');
    return { session, threadId, frameId, stop, key };
  }

  /** For people, while the guest runs; a step is too short to say so. */
  get note(): string | undefined {
    return this.runs ? 'The guest is running. Shown is the state at its last stop.' : undefined;
  }

  /** Whether the guest runs, and not just for a step. */
  get running(): boolean {
    return this.runs;
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private tell(): void {
    clearTimeout(this.timer);
    if (this.place) {
      this.runs = false;
    } else if (this.sessions.active && !this.runs) {
      this.timer = setTimeout(() => {
        this.runs = true;
        this.changed.fire();
      }, STEP_MS);
    }
    this.changed.fire();
  }
}
