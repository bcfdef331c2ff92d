/** The view "CPU Tables": asks for the tables that are open. */
import * as vscode from 'vscode';
import type { TablesResponse } from '../protocol';
import { ChangesOfEach } from './changes';
import type { Focus } from './focus';
import { createPane } from './pane';
import type { Pane } from './pane';
import { TABLES, tableValues, tablesRows } from './tables';
import type { TableName } from './tables';

const tableOf = (id: string) => TABLES.find((table) => table === id);

export function createTablesView(focus: Focus): Pane {
  const changes = new ChangesOfEach();
  const open = new Set<TableName>();
  const pane = createPane(focus, {
    id: 'ringside.tables',
    variant: () => [...open].sort().join(),
    load: async ({ session, threadId }, stale) => {
      const responses = new Map<TableName, TablesResponse | Error>();
      for (const table of TABLES.filter((name) => open.has(name))) {
        if (stale()) {
          throw new Error('The guest has gone on.');
        }
        try {
          responses.set(table, await session.request('ringside/tables', { table, threadId }));
        } catch (error) {
          // One that cannot be had does not cost the others.
          responses.set(table, error instanceof Error ? error : new Error(String(error)));
        }
      }
      return responses;
    },
    rows: (responses, place) => {
      const merged = changes.of(place);
      merged.record(
        place.stop,
        new Map(
          [...responses].flatMap(([table, response]) =>
            response instanceof Error ? [] : tableValues(table, response),
          ),
        ),
      );
      return tablesRows(responses, merged);
    },
  });
  const disposables = [
    pane,
    pane.view.onDidExpandElement(({ element }) => {
      const table = tableOf(element.row.id);
      if (table) {
        open.add(table);
        pane.refresh();
      }
    }),
    pane.view.onDidCollapseElement(({ element }) => {
      const table = tableOf(element.row.id);
      if (table) {
        open.delete(table);
      }
    }),
  ];
  return {
    ...pane,
    dispose: () => {
      vscode.Disposable.from(...disposables).dispose();
    },
  };
}
