/** The rows of the CPU Tables view. */
import type {
  PendingInterrupt,
  TableEntry,
  TableRegister,
  TablesArguments,
  TablesResponse,
} from '../protocol';
import { bitRows, bitsTable, escape, hex, summary } from './bits';
import type { Changes } from './changes';
import type { Edit, Row } from './nodes';

export type TableName = TablesArguments['table'];

export const TABLES: readonly TableName[] = ['gdt', 'idt', 'msrs', 'apic'];

const TITLES: Record<TableName, readonly [title: string, icon: string]> = {
  gdt: ['Global Descriptor Table', 'symbol-array'],
  idt: ['Interrupt Descriptor Table', 'symbol-event'],
  msrs: ['Model-Specific Registers', 'symbol-constant'],
  apic: ['Local APIC', 'broadcast'],
};

/** Every value of a table, by a name that is the same at every stop. */
export function tableValues(table: TableName, response: TablesResponse): [string, string][] {
  return [
    ...(response.entries ?? []).map((entry): [string, string] => [
      `${table}/${entry.index}`,
      entry.raw,
    ]),
    ...(response.registers ?? []).flatMap((register): [string, string][] =>
      register.value === undefined ? [] : [[`${table}/${register.number}`, register.value]],
    ),
  ];
}

/** The four tables; those that are not open have not been asked for. */
export function tablesRows(
  responses: ReadonlyMap<TableName, TablesResponse | Error>,
  changes: Changes,
): Row[] {
  return TABLES.map((table) => {
    const [label, icon] = TITLES[table];
    const response = responses.get(table);
    if (response === undefined) {
      const waiting = { id: `${table}/wait`, label: 'Loading…', icon: 'loading~spin' };
      return { id: table, label, icon, children: [waiting] };
    }
    if (response instanceof Error) {
      const description = response.message;
      const problem: Row = {
        id: `${table}/problem`,
        label: 'Unavailable',
        description,
        icon: 'circle-slash',
        mark: 'faint',
      };
      return { id: table, label, icon, children: [problem] };
    }
    const children = contents(table, response, changes);
    const changed = children.filter((row) => row.mark === 'changed').length;
    const facts = [
      response.base && `base ${response.base}`,
      response.limit === undefined ? response.mode : `limit ${hex(response.limit)}`,
      changed > 0 && `${changed} changed`,
    ].filter(Boolean);
    return {
      id: table,
      label,
      description: facts.join(' · '),
      icon,
      spoken: [label, ...facts].join(', '),
      children,
      ...(response.base && { memory: table === 'apic' ? `phys:${response.base}` : response.base }),
    };
  });
}

function contents(table: TableName, response: TablesResponse, changes: Changes): Row[] {
  const was = (key: string | number) => changes.was(`${table}/${key}`);
  const entries = (response.entries ?? []).map((entry) => entryRow(table, entry, was(entry.index)));
  const known = (response.registers ?? []).filter((register) => register.value !== undefined);
  const other = (response.registers ?? []).filter((register) => register.value === undefined);
  const rows = [
    ...waitingRows('pending', 'Pending', response.pending),
    ...waitingRows('inService', 'In service', response.inService),
    ...entries,
    ...known.map((register) => registerRow(table, register, was(register.number))),
  ];
  if (other.length > 0) {
    rows.push({
      id: `${table}/other`,
      label: 'Not readable',
      description: String(other.length),
      icon: 'circle-slash',
      mark: 'faint',
      children: other.map((register) => registerRow(table, register, undefined)),
    });
  }
  if (rows.length > 0) {
    return rows;
  }
  return [{ id: `${table}/empty`, label: 'Empty', icon: 'circle-slash', mark: 'faint' }];
}

function entryRow(table: TableName, entry: TableEntry, was: string | undefined): Row {
  const gate = table === 'idt';
  const name = entry.name ?? `vector ${entry.index}`;
  const vector = /^vector /.test(name) ? name : `${entry.index} ${name}`;
  const label = gate ? vector : entry.selector;
  const text = gate ? entry.description.replace(`${name} `, '') : entry.description;
  const symbol = entry.symbol === undefined ? undefined : entry.symbol;
  // A gate's handler first: it is what one looks for in a narrow side bar.
  const facts = gate ? [symbol ?? entry.target, kind(text)] : [text, symbol];
  const said = [...facts, was && 'changed since the last stop'].filter(Boolean);
  const code =
    gate && entry.present
      ? {
          address: entry.target,
          name: symbol ?? entry.target,
          ...(entry.source !== undefined && { source: entry.source }),
          ...(entry.line !== undefined && { line: entry.line }),
        }
      : undefined;
  return {
    id: `${table}/${entry.index}`,
    label,
    description: facts.filter(Boolean).join(' · '),
    icon: was !== undefined ? 'diff-modified' : gate ? 'symbol-event' : 'symbol-struct',
    mark: was !== undefined ? 'changed' : entry.present ? undefined : 'faint',
    tooltip: () =>
      [
        `**${escape(gate ? `${name}, vector ${entry.index}` : `selector ${entry.selector}`)}**`,
        '',
        escape(text),
        '',
        `\`${entry.raw}\`${was === undefined ? '' : `, was \`${was}\` before`}`,
        entry.source === undefined ? '' : `\n${escape(entry.source)}:${entry.line ?? 1}`,
      ].join('\n'),
    spoken: [gate ? `${name}, vector ${entry.index}` : `selector ${label}`, ...said].join(', '),
    copy: { value: entry.raw, name: gate ? name : entry.selector },
    ...(entry.target !== '' && entry.present && { memory: entry.target, walk: entry.target }),
    ...(code && { code, click: 'source' }),
  };
}

/** A gate's description without its target. */
function kind(text: string): string {
  return text.replace(/\s*→.*$/, '');
}

function registerRow(table: TableName, register: TableRegister, was: string | undefined): Row {
  const { number, description, value, problem, expression } = register;
  const name = register.name || number;
  const id = `${table}/${number}`;
  const heading = () =>
    `**${escape(name)}** · ${number}${description === '' ? '' : ` · ${escape(description)}`}`;
  if (value === undefined) {
    const why = problem ?? 'not readable';
    return {
      id,
      label: name,
      description: why,
      icon: 'circle-slash',
      mark: 'faint',
      tooltip: () => `${heading()}\n\n${escape(why)}`,
      spoken: `${name}, unavailable: ${why}`,
    };
  }
  const edit: Edit | undefined =
    expression === undefined ? undefined : { expression, name, value, width: 64 };
  const facts = [was && `was ${was}`, summary(register.bits)].filter(Boolean);
  const bits = bitRows(id, register.bits, edit, was);
  return {
    id,
    label: name,
    description: [value, ...facts].join(' · '),
    icon: was === undefined ? 'symbol-field' : 'diff-modified',
    mark: was === undefined ? undefined : 'changed',
    tooltip: () =>
      [
        heading(),
        '',
        `\`${value}\`${was === undefined ? '' : `, was \`${was}\` before`}`,
        bitsTable(register.bits),
      ].join('\n'),
    spoken: [name, value, ...facts].join(', '),
    copy: { value, name },
    expression,
    edit,
    ...(bits.length > 0 && { children: bits }),
  };
}

function waitingRows(
  id: string,
  label: string,
  interrupts: readonly PendingInterrupt[] | undefined,
): Row[] {
  if (!interrupts) {
    return [];
  }
  const children = interrupts.map(({ vector, name, target, symbol }): Row => {
    const code = target === undefined ? undefined : { address: target, name: symbol ?? target };
    return {
      id: `apic/${id}/${vector}`,
      label: name,
      description: symbol ?? target ?? 'no handler',
      icon: 'symbol-event',
      copy: { value: String(vector), name },
      ...(code && { code, click: 'source', memory: code.address }),
    };
  });
  const description = interrupts.length === 0 ? 'none' : String(interrupts.length);
  const row: Row = { id: `apic/${id}`, label, description, icon: 'bell' };
  return [children.length > 0 ? { ...row, children } : row];
}
