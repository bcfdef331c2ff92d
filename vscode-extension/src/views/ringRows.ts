/** Rows of the view "Rings": where the guest's time goes, and how it changes rings. */
import { exact, percent, perSecond, short, time } from '../live/figures';
import type { Baseline, LiveProfile } from '../live/model';
import type { Residency, RingRow } from '../profile';

/** Time in a ring, in the host, or idle. Nanoseconds. */
export interface Share {
  readonly id: string;
  readonly name: string;
  readonly meaning: string;
  readonly time: number;
  /** Of all time, 0 to 1. */
  readonly fraction: number;
}

export interface Transition {
  readonly id: string;
  readonly row: RingRow;
  readonly count: number;
  /** Nanoseconds in the ring entered. */
  readonly residency: number;
  readonly rate: number;
}

const SHARES: readonly (readonly [keyof Residency, string, string])[] = [
  ['ring0', 'Ring 0', 'the guest’s kernel runs'],
  ['ring1', 'Ring 1', 'guest code in ring 1 runs'],
  ['ring2', 'Ring 2', 'guest code in ring 2 runs'],
  ['ring3', 'Ring 3', 'the guest’s programs run'],
  ['host', 'Host', 'VM exits are handled'],
  ['idle', 'Idle', 'the guest sleeps in HLT'],
];

/** Rings 1 and 2 only where something ran in them. */
export function sharesOf(profile: LiveProfile, since?: Baseline): Share[] {
  const { residency } = profile;
  if (!residency) {
    return [];
  }
  const times = SHARES.filter(([key]) => residency[key] !== undefined).map(
    ([key, name, meaning]) => ({
      id: key,
      name,
      meaning,
      time: Math.max(0, (residency[key] ?? 0) - (since?.residency?.[key] ?? 0)),
    }),
  );
  const all = times.reduce((sum, share) => sum + share.time, 0);
  return times.map((share) => ({ ...share, fraction: all === 0 ? 0 : share.time / all }));
}

/** The most frequent first. */
export function transitionsOf(profile: LiveProfile, at: number, since?: Baseline): Transition[] {
  const rows: Transition[] = [];
  profile.rings?.forEach((row, id) => {
    const before = since?.rings.get(id);
    const count = row.count - (before?.count ?? 0);
    if (count > 0) {
      rows.push({
        id,
        row,
        count,
        residency: row.residency - (before?.residency ?? 0),
        rate: profile.ringRate(id, at),
      });
    }
  });
  return rows.sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

/** Ten characters, in eighths. */
export function bar(fraction: number): string {
  const width = 10;
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  const full = Math.floor(eighths / 8);
  const rest = ' ▏▎▍▌▋▊▉'.charAt(eighths % 8).trim();
  return '█'.repeat(full) + rest;
}

export function shareText(share: Share): string {
  return [percent(share.fraction), bar(share.fraction), time(share.time)]
    .filter((part) => part !== '')
    .join('  ');
}

/** `3 → 0  SYSCALL  syscall_entry`. */
export function transitionLabel({ row }: Transition): string {
  const handler = row.handler ?? row.address;
  return `${row.from} → ${row.to}  ${mechanism(row)}${handler === undefined ? '' : ` · ${handler}`}`;
}

export function transitionText(transition: Transition): string {
  return [
    short(transition.count),
    perSecond(transition.rate),
    `${time(transition.residency)} in ring ${transition.row.to}`,
  ].join(' · ');
}

export function transitionSpoken(transition: Transition): string {
  const { row } = transition;
  const handler = row.handler ?? row.address;
  return [
    `ring ${row.from} to ring ${row.to} by ${mechanism(row)}`,
    ...(handler === undefined ? [] : [`handler ${handler}`]),
    `${exact(transition.count)} times`,
    `${Math.round(transition.rate)} a second`,
    `${time(transition.residency)} in ring ${row.to}`,
  ].join(', ');
}

export function transitionDetails(transition: Transition): string {
  const { row, count, residency } = transition;
  const rows: [string, string][] = [
    ['From', `ring ${row.from}`],
    ['To', `ring ${row.to}`],
    ['By', mechanism(row)],
    ['Transitions', exact(count)],
    ['A second', perSecond(transition.rate)],
    [`Time in ring ${row.to} until the next`, time(residency)],
    ['Mean', time(count === 0 ? 0 : residency / count)],
  ];
  const handler = [row.handler ?? row.address, row.source].filter((part) => part !== undefined);
  return [
    `**Ring ${row.from} → ${row.to}** by ${mechanism(row)}`,
    handler.length === 0 ? '' : `\`${handler.join(' · ')}\``,
    ['| | |', '|:--|--:|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
    'Times leave out VM exits and sleep in HLT.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function mechanism(row: RingRow): string {
  return row.vector === undefined ? row.mechanism : `${row.mechanism} ${row.vector}`;
}
