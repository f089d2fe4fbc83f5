/**
 * All engines at once on three nodes, of which one that leads something is killed every few seconds: jobs, keys, groups and transactions keep
 * their promises, each judged by its own workload.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster } from '../harness/cluster.ts';
import { CopyWorkload, GroupWorkload } from './engine-groups.ts';
import { KvWorkload } from './engine-kv.ts';
import { QueueWorkload } from './engine-queue.ts';
import type { EngineVerdict, EngineWorkload } from './engine-workload.ts';

export const ENGINES = ['queue', 'kv', 'group', 'transactions'] as const;
export type Engine = (typeof ENGINES)[number];

export interface EnginesOptions {
  readonly engines: readonly Engine[];
  readonly seconds: number;
  readonly killEverySeconds: number;
  readonly jobsPerSecond: number;
  readonly recordsPerSecond: number;
  /** Of transactions: records that come to be copied. */
  readonly copiesPerSecond: number;
  /** Between two operations of a lane on the bucket. */
  readonly kvPauseMs: number;
  readonly report: (line: string) => void;
}

export interface EnginesReport {
  readonly kills: number;
  /** By what the killed node led. */
  readonly killed: Readonly<Record<string, number>>;
  readonly verdicts: readonly EngineVerdict[];
}

const READY_TIMEOUT_MS = 120_000;
/** Nothing is killed before everything runs. */
const WARM_UP_MS = 3_000;

export async function proveEngines(options: EnginesOptions): Promise<EnginesReport> {
  await using cluster = await Cluster.start({ nodes: 3 });
  // Each has a client and connections of its own, as other processes would.
  const meshes: FlowMesh[] = [];
  const workloads: EngineWorkload[] = [];
  try {
    for (const engine of options.engines) {
      const mesh = await connect({ endpoints: cluster.endpoints });
      meshes.push(mesh);
      workloads.push(workloadOf(engine, mesh, options));
    }
    for (const workload of workloads) await workload.start();
    await sleep(WARM_UP_MS);
    const killed = await kill(cluster, meshes[0] as FlowMesh, workloads, options);
    await cluster.ready(READY_TIMEOUT_MS);
    for (const workload of workloads) await workload.stop();
    options.report('every node is up, nothing new begins');
    const verdicts: EngineVerdict[] = [];
    for (const workload of workloads) {
      verdicts.push(await workload.verdict());
      options.report(JSON.stringify(verdicts.at(-1)));
    }
    return {
      kills: [...killed.values()].reduce((sum, count) => sum + count, 0),
      killed: Object.fromEntries(killed),
      verdicts,
    };
  } finally {
    await Promise.all(meshes.map((mesh) => mesh.close()));
  }
}

function workloadOf(engine: Engine, mesh: FlowMesh, options: EnginesOptions): EngineWorkload {
  switch (engine) {
    case 'queue':
      return new QueueWorkload(mesh, { jobsPerSecond: options.jobsPerSecond });
    case 'kv':
      return new KvWorkload(mesh, options.kvPauseMs);
    case 'group':
      return new GroupWorkload(mesh, options.recordsPerSecond);
    case 'transactions':
      return new CopyWorkload(mesh, options.copiesPerSecond);
  }
}

/** Kills the leaders of the resources in turn, one shard after the other; the killed node comes back at once. */
async function kill(
  cluster: Cluster,
  mesh: FlowMesh,
  workloads: readonly EngineWorkload[],
  options: EnginesOptions,
): Promise<ReadonlyMap<string, number>> {
  const resources = [...new Set(workloads.flatMap((workload) => workload.resources))];
  const killed = new Map<string, number>();
  const endMs = performance.now() + options.seconds * 1_000;
  for (let turn = 0; performance.now() < endMs; turn++) {
    const nextMs = performance.now() + options.killEverySeconds * 1_000;
    const resource = resources[turn % resources.length] as string;
    const leader = await leaderOf(mesh, resource, Math.floor(turn / resources.length));
    if (leader !== undefined) {
      const victim = cluster.node(leader);
      await victim.stop('SIGKILL');
      victim.start();
      killed.set(resource, (killed.get(resource) ?? 0) + 1);
      await cluster.ready(READY_TIMEOUT_MS);
      options.report(`kill ${turn + 1}: node ${leader}, which led ${resource}`);
    }
    await sleep(Math.max(0, Math.min(nextMs, endMs) - performance.now()));
  }
  return killed;
}

async function leaderOf(mesh: FlowMesh, resource: string, turn: number): Promise<number | undefined> {
  const { streams } = await mesh.metadata([resource], { timeoutMs: 60_000 });
  const partitions = streams[0]?.partitions ?? [];
  const leader = partitions[turn % Math.max(1, partitions.length)]?.leader ?? 0;
  return leader === 0 ? undefined : leader;
}
