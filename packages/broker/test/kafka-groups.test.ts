/** Consumer groups of a Kafka client on a real node, seen by clients of gRPC at the same time. */
import { flowmesh, GroupsClient } from '@flowmesh/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { type Admin, type Consumer, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterEach, expect, test } from 'vitest';
import { Cluster, freePorts, until } from './node-kit.ts';

type Described = InstanceType<typeof flowmesh.v1.GroupDescription>;

const TOPIC = 'orders';
const PARTITIONS = 4;
let close: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of close.reverse()) await each();
  close = [];
});

class Clients {
  readonly cluster: Cluster;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  /** Values as they were given to consumers, by consumer. */
  readonly got = new Map<string, string[]>();
  private readonly listeners: object;

  private constructor(cluster: Cluster, port: number) {
    const { grpc, peer, http } = cluster.member(1);
    this.listeners = { grpc: { port: grpc }, peer: { port: peer }, http: { port: http }, kafka: { port } };
    this.cluster = cluster;
    const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 50 };
    this.kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry });
    this.admin = this.kafka.admin();
    this.producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  static async start(options: { readonly memory: boolean }): Promise<Clients> {
    const cluster = await Cluster.prepare(1, options);
    close.push(() => cluster.close());
    const [port = 0] = await freePorts(1);
    const clients = new Clients(cluster, port);
    await clients.startNode();
    await clients.admin.connect();
    close.push(() => clients.admin.disconnect());
    await clients.producer.connect();
    close.push(() => clients.producer.disconnect());
    const topics = [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }];
    await clients.admin.createTopics({ topics });
    return clients;
  }

  async startNode(): Promise<void> {
    const groups = { initialRebalanceDelayMs: 200, sessionTimeoutMinMs: 1_000 };
    const node = await this.cluster.start(1, { listeners: this.listeners, groups });
    await node.ready;
  }

  async consumer(name: string, groupId = 'billing'): Promise<Consumer> {
    const consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 200,
      maxWaitTimeInMs: 100,
    });
    const values: string[] = [];
    this.got.set(name, values);
    await consumer.connect();
    close.push(() => consumer.disconnect());
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => void values.push(message.value?.toString() ?? ''),
    });
    return consumer;
  }

  async produce(prefix: string): Promise<readonly string[]> {
    const values = Array.from({ length: 20 }, (_, i) => `${prefix}-${i}`);
    const messages = values.map((value, i) => ({ value, partition: i % PARTITIONS }));
    await this.producer.send({ topic: TOPIC, messages });
    return values;
  }

  /** Until somebody has been given each of these. */
  async delivered(values: readonly string[]): Promise<void> {
    await until(`${values[0]} and the others to be delivered`, () => {
      const all = new Set([...this.got.values()].flat());
      return values.every((value) => all.has(value)) ? true : undefined;
    });
  }

  async described(group = 'billing'): Promise<Described> {
    const client = new GroupsClient(`127.0.0.1:${this.cluster.member(1).grpc}`, credentials.createInsecure());
    try {
      return await new Promise<Described>((resolve, reject) => {
        const deadline = Date.now() + 10_000;
        const request = flowmesh.v1.DescribeGroupRequest.create({ group });
        client.describeGroup(request, new Metadata(), { deadline }, (error, response) => {
          if (error !== null || response === undefined) reject(error ?? new Error('no answer'));
          else resolve(response as Described);
        });
      });
    } finally {
      client.close();
    }
  }

  /** Until the group is stable with so many members that read all partitions. */
  async shared(members: number): Promise<Described> {
    return await until(`a group shared by ${members}`, async () => {
      const described = await this.described();
      const { state, members: count } = described.info ?? {};
      const owners = new Set(described.partitions.map(({ memberId }) => memberId));
      const read = described.members.flatMap(({ assigned }) =>
        (assigned ?? []).flatMap(({ partitions }) => partitions ?? []),
      );
      const whole = read.length === PARTITIONS && new Set(read).size === PARTITIONS && !owners.has('');
      return state === 'stable' && count === members && whole ? described : undefined;
    });
  }

  async lagGone(): Promise<Described> {
    return await until('a group without lag', async () => {
      const described = await this.described();
      return described.partitions.every(({ lag }) => lag === 0) ? described : undefined;
    });
  }
}

test('members of a Kafka client share a topic, take over from each other, and gRPC sees them and their lag', async () => {
  const clients = await Clients.start({ memory: true });
  await clients.consumer('a');
  await clients.delivered(await clients.produce('one'));
  const alone = await clients.shared(1);
  expect(alone.info).toMatchObject({ protocol: 'classic', assignor: 'RoundRobinAssigner', members: 1 });
  expect(alone.members[0]).toMatchObject({ streams: [TOPIC] });
  expect(alone.members[0]?.memberId).toMatch(/^kafkajs-/);

  const [, third] = await Promise.all([clients.consumer('b'), clients.consumer('c')]);
  await clients.shared(3);
  await clients.delivered(await clients.produce('two'));
  await third.disconnect();
  await clients.shared(2);
  await clients.delivered(await clients.produce('three'));
  const done = await clients.lagGone();
  expect(done.partitions.map(({ committedOffset }) => committedOffset)).toEqual([15, 15, 15, 15]);
});

test('a Kafka client administers groups of gRPC and its own', async () => {
  const clients = await Clients.start({ memory: true });
  const { admin } = clients;
  const consumer = await clients.consumer('a');
  await clients.delivered(await clients.produce('one'));
  await clients.lagGone();
  expect((await admin.listGroups()).groups).toEqual([{ groupId: 'billing', protocolType: 'consumer' }]);
  const [described] = (await admin.describeGroups(['billing'])).groups;
  expect(described).toMatchObject({ state: 'Stable', protocol: 'RoundRobinAssigner' });
  await expect(admin.deleteGroups(['billing'])).rejects.toThrow();
  await consumer.disconnect();
  await until('an empty group', async () =>
    (await clients.described()).info?.state === 'empty' ? true : undefined,
  );
  const [topic] = await admin.fetchOffsets({ groupId: 'billing', topics: [TOPIC] });
  expect(topic?.partitions.map(({ offset }) => offset).sort()).toEqual(['5', '5', '5', '5']);
  // Back, as whoever sets offsets means it.
  await admin.setOffsets({ groupId: 'billing', topic: TOPIC, partitions: [{ partition: 1, offset: '2' }] });
  const set = await clients.described();
  expect(set.partitions.find(({ partition }) => partition === 1)).toMatchObject({
    committedOffset: 2,
    lag: 3,
  });
  await until('a group that may be deleted', async () => {
    await admin.deleteGroups(['billing']);
    return true;
  });
  expect((await admin.listGroups()).groups).toEqual([]);
});

test('a group goes on after its node was restarted, from what was committed', async () => {
  const clients = await Clients.start({ memory: false });
  await clients.consumer('a');
  const before = await clients.produce('before');
  await clients.delivered(before);
  const { info } = await clients.lagGone();
  await clients.cluster.stop(1);
  await clients.startNode();
  const after = await until('a coordinator after the restart', () =>
    clients.described().catch(() => undefined),
  );
  expect(after.info).toMatchObject({ protocol: 'classic', epoch: info?.epoch });
  expect(after.partitions.map(({ committedOffset }) => committedOffset)).toEqual([5, 5, 5, 5]);
  const later = await until('a write after the restart', () => clients.produce('after'));
  await clients.delivered(later);
  const got = clients.got.get('a') ?? [];
  expect(got.filter((value) => value.startsWith('before')).sort()).toEqual([...before].sort());
});
