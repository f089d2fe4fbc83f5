/**
 * Leaders killed under load, then all nodes at once. RF 3, acknowledged after a majority fsync. Nothing acknowledged may be lost,
 * reordered or doubled; the pause of each partition is measured from the longest gap between its acknowledgements.
 */
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import { percentile, type Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';
import { acknowledgedSince, inSyncOf, leadersOf, settled } from './watch.ts';

export interface KillOptions {
  readonly kills: number;
  readonly powerCycles: number;
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  readonly report: (line: string) => void;
}

export interface KillReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  /** Acknowledged records per second over the whole run, kills included. */
  readonly recordsPerSecond: number;
  /** One sample a kill and partition that the killed node led, milliseconds. */
  readonly pausesMs: readonly number[];
  readonly pauseMsP50: number;
  readonly pauseMsP99: number;
  readonly pauseMsMax: number;
  /** From the restart of all nodes to the last partition's first acknowledgement, milliseconds. */
  readonly powerCycleMs: readonly number[];
}

const STREAM = 'kill';

export async function proveKill(options: KillOptions): Promise<KillReport> {
  await using cluster = await Cluster.start({ nodes: 3, config: { log: { level: 'info' } } });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3 });
    const load = new SteadyLoad({ mesh, stream: STREAM, ...options });
    load.start();
    await settled(load, 1_000);
    const pausesMs: number[] = [];
    for (let kill = 0; kill < options.kills; kill++)
      pausesMs.push(...(await killLeader(cluster, mesh, load, options, kill)));
    const powerCycleMs: number[] = [];
    for (let cycle = 0; cycle < options.powerCycles; cycle++)
      powerCycleMs.push(await killAll(cluster, load, options, cycle));
    const recordsPerSecond = load.rate();
    await load.stop();
    const verdict = await readBack(mesh, STREAM, load.ledger);
    return {
      verdict,
      failures: load.failures(),
      recordsPerSecond,
      pausesMs,
      pauseMsP50: percentile(pausesMs, 0.5),
      pauseMsP99: percentile(pausesMs, 0.99),
      pauseMsMax: percentile(pausesMs, 1),
      powerCycleMs,
    };
  } finally {
    await mesh.close();
  }
}

async function killLeader(
  cluster: Cluster,
  mesh: FlowMesh,
  load: SteadyLoad,
  options: KillOptions,
  kill: number,
): Promise<number[]> {
  const before = await leadersOf(mesh, STREAM, options.partitions);
  const victim = cluster.node(before[kill % options.partitions] as number);
  const led = before.flatMap((leader, partition) => (leader === victim.id ? [partition] : []));
  load.resetGaps();
  const killedMs = performance.now();
  await victim.stop('SIGKILL');
  await acknowledgedSince(load, killedMs, 120_000);
  // Let the pause be over for all before it is measured.
  await settled(load, 500);
  const gaps = load.gaps();
  const pauses = led.map((partition) => gaps[partition] as number);
  victim.start();
  await cluster.ready();
  await until(
    async () => (await inSyncOf(mesh, STREAM, options.partitions)) === 3,
    120_000,
    () => 'the killed node does not catch up',
  );
  options.report(
    `kill ${kill + 1}/${options.kills}: node ${victim.id} led ${led.length} partitions; pauses ${pauses.map((ms) => ms.toFixed(0)).join(' ')} ms`,
  );
  return pauses;
}

async function killAll(
  cluster: Cluster,
  load: SteadyLoad,
  options: KillOptions,
  cycle: number,
): Promise<number> {
  await Promise.all(cluster.nodes.map((node) => node.stop('SIGKILL')));
  const startedMs = performance.now();
  for (const node of cluster.nodes) node.start();
  await acknowledgedSince(load, startedMs, 60_000);
  const tookMs = performance.now() - startedMs;
  await cluster.ready();
  await settled(load, 1_000);
  options.report(
    `all nodes killed ${cycle + 1}/${options.powerCycles}: every partition writes again after ${tookMs.toFixed(0)} ms`,
  );
  return tookMs;
}
