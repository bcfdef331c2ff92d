/** The live profile of each session: fed by `ringside/profile`, while somebody shows it. */
import * as vscode from 'vscode';
import type { Profile } from '../profile';
import type { RingsideSession, Sessions } from '../sessions';
import { LiveProfile } from './model';

/** New rows of a session's profile have arrived, or all of it anew. */
export interface LiveChange {
  readonly session: RingsideSession;
  readonly profile: LiveProfile;
  /** The rows that came, as totals; undefined where `profile` was loaded as a whole. */
  readonly changes: Profile | undefined;
}

/** What is known of a session. */
interface Entry {
  readonly session: RingsideSession;
  readonly profile: LiveProfile;
  /** The server has been asked for events. */
  events: boolean;
  /** It answers: launch or attach has succeeded, and the session is not over. */
  ready: boolean;
  /** Milliseconds that the guest has run, up to `since`. */
  ran: number;
  /** When it began to run; undefined while it stands. */
  since: number | undefined;
}

/** At most five times a second: what shows it sets its own pace. */
export class Live implements vscode.Disposable {
  private readonly entries = new Map<RingsideSession, Entry>();
  private readonly changed = new vscode.EventEmitter<LiveChange>();
  private readonly disposables: vscode.Disposable[];
  private watchers = 0;
  /** Those that want profiling even where the user asked for a run without it. */
  private insisting = 0;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly sessions: Sessions,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.disposables = [
      this.changed,
      sessions.onDidStart((session) => {
        const entry = this.entry(session);
        entry.ready = true;
        this.ask(entry);
      }),
      sessions.onDidStop((session) => {
        this.stand(this.entry(session));
      }),
      sessions.onDidResume((session) => {
        this.entry(session).since ??= this.clock();
      }),
      sessions.onDidReceiveProfile(({ session, body }) => {
        const entry = this.entry(session);
        entry.profile.apply(body.profile, this.now(entry));
        this.changed.fire({ session, profile: entry.profile, changes: body.profile });
      }),
      sessions.onDidChangeStatus(({ session, body }) => {
        if (body.state === 'ended') {
          this.finish(this.entry(session));
        }
      }),
      sessions.onDidEnd((session) => {
        this.entries.delete(session);
      }),
      sessions.onDidChangeActive(() => {
        this.askAll();
      }),
    ];
  }

  /** A session's profile so far; empty until something watches. */
  of(session: RingsideSession): LiveProfile {
    return this.entry(session).profile;
  }

  /** The clock that rates of a session's profile go by: it stands while the guest does. */
  time(session: RingsideSession): number {
    return this.now(this.entry(session));
  }

  /**
   * Has the active session send its profile until the result is disposed of.
   *
   * @param insist also where it runs without debugging, which by itself profiles nothing
   */
  watch(insist = false): vscode.Disposable {
    this.watchers++;
    this.insisting += insist ? 1 : 0;
    this.askAll();
    let on = true;
    return new vscode.Disposable(() => {
      if (on) {
        on = false;
        this.watchers--;
        this.insisting -= insist ? 1 : 0;
        this.askAll();
      }
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private entry(session: RingsideSession): Entry {
    let entry = this.entries.get(session);
    if (!entry) {
      entry = {
        session,
        profile: new LiveProfile(),
        events: false,
        ready: false,
        ran: 0,
        since: this.clock(),
      };
      if (session.state !== 'ended') {
        this.entries.set(session, entry);
      }
    }
    return entry;
  }

  private now(entry: Entry): number {
    return entry.ran + (entry.since === undefined ? 0 : this.clock() - entry.since);
  }

  private stand(entry: Entry): void {
    entry.ran = this.now(entry);
    entry.since = undefined;
  }

  private askAll(): void {
    this.entries.forEach((entry) => {
      this.ask(entry);
    });
  }

  private wanted(entry: Entry): boolean {
    const quiet = entry.session.debug.configuration['noDebug'] === true;
    return (quiet ? this.insisting : this.watchers) > 0 && this.sessions.active === entry.session;
  }

  /** Turns the session's events on or off, as is wanted now. */
  private ask(entry: Entry): void {
    const events = this.wanted(entry);
    if (!entry.ready || events === entry.events) {
      return;
    }
    entry.events = events;
    entry.session.request('ringside/profile', events ? { enable: true, events } : { events }).then(
      (whole) => {
        if (events && entry.events) {
          this.load(entry, whole);
        }
      },
      () => {
        // The guest cannot be profiled, or is gone: views say that there is nothing.
        entry.events = false;
        entry.ready = false;
      },
    );
  }

  private load(entry: Entry, whole: Profile): void {
    entry.profile.load(whole, this.now(entry));
    this.changed.fire({ session: entry.session, profile: entry.profile, changes: undefined });
  }

  /** The guest has ended: its last rows, if the server still answers. */
  private finish(entry: Entry): void {
    this.stand(entry);
    const asked = entry.events;
    entry.ready = false;
    entry.events = false;
    if (asked) {
      entry.session.request('ringside/profile', {}).then(
        (whole) => {
          this.load(entry, whole);
        },
        () => {
          // The session was quicker; what came before stays.
        },
      );
    }
  }
}
