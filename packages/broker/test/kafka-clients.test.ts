/** Clients of Kafka against a real node, beside clients of gRPC. */
import { batchesIn, decodeRecords } from '@flowmesh/kafka';
import { Fetch, ListOffsets, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { type Admin, ConfigResourceTypes, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import { RawClient } from './gateways/kafka/raw-client.ts';
import { append, Cluster, freePorts, readAll, until } from './node-kit.ts';

let close: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of close.reverse()) await each();
  close = [];
});

interface Clients {
  readonly cluster: Cluster;
  readonly port: number;
  readonly admin: Admin;
  readonly producer: Producer;
}

async function startClients(): Promise<Clients> {
  const cluster = await Cluster.prepare(1, { memory: true });
  close.push(() => cluster.close());
  const [port = 0] = await freePorts(1);
  const { grpc, peer, http } = cluster.member(1);
  const listeners = { grpc: { port: grpc }, peer: { port: peer }, http: { port: http }, kafka: { port } };
  const node = await cluster.start(1, { listeners });
  await node.ready;
  expect(node.addresses.kafka).toBe(`127.0.0.1:${port}`);
  const kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  await admin.connect();
  close.push(() => admin.disconnect());
  await producer.connect();
  close.push(() => producer.disconnect());
  return { cluster, port, admin, producer };
}

function valuesOf(batches: Uint8Array): string[] {
  return [...batchesIn(batches)].flatMap((batch) =>
    [...decodeRecords(batch)].map(({ value }) => Buffer.from(value ?? []).toString()),
  );
}

describe('a client of Kafka', () => {
  test('administers topics', async () => {
    const { admin } = await startClients();
    const configEntries = [{ name: 'retention.ms', value: '1000000' }];
    const topics = [{ topic: 'orders', numPartitions: 2, replicationFactor: 1, configEntries }];
    expect(await admin.createTopics({ topics })).toBe(true);
    expect(await admin.createTopics({ topics })).toBe(false);
    await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 3 }] });
    const [described] = (await admin.fetchTopicMetadata({ topics: ['orders'] })).topics;
    expect(described?.partitions.map(({ partitionId, leader, isr }) => [partitionId, leader, isr])).toEqual([
      [0, 1, [1]],
      [1, 1, [1]],
      [2, 1, [1]],
    ]);
    const resource = { type: ConfigResourceTypes.TOPIC, name: 'orders', configNames: ['retention.ms'] };
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
    expect(resources[0]?.configEntries).toMatchObject([
      { configName: 'retention.ms', configValue: '1000000' },
    ]);
    await admin.deleteTopics({ topics: ['orders'] });
    expect(await admin.listTopics()).toEqual([]);
  });

  test('writes what clients of gRPC read, and reads what they write', async () => {
    const { cluster, port, admin, producer } = await startClients();
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1, replicationFactor: 1 }] });
    const [sent] = await producer.send({ topic: 'orders', messages: [{ value: 'one' }, { value: 'two' }] });
    expect(sent).toMatchObject({ errorCode: 0, baseOffset: '0' });
    expect(await append(cluster, 'orders', 0, 'three')).toBe(2);
    expect(await readAll(cluster, 'orders', 0)).toEqual(['one', 'two', 'three']);
    expect(await admin.fetchTopicOffsets('orders')).toMatchObject([{ high: '3', low: '0' }]);

    const raw = await RawClient.connect(port);
    close.push(async () => raw.close());
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }];
    const answer = await raw.call(Fetch, 12, {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [{ topic: 'orders', topicId: ZERO_UUID, partitions }],
      forgottenTopicsData: [],
    });
    const stored = answer.responses[0]?.partitions[0]?.records ?? new Uint8Array(0);
    expect(valuesOf(stored)).toEqual(['one', 'two', 'three']);
    const ends = await raw.call(ListOffsets, 6, {
      replicaId: -1,
      isolationLevel: 1,
      timeoutMs: 0,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
    });
    expect(ends.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, offset: 3 });
  });

  test('is led over the nodes by the listener that it came through', async () => {
    const cluster = await Cluster.prepare(3, { memory: true });
    close.push(() => cluster.close());
    const hosts = { inside: '127.0.0.1', outside: '127.0.0.2' };
    const ports = await freePorts(6);
    const nodes = await Promise.all(
      cluster.members.map(async ({ id, grpc, peer, http }) => {
        const [port, otherPort] = [ports[id * 2 - 2], ports[id * 2 - 1]];
        const named = { outside: { host: hosts.outside, port: otherPort } };
        // The third node is not to be reached from outside.
        const kafka = id === 3 ? { port } : { port, named };
        const listeners = { grpc: { port: grpc }, peer: { port: peer }, http: { port: http }, kafka };
        return await cluster.start(id, { listeners });
      }),
    );
    await Promise.all(nodes.map((node) => node.ready));
    const brokersBy = async (listener: string): Promise<string[]> => {
      const broker = nodes[0]?.addresses.kafkaListeners.get(listener) ?? '';
      const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      try {
        const { brokers } = await admin.describeCluster();
        return brokers.map(({ host, port }) => `${host}:${port}`).sort();
      } finally {
        await admin.disconnect();
      }
    };
    const addresses = (listener: string): string[] =>
      nodes.flatMap((node) => node.addresses.kafkaListeners.get(listener) ?? []).sort();
    const inside = await until('all nodes inside', async () => {
      const found = await brokersBy('');
      return found.length === 3 ? found : undefined;
    });
    expect(inside).toEqual(addresses(''));
    const outside = await brokersBy('outside');
    expect(outside).toEqual(addresses('outside'));
    expect(outside).toHaveLength(2);
    expect(outside.every((address) => address.startsWith(`${hosts.outside}:`))).toBe(true);
  });

  test('gets a topic that it writes to without having made it', async () => {
    const { cluster, producer } = await startClients();
    const [sent] = await producer.send({ topic: 'new', messages: [{ value: 'one', partition: 0 }] });
    expect(sent).toMatchObject({ errorCode: 0 });
    expect(await readAll(cluster, 'new', 0)).toEqual(['one']);
  });
});
