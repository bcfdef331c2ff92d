/** What the runner knows of a scenario. */
import type { Stage } from '../runner';

export interface Scenario {
  readonly name: string;
  /** VS Code settings beside the steady ones. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether Playwright records it: not where times are measured. */
  readonly traced: boolean;
  /** Runs only when it is named. */
  readonly extra?: boolean;
  readonly run: (stage: Stage) => Promise<void>;
}
