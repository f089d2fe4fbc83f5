/**
 * Every node is restarted in turn under load, as an upgrade does it: asked to stop, started again, waited for. Nothing acknowledged may be
 * lost and no partition may stand still for long; the pause of a partition is its longest gap between two acknowledgements.
 */
import { connect } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import { percentile, type Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';
import { acknowledgedSince, inSyncOf, settled } from './watch.ts';

export interface RollingOptions {
  readonly nodes: number;
  readonly rounds: number;
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  readonly report: (line: string) => void;
}

export interface RollingReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  readonly recordsPerSecond: number;
  readonly restarts: number;
  /** One a restart and partition. */
  readonly pauseMsP50: number;
  readonly pauseMsP99: number;
  readonly pauseMsMax: number;
  /** Exit codes other than 0. */
  readonly badExits: readonly (number | string)[];
}

const STREAM = 'rolling';

export async function proveRolling(options: RollingOptions): Promise<RollingReport> {
  await using cluster = await Cluster.start({ nodes: options.nodes });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3 });
    const load = new SteadyLoad({ mesh, stream: STREAM, ...options });
    load.start();
    await settled(load, 2_000);
    const pauses: number[] = [];
    const badExits: (number | string)[] = [];
    for (let turn = 0; turn < options.rounds * options.nodes; turn++) {
      const node = cluster.node((turn % options.nodes) + 1);
      load.resetGaps();
      const code = await node.stop('SIGTERM');
      if (code !== 0) badExits.push(code);
      node.start();
      await cluster.ready();
      await until(
        async () => (await inSyncOf(mesh, STREAM, options.partitions)) === 3,
        60_000,
        () => `node ${node.id} does not catch up${cluster.tails()}`,
      );
      await acknowledgedSince(load, performance.now(), 120_000);
      const gaps = load.gaps();
      options.report(
        `restart ${turn + 1}: node ${node.id}, exit ${code}; longest pauses ${gaps.map((ms) => ms.toFixed(0)).join(' ')} ms`,
      );
      pauses.push(...gaps);
    }
    const recordsPerSecond = load.rate();
    await load.stop();
    return {
      verdict: await readBack(mesh, STREAM, load.ledger),
      failures: load.failures(),
      recordsPerSecond,
      restarts: options.rounds * options.nodes,
      pauseMsP50: percentile(pauses, 0.5),
      pauseMsP99: percentile(pauses, 0.99),
      pauseMsMax: percentile(pauses, 1),
      badExits,
    };
  } finally {
    await mesh.close();
  }
}
