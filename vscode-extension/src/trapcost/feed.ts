/** What the panel shows of sessions: the active one's live profile, and the last one's to its end. */
import type * as vscode from 'vscode';
import type { Live } from '../live/live';
import type { LiveProfile } from '../live/model';
import type { Profile } from '../profile';
import type { RingsideSession, Sessions } from '../sessions';
import type { PageStatus, ToPage } from './messages';

/** Milliseconds between two requests for call paths and timeline, which events do not bring. */
const WHOLE_PERIOD = 2000;

export interface Feed extends vscode.Disposable {
  /** The session that is shown; it may be over. */
  readonly session: RingsideSession | undefined;
  /** Messages for a page that has just come up. */
  everything(): ToPage[];
  latest(): Promise<Profile | undefined>;
}

/**
 * Tells a page of the active session.
 *
 * @param seen whether somebody looks at the page: only then whole profiles are asked for
 */
export function createFeed(
  sessions: Sessions,
  live: Live,
  send: (message: ToPage) => void,
  seen: () => boolean,
): Feed {
  let session: RingsideSession | undefined;
  let profile: LiveProfile | undefined;
  /** Parts that only whole profiles have. */
  let parts: Pick<Profile, 'stacks' | 'timeline'> = {};
  let ended = false;
  /** Rows have come since the last whole profile. */
  let grown = false;
  let asking = false;

  const status = (): PageStatus => {
    if (!session) {
      return {
        kind: 'waiting',
        text: 'No session. Start one with F5 to see what its VM exits cost.',
      };
    }
    const name = session.debug.name;
    return ended
      ? { kind: 'ended', text: `${name} · session ended` }
      : { kind: 'live', text: `${name} · ${session.state}` };
  };
  const whole = (): Profile | undefined => profile && { ...profile.whole(), ...parts };
  const everything = (): ToPage[] => {
    const all = whole();
    return [
      all
        ? { type: 'profile', profile: all, status: status() }
        : { type: 'status', status: status() },
    ];
  };
  const sendAll = () => {
    everything().forEach(send);
  };

  const follow = (next: RingsideSession | undefined) => {
    if (next && next !== session) {
      session = next;
      profile = live.of(next);
      parts = {};
      ended = next.state === 'ended';
      grown = true;
      sendAll();
    }
  };

  const ask = async () => {
    const asked = session;
    if (!asked || ended || asking || !grown || !seen() || profile?.guest === '') {
      return;
    }
    asking = true;
    grown = false;
    try {
      const { stacks, timeline } = await asked.request('ringside/profile', {});
      if (session === asked) {
        parts = { ...(stacks && { stacks }), ...(timeline && { timeline }) };
        sendAll();
      }
    } catch {
      // The session is gone, or not profiled: what came by events stays.
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void ask(), WHOLE_PERIOD);

  const disposables = [
    live.watch(true),
    live.onDidChange((change) => {
      if (change.session !== session) {
        return;
      }
      if (change.changes) {
        grown = true;
        send({ type: 'changes', profile: change.changes });
      } else {
        const { stacks, timeline } = change.profile;
        parts = { ...(stacks && { stacks }), ...(timeline && { timeline }) };
        sendAll();
      }
    }),
    sessions.onDidChangeActive(follow),
    sessions.onDidStop(() => {
      grown = true;
      send({ type: 'status', status: status() });
      void ask();
    }),
    sessions.onDidResume(() => {
      send({ type: 'status', status: status() });
    }),
    sessions.onDidEnd((over) => {
      if (over === session) {
        ended = true;
        send({ type: 'status', status: status() });
      }
    }),
  ];
  follow(sessions.active);

  return {
    get session() {
      return session;
    },
    everything,
    async latest() {
      if (session && !ended) {
        try {
          return await session.request('ringside/profile', {});
        } catch {
          // It has just ended: what has come so far it is.
        }
      }
      return whole();
    },
    dispose() {
      clearInterval(timer);
      disposables.forEach((each) => {
        each.dispose();
      });
    },
  };
}
