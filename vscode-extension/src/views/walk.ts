/** The rows of the Page Walk view. */
import type { NamedBits, WalkLevel, WalkResponse } from '../protocol';
import { bitRows, bitsTable, escape, span, summary } from './bits';
import type { Changes } from './changes';
import type { Row } from './nodes';

/** Every entry's value, by where it stands. */
export function walkValues(walk: WalkResponse): Map<string, string> {
  const own = walk.levels.map((level): [string, string] => [level.address, level.entry]);
  return new Map([...own, ...(walk.ept ? walkValues(walk.ept) : [])]);
}

/** The guest's tables level by level, where they lead, and the same in the EPT. */
export function walkRows(walk: WalkResponse, changes: Changes): Row[] {
  const physical = walk.address.startsWith('phys:');
  const tables = section(walk, physical ? 'ept' : 'guest', changes);
  if (walk.ept) {
    return [tables, section(walk.ept, 'ept', changes)];
  }
  if (physical || walk.result === undefined) {
    return [tables];
  }
  return [
    tables,
    {
      id: 'ept',
      label: 'EPT',
      description: 'not visible on this processor',
      icon: 'circle-slash',
      mark: 'faint',
    },
  ];
}

function section(walk: WalkResponse, id: 'guest' | 'ept', changes: Changes): Row {
  const label = id === 'guest' ? 'Guest page tables' : 'EPT';
  const end = walk.result ?? 'fault';
  const faulty = walk.result === undefined;
  return {
    id,
    label,
    description: `${walk.address} → ${end}`,
    icon: id === 'guest' ? 'list-tree' : 'layers',
    mark: faulty ? 'fault' : undefined,
    tooltip: () => escape(walk.title),
    spoken: `${label}: ${walk.address} leads to ${end}`,
    open: true,
    children: [
      ...walk.levels.map((level, i) =>
        levelRow(level, id, changes, faulty && i === walk.levels.length - 1),
      ),
      endRow(walk, id),
    ],
  };
}

function levelRow(level: WalkLevel, parent: string, changes: Changes, last: boolean): Row {
  const was = changes.was(level.address);
  const leads = level.next === undefined ? ' · not present' : ` → ${level.next}`;
  const facts = [flags(level.bits), was && `was ${was}`].filter(Boolean);
  const id = `${parent}/${level.name}`;
  const name = `${level.name}[${level.index}]`;
  return {
    id,
    label: name,
    description: [level.entry + leads, ...facts].join(' · '),
    icon: last ? 'error' : was === undefined ? 'arrow-down' : 'diff-modified',
    mark: last ? 'fault' : was === undefined ? undefined : 'changed',
    tooltip: () =>
      [
        `**${escape(name)}** at \`${level.address}\`${level.host ? ` (\`${level.host}\`)` : ''}`,
        '',
        `\`${level.entry}\`${escape(leads)}${was === undefined ? '' : `, was \`${was}\` before`}`,
        bitsTable(level.bits),
      ].join('\n'),
    spoken: [
      name,
      `at ${level.address}`,
      level.entry + leads.replace(' →', ' leads to').replace(' ·', ','),
      ...facts,
    ].join(', '),
    copy: { value: level.entry, name },
    children: bitRows(id, level.bits, undefined, was),
    ...(level.address.startsWith('phys:') && { memory: level.address, click: 'memory' }),
  };
}

function endRow(walk: WalkResponse, parent: string): Row {
  const { result, end, address } = walk;
  if (result === undefined) {
    return {
      id: `${parent}/end`,
      label: 'Fault',
      description: end,
      icon: 'error',
      mark: 'fault',
      tooltip: () => escape(end),
      spoken: `Fault: ${end}`,
      copy: { value: end, name: address },
    };
  }
  return {
    id: `${parent}/end`,
    label: result,
    description: end,
    icon: 'pass',
    tooltip: () => `\`${address}\` → \`${result}\`: ${escape(end)}`,
    spoken: `${address} leads to ${result}, ${end}`,
    copy: { value: result, name: address },
    ...(result.startsWith('phys:') && { memory: result, walk: result, click: 'memory' }),
  };
}

/** The flags that are set; where a bit is in the address, it is no flag. */
function flags(bits: readonly NamedBits[]): string {
  return summary(bits.filter((bit) => span(bit.bits)[0] === span(bit.bits)[1]));
}
