/** What is measured beside NATS: each side's own client, one stream, one bucket or one queue with one partition. */
import type { MeasurePlan } from '@flowmesh/cli/bench';
import {
  type Contest,
  driverPart,
  driverSide,
  freshName,
  measuredSide,
  preparedSide,
  REPLICAS,
  settingsFor,
  type Side,
} from './contest.ts';
import { NatsClient } from './drivers/nats-client.ts';
import type { NatsClientOptions } from './drivers/nats-driver.ts';
import { measuredOnce } from './kafka-contests.ts';
import { bucketOf, jobsOf, streamOf } from './ours.ts';
import type { Row } from './rows.ts';

const DRIVER = 'nats-driver';
const PAYLOAD_BYTES = 1_024;
const SMALL_BYTES = 256;
const KEYS = 1_000;
const IN_FLIGHT = 256;

/** Where its client and its servers are. */
export interface NatsPlace {
  readonly folder: string;
  readonly servers: readonly string[];
}

/** Only those of the rows. */
export function natsContests(place: NatsPlace, rows: readonly Row[]): readonly Contest[] {
  const all = [
    publish(place, PAYLOAD_BYTES, '1 KB'),
    publish(place, 100, '100 B'),
    latency(place),
    put(place),
    job(place),
  ];
  return all.filter(({ row }) => rows.includes(row));
}

function publish(place: NatsPlace, payloadBytes: number, size: string): Contest {
  const settings = settingsFor({ payloadBytes, concurrency: 1_000 });
  return {
    row: 'publish',
    name: `publish ${size}, 1,000 in flight, one partition, each side's own client`,
    ours: async (cluster) => preparedSide(await streamOf(cluster, settings), 'publish'),
    theirs: () => publishSide(place, payloadBytes),
  };
}

async function publishSide(place: NatsPlace, payloadBytes: number): Promise<Side> {
  const settings = settingsFor({ payloadBytes, concurrency: 1_000 });
  const subject = await withClient(place, makeStream);
  const options: NatsClientOptions = { ...place, does: 'publish', subject, payloadBytes };
  return driverSide(
    DRIVER,
    settings,
    () => options,
    () => deleteStream(place, subject),
  );
}

function latency(place: NatsPlace): Contest {
  const payloadBytes = PAYLOAD_BYTES;
  const settingsAt = (rate: number | undefined) => settingsFor({ payloadBytes, concurrency: 2_000, rate });
  return {
    row: 'latency',
    name: "publish → consume, 1 KB, one partition, each side's own client",
    peak: {
      whose: 'theirs',
      measure: (_, settings) => measuredOnce(() => publishSide(place, payloadBytes), settings),
    },
    ours: async (cluster, rate) => preparedSide(await streamOf(cluster, settingsAt(rate)), 'end-to-end'),
    theirs: async (rate) => {
      const name = await withClient(place, makeStream);
      const publishes: NatsClientOptions = { ...place, does: 'publish', subject: name, payloadBytes };
      const reads: NatsClientOptions = { ...place, does: 'tail', stream: name };
      const load = settingsAt(rate);
      const plan: MeasurePlan = {
        name: 'end-to-end',
        counted: 'tail',
        sender: 'publish',
        parts: () => [
          driverPart('tail', DRIVER, load, { receives: true, of: () => reads }),
          driverPart('publish', DRIVER, load, { of: () => publishes }),
        ],
      };
      return measuredSide(plan, () => deleteStream(place, name));
    },
  };
}

function put(place: NatsPlace): Contest {
  const settings = settingsFor({ payloadBytes: SMALL_BYTES, concurrency: IN_FLIGHT });
  return {
    row: 'kv',
    name: `put ${SMALL_BYTES} B, ${IN_FLIGHT} in flight, one bucket with one shard, ${KEYS} keys`,
    ours: async (cluster) => preparedSide(await bucketOf(cluster, { ...settings, keys: KEYS }), 'put'),
    theirs: async () => {
      const bucket = freshName();
      await withClient(place, (client) =>
        client.buckets().create(bucket, { replicas: REPLICAS, storage: 'file' }),
      );
      const options: NatsClientOptions = {
        ...place,
        does: 'put',
        bucket,
        keys: KEYS,
        payloadBytes: SMALL_BYTES,
      };
      return driverSide(
        DRIVER,
        settings,
        () => options,
        () => deleteStream(place, `KV_${bucket}`),
      );
    },
  };
}

function job(place: NatsPlace): Contest {
  const settings = settingsFor({ payloadBytes: SMALL_BYTES, concurrency: IN_FLIGHT });
  return {
    row: 'queue',
    name: `enqueue → receive → ack ${SMALL_BYTES} B, ${IN_FLIGHT} in flight, one queue with one shard; acknowledgements confirmed on both sides`,
    ours: (cluster) => jobsOf(cluster, settings),
    theirs: async () => {
      const consumer = 'workers';
      const stream = await withClient(place, async (client) => {
        const name = await makeStream(client, 'workqueue');
        const { consumers } = await client.manager();
        await consumers.add(name, {
          durable_name: consumer,
          ack_policy: 'explicit',
          max_ack_pending: 4 * IN_FLIGHT,
        });
        return name;
      });
      const options: NatsClientOptions = {
        ...place,
        does: 'job',
        subject: stream,
        stream,
        consumer,
        inFlight: IN_FLIGHT,
        payloadBytes: SMALL_BYTES,
      };
      return driverSide(
        DRIVER,
        settings,
        () => options,
        () => deleteStream(place, stream),
      );
    },
  };
}

/** Its name, which is its subject. */
export async function makeStream(
  client: NatsClient,
  retention: 'limits' | 'workqueue' = 'limits',
): Promise<string> {
  const name = freshName();
  const { streams } = await client.manager();
  await streams.add({ name, subjects: [name], num_replicas: REPLICAS, storage: 'file', retention });
  return name;
}

async function deleteStream(place: NatsPlace, name: string): Promise<void> {
  await withClient(place, async (client) => {
    await (await client.manager()).streams.delete(name);
  });
}

async function withClient<T>(
  { folder, servers }: NatsPlace,
  work: (client: NatsClient) => Promise<T>,
): Promise<T> {
  await using client = await NatsClient.connect(folder, servers);
  return await work(client);
}
