/** The JSON form of a profile (CONTRACTS.md, "Profiles"). Times are nanoseconds of the host. */

export interface ExitRow {
  /** A name of the SDM's basic exit reasons, `CPUID`. */
  readonly reason: string;
  readonly number: number;
  /** `port 0x3f8 out 1`, `leaf 0x0`, …; absent where a reason has none. */
  readonly detail?: string;
  readonly symbol?: string;
  /** In place of `symbol`, where none covers the address. */
  readonly address?: string;
  /** `src/kernel.c:41`, relative to the compilation directory. */
  readonly source?: string;
  /** The address is that of the exit's neighbourhood, not surely of the instruction. */
  readonly approximate?: boolean;
  readonly cpl: number;
  readonly vcpu: number;
  readonly count: number;
  readonly total: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface RingRow {
  readonly from: number;
  readonly to: number;
  readonly mechanism: string;
  readonly vector?: number;
  readonly handler?: string;
  /** In place of `handler`, where no symbol covers it. */
  readonly address?: string;
  /** The handler's, `src/entries.S:12`. */
  readonly source?: string;
  readonly count: number;
  readonly residency: number;
}

export interface Residency {
  readonly ring0: number;
  readonly ring1?: number;
  readonly ring2?: number;
  readonly ring3: number;
  readonly host: number;
  readonly idle: number;
}

export interface StackFrame {
  readonly symbol?: string;
  readonly address?: string;
  readonly source?: string;
}

export interface StackPath {
  /** Indexes into `Stacks.frames`, outermost first. */
  readonly frames: readonly number[];
  readonly reason: string;
  readonly number: number;
  readonly detail?: string;
  readonly count: number;
  readonly total: number;
}

export interface Stacks {
  /** Exits in all, and of how many the path was taken; with fewer taken, figures are estimates. */
  readonly exits: number;
  readonly taken: number;
  readonly frames: readonly StackFrame[];
  readonly paths: readonly StackPath[];
}

/** Columns of equal width over the run's time. */
export interface Timeline {
  readonly unit: 'ns';
  readonly width: number;
  readonly buckets: number;
  readonly exits: readonly {
    readonly reason: string;
    readonly number: number;
    readonly counts: readonly number[];
    readonly totals: readonly number[];
  }[];
  readonly residency: Readonly<Record<string, readonly number[]>>;
}

export interface Profile {
  readonly version: number;
  readonly guest: string;
  readonly backend: string;
  readonly vcpus: number;
  /** Absent where the backend does not count them. */
  readonly instructions?: number;
  readonly lostEvents: number;
  readonly exits: readonly ExitRow[];
  /** Absent where the backend does not see ring transitions. */
  readonly rings?: readonly RingRow[];
  readonly residency?: Residency;
  readonly stacks?: Stacks;
  readonly timeline?: Timeline;
}
