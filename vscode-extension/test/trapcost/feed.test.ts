import { beforeEach, describe, expect, it } from 'vitest';
import { EventEmitter } from 'vscode';
import type { Live, LiveChange } from '../../src/live/live';
import { LiveProfile } from '../../src/live/model';
import type { Profile } from '../../src/profile';
import type { RingsideSession, Sessions } from '../../src/sessions';
import { createFeed } from '../../src/trapcost/feed';
import type { ToPage } from '../../src/trapcost/messages';
import { profile, row } from '../page/rows';

/** A session, the store and a page, each as far as the feed knows it. */
function stage(answer: () => Promise<Profile>) {
  const active = new EventEmitter<RingsideSession | undefined>();
  const changed = new EventEmitter<LiveChange>();
  const events = {
    stopped: new EventEmitter<RingsideSession>(),
    resumed: new EventEmitter<RingsideSession>(),
    ended: new EventEmitter<RingsideSession>(),
  };
  const session = { debug: { name: 'rings' }, state: 'running', request: answer };
  const ours = session as unknown as RingsideSession;
  const store = new LiveProfile();
  let watched = 0;
  const sessions = {
    active: undefined as RingsideSession | undefined,
    onDidChangeActive: active.event,
    onDidStop: events.stopped.event,
    onDidResume: events.resumed.event,
    onDidEnd: events.ended.event,
  };
  const live = {
    of: () => store,
    watch: () => {
      watched += 1;
      return { dispose: () => (watched -= 1) };
    },
    onDidChange: changed.event,
  };
  const sent: ToPage[] = [];
  const open = () =>
    createFeed(
      sessions as unknown as Sessions,
      live as unknown as Live,
      (message) => sent.push(message),
      () => true,
    );
  const fire = (whole: Profile, all: boolean) => {
    if (all) {
      store.load(whole, 0);
    } else {
      store.apply(whole, 0);
    }
    changed.fire({ session: ours, profile: store, changes: all ? undefined : whole });
  };
  return { session: ours, sessions, active, events, sent, open, fire, watched: () => watched };
}

describe('what the panel is told', () => {
  const whole = profile([row({ count: 1 })]);
  let at: ReturnType<typeof stage>;
  beforeEach(() => {
    at = stage(() => Promise.resolve({ ...whole, guest: 'asked' }));
  });

  it('is to start a session, where there is none', () => {
    const feed = at.open();
    expect(feed.everything()).toMatchObject([{ type: 'status', status: { kind: 'waiting' } }]);
    expect(at.watched()).toBe(1);
    feed.dispose();
    expect(at.watched()).toBe(0);
  });

  it('is the active session, its changes, and that it ended', () => {
    const feed = at.open();
    at.active.fire(at.session);
    at.fire(whole, true);
    at.fire(profile([row({ count: 5 })]), false);
    at.events.ended.fire(at.session);

    expect(at.sent.map((message) => message.type)).toEqual([
      'profile',
      'profile',
      'changes',
      'status',
    ]);
    expect(at.sent.at(-1)).toMatchObject({
      status: { kind: 'ended', text: 'rings · session ended' },
    });
    // The figures outlive the session, also for a page that comes up later.
    at.active.fire(undefined);
    expect(feed.everything()).toMatchObject([
      { profile: { guest: 'k.elf', exits: [{ count: 5 }] }, status: { kind: 'ended' } },
    ]);
    feed.dispose();
  });

  it('asks the server for what is saved, as long as it lives', async () => {
    at.sessions.active = at.session;
    const feed = at.open();
    at.fire(whole, true);
    expect(await feed.latest()).toMatchObject({ guest: 'asked' });
    at.events.ended.fire(at.session);
    expect(await feed.latest()).toMatchObject({ guest: 'k.elf' });
    feed.dispose();
  });

  it('has call paths and timeline in a message of their own time', async () => {
    const stacks = { exits: 1, taken: 1, frames: [], paths: [] };
    at = stage(() => Promise.resolve({ ...whole, stacks }));
    at.sessions.active = at.session;
    const feed = at.open();
    at.fire(whole, true);
    at.events.stopped.fire(at.session);
    await Promise.resolve();
    await Promise.resolve();
    expect(at.sent.at(-1)).toMatchObject({ type: 'profile', profile: { stacks } });
    feed.dispose();
  });
});
