/** The table of all peers as Markdown: what was compared, under which durability on both sides, ratios with their spread, and what is missing. */
import { type MachineFacts, showRate, showUs } from '@flowmesh/cli/bench';
import type { ContestResult } from './pairs.ts';
import type { RatioSummary } from './ratios.ts';

export interface VariantResult {
  readonly peer: string;
  readonly version: string;
  readonly variant: string;
  readonly durability: string;
  readonly comparable: boolean;
  readonly contests: readonly ContestResult[];
}

export interface Missing {
  readonly peer: string;
  readonly variant: string | null;
  readonly what: string;
}

export interface PeersResult {
  readonly schema: 'flowmesh.bench.peers.v1';
  readonly startedAt: string;
  readonly machine: MachineFacts;
  readonly pairs: number;
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly ours: { readonly durability: string; readonly nodes: number; readonly replicationFactor: number };
  readonly variants: readonly VariantResult[];
  readonly missing: readonly Missing[];
}

export function tableOf(result: PeersResult): string {
  const { machine, ours, pairs, durationMs, warmupMs } = result;
  const head = [
    `FlowMesh ${machine.version}: ${ours.nodes} nodes, ${ours.replicationFactor} replicas, ${ours.durability}.`,
    `Peers: three nodes and three replicas unless it is said. All nodes and clients on one machine: ${machine.cpu}, ${machine.cores} core(s), ${machine.system}, Node ${machine.node}; load average ${machine.loadBefore} before, ${machine.loadAfter} after.`,
    `${pairs} pair(s) of ${durationMs / 1_000} s after ${warmupMs / 1_000} s of warm-up, sides in turns, closed loops; ${result.startedAt}.`,
    'Ratio: ours divided by theirs within each pair, median (least – greatest). *Italic*: their acknowledgement means less than ours, so that the ratio compares different things. "unclear": pairs disagree about who is ahead, or are fewer than five.',
  ];
  const rows = result.variants.flatMap((variant) =>
    variant.contests.map((contest) => rowOf(variant, contest)),
  );
  const missing = result.missing.map(
    ({ peer, variant, what }) =>
      `- missing: ${peer}${variant === null ? '' : ` (${variant})`}: ${oneLine(what)}`,
  );
  const table = rows.length === 0 ? [] : [HEADER, ...rows];
  return `${[head.join('\n'), table.join('\n'), missing.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

const HEADER = `| Peer | Acknowledged once | What | Ours | Theirs | Rate, ratio | p99 ours : theirs | p99, ratio | |
|---|---|---|---|---|---|---|---|---|`;

function rowOf(variant: VariantResult, contest: ContestResult): string {
  const { ours, theirs, rate, p99 } = contest;
  const set = (text: string): string => (variant.comparable ? text : `*${text}*`);
  const failed =
    ours.failed + theirs.failed === 0 ? '' : `failed: ${ours.failed} ours, ${theirs.failed} theirs`;
  const cells = [
    `${variant.peer} ${variant.version}, ${variant.variant}`,
    variant.durability,
    contest.name,
    `${showRate(ours.perSecond)}/s`,
    `${showRate(theirs.perSecond)}/s`,
    set(ratioText(rate)),
    `${showUs(ours.p99Us)} : ${showUs(theirs.p99Us)}`,
    set(ratioText(p99)),
    [rate?.clear === true ? '' : 'unclear', failed].filter((one) => one !== '').join('; '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function ratioText(ratio: RatioSummary | null): string {
  if (ratio === null) return '-';
  const { median, least, greatest } = ratio;
  return `${median.toFixed(2)} (${least.toFixed(2)} – ${greatest.toFixed(2)})`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}
