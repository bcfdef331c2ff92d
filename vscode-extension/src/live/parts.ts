/** Everything that shows a live session: created here, so that it is in one place. */
import * as vscode from 'vscode';
import { registerSerialConsoles } from '../console/serial';
import { registerLineCosts, type LineCosts } from '../editor/lineCosts';
import type { Sessions } from '../sessions';
import { createCatchpoints } from '../views/catchpoints';
import { registerExitsView } from '../views/exits';
import { registerRingsView } from '../views/rings';
import { registerStatusBar } from '../views/statusBar';
import { Live } from './live';
import { createSources, type Sources } from './sources';

/** What other parts use of it. */
export interface LiveParts extends vscode.Disposable {
  readonly live: Live;
  readonly sources: Sources;
  readonly lineCosts: LineCosts;
}

export function createLiveParts(sessions: Sessions): LiveParts {
  const live = new Live(sessions);
  const sources = createSources();
  const catchpoints = createCatchpoints(sessions);
  const lineCosts = registerLineCosts(sessions, live, sources);
  const all = vscode.Disposable.from(
    live,
    catchpoints,
    lineCosts,
    registerExitsView(sessions, live, sources, catchpoints),
    registerRingsView(sessions, live, sources),
    registerStatusBar(sessions, live),
    registerSerialConsoles(sessions),
  );
  return {
    live,
    sources,
    lineCosts,
    dispose: () => {
      all.dispose();
    },
  };
}
