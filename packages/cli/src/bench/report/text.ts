/** A result for people: first what it was measured under, then the figures, then what has to be known to believe them. */
import { type Column, formatBytes, formatList, type Style } from '../../output/format.ts';
import { showRate, showUs } from './durations.ts';
import type { BenchResult, LatencySummary, Measure } from './result.ts';

/** Values that must lie beyond a percentile for it to mean anything. */
const BEYOND_MIN = 5;

export function conditionsOf(result: BenchResult): readonly (readonly [name: string, value: string])[] {
  const { target, machine, settings } = result;
  const settled = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const details = Object.entries(target.details).map(([key, value]) => `${key}=${value}`);
  return [
    ['system', `${target.system} ${target.version}, ${target.nodes} node(s)`],
    ['durability', target.durability],
    ['replication', `${target.replicationFactor} replica(s), ${target.partitions} partition(s)`],
    ...(details.length === 0 ? [] : [['target', details.join(' ')] as const]),
    ['settings', settled.join(' ')],
    ['machine', `${machine.cpu}, ${machine.cores} core(s), ${formatBytes(machine.memoryBytes)}`],
    ['software', `${machine.system}, client: Node ${machine.node}, flowmesh ${machine.version}`],
    ['load average', `${machine.loadBefore} before, ${machine.loadAfter} after; clients run on this machine`],
    ['started', result.startedAt],
  ];
}

/** A percentile, or undefined where too few values lie beyond it. */
export function meant(latency: LatencySummary | null, percent: number, us: number): number | undefined {
  if (latency === null) return undefined;
  return latency.count * (1 - percent / 100) >= BEYOND_MIN ? us : undefined;
}

const shown = (us: number | undefined): string | undefined => (us === undefined ? undefined : showUs(us));

export const MEASURE_COLUMNS: readonly Column<Measure>[] = [
  { header: 'measure', cell: (row) => row.name },
  { header: 'loop', cell: (row) => (row.rate === null ? row.loop : `${row.loop}, ${showRate(row.rate)}/s`) },
  {
    header: 'clients',
    cell: (row) => (row.concurrency === null ? row.clients : `${row.clients} × ${row.concurrency}`),
  },
  { header: 'per second', cell: (row) => showRate(row.perSecond) },
  {
    header: 'bytes/s',
    cell: (row) => (row.bytesPerSecond === 0 ? undefined : formatBytes(row.bytesPerSecond)),
  },
  { header: 'p50', cell: ({ latency }) => shown(meant(latency, 50, latency?.p50Us ?? 0)) },
  { header: 'p90', cell: ({ latency }) => shown(meant(latency, 90, latency?.p90Us ?? 0)), wide: true },
  { header: 'p99', cell: ({ latency }) => shown(meant(latency, 99, latency?.p99Us ?? 0)) },
  { header: 'p99.9', cell: ({ latency }) => shown(meant(latency, 99.9, latency?.p999Us ?? 0)) },
  {
    header: 'p99.99',
    cell: ({ latency }) => shown(meant(latency, 99.99, latency?.p9999Us ?? 0)),
    wide: true,
  },
  { header: 'max', cell: ({ latency }) => shown(latency?.maxUs) },
  { header: 'failed', cell: (row) => row.failed },
  { header: 'uncorrected p99', cell: ({ uncorrected }) => shown(uncorrected?.p99Us), wide: true },
];

export function textOf(result: BenchResult, style: Style): string {
  const conditions = conditionsOf(result);
  const width = Math.max(...conditions.map(([name]) => name.length));
  const head = conditions.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
  const remarks = result.measures.flatMap(({ name, remarks: said }) =>
    said.map((one) => `! ${name}: ${one}\n`),
  );
  const errors = result.measures.flatMap(({ name, errors: had }) =>
    had.map(({ code, message, count }) => `! ${name}: ${count} × ${code}: ${message}\n`),
  );
  return `${head}\n${formatList(result.measures, MEASURE_COLUMNS, style)}${EXPLAINED}${remarks.join('')}${errors.join('')}`;
}

const EXPLAINED =
  'latency: open loop and arrivals from when an operation was meant to begin (corrected for coordinated omission), closed loop from when it was sent;\n' +
  'a percentile with fewer than five values beyond it is not shown\n';
