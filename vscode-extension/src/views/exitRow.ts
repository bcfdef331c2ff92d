/** How a row of VM exits looks: its texts, short for the row and whole for its tooltip. */
import { exact, percent, perSecond, short, time } from '../live/figures';
import { mean, percentiles, type CostNode, type Sort, type Summary } from '../live/summary';

/** What the row is about: `CPUID`, `leaf 0x0`, `kmain · kernel.c:41`. */
export function labelOf(node: CostNode): string {
  switch (node.kind) {
    case 'reason':
      return node.reason;
    case 'detail':
      return node.detail ?? '';
    case 'place':
      return placeOf(node);
  }
}

function placeOf(node: CostNode): string {
  const where = node.source?.slice(node.source.lastIndexOf('/') + 1);
  return [node.symbol, where].filter((part) => part !== undefined).join(' · ') || 'unknown';
}

/** The figures, the one that rows are sorted by first, then what moves: a narrow side bar cuts the rest. */
export function figuresOf(node: CostNode, all: Summary, sort: Sort): string {
  const share = percent(all.total === 0 ? 0 : node.total / all.total);
  const times = `${short(node.count)} × ${time(mean(node))}`;
  const rate = perSecond(node.rate);
  const moving = node.rate > 0 ? [rate] : [];
  const figures = {
    cost: [share, time(node.total), ...moving, times],
    count: [times, ...moving, share, time(node.total)],
    rate: [rate, times, share, time(node.total)],
  }[sort];
  return figures.join(' · ');
}

/** For screen readers: the same in words. */
export function spoken(node: CostNode, all: Summary): string {
  return [
    labelOf(node),
    `${exact(node.count)} ${node.count === 1 ? 'exit' : 'exits'}`,
    `${Math.round(node.rate)} a second`,
    `${percent(all.total === 0 ? 0 : node.total / all.total)} of the cost`,
    `total ${time(node.total)}`,
    `mean ${time(mean(node))}`,
  ].join(', ');
}

/** The inspector, in Markdown. */
export function details(node: CostNode, all: Summary, reset: boolean): string {
  const p = percentiles(node.rows);
  const bound = p.exact ? '' : '≤ ';
  const table: [string, string][] = [
    ['Exits', `${exact(node.count)}${reset ? ' since the reset' : ''}`],
    ['A second', perSecond(node.rate)],
    ['Share of all cost', percent(all.total === 0 ? 0 : node.total / all.total)],
    ['Total', time(node.total)],
    ['Mean', time(mean(node))],
    ['Shortest', time(p.min)],
    ['p50', bound + time(p.p50)],
    ['p90', bound + time(p.p90)],
    ['p99', bound + time(p.p99)],
    ['Longest', time(p.max)],
    ['Ring', distinct(node.rows.map((row) => row.cpl))],
    ['vCPU', distinct(node.rows.map((row) => row.vcpu))],
  ];
  const title = `**${node.reason}** (${node.number})` + (node.detail ? ` ${node.detail}` : '');
  const place =
    node.kind === 'place'
      ? [node.symbol, node.source].filter((part) => part !== undefined).join(' · ')
      : '';
  return [
    title,
    place === '' ? '' : code(place),
    ['| | |', '|:--|--:|', ...table.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
    p.exact
      ? ''
      : `Percentiles are bounds: the largest of ${node.rows.length} rows, each with its own.`,
    reset ? 'Percentiles and extremes are since the start.' : '',
    node.approximate
      ? 'The processor did not tell the instruction: the place is that of the one before the next.'
      : '',
    'Times are the host’s, from the exit to the next entry.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** One line to paste somewhere. */
export function copied(node: CostNode, all: Summary): string {
  const p = percentiles(node.rows);
  return [
    node.reason,
    node.detail ?? '',
    node.symbol ?? '',
    node.source ?? '',
    `${node.count} exits`,
    perSecond(node.rate),
    percent(all.total === 0 ? 0 : node.total / all.total),
    `total ${time(node.total)}`,
    `mean ${time(mean(node))}`,
    `p99 ${p.exact ? '' : '≤ '}${time(p.p99)}`,
  ]
    .filter((part) => part !== '')
    .join('\t');
}

function code(text: string): string {
  return '`' + text.replaceAll('`', "'") + '`';
}

function distinct(values: readonly number[]): string {
  return [...new Set(values)].sort((a, b) => a - b).join(', ');
}
