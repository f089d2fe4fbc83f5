/** The tables of a run as Markdown: what was compared, under which durability on both sides, ratios with their spread, and what is missing. */
import { type MachineFacts, showRate, showUs } from '@flowmesh/cli/bench';
import type { FailoverFigures, FailoverResult } from './failover/rounds.ts';
import type { IdleFigures, IdleResult } from './idle/idle.ts';
import type { ContestResult, SideFigures } from './pairs.ts';
import type { RatioSummary } from './ratios.ts';
import type { Row } from './rows.ts';
import { GIB, type SizeFigures, type SizeResult } from './size.ts';

export interface VariantResult {
  readonly peer: string;
  readonly version: string;
  readonly variant: string;
  readonly durability: string;
  readonly comparable: boolean;
  readonly contests: readonly ContestResult[];
  readonly failover: FailoverResult | null;
  readonly idle: IdleResult | null;
}

export interface Missing {
  readonly peer: string;
  readonly variant: string | null;
  readonly row: Row | null;
  readonly what: string;
}

export interface PeersResult {
  readonly schema: 'flowmesh.bench.peers.v2';
  readonly startedAt: string;
  readonly machine: MachineFacts;
  readonly pairs: number;
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly primeMs: number;
  readonly ours: { readonly durability: string; readonly nodes: number; readonly replicationFactor: number };
  readonly variants: readonly VariantResult[];
  readonly sizes: SizeResult | null;
  readonly missing: readonly Missing[];
}

/** Processor time of a client process from which on it may be the limit. */
const CLIENT_BOUND_PERCENT = 85;

export function tableOf(result: PeersResult): string {
  const parts = [
    headOf(result),
    table(
      'Rates and latencies',
      `| Peer | Acknowledged once | What | Ours | Theirs | Rate, ratio | p99 ours : theirs | p99, ratio | Our largest node | Our busiest main thread: works, waits | |
|---|---|---|---|---|---|---|---|---|---|---|`,
      result.variants.flatMap((variant) => variant.contests.map((contest) => contestRow(variant, contest))),
    ),
    table(
      'Failover: from the SIGKILL of the leader to the first acknowledgement of what was sent after it',
      `| Peer | Acknowledged once | What | Rounds | Ours: median, p99 | Theirs: median, p99 | Ratio | |
|---|---|---|---|---|---|---|---|`,
      result.variants.flatMap((variant) =>
        variant.failover === null ? [] : [failoverRow(variant, variant.failover)],
      ),
    ),
    table(
      'Partitions of three replicas that nobody uses: three nodes together',
      `| Peer | Ours: there, CPU, memory | Theirs: there, CPU, memory | CPU, ratio | Memory, ratio | |
|---|---|---|---|---|---|`,
      result.variants.flatMap((variant) => (variant.idle === null ? [] : [idleRow(variant, variant.idle)])),
    ),
    table(
      'FlowMesh beside itself',
      `| Size | What | Rate (least – greatest) | p50 | p99 |
|---|---|---|---|---|`,
      (result.sizes?.figures ?? []).map(sizeRow),
    ),
    [
      ...(result.sizes?.left ?? []).map((what) => `- left out: ${what}`),
      ...result.missing.map(missingLine),
    ].join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headOf({ machine, ours, pairs, durationMs, warmupMs, primeMs, startedAt }: PeersResult): string {
  return [
    `FlowMesh ${machine.version}: ${ours.nodes} nodes, ${ours.replicationFactor} replicas, ${ours.durability}.`,
    `Peers: three nodes and three replicas unless it is said. All nodes and clients on one machine: ${machine.cpu}, ${machine.cores} core(s), ${machine.system}, Node ${machine.node}; load average ${machine.loadBefore} before, ${machine.loadAfter} after.`,
    `${pairs} pair(s) of ${durationMs / 1_000} s after ${warmupMs / 1_000} s of warm-up, once each side had worked for ${primeMs / 1_000} s uncounted; sides in turns; closed loops, except where a rate is given: those are open, and latencies count from when a record was meant to be sent; ${startedAt}.`,
    'Ratio: ours divided by theirs within each pair, median (least – greatest). *Italic*: their acknowledgement means less than ours, so that the ratio compares different things. "unclear": pairs disagree about who is ahead, or are fewer than five. Our largest node: the most memory that any of our nodes had resident meanwhile. Our busiest main thread: of our nodes; it had work and a processor, or work and none, for such a share of the time.',
  ].join('\n');
}

function table(title: string, header: string, rows: readonly string[]): string {
  return rows.length === 0 ? '' : [`### ${title}`, '', header, ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function named({ peer, version, variant }: VariantResult): string {
  return `${peer} ${version}, ${variant}`;
}

function contestRow(variant: VariantResult, contest: ContestResult): string {
  const { ours, theirs, rate, p99, asked } = contest;
  const set = (text: string): string => (variant.comparable ? text : `*${text}*`);
  return row([
    named(variant),
    variant.durability,
    asked === null
      ? contest.name
      : `${contest.name}, at ${showRate(asked)}/s, half of the most ${contest.half}`,
    `${showRate(ours.perSecond)}/s`,
    `${showRate(theirs.perSecond)}/s`,
    asked === null ? set(ratioText(rate)) : '-',
    ours.p99Us + theirs.p99Us === 0 ? '-' : `${showUs(ours.p99Us)} : ${showUs(theirs.p99Us)}`,
    set(ratioText(p99)),
    contest.oursPeakBytes === null ? '-' : `${Math.round(contest.oursPeakBytes / 2 ** 20)} MiB`,
    contest.oursLoop === null ? '-' : `${percent(contest.oursLoop.busy)}, ${percent(contest.oursLoop.waits)}`,
    remarksOn(contest).join('; '),
  ]);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function remarksOn({ ours, theirs, rate, p99, asked }: ContestResult): readonly string[] {
  const remarks: string[] = [];
  const sides: readonly (readonly [string, SideFigures])[] = [
    ['ours', ours],
    ['theirs', theirs],
  ];
  if ((asked === null ? rate : p99)?.clear !== true) remarks.push('unclear');
  if (ours.failed + theirs.failed > 0) remarks.push(`failed: ${ours.failed} ours, ${theirs.failed} theirs`);
  for (const [name, { rateMissed, clientCpuPercent }] of sides) {
    if (rateMissed > 0) remarks.push(`${name}: rate not kept in ${rateMissed} run(s)`);
    if (clientCpuPercent > CLIENT_BOUND_PERCENT)
      remarks.push(`${name}: client at ${clientCpuPercent} % of a core`);
  }
  return remarks;
}

function ratioText(ratio: RatioSummary | null): string {
  if (ratio === null) return '-';
  const { median, least, greatest } = ratio;
  return `${median.toFixed(2)} (${least.toFixed(2)} – ${greatest.toFixed(2)})`;
}

function failoverRow(variant: VariantResult, { name, ours, theirs, ratio }: FailoverResult): string {
  const side = ({ medianMs, p99Ms }: FailoverFigures): string =>
    `${showUs(medianMs * 1_000)}, ${showUs(p99Ms * 1_000)}`;
  return row([
    named(variant),
    variant.durability,
    name,
    `${ours.rounds.length}`,
    side(ours),
    side(theirs),
    ratioText(ratio),
    ratio?.clear === true ? '' : 'unclear',
  ]);
}

function idleRow(variant: VariantResult, { unit, asked, ours, theirs }: IdleResult): string {
  const side = ({ partitions, cpuPercent, rssBytes }: IdleFigures, what: string): string =>
    `${showRate(partitions)} ${what}, ${cpuPercent.toFixed(1)} % of a core, ${Math.round(rssBytes / 2 ** 20)} MiB`;
  const fewer = theirs.partitions < asked;
  const scale = asked / Math.max(1, theirs.partitions);
  const scaled = `only ${showRate(theirs.partitions)} could be made in time; times ${scale.toFixed(1)}, as if nothing were fixed cost: ${(theirs.cpuPercent * scale).toFixed(0)} %, ${Math.round((theirs.rssBytes * scale) / 2 ** 20)} MiB`;
  return row([
    named(variant),
    side(ours, 'partitions'),
    side(theirs, unit),
    (ours.cpuPercent / theirs.cpuPercent).toFixed(2),
    (ours.rssBytes / theirs.rssBytes).toFixed(2),
    fewer ? scaled : '',
  ]);
}

function sizeRow({ series, size, what, perSecond, least, greatest, p50Us, p99Us }: SizeFigures): string {
  const shown =
    series === 'partitions' ? `${showRate(size)} partition(s)` : `${Math.round(size / GIB)} GiB kept`;
  const latency = (us: number | null): string => (us === null ? '-' : showUs(us));
  return row([
    shown,
    what,
    `${showRate(perSecond)}/s (${showRate(least)} – ${showRate(greatest)})`,
    latency(p50Us),
    latency(p99Us),
  ]);
}

function missingLine({ peer, variant, row: which, what }: Missing): string {
  const where = [variant, which].filter((part) => part !== null).join(', ');
  return `- missing: ${peer}${where === '' ? '' : ` (${where})`}: ${oneLine(what)}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}
