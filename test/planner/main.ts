/**
 * Plans for large clusters and prints what it costs.
 *
 *   npm run plan-sim                                    100 nodes, 50,000 partitions of three replicas
 *   npm run plan-sim -- --scale small --only dead       30 nodes, 3,000 partitions, one scenario
 */
import { parseArgs } from 'node:util';
import type { ScenarioResult } from './scenarios.ts';
import { LARGE, SCENARIOS, SMALL } from './scenarios.ts';
import { GIB } from './sample-cluster.ts';

const { values } = parseArgs({
  options: { scale: { type: 'string', default: 'large' }, only: { type: 'string' } },
});
if (values.scale !== 'large' && values.scale !== 'small') throw new Error('--scale is large or small');
if (values.only !== undefined && SCENARIOS[values.only] === undefined) {
  throw new Error(`--only wants one of ${Object.keys(SCENARIOS).join(', ')}`);
}
const scale = values.scale === 'large' ? LARGE : SMALL;

const HEADINGS = [
  'scenario',
  'rounds',
  'moves',
  'least',
  'ratio',
  'GiB',
  'least',
  'ratio',
  'leader changes',
  'skew: replicas',
  'leaders',
  'bytes',
  'ms a batch',
  'longest',
];
const widths = HEADINGS.map((heading, i) => (i === 0 ? 20 : Math.max(heading.length, 7)));
console.log(
  `${scale.nodes} nodes in ${scale.racks} racks, ${scale.partitions} partitions of 3 replicas; at one time ` +
    `${scale.limits.movesMax} moves, ${scale.limits.perNodeMovesMax} a node`,
);
printRow(HEADINGS);
for (const [key, scenario] of Object.entries(SCENARIOS)) {
  if (values.only !== undefined && values.only !== key) continue;
  for (const result of scenario(scale)) printRow(cells(result));
}

function cells(result: ScenarioResult): string[] {
  const { moved, least, balance } = result;
  return [
    result.name,
    `${result.rounds}`,
    `${moved.moves}`,
    `${least.moves}`,
    ratio(moved.moves, least.moves),
    (moved.bytes / GIB).toFixed(0),
    (least.bytes / GIB).toFixed(0),
    ratio(moved.bytes, least.bytes),
    `${result.leaderChanges}`,
    percent(balance.replicaSkew),
    percent(balance.leaderSkew),
    percent(balance.byteSkew),
    result.batchMsMean.toFixed(0),
    result.batchMsMax.toFixed(0),
  ];
}

function ratio(value: number, least: number): string {
  return least === 0 ? '-' : (value / least).toFixed(3);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function printRow(row: readonly string[]): void {
  const text = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
  console.log(text.join('  '));
}
