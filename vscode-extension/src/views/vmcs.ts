/** The rows of the VMCS view. */
import type { VmcsField, VmcsResponse } from '../protocol';
import { bitRows, bitsTable, escape, summary } from './bits';
import type { Changes } from './changes';
import type { Edit, Row } from './nodes';

const AREAS = ['Guest state', 'Host state', 'Controls', 'Exit information'];
const ICONS: Record<string, string> = {
  'Guest state': 'vm',
  'Host state': 'server',
  Controls: 'settings',
  'Exit information': 'sign-out',
};
/** What one looks at most, before the rest, which goes by encoding. */
const FIRST = [
  'GUEST_RIP',
  'GUEST_RSP',
  'GUEST_RFLAGS',
  'GUEST_CR0',
  'GUEST_CR3',
  'GUEST_CR4',
  'GUEST_IA32_EFER',
  'GUEST_INTERRUPTIBILITY_STATE',
  'GUEST_ACTIVITY_STATE',
  'HOST_RIP',
  'HOST_RSP',
  'HOST_CR0',
  'HOST_CR3',
  'HOST_CR4',
  'PIN_BASED_VM_EXECUTION_CONTROLS',
  'PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS',
  'SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS',
  'PRIMARY_VM_EXIT_CONTROLS',
  'VM_ENTRY_CONTROLS',
  'EXCEPTION_BITMAP',
  'EPT_POINTER',
  'VM_ENTRY_INTERRUPTION_INFORMATION',
  'EXIT_REASON',
  'EXIT_QUALIFICATION',
  'GUEST_LINEAR_ADDRESS',
  'GUEST_PHYSICAL_ADDRESS',
  'VM_EXIT_INTERRUPTION_INFORMATION',
  'VM_EXIT_INSTRUCTION_LENGTH',
];
const rank = new Map(FIRST.map((name, i) => [name, i]));
const rankOf = ({ name }: VmcsField) => rank.get(name) ?? FIRST.length;
const place = (name: string) => (AREAS.indexOf(name) + AREAS.length + 1) % (AREAS.length + 1);

/** Every readable field's value. */
export function vmcsValues(vmcs: VmcsResponse): Map<string, string> {
  return new Map(
    vmcs.groups.flatMap((group) =>
      group.fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
  );
}

/** What has changed, then a row for each area, with the fields below. */
export function vmcsRows(vmcs: VmcsResponse, changes: Changes): Row[] {
  const areas = areaRows(vmcs, changes);
  const changed = areas.flatMap((area) => (area.children ?? []).filter(isChanged));
  // Always there: a row that gets its first children later would stay closed.
  const nothing: Row = {
    id: `${CHANGED}/none`,
    label: 'Nothing',
    icon: 'dash',
    mark: 'faint',
  };
  const one: Row = {
    id: CHANGED,
    label: 'Changed since the last stop',
    description: String(changed.length),
    icon: 'diff',
    mark: changed.length === 0 ? 'faint' : undefined,
    open: true,
    children: changed.length === 0 ? [nothing] : changed.map(copied),
  };
  return [one, ...areas];
}

/** The id of the row with what has changed; the rows in it are there a second time. */
export const CHANGED = 'changed';

const isChanged = (row: Row) => row.mark === 'changed';

function copied(row: Row): Row {
  const { children, ...own } = row;
  return {
    ...own,
    id: `${CHANGED}/${row.id}`,
    ...(children && { children: children.map(copied) }),
  };
}

function areaRows(vmcs: VmcsResponse, changes: Changes): Row[] {
  return [...vmcs.groups]
    .sort((a, b) => place(a.name) - place(b.name))
    .map((group) => {
      const fields = [...group.fields]
        .sort((a, b) => rankOf(a) - rankOf(b))
        .map((field) => fieldRow(field, changes.was(field.name)));
      const changed = fields.filter(isChanged).length;
      const note = changed === 0 ? '' : `${changed} changed`;
      return {
        id: group.name,
        label: group.name,
        description: note,
        icon: ICONS[group.name] ?? 'symbol-namespace',
        tooltip: () =>
          `${group.name}: ${fields.length} fields${note && `, ${note} since the last stop`}`,
        spoken: [group.name, `${fields.length} fields`, note].filter(Boolean).join(', '),
        children: fields,
        open: group.name === 'Guest state',
      };
    });
}

function fieldRow(field: VmcsField, was: string | undefined): Row {
  const { name, value, problem } = field;
  const expression = `vmcs.${name}`;
  if (value === undefined) {
    const why = problem ?? 'not readable';
    return {
      id: name,
      label: name,
      description: why,
      icon: 'circle-slash',
      mark: 'faint',
      tooltip: () => tooltip(field, was),
      spoken: `${name}, unavailable: ${why}`,
    };
  }
  const edit: Edit | undefined = field.writable
    ? { expression, name, value, width: field.width }
    : undefined;
  const facts = [was && `was ${was}`, summary(field.bits)].filter(Boolean);
  const bits = bitRows(name, field.bits, edit, was);
  return {
    id: name,
    label: name,
    description: [value, ...facts].join(' · '),
    icon: was === undefined ? 'symbol-field' : 'diff-modified',
    mark: was === undefined ? undefined : 'changed',
    tooltip: () => tooltip(field, was),
    spoken: [name, value, ...facts].join(', '),
    copy: { value, name },
    expression,
    edit,
    ...addressOf(name, value),
    ...(bits.length > 0 && { children: bits }),
  };
}

/** Where an address-like field leads: to a page walk, and to memory. */
export function addressOf(name: string, value: string): Pick<Row, 'walk' | 'memory'> {
  if (/^GUEST_(RIP|RSP|SSP|LINEAR_ADDRESS|IA32_SYSENTER_E[IS]P|[A-Z]+_BASE)$/.test(name)) {
    return { walk: value, memory: value };
  }
  if (name === 'GUEST_PHYSICAL_ADDRESS') {
    return { walk: `phys:${value}`, memory: `phys:${value}` };
  }
  if (name === 'GUEST_CR3') {
    // The low bits are flags or a PCID; the walk of RIP begins at this table.
    const table = BigInt(value) & 0x000ffffffffff000n;
    return { walk: '$rip', memory: `phys:0x${table.toString(16)}` };
  }
  return name === 'EPT_POINTER' ? { walk: '$rip' } : {};
}

function tooltip(field: VmcsField, was: string | undefined): string {
  const { name, description, encoding, width, value, problem, writable } = field;
  return [
    `**${escape(name)}** · ${escape(description)}`,
    '',
    value === undefined
      ? `Unavailable: ${escape(problem ?? 'not readable')}`
      : `\`${value}\`${was === undefined ? '' : `, was \`${was}\` before`}`,
    '',
    `Encoding ${encoding}, ${width} bits${writable ? '' : ', read-only'}`,
    bitsTable(field.bits),
  ].join('\n');
}
