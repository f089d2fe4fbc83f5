/** Transactions of a client of Kafka against a real node, read by clients of gRPC, too. */
import { type Admin, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import { Cluster, freePorts, readAll, until } from './node-kit.ts';

let close: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of close.reverse()) await each();
  close = [];
});

interface Clients {
  readonly cluster: Cluster;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: (transactionalId: string) => Promise<Producer>;
}

async function startClients(): Promise<Clients> {
  const cluster = await Cluster.prepare(1, { memory: true });
  close.push(() => cluster.close());
  const [port = 0] = await freePorts(1);
  const { grpc, peer, http } = cluster.member(1);
  const listeners = { grpc: { port: grpc }, peer: { port: peer }, http: { port: http }, kafka: { port } };
  const node = await cluster.start(1, { listeners });
  await node.ready;
  const kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  close.push(() => admin.disconnect());
  await admin.createTopics({
    topics: ['orders', 'invoices'].map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })),
  });
  return {
    cluster,
    kafka,
    admin,
    producer: async (transactionalId) => {
      const createPartitioner = Partitioners.DefaultPartitioner;
      const producer = kafka.producer({ transactionalId, idempotent: true, createPartitioner });
      await producer.connect();
      close.push(() => producer.disconnect());
      return producer;
    },
  };
}

/** The expectation, as soon as it is met. */
async function holds(expectation: () => unknown): Promise<void> {
  await until('what is expected', async () => {
    await expectation();
    return true;
  });
}

describe('a transactional client of Kafka', () => {
  test('commits and aborts under one epoch, over several topics, and readers see what was committed', async () => {
    const { cluster, kafka, producer } = await startClients();
    const writer = await producer('t');
    for (const [value, commit] of [
      ['one', true],
      ['two', false],
      ['three', true],
    ] as const) {
      const transaction = await writer.transaction();
      for (const topic of ['orders', 'invoices'])
        await transaction.send({ topic, messages: [{ value: `${value} a` }, { value: `${value} b` }] });
      if (commit) await transaction.commit();
      else await transaction.abort();
    }
    const committed = ['one a', 'one b', 'three a', 'three b'];
    for (const topic of ['orders', 'invoices'])
      await holds(async () => expect(await readAll(cluster, topic, 0)).toEqual(committed));
    const seen: string[] = [];
    const consumer = kafka.consumer({ groupId: 'readers' });
    await consumer.connect();
    close.push(() => consumer.disconnect());
    await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
    await holds(() => expect(seen).toEqual(committed));
  });

  test('commits offsets with what came of them, or neither', async () => {
    const { cluster, admin, producer } = await startClients();
    const writer = await producer('t');
    const offsetOf = async (): Promise<string | undefined> => {
      const [found] = await admin.fetchOffsets({ groupId: 'billing', topics: ['orders'] });
      return found?.partitions[0]?.offset;
    };
    for (const [offset, commit] of [
      ['1', false],
      ['2', true],
    ] as const) {
      const transaction = await writer.transaction();
      await transaction.send({ topic: 'invoices', messages: [{ value: `up to ${offset}` }] });
      const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset }] }];
      await transaction.sendOffsets({ consumerGroupId: 'billing', topics });
      if (commit) await transaction.commit();
      else await transaction.abort();
      await holds(async () => expect(await offsetOf()).toBe(commit ? offset : '-1'));
    }
    expect(await readAll(cluster, 'invoices', 0)).toEqual(['up to 2']);
  });

  test('is fenced by the next one with its id, and what it left open is aborted', async () => {
    const { cluster, producer } = await startClients();
    const old = await producer('t');
    const open = await old.transaction();
    await open.send({ topic: 'orders', messages: [{ value: 'half' }] });
    const next = await (await producer('t')).transaction();
    await next.send({ topic: 'orders', messages: [{ value: 'whole' }] });
    await expect(open.send({ topic: 'orders', messages: [{ value: 'late' }] })).rejects.toThrow();
    await expect(open.commit()).rejects.toThrow();
    await next.commit();
    await holds(async () => expect(await readAll(cluster, 'orders', 0)).toEqual(['whole']));
  });
});
