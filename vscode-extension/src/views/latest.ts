/** How a view asks: one request at a time, and never an old answer after newer state. */

/** What a view shows, and how it is had. */
export interface Source<T> {
  /** Names the state that is wanted now; undefined while there is none to ask for, or nobody looks. */
  wanted(): string | undefined;
  /** Asks for it. Where that takes several requests and `stale` says so, leaves off by an error. */
  load(stale: () => boolean): Promise<T>;
  show(value: T): void;
  failed(error: unknown): void;
  /** Told of every load, for a progress bar. */
  loading?(done: Promise<unknown>): void;
}

/**
 * Keeps a view at the latest state. An answer that came after a newer stop is dropped. One that came
 * when the guest has gone on is of its last stop still, and is shown: so views follow fast steps.
 */
export class Latest<T> {
  private shown: string | undefined;
  private busy = false;

  /** `settle`: milliseconds after a change in which VS Code's own requests go first. */
  constructor(
    private readonly source: Source<T>,
    private readonly settle = 30,
  ) {}

  /** The wanted state may be another one now. */
  refresh(): void {
    if (!this.busy && this.outdated() !== undefined) {
      this.busy = true;
      const done = this.run().finally(() => {
        this.busy = false;
      });
      this.source.loading?.(done);
    }
  }

  /** What is shown is no longer true, though its name is the same. */
  forget(): void {
    this.shown = undefined;
  }

  private outdated(): string | undefined {
    const wanted = this.source.wanted();
    return wanted === this.shown ? undefined : wanted;
  }

  private async run(): Promise<void> {
    while (this.outdated() !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, this.settle));
      const key = this.outdated();
      if (key === undefined) {
        return;
      }
      const stale = () => this.source.wanted() !== key;
      let deliver: () => void;
      let late: () => boolean;
      try {
        const value = await this.source.load(stale);
        late = () => stale() && this.source.wanted() !== undefined;
        deliver = () => {
          this.source.show(value);
        };
      } catch (error) {
        late = stale;
        deliver = () => {
          this.source.failed(error);
        };
      }
      if (!late()) {
        this.shown = key;
        deliver();
      }
    }
  }
}
