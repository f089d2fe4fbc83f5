/** What is written to of ours with the SDK: a stream of one partition, or a bucket of one shard. */
import { bytesCodec, connect, type FlowMesh } from '@flowmesh/client';
import { type FailoverSide, freshName, type OurCluster, REPLICAS } from '../contest.ts';
import { WRITE_MS_MAX } from './steady-writer.ts';

const VALUE = new Uint8Array(100).fill(120);

export async function streamSide(cluster: OurCluster): Promise<FailoverSide> {
  const name = freshName();
  await cluster.mesh.streams.create({ name, partitions: 1, replicationFactor: REPLICAS });
  const mesh = await connect({ endpoints: cluster.endpoints });
  const producer = mesh.producer({ lingerMs: 0, deliveryTimeoutMs: WRITE_MS_MAX });
  return {
    ...placeOf(cluster, name),
    write: async () => void (await producer.send({ stream: name, value: VALUE })),
    close: async () => {
      await mesh.close();
      await cluster.mesh.streams.delete(name);
    },
  };
}

export async function bucketSide(cluster: OurCluster): Promise<FailoverSide> {
  const name = freshName();
  await cluster.mesh.kv.create({ name, shards: 1, replicationFactor: REPLICAS });
  const mesh: FlowMesh = await connect({ endpoints: cluster.endpoints });
  const bucket = mesh.kv.bucket(name, { codec: bytesCodec });
  return {
    ...placeOf(cluster, `bucket:${name}`),
    write: async (sequence, timeoutMs) => void (await bucket.put(`key-${sequence}`, VALUE, { timeoutMs })),
    close: async () => {
      await mesh.close();
      await cluster.mesh.kv.delete(name);
    },
  };
}

function placeOf(
  { mesh, nodes }: OurCluster,
  stream: string,
): Pick<FailoverSide, 'leader' | 'whole' | 'nodes'> {
  const look = () => mesh.cluster.partitions.describe({ stream, partition: 0 });
  return {
    nodes,
    leader: async () => {
      const { leader } = await look();
      if (leader === undefined) throw new Error(`${stream} has no leader`);
      return leader - 1;
    },
    whole: async () => {
      const { leader, inSyncReplicas } = await look();
      return leader !== undefined && inSyncReplicas.length === REPLICAS;
    },
  };
}
