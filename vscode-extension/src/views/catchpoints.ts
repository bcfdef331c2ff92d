/**
 * Stops on VM exits that the user asked for in a view. VS Code lets an extension not touch exception
 * breakpoints, so they are those of the debug console: `catch exit CPUID if …`.
 */
import * as vscode from 'vscode';
import type { RingsideSession, Sessions } from '../sessions';

/** A reason, and what its exits must be like. */
export interface Catch {
  readonly reason: string;
  readonly condition: string | undefined;
}

/** What tells exits with a detail from others of their reason, as a condition of a filter. */
export function conditionOf(detail: string | undefined): string | undefined {
  if (detail === undefined) {
    return undefined;
  }
  const [kind = '', which = '', way, size] = detail.split(' ');
  switch (kind) {
    case 'port':
      return `port == ${which}` + (size === undefined ? '' : ` && size == ${size}`);
    case 'msr':
    case 'gpa':
    case 'vector':
    case 'hypercall':
      return `${kind} == ${which}`;
    case 'leaf':
      return `$eax == ${which}`;
    default: {
      const register = /^cr(\d+)$/.exec(kind)?.[1];
      return register === undefined || (which === 'read' && way === undefined)
        ? undefined
        : `cr == ${register}`;
    }
  }
}

export interface Catchpoints extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  has(session: RingsideSession, wanted: Catch): boolean;
  add(session: RingsideSession, wanted: Catch): Promise<void>;
  remove(session: RingsideSession, wanted: Catch): Promise<void>;
}

export function createCatchpoints(sessions: Sessions): Catchpoints {
  const set = new WeakMap<RingsideSession, Set<string>>();
  const changed = new vscode.EventEmitter<void>();
  const of = (session: RingsideSession): Set<string> => {
    const known = set.get(session) ?? new Set();
    set.set(session, known);
    return known;
  };
  const console = async (session: RingsideSession, expression: string): Promise<boolean> => {
    try {
      await session.standard('evaluate', { expression, context: 'repl' });
      return true;
    } catch (error) {
      void vscode.window.showErrorMessage(
        `The guest does not stop on this: ${error instanceof Error ? error.message : String(error)}`,
      );
      return false;
    }
  };
  const ended = sessions.onDidEnd((session) => {
    set.delete(session);
  });

  return {
    onDidChange: changed.event,
    has: (session, wanted) => of(session).has(text(wanted)),
    async add(session, wanted) {
      const known = of(session);
      if (!known.has(text(wanted)) && (await console(session, `catch exit ${text(wanted)}`))) {
        known.add(text(wanted));
        changed.fire();
      }
    },
    async remove(session, wanted) {
      if (await console(session, `delete exit:${text(wanted)}`)) {
        of(session).delete(text(wanted));
        changed.fire();
      }
    },
    dispose() {
      ended.dispose();
      changed.dispose();
    },
  };
}

function text({ reason, condition }: Catch): string {
  return condition === undefined ? reason : `${reason} if ${condition}`;
}
