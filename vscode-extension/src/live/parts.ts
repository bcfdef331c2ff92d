/** Everything that shows a live session: created here, so that it is in one place. */
import * as vscode from 'vscode';
import type { Sessions } from '../sessions';
import { createCatchpoints } from '../views/catchpoints';
import { registerExitsView } from '../views/exits';
import { Live } from './live';
import { createSources } from './sources';

export function registerLiveParts(sessions: Sessions): vscode.Disposable {
  const live = new Live(sessions);
  const sources = createSources();
  const catchpoints = createCatchpoints(sessions);
  return vscode.Disposable.from(
    live,
    catchpoints,
    registerExitsView(sessions, live, sources, catchpoints),
  );
}
