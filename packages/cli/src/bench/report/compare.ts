/**
 * A result beside an older one. What was not measured under the same conditions is said first: a ratio between different durabilities or
 * replication factors is no comparison.
 */
import { type Column, formatList, type Style } from '../../output/format.ts';
import { showRate, showUs } from './durations.ts';
import { type BenchResult, type Measure, RESULT_SCHEMA } from './result.ts';
import { meant } from './text.ts';

export interface MeasureChange {
  readonly name: string;
  readonly before: {
    readonly perSecond: number;
    readonly p50Us: number | null;
    readonly p99Us: number | null;
  };
  readonly after: {
    readonly perSecond: number;
    readonly p50Us: number | null;
    readonly p99Us: number | null;
  };
  /** After divided by before; null where there is nothing to divide. More is better for rates, less for latencies. */
  readonly ratio: {
    readonly perSecond: number | null;
    readonly p50: number | null;
    readonly p99: number | null;
  };
}

export interface Comparison {
  readonly schema: 'flowmesh.bench.comparison.v1';
  readonly of: typeof RESULT_SCHEMA;
  readonly before: string;
  readonly after: string;
  /** What differs in the conditions, so that the ratios may be of something else. */
  readonly differences: readonly { readonly what: string; readonly before: string; readonly after: string }[];
  /** Measures that both have, in the order of the newer one. */
  readonly measures: readonly MeasureChange[];
  /** Measures that only one of them has. */
  readonly unpaired: readonly string[];
}

export function compare(before: BenchResult, after: BenchResult): Comparison {
  const old = new Map(before.measures.map((measure) => [measure.name, measure]));
  const names = new Set(after.measures.map(({ name }) => name));
  return {
    schema: 'flowmesh.bench.comparison.v1',
    of: RESULT_SCHEMA,
    before: before.startedAt,
    after: after.startedAt,
    differences: differences(before, after),
    measures: after.measures.flatMap((measure) => {
      const earlier = old.get(measure.name);
      return earlier === undefined ? [] : [change(earlier, measure)];
    }),
    unpaired: [
      ...[...old.keys()].filter((name) => !names.has(name)),
      ...[...names].filter((name) => !old.has(name)),
    ],
  };
}

function differences(before: BenchResult, after: BenchResult): Comparison['differences'] {
  const [a, b] = [facts(before), facts(after)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((what) => a[what] !== b[what])
    .map((what) => ({ what, before: a[what] ?? '-', after: b[what] ?? '-' }));
}

function facts({ workload, target, settings, machine, measures }: BenchResult): Record<string, string> {
  const { system, durability, nodes, replicationFactor, partitions, version } = target;
  const { cpu, cores, node } = machine;
  const loads = measures.map(({ name, rate, clients, concurrency }) => [
    `load of ${name}`,
    `${clients} × ${concurrency ?? '-'}${rate === null ? '' : ` at ${rate}/s`}`,
  ]);
  const all = {
    workload,
    system,
    version,
    durability,
    nodes,
    replicationFactor,
    partitions,
    cpu,
    cores,
    node,
    ...settings,
  };
  return Object.fromEntries([
    ...Object.entries(all).map(([key, value]) => [key, String(value)]),
    ...loads,
  ]) as Record<string, string>;
}

function change(before: Measure, after: Measure): MeasureChange {
  const figures = ({ perSecond, latency }: Measure): MeasureChange['before'] => ({
    perSecond,
    p50Us: meant(latency, 50, latency?.p50Us ?? 0) ?? null,
    p99Us: meant(latency, 99, latency?.p99Us ?? 0) ?? null,
  });
  const [a, b] = [figures(before), figures(after)];
  const ratio = {
    perSecond: divided(b.perSecond, a.perSecond),
    p50: divided(b.p50Us, a.p50Us),
    p99: divided(b.p99Us, a.p99Us),
  };
  return { name: after.name, before: a, after: b, ratio };
}

function divided(after: number | null, before: number | null): number | null {
  if (after === null || before === null || before === 0) return null;
  return Math.round((after / before) * 1_000) / 1_000;
}

const times = (ratio: number | null): string | undefined =>
  ratio === null ? undefined : `× ${ratio.toFixed(2)}`;
const us = (value: number | null): string => (value === null ? '-' : showUs(value));

const COLUMNS: readonly Column<MeasureChange>[] = [
  { header: 'measure', cell: (row) => row.name },
  {
    header: 'per second',
    cell: ({ before, after }) => `${showRate(before.perSecond)} → ${showRate(after.perSecond)}`,
  },
  { header: 'ratio', cell: (row) => times(row.ratio.perSecond) },
  { header: 'p50', cell: ({ before, after }) => `${us(before.p50Us)} → ${us(after.p50Us)}` },
  { header: 'ratio', cell: (row) => times(row.ratio.p50) },
  { header: 'p99', cell: ({ before, after }) => `${us(before.p99Us)} → ${us(after.p99Us)}` },
  { header: 'ratio', cell: (row) => times(row.ratio.p99) },
];

export function comparisonText(comparison: Comparison, style: Style): string {
  const { differences: differ, measures, unpaired, before } = comparison;
  const said = differ.map(({ what, before: a, after: b }) => `! ${what} differs: ${a} → ${b}\n`).join('');
  const alone = unpaired.map((name) => `! ${name} was measured in one of them only\n`).join('');
  return `\ncompared with ${before}; one run says little about a few percent\n${formatList(measures, COLUMNS, style)}${said}${alone}`;
}
