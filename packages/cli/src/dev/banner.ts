/** What is printed once the cluster is ready: every port, where data is, what to type next. */
import { formatList } from '../output/format.ts';
import { demoLog } from './demo/demo-process.ts';
import { endpointsFile } from './files.ts';
import type { DevPlan } from './plan.ts';

export interface BannerOptions {
  readonly pids: ReadonlyMap<number, number>;
  readonly color: boolean;
  /** Traffic is made. */
  readonly demo: boolean;
}

const NEXT = [
  'npx flowmesh stream create hello --partitions 3',
  "echo 'hello, world' | npx flowmesh stream publish hello",
  'npx flowmesh stream consume hello',
  'npx flowmesh queue create jobs',
  "npx flowmesh queue enqueue jobs 'a job'",
  `npx flowmesh queue work jobs -- sh -c 'echo "got $(cat)"'`,
  'npx flowmesh kv create settings',
  'npx flowmesh kv put settings theme dark',
];

const NEXT_IN_DEMO = [
  'npx flowmesh stream list',
  'npx flowmesh stream consume orders --follow',
  "npx flowmesh stream consume orders --filter 'payload.total > 300'",
  'npx flowmesh group describe reporting --watch',
  'npx flowmesh kv watch settings --prefix features/',
  'npx flowmesh kv list settings',
  'npx flowmesh queue stats emails --watch',
  'npx flowmesh queue workers emails',
  'npx flowmesh dlq stats emails',
  'npx flowmesh dlq redrive emails --filter \'lastError.contains("timed out")\' --rate 5',
];

export function banner(plan: DevPlan, { pids, color, demo }: BannerOptions): string {
  const table = formatList(
    plan.nodes,
    [
      { header: 'node', cell: (node) => node.id },
      { header: 'gRPC (clients)', cell: (node) => node.grpc },
      { header: 'Kafka (clients)', cell: (node) => node.kafka },
      { header: 'HTTP (health, metrics)', cell: (node) => node.http },
      { header: 'peers', cell: (node) => node.peer },
      { header: 'pid', cell: (node) => pids.get(node.id) },
    ],
    { format: 'table', color },
  );
  const kept = plan.memory ? 'in memory only: gone when this ends' : `${plan.dataDir} (kept between starts)`;
  const size = plan.nodes.length === 1 ? 'one node' : `${plan.nodes.length} nodes`;
  return [
    `FlowMesh is ready: cluster ${plan.record.clusterId}, ${size}`,
    '',
    table,
    `data       ${kept}`,
    `logs       ${plan.dataDir}/node-*.log`,
    `endpoints  ${endpointsFile(plan.dataDir)}`,
    ...(demo
      ? [
          `demo       a shop: orders, payments, settings, e-mails of which some die, a group that lags; its log: ${demoLog(plan.dataDir)}`,
        ]
      : []),
    '',
    'Next, in another terminal:',
    ...(demo ? NEXT_IN_DEMO : NEXT).map((command) => `  ${command}`),
    '',
    'Ctrl-C stops the cluster.',
    '',
  ].join('\n');
}
