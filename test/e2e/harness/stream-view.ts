/** A stream's partitions as a cluster under test tells of them, with nodes named as the test knows them: by their processes. */
import type { FlowMesh } from '@flowmesh/client';
import { type Cluster, type ClusterNode, until } from './cluster.ts';

export interface PartitionView {
  /** Undefined where no leader is known. */
  readonly leader: ClusterNode | undefined;
  readonly leaderEpoch: number;
  /** The replicas that are wanted are in sync, all of them, and each on a process of its own. */
  readonly whole: boolean;
}

/** Undefined while the answering node does not know all partitions. */
export async function partitionsOf(
  cluster: Cluster,
  mesh: FlowMesh,
  stream: string,
  partitions: number,
): Promise<readonly PartitionView[] | undefined> {
  const answer = await mesh.metadata([stream]).catch(() => undefined);
  const found = answer?.streams[0]?.partitions;
  if (answer === undefined || found?.length !== partitions) return undefined;
  const processOf = (id: number): ClusterNode | undefined => {
    const address = answer.nodes.find((node) => node.id === id)?.address;
    return cluster.nodes.find((node) => node.grpcAddress === address);
  };
  return found.map(({ leader, epoch, replicas, inSyncReplicas }) => {
    const holders = new Set(inSyncReplicas.map(processOf).filter((node) => node?.running === true));
    return {
      leader: leader === 0 ? undefined : processOf(leader),
      leaderEpoch: epoch,
      whole:
        replicas.length === cluster.nodes.length &&
        inSyncReplicas.length === replicas.length &&
        replicas.every((id) => inSyncReplicas.includes(id)) &&
        holders.size === replicas.length,
    };
  });
}

/** Resolves when every partition has all its replicas in sync and the cluster counts none as short of one. */
export async function wholeAgain(
  cluster: Cluster,
  mesh: FlowMesh,
  stream: { readonly name: string; readonly partitions: number },
  timeoutMs: number,
): Promise<void> {
  let last: unknown;
  await until(
    async () => {
      const views = await partitionsOf(cluster, mesh, stream.name, stream.partitions);
      const status = await mesh.cluster.status().catch(() => undefined);
      last = { partitions: views?.map((view) => view.whole), status };
      return (
        views?.every((view) => view.whole && view.leader !== undefined) === true &&
        status?.underReplicatedPartitions === 0 &&
        status.nodes.length === cluster.nodes.length &&
        status.nodes.every((node) => node.alive)
      );
    },
    timeoutMs,
    () => `not all replicas are in sync: ${JSON.stringify(last)}${cluster.tails()}`,
    100,
  );
}

const ATTEMPTS_MAX = 8;

/**
 * Makes `target` lead every partition of the stream: one other node is killed, the last one is stopped so that it hands over, and both
 * return. Elections may have it otherwise, so it is tried again.
 */
export async function leadEverywhere(
  cluster: Cluster,
  mesh: FlowMesh,
  stream: { readonly name: string; readonly partitions: number },
  target: ClusterNode,
  timeoutMs: number,
): Promise<void> {
  const others = cluster.nodes.filter((node) => node !== target);
  const leads = async (): Promise<boolean> => {
    const views = await partitionsOf(cluster, mesh, stream.name, stream.partitions);
    return views?.every((view) => view.leader === target) === true;
  };
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await leads()) return;
    const [killed, stopped] = attempt % 2 === 0 ? others : [...others].reverse();
    if (killed === undefined || stopped === undefined) throw new Error('three nodes are needed');
    await killed.stop('SIGKILL');
    await stopped.stop('SIGTERM');
    stopped.start();
    killed.start();
    await cluster.ready(timeoutMs);
    await wholeAgain(cluster, mesh, stream, timeoutMs);
  }
  if (await leads()) return;
  throw new Error(`node ${target.id} does not come to lead${cluster.tails()}`);
}
