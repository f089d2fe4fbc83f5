/** Three nodes of this build, and what contests do with them in the same way whoever the peer is. */
import { type CommonSettings, prepareKv, type Prepared, prepareStream } from '@flowmesh/cli/bench';
import { connect } from '@flowmesh/client';
import { Cluster } from '../../test/e2e/harness/cluster.ts';
import { driverSide, freshName, type OurCluster, REPLICAS, type Side } from './contest.ts';
import type { FlowMeshQueueOptions } from './drivers/flowmesh-queue-driver.ts';

/** Of a client of streams: the same as those of the Kafka client of other rows. */
const STREAM_BATCHES = { acks: 'all', compression: 'none', lingerMs: 5, batchBytes: 256 * 1024 } as const;

/** As long as a peer is given. */
const START_MS_MAX = 180_000;

export async function startOurs(): Promise<OurCluster & AsyncDisposable> {
  const cluster = await Cluster.prepare({ nodes: REPLICAS, kafka: true });
  try {
    for (const node of cluster.nodes) node.start();
    await cluster.ready(START_MS_MAX);
    const mesh = await connect({ endpoints: cluster.endpoints });
    return {
      endpoints: cluster.endpoints,
      kafka: cluster.kafka,
      mesh,
      nodes: {
        get pids() {
          return cluster.nodes.map(({ pid }) => pid ?? 0);
        },
        kill: (node) => cluster.node(node + 1).signal('SIGKILL'),
        restart: async (node) => {
          const killed = cluster.node(node + 1);
          await killed.ended();
          killed.start();
          await cluster.ready(START_MS_MAX);
        },
      },
      [Symbol.asyncDispose]: async () => {
        await mesh.close();
        await cluster.close();
      },
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

export function streamOf({ mesh, endpoints }: OurCluster, settings: CommonSettings): Promise<Prepared> {
  return prepareStream(mesh, { endpoints, security: {} }, freshName(), { ...settings, ...STREAM_BATCHES });
}

export function bucketOf(
  { mesh, endpoints }: OurCluster,
  settings: CommonSettings & { readonly keys: number },
): Promise<Prepared> {
  return prepareKv(mesh, { endpoints, security: {} }, freshName(), settings);
}

/** Jobs from their enqueue until their acknowledgement is committed. */
export async function jobsOf(
  { mesh, endpoints }: OurCluster,
  { payloadBytes, partitions: shards, ...load }: CommonSettings,
): Promise<Side> {
  const name = freshName();
  await mesh.queues.create({ name, shards, replicationFactor: REPLICAS });
  const options: FlowMeshQueueOptions = { endpoints, name, payloadBytes, inFlight: load.concurrency };
  return driverSide(
    'flowmesh-queue-driver',
    load,
    () => options,
    () => mesh.queues.delete(name),
  );
}
