import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Latest } from '../src/views/latest';

/** A view whose loads end when the test says so. */
function view() {
  const loads: { key: string; end: (value: string) => void; fail: (error: Error) => void }[] = [];
  const shown: string[] = [];
  const state = { wanted: 'stop 1' as string | undefined };
  const latest = new Latest<string>(
    {
      wanted: () => state.wanted,
      load: () =>
        new Promise((end, fail) => loads.push({ key: state.wanted ?? 'nothing', end, fail })),
      show: (value) => shown.push(value),
      failed: (error) => shown.push(String(error)),
    },
    30,
  );
  const settle = () => vi.advanceTimersByTimeAsync(30);
  return { latest, loads, shown, state, settle };
}

describe('Latest', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks once for a state that is wanted twice', async () => {
    const { latest, loads, shown, settle } = view();
    latest.refresh();
    latest.refresh();
    await settle();
    loads[0]?.end('one');
    await settle();
    latest.refresh();
    await settle();
    expect(loads).toHaveLength(1);
    expect(shown).toEqual(['one']);
  });

  it('drops an answer that came after a newer stop, and asks for that one', async () => {
    const { latest, loads, shown, state, settle } = view();
    latest.refresh();
    await settle();
    state.wanted = 'stop 2';
    latest.refresh();
    await settle();
    expect(loads).toHaveLength(1); // never two at a time
    loads[0]?.end('one');
    await settle();
    expect(loads.map((load) => load.key)).toEqual(['stop 1', 'stop 2']);
    loads[1]?.end('two');
    await settle();
    expect(shown).toEqual(['two']);
  });

  it('shows the last stop though the guest has gone on, and asks nothing', async () => {
    const { latest, loads, shown, state, settle } = view();
    latest.refresh();
    await settle();
    state.wanted = undefined;
    loads[0]?.end('one');
    await settle();
    expect(shown).toEqual(['one']);
    expect(loads).toHaveLength(1);
  });

  it('tells of no error that is due to the guest having gone on', async () => {
    const { latest, loads, shown, state, settle } = view();
    latest.refresh();
    await settle();
    state.wanted = undefined;
    loads[0]?.fail(new Error('the guest runs'));
    await settle();
    expect(shown).toEqual([]);
  });

  it('asks for none of the stops that were left before it settled', async () => {
    const { latest, loads, state, settle } = view();
    for (let stop = 1; stop <= 10; stop++) {
      state.wanted = `stop ${stop}`;
      latest.refresh();
      await vi.advanceTimersByTimeAsync(2);
    }
    await settle();
    expect(loads.map((load) => load.key)).toEqual(['stop 10']);
  });

  it('tells of an error once, and asks again at the next stop', async () => {
    const { latest, loads, shown, state, settle } = view();
    latest.refresh();
    await settle();
    loads[0]?.fail(new Error('no'));
    await settle();
    latest.refresh();
    await settle();
    expect(shown).toEqual(['Error: no']);
    state.wanted = 'stop 2';
    latest.refresh();
    await settle();
    loads[1]?.end('two');
    await settle();
    expect(shown).toEqual(['Error: no', 'two']);
  });
});
