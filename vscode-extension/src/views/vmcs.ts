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
const place = (name: string) => (AREAS.indexOf(name) + AREAS.length + 1) % (AREAS.length + 1);

/** Every readable field's value. */
export function vmcsValues(vmcs: VmcsResponse): Map<string, string> {
  return new Map(
    vmcs.groups.flatMap((group) =>
      group.fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
  );
}

/** A row for each area, with the fields below. */
export function vmcsRows(vmcs: VmcsResponse, changes: Changes): Row[] {
  return [...vmcs.groups]
    .sort((a, b) => place(a.name) - place(b.name))
    .map((group) => {
      const fields = group.fields.map((field) => fieldRow(field, changes.was(field.name)));
      const changed = fields.filter((field) => field.mark === 'changed').length;
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
