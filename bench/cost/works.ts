/** What is measured: each work says what it needs, and how one operation of it is done by a client with many of them under way. */
import { bytesCodec, type FlowMesh } from '@flowmesh/client';
import { KafkaCluster, KafkaProducer, PayloadSource } from '@flowmesh/cli/bench';

export interface WorkSettings {
  readonly name: string;
  readonly shards: number;
  readonly payloadBytes: number;
  readonly inFlight: number;
  readonly keys: number;
  /** Of batches over Kafka's protocol. */
  readonly batchBytes: number;
  /** Addresses for Kafka's clients. */
  readonly kafka: readonly string[];
}

export type QueueSettings = Pick<WorkSettings, 'name' | 'payloadBytes' | 'inFlight'>;

export interface RunningWork {
  /** One operation, from its beginning to its acknowledgement. */
  operate(sequence: number): Promise<unknown>;
  close(): Promise<void>;
}

export interface Work {
  make(mesh: FlowMesh, settings: WorkSettings): Promise<unknown>;
  open(mesh: FlowMesh, settings: WorkSettings): Promise<RunningWork>;
}

const REPLICAS = 3;
/** As in `bench/peers`. */
const LINGER_MS = 5;
const REQUEST_BYTES = 1024 * 1024;
const nothing = async (): Promise<void> => undefined;

const makeBucket = (mesh: FlowMesh, { name, shards }: WorkSettings): Promise<unknown> =>
  mesh.kv.create({ name, shards, replicationFactor: REPLICAS });
const makeQueue = (mesh: FlowMesh, { name, shards }: WorkSettings): Promise<unknown> =>
  mesh.queues.create({ name, shards, replicationFactor: REPLICAS });

/** By name. */
export const WORKS: Readonly<Record<string, Work>> = {
  put: {
    make: makeBucket,
    open: async (mesh, { name, payloadBytes, keys }) => {
      const bucket = mesh.kv.bucket(name, { codec: bytesCodec });
      const payloads = new PayloadSource(payloadBytes);
      const operate = (sequence: number) => bucket.put(`key-${sequence % keys}`, payloads.next(0, sequence));
      return { operate, close: nothing };
    },
  },
  get: {
    make: async (mesh, settings) => {
      await makeBucket(mesh, settings);
      const bucket = mesh.kv.bucket(settings.name, { codec: bytesCodec });
      const payloads = new PayloadSource(settings.payloadBytes);
      const all = Array.from({ length: settings.keys }, (_, key) =>
        bucket.put(`key-${key}`, payloads.next(0, key)),
      );
      await Promise.all(all);
    },
    open: async (mesh, { name, keys }) => {
      const bucket = mesh.kv.bucket(name, { codec: bytesCodec });
      return { operate: (sequence) => bucket.get(`key-${sequence % keys}`), close: nothing };
    },
  },
  enqueue: {
    make: makeQueue,
    open: async (mesh, { name, payloadBytes }) => {
      const payloads = new PayloadSource(payloadBytes);
      const operate = (sequence: number) =>
        mesh.queues.enqueue(name, { payload: payloads.next(0, sequence) });
      return { operate, close: nothing };
    },
  },
  /** A job from its enqueue until its acknowledgement is committed. */
  queue: { make: makeQueue, open: openQueue },
  publish: {
    make: (mesh, { name, shards }) =>
      mesh.streams.create({ name, partitions: shards, replicationFactor: REPLICAS }),
    open: async (mesh, { name, payloadBytes }) => {
      const producer = mesh.producer();
      const payloads = new PayloadSource(payloadBytes);
      const operate = (sequence: number) =>
        producer.send({ stream: name, value: payloads.next(0, sequence) });
      return { operate, close: nothing };
    },
  },
  /** Published over Kafka's protocol. */
  produce: {
    make: (mesh, { name, shards }) =>
      mesh.streams.create({ name, partitions: shards, replicationFactor: REPLICAS }),
    open: async (_, { name, shards, payloadBytes, batchBytes, kafka }) => {
      const cluster = new KafkaCluster(kafka);
      const leaders = await cluster.leaders(name, shards);
      const connections = await Promise.all(
        Array.from({ length: shards }, (_, partition) => cluster.connection(leaders.get(partition) ?? '')),
      );
      const producer = new KafkaProducer(
        {
          topic: name,
          acks: -1,
          lingerMs: LINGER_MS,
          batchBytes,
          requestBytesMax: Math.max(REQUEST_BYTES, batchBytes),
          compression: 'none',
        },
        connections,
      );
      const payloads = new PayloadSource(payloadBytes);
      return {
        operate: (sequence) => producer.send(payloads.next(0, sequence)),
        close: () => cluster.close(),
      };
    },
  },
};

/** An operation is the life of a job: enqueued, received, acknowledged. */
export async function openQueue(
  mesh: FlowMesh,
  { name, payloadBytes, inFlight }: QueueSettings,
): Promise<RunningWork> {
  const payloads = new PayloadSource(payloadBytes);
  // Which job is acknowledged does not matter, only that as many are under way as before.
  const waiting: (() => void)[] = [];
  const worker = mesh.worker(name, nothing, {
    concurrency: inFlight,
    onEvent: ({ kind }) => {
      if (kind === 'completed') waiting.shift()?.();
    },
  });
  return {
    operate: async (sequence) => {
      const done = new Promise<void>((resolve) => waiting.push(resolve));
      await mesh.queues.enqueue(name, { payload: payloads.next(0, sequence) });
      await done;
    },
    close: () => worker.close(),
  };
}
