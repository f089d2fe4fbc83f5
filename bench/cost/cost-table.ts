/** Costs as a table for people. */
import { type Cost, processorSum, THREADS } from './process-cost.ts';

const HEADERS = [
  'process',
  'CPU µs/op',
  ...THREADS,
  'main busy',
  'main waits',
  'loop late, p99',
  'reads+writes/op',
  'fsyncs/op',
  'an fsync',
  'client B/op',
  'peer B/op',
];

export function costTable(costs: readonly Cost[]): string {
  const rows = [HEADERS, ...costs.map(cellsOf)];
  const widths = HEADERS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => pad(cell, widths[at] ?? 0, at))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function pad(cell: string, width: number, at: number): string {
  return at === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function share(of: number): string {
  return Number.isFinite(of) ? `${Math.round(of * 100)} %` : '';
}

function cellsOf(cost: Cost): readonly string[] {
  const { name, mainBusy, mainWaits, lagMs, calls, fsyncs, fsyncUs, clientBytes, peerBytes } = cost;
  return [
    name,
    processorSum(cost).toFixed(1),
    ...THREADS.map((kind) => cost[kind].toFixed(1)),
    share(mainBusy),
    share(mainWaits),
    Number.isFinite(lagMs) ? `${lagMs.toFixed(0)} ms` : '',
    calls.toFixed(2),
    fsyncs.toFixed(3),
    fsyncs > 0 ? `${(fsyncUs / fsyncs / 1_000).toFixed(1)} ms` : '',
    clientBytes.toFixed(0),
    peerBytes.toFixed(0),
  ];
}
