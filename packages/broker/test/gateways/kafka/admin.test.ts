import {
  AlterConfigs,
  CreatePartitions,
  CreateTopics,
  DeleteTopics,
  DescribeConfigs,
  IncrementalAlterConfigs,
} from '@flowmesh/kafka/protocol';
import type { RequestInput } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import { type RawClient } from './raw-client.ts';

type NewTopic = RequestInput<typeof CreateTopics>['topics'][number];

const TOPIC = 2;
const BROKER = 4;

/** Whatever is created gets leaders at once. */
async function worldWithLeaders(forward?: (node: number) => Promise<Uint8Array>): Promise<KafkaWorld> {
  const world = await startKafkaWorld(forward === undefined ? {} : { forward });
  world.catalog.onApplied = () => {
    for (const stream of world.catalog.machine.streams())
      for (const group of stream.groups)
        if (world.leaders.leaderOf(group) === undefined) world.leaders.set(group, 1);
  };
  return world;
}

const topic = (name: string, change: Partial<NewTopic> = {}): NewTopic => ({
  name,
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...change,
});

/** With the brokers of each partition. */
const assigned = (name: string, places: readonly (readonly number[])[]): NewTopic =>
  topic(name, {
    numPartitions: -1,
    replicationFactor: -1,
    assignments: places.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
  });

async function create(client: RawClient, topics: readonly NewTopic[], validateOnly = false) {
  const answer = await client.call(CreateTopics, 7, { topics, validateOnly, timeoutMs: 5_000 });
  return answer.topics;
}

describe('topics over Kafka', () => {
  it('are created with what was asked for, in every version', async () => {
    const world = await worldWithLeaders();
    const client = await world.client();
    for (let version = 2; version <= 7; version++) {
      const wanted = topic(`t${version}`, {
        numPartitions: 2,
        replicationFactor: 3,
        configs: [{ name: 'retention.ms', value: '5' }],
      });
      const answer = await client.call(CreateTopics, version, { topics: [wanted], timeoutMs: 5_000 });
      expect(answer.topics[0]).toMatchObject({ name: `t${version}`, errorCode: 0 });
      const made = world.catalog.machine.streamByName(`t${version}`);
      expect(made).toMatchObject({ replicationFactor: 3, config: { 'retention.ms': '5' } });
      expect(made?.groups).toHaveLength(2);
      if (version >= 7) expect(answer.topics[0]?.topicId).toBe(made?.uuid);
      if (version >= 5) {
        expect(answer.topics[0]).toMatchObject({ numPartitions: 2, replicationFactor: 3 });
        expect(answer.topics[0]?.configs).toContainEqual(
          expect.objectContaining({ name: 'retention.ms', value: '5', configSource: 1 }),
        );
      }
    }
  });

  it('are known to every node that can be reached, once a client is told of what it changed', async () => {
    let asked: number[] = [];
    const world = await worldWithLeaders(async (node) => {
      asked.push(node);
      return new Uint8Array(0);
    });
    const client = await world.client();
    await create(client, [topic('t')]);
    expect(asked).toEqual([2, 3]);
    const resources = [
      {
        resourceType: TOPIC,
        resourceName: 't',
        configs: [{ name: 'retention.ms', configOperation: 0, value: '5' }],
      },
    ];
    for (const change of [
      () =>
        client.call(CreatePartitions, 3, {
          topics: [{ name: 't', count: 2, assignments: undefined }],
          timeoutMs: 5_000,
          validateOnly: false,
        }),
      () => client.call(IncrementalAlterConfigs, 1, { resources, validateOnly: false }),
      () => client.call(DeleteTopics, 5, { topics: [], topicNames: ['t'], timeoutMs: 5_000 }),
    ]) {
      asked = [];
      await change();
      expect(asked).toEqual([2, 3]);
    }
    asked = [];
    await client.call(DescribeConfigs, 4, { resources: [{ resourceType: TOPIC, resourceName: 't' }] });
    expect(asked).toEqual([]);
  });

  it('get the defaults of the cluster for -1', async () => {
    const world = await worldWithLeaders();
    const client = await world.client();
    const [made] = await create(client, [topic('t', { numPartitions: -1, replicationFactor: -1 })]);
    expect(made).toMatchObject({ errorCode: 0, replicationFactor: 3 });
    expect(made?.numPartitions).toBe(world.catalog.machine.clusterConfig('defaultPartitions'));
  });

  it('are refused with the code of what is wrong, and the others are made all the same', async () => {
    const world = await worldWithLeaders();
    world.stream('there');
    const client = await world.client();
    const answers = await create(client, [
      topic('there'),
      topic('no good'),
      topic('a', { numPartitions: 0 }),
      topic('b', { replicationFactor: 9 }),
      topic('c', { configs: [{ name: 'segment.bytes', value: '1' }] }),
      topic('d', { configs: [{ name: 'retention.ms', value: 'long' }] }),
      topic('e', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }),
      assigned('e1', [[1], [9]]),
      assigned('e2', [[1], [1, 2]]),
      assigned('e3', [[2, 2]]),
      assigned('e4', [[-1]]),
      assigned('e5', [[]]),
      topic('f'),
      topic('f'),
      topic('g'),
    ]);
    expect(answers.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['there', 36],
      ['no good', 17],
      ['a', 37],
      ['b', 38],
      ['c', 40],
      ['d', 40],
      ['e', 42],
      ['e1', 39],
      ['e2', 39],
      ['e3', 39],
      ['e4', 39],
      ['e5', 39],
      ['f', 42],
      ['f', 42],
      ['g', 0],
    ]);
    for (const { errorCode, errorMessage } of answers)
      expect(errorMessage === undefined).toBe(errorCode === 0);
  });

  it('are only checked where the request says so', async () => {
    const world = await worldWithLeaders();
    const client = await world.client();
    const [checked, ...refused] = await create(
      client,
      [
        topic('t', { numPartitions: 3, configs: [{ name: 'retention.ms', value: '5' }] }),
        topic('a', { numPartitions: 0 }),
        topic('b', { replicationFactor: 9 }),
        assigned('c', [[9]]),
      ],
      true,
    );
    expect(checked).toMatchObject({ errorCode: 0, numPartitions: 3, replicationFactor: 1 });
    expect(checked?.configs).toContainEqual(expect.objectContaining({ name: 'retention.ms', value: '5' }));
    expect(refused.map(({ errorCode }) => errorCode)).toEqual([37, 38, 39]);
    expect(world.catalog.machine.streams()).toEqual([]);
  });

  it('are placed where the request says', async () => {
    const world = await worldWithLeaders();
    const client = await world.client();
    const [made] = await create(client, [
      assigned('t', [
        [3, 1],
        [2, 3],
      ]),
    ]);
    expect(made).toMatchObject({ errorCode: 0, numPartitions: 2, replicationFactor: 2 });
    const places = (): unknown =>
      world.services.cluster.partitionsOf('t', 9)?.map(({ replicas }) => [...replicas]);
    expect(places()).toEqual([
      [3, 1],
      [2, 3],
    ]);
    const grow = async (brokers: readonly number[][]) => {
      const assignments = brokers.map((brokerIds) => ({ brokerIds }));
      const topics = [{ name: 't', count: 3, assignments }];
      const request = { topics, timeoutMs: 1_000, validateOnly: false };
      return (await client.call(CreatePartitions, 3, request)).results.map(({ errorCode }) => errorCode);
    };
    expect(await grow([[1]])).toEqual([39]);
    expect(await grow([[1, 9]])).toEqual([39]);
    expect(
      await grow([
        [1, 2],
        [2, 3],
      ]),
    ).toEqual([39]);
    expect(await grow([[1, 2]])).toEqual([0]);
    expect(places()).toEqual([
      [3, 1],
      [2, 3],
      [1, 2],
    ]);
  });

  it('are deleted by name or by id', async () => {
    const world = await worldWithLeaders();
    for (const name of ['a', 'b']) world.stream(name);
    const topicId = world.catalog.machine.streamByName('b')?.uuid ?? '';
    const client = await world.client();
    const old = await client.call(DeleteTopics, 5, {
      topics: [],
      topicNames: ['a', 'none'],
      timeoutMs: 1_000,
    });
    expect(old.responses.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', 0],
      ['none', 3],
    ]);
    const topics = [{ topicId }, { topicId: '99999999-0000-0000-0000-000000000000' }];
    const byId = await client.call(DeleteTopics, 6, { topics, topicNames: [], timeoutMs: 1_000 });
    expect(byId.responses.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['b', 0],
      [undefined, 100],
    ]);
    expect(world.catalog.machine.streams()).toEqual([]);
  });

  it('get more partitions, and never fewer', async () => {
    const world = await worldWithLeaders();
    world.stream('orders', { partitions: 2 });
    const client = await world.client();
    const grow = async (name: string, count: number, validateOnly = false) => {
      const topics = [{ name, count, assignments: undefined }];
      const answer = await client.call(CreatePartitions, 3, { topics, timeoutMs: 1_000, validateOnly });
      return answer.results.map(({ errorCode }) => errorCode);
    };
    const count = (): number => world.catalog.machine.streamByName('orders')?.groups.length ?? 0;
    expect(await grow('orders', 5, true)).toEqual([0]);
    expect(count()).toBe(2);
    expect(await grow('orders', 5)).toEqual([0]);
    expect(count()).toBe(5);
    expect(await grow('orders', 5)).toEqual([37]);
    expect(await grow('none', 5)).toEqual([3]);
  });
});

describe('configuration over Kafka', () => {
  const ask = (resourceType: number, resourceName: string, keys?: readonly string[]) => ({
    resources: [{ resourceType, resourceName, configurationKeys: keys }],
    includeSynonyms: true,
    includeDocumentation: true,
  });

  it('is described with defaults, sources and types', async () => {
    const world = await worldWithLeaders();
    world.stream('orders', { config: { 'retention.ms': '5' } });
    const client = await world.client();
    for (let version = 1; version <= 4; version++) {
      const { results } = await client.call(DescribeConfigs, version, ask(TOPIC, 'orders'));
      const configs = new Map(results[0]?.configs.map((one) => [one.name, one]));
      expect(configs.get('retention.ms')).toMatchObject({ value: '5', configSource: 1, readOnly: false });
      expect(configs.get('cleanup.policy')).toMatchObject({ value: 'delete', configSource: 5 });
      if (version >= 3) expect(configs.get('retention.ms')?.configType).toBe(5);
    }
    const some = await client.call(DescribeConfigs, 4, ask(TOPIC, 'orders', ['retention.ms']));
    expect(some.results[0]?.configs.map(({ name }) => name)).toEqual(['retention.ms']);
    const none = await client.call(DescribeConfigs, 4, ask(TOPIC, 'none'));
    expect(none.results[0]).toMatchObject({ errorCode: 3, configs: [] });
    const broker = await client.call(DescribeConfigs, 4, ask(BROKER, '1', ['num.partitions']));
    expect(broker.results[0]?.configs).toMatchObject([{ name: 'num.partitions', readOnly: true }]);
  });

  it('is replaced as a whole', async () => {
    const world = await worldWithLeaders();
    world.stream('orders', { config: { 'retention.ms': '5', 'retention.bytes': '9' } });
    const client = await world.client();
    const alter = async (configs: { name: string; value: string | undefined }[], validateOnly = false) => {
      const resources = [{ resourceType: TOPIC, resourceName: 'orders', configs }];
      return (await client.call(AlterConfigs, 2, { resources, validateOnly })).responses[0]?.errorCode;
    };
    const config = () => world.catalog.machine.streamByName('orders')?.config;
    expect(await alter([{ name: 'retention.ms', value: '7' }], true)).toBe(0);
    expect(config()).toEqual({ 'retention.ms': '5', 'retention.bytes': '9' });
    expect(await alter([{ name: 'retention.ms', value: '7' }])).toBe(0);
    expect(config()).toEqual({ 'retention.ms': '7' });
    expect(await alter([{ name: 'flush.ms', value: '7' }])).toBe(40);
    expect(await alter([{ name: 'retention.ms', value: undefined }])).toBe(40);
  });

  it('is changed key by key: set, delete, append, subtract', async () => {
    const world = await worldWithLeaders();
    world.stream('orders', { config: { 'retention.ms': '5' } });
    const client = await world.client();
    const alter = async (name: string, configOperation: number, value: string | undefined) => {
      const configs = [{ name, configOperation, value }];
      const resources = [{ resourceType: TOPIC, resourceName: 'orders', configs }];
      const answer = await client.call(IncrementalAlterConfigs, 1, { resources, validateOnly: false });
      return answer.responses[0]?.errorCode;
    };
    const config = () => world.catalog.machine.streamByName('orders')?.config;
    expect(await alter('retention.bytes', 0, '9')).toBe(0);
    expect(await alter('retention.ms', 1, undefined)).toBe(0);
    expect(config()).toEqual({ 'retention.bytes': '9' });
    expect(await alter('cleanup.policy', 2, 'compact')).toBe(0);
    expect(config()).toMatchObject({ 'cleanup.policy': 'delete,compact' });
    expect(await alter('cleanup.policy', 3, 'delete')).toBe(0);
    expect(config()).toMatchObject({ 'cleanup.policy': 'compact' });
    expect(await alter('cleanup.policy', 3, 'compact')).toBe(40);
    expect(await alter('retention.ms', 2, '5')).toBe(40);
    expect(await alter('retention.ms', 9, '5')).toBe(40);
  });

  it('of brokers is not changed here', async () => {
    const world = await worldWithLeaders();
    const client = await world.client();
    const configs = [{ name: 'num.partitions', configOperation: 0, value: '9' }];
    const resources = [{ resourceType: BROKER, resourceName: '1', configs }];
    const answer = await client.call(IncrementalAlterConfigs, 1, { resources, validateOnly: false });
    expect(answer.responses[0]).toMatchObject({ errorCode: 42, resourceType: BROKER });
  });

  it('is not there on brokers, and can be taken away from them without harm, as tools do after a move', async () => {
    const world = await worldWithLeaders();
    const client = await world.client();
    await create(client, [topic('t')]);
    const without = (...names: string[]) =>
      names.map((name) => ({ name, configOperation: 1, value: undefined }));
    const resources = [
      { resourceType: BROKER, resourceName: '1', configs: without('leader.replication.throttled.rate') },
      { resourceType: TOPIC, resourceName: 't', configs: without('leader.replication.throttled.replicas') },
    ];
    const answer = await client.call(IncrementalAlterConfigs, 1, { resources, validateOnly: false });
    expect(answer.responses.map(({ errorCode }) => errorCode)).toEqual([0, 0]);
  });
});
