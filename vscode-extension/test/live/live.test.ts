import { describe, expect, it, vi } from 'vitest';
import { Live, type LiveChange } from '../../src/live/live';
import { exit, profile } from './rows';
import { FakeSessions, fakeSession } from './sessions';

const whole = profile([exit(100)]);
const answers = { 'ringside/profile': whole };

describe('the live profile of a session', () => {
  it('asks for events only while something watches', async () => {
    const sessions = new FakeSessions();
    const live = new Live(sessions.real);
    const { session, sent } = fakeSession({ program: '/x/rings.elf' }, answers);
    sessions.begin(session);
    expect(sent).toEqual([]);
    const one = live.watch();
    const two = live.watch();
    one.dispose();
    one.dispose();
    expect(sent.map(({ body }) => body)).toEqual([{ enable: true, events: true }]);
    two.dispose();
    expect(sent.at(-1)?.body).toEqual({ events: false });
    await vi.waitFor(() => {
      expect(sent).toHaveLength(2);
    });
  });

  it('starts with all there is, and goes on with what changes', async () => {
    const sessions = new FakeSessions();
    let now = 0;
    const live = new Live(sessions.real, () => now);
    const { session } = fakeSession({}, answers);
    const changes: LiveChange[] = [];
    live.onDidChange((change) => changes.push(change));
    live.watch();
    sessions.begin(session);
    await vi.waitFor(() => {
      expect(changes).toHaveLength(1);
    });
    now = 1000;
    sessions.profile.fire({ session, body: { profile: profile([exit(300)]) } });
    expect(changes[1]?.changes?.exits).toHaveLength(1);
    expect(live.of(session).count).toBe(300);
    expect(live.of(session).exitsPerSecond(live.time(session))).toBe(200);
  });

  it('lets its clock stand while the guest does', async () => {
    const sessions = new FakeSessions();
    let now = 0;
    const live = new Live(sessions.real, () => now);
    const { session } = fakeSession({}, answers);
    live.watch();
    sessions.begin(session);
    await vi.waitFor(() => {
      expect(live.of(session).count).toBe(100);
    });
    now = 500;
    sessions.stop.fire(session);
    now = 60_000;
    expect(live.time(session)).toBe(500);
    sessions.resume.fire(session);
    now = 60_100;
    expect(live.time(session)).toBe(600);
  });

  it('profiles a run without debugging only for those who insist', () => {
    const sessions = new FakeSessions();
    const live = new Live(sessions.real);
    const { session, sent } = fakeSession({ noDebug: true }, answers);
    sessions.begin(session);
    live.watch();
    expect(sent).toEqual([]);
    live.watch(true);
    expect(sent).toHaveLength(1);
  });

  it('takes the last figures when the guest has ended', async () => {
    const sessions = new FakeSessions();
    const live = new Live(sessions.real);
    const { session, sent } = fakeSession({}, answers);
    const changes: LiveChange[] = [];
    live.watch();
    sessions.begin(session);
    await vi.waitFor(() => {
      expect(live.of(session).count).toBe(100);
    });
    live.onDidChange((change) => changes.push(change));
    sessions.status.fire({ session, body: { state: 'ended', description: '', backend: 'soft' } });
    expect(sent.at(-1)?.body).toEqual({});
    await vi.waitFor(() => {
      expect(changes).toHaveLength(1);
    });
  });
});
