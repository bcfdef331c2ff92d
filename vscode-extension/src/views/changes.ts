/** What has changed since the last stop. */
import type { Place } from './focus';
import type { RingsideSession } from '../sessions';

/** Values by name at the latest stop seen, and at the one before it. */
export class Changes {
  private stop = 0;
  private before: ReadonlyMap<string, string> | undefined;
  private now: ReadonlyMap<string, string> | undefined;

  /** Takes in the values at a stop; again at the same stop after an edit. */
  record(stop: number, values: ReadonlyMap<string, string>): void {
    if (stop !== this.stop) {
      this.before = this.now;
      this.stop = stop;
    }
    this.now = values;
  }

  /** What a value was before, if it has changed. */
  was(name: string): string | undefined {
    const before = this.before?.get(name);
    const now = this.now?.get(name);
    return before === now || now === undefined ? undefined : before;
  }
}

/** Changes of every vCPU of every session. */
export class ChangesOfEach {
  private readonly sessions = new WeakMap<RingsideSession, Map<string, Changes>>();

  /** `what`: where a view keeps several kinds of values apart. */
  of(place: Place, what = ''): Changes {
    let each = this.sessions.get(place.session);
    if (!each) {
      this.sessions.set(place.session, (each = new Map<string, Changes>()));
    }
    const key = `${place.threadId}${what}`;
    let changes = each.get(key);
    if (!changes) {
      each.set(key, (changes = new Changes()));
    }
    return changes;
  }
}
