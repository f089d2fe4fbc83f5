/**
 * The metadata group loses its majority for a while: two of its three voters are stopped (SIGSTOP). Data whose replicas are elsewhere must
 * not notice, changes are refused in clear words, and afterwards everything is as before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type FlowMesh, isFlowError } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';
import { settled } from './watch.ts';

export interface MetadataQuorumOptions {
  readonly seconds: number;
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  readonly report: (line: string) => void;
}

export interface MetadataQuorumReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  readonly recordsPerSecond: number;
  readonly voters: readonly number[];
  readonly stopped: readonly number[];
  /** The longest gap between two acknowledgements of any partition while the quorum was away. */
  readonly longestPauseMs: number;
  readonly refusedWith: string;
  readonly refusal: string;
  readonly refusedAfterMs: number;
  /** From the end of the stop until a stream could be created again. */
  readonly changesAgainMs: number;
}

const STREAM = 'untouched';
const STEP_TIMEOUT_MS = 120_000;

export async function proveMetadataQuorum(options: MetadataQuorumOptions): Promise<MetadataQuorumReport> {
  await using cluster = await Cluster.start({ nodes: 3 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    for (let i = 0; i < 2; i++) (await cluster.addNode()).start();
    await cluster.ready();
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3 });
    const voters = await threeVoters(mesh, cluster);
    const stopped = voters.slice(0, 2);
    const others = cluster.nodes.map((node) => node.id).filter((id) => !stopped.includes(id));
    await placeOn(mesh, cluster, others);
    // Clients that know only the nodes that go on: what a stopped node does to its own clients is another matter.
    await using client = await connect({ endpoints: others.map((id) => cluster.node(id).grpcAddress) });
    const load = new SteadyLoad({ mesh: client, stream: STREAM, ...options });
    load.start();
    await settled(load, 2_000);
    load.resetGaps();
    for (const id of stopped) cluster.node(id).signal('SIGSTOP');
    options.report(
      `metadata voters are nodes ${voters.join(', ')}; nodes ${stopped.join(' and ')} are stopped`,
    );
    const refusal = await refusedChange(client);
    await sleep(Math.max(0, options.seconds * 1_000 - refusal.afterMs));
    await settled(load, 500);
    const longestPauseMs = Math.max(...load.gaps());
    for (const id of stopped) cluster.node(id).signal('SIGCONT');
    const changesAgainMs = await changesAgain(client);
    options.report(`changes are taken again ${changesAgainMs.toFixed(0)} ms after the nodes go on`);
    await allWell(client, cluster);
    const recordsPerSecond = load.rate();
    await load.stop();
    return {
      verdict: await readBack(client, STREAM, load.ledger),
      failures: load.failures(),
      recordsPerSecond,
      voters,
      stopped,
      longestPauseMs,
      refusedWith: refusal.code,
      refusal: refusal.words,
      refusedAfterMs: refusal.afterMs,
      changesAgainMs,
    };
  } finally {
    await mesh.close();
  }
}

async function threeVoters(mesh: FlowMesh, cluster: Cluster): Promise<readonly number[]> {
  let voters: readonly number[] = [];
  await until(
    async () => {
      voters = (await mesh.cluster.status()).metadataVoters;
      return voters.length === 3;
    },
    STEP_TIMEOUT_MS,
    () => `metadata voters are ${voters.join(', ')}${cluster.tails()}`,
    100,
  );
  return voters;
}

/** Gives every partition its replicas on `nodes`, in turns. */
async function placeOn(mesh: FlowMesh, cluster: Cluster, nodes: readonly number[]): Promise<void> {
  // Or the balancer would spread them again.
  await mesh.cluster.config.change({ scope: 'cluster', set: { 'balancer.enabled': 'false' } });
  const places: { partition: number; to: number[]; there: boolean }[] = [];
  for await (const { partition, replicas } of mesh.cluster.partitions.list({ streams: [STREAM] })) {
    const to = [0, 1, 2].map((i) => nodes[(partition + i) % nodes.length] as number);
    places.push({ partition, to, there: to.join() === replicas.join() });
  }
  for (const { partition, to, there } of places)
    if (!there) await mesh.cluster.partitions.move({ stream: STREAM, partition, to });
  await until(
    async () => {
      for await (const one of mesh.cluster.partitions.list({ streams: [STREAM] })) {
        const wanted = places.find(({ partition }) => partition === one.partition)?.to ?? [];
        if (one.move !== undefined || one.leader === undefined || !nodes.includes(one.leader)) return false;
        if (!wanted.every((node) => one.inSyncReplicas.includes(node))) return false;
      }
      return true;
    },
    STEP_TIMEOUT_MS,
    () => `the replicas do not come to be on nodes ${nodes.join(', ')}${cluster.tails()}`,
    100,
  );
}

async function refusedChange(mesh: FlowMesh): Promise<{ code: string; words: string; afterMs: number }> {
  const from = performance.now();
  const told = await mesh.streams
    .create({ name: 'refused', partitions: 1, replicationFactor: 3, timeoutMs: 30_000 })
    .then(
      () => ({ code: 'accepted', words: '' }),
      (error: unknown) =>
        isFlowError(error)
          ? { code: error.code, words: `${error.message}. ${error.hint ?? ''}` }
          : { code: String(error), words: '' },
    );
  return { ...told, afterMs: performance.now() - from };
}

async function changesAgain(mesh: FlowMesh): Promise<number> {
  const from = performance.now();
  let last: unknown;
  await until(
    async () => {
      try {
        await mesh.streams.create({
          name: 'afterwards',
          partitions: 1,
          replicationFactor: 3,
          timeoutMs: 5_000,
        });
        return true;
      } catch (error) {
        last = error;
        return isFlowError(error) && error.code === 'ALREADY_EXISTS';
      }
    },
    STEP_TIMEOUT_MS,
    () => `no stream can be created: ${String(last)}`,
  );
  return performance.now() - from;
}

async function allWell(mesh: FlowMesh, cluster: Cluster): Promise<void> {
  let last: unknown;
  await until(
    async () => {
      const status = await mesh.cluster.status();
      last = status;
      return (
        status.underReplicatedPartitions === 0 &&
        status.leaderlessPartitions === 0 &&
        status.nodes.every((node) => node.alive)
      );
    },
    STEP_TIMEOUT_MS,
    () => `not all is well again: ${JSON.stringify(last)}${cluster.tails()}`,
    100,
  );
}
