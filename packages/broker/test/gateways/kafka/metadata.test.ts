import { nodeId } from '@flowmesh/base';
import { DescribeCluster, FindCoordinator, Metadata, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { startKafkaWorld } from './kafka-world.ts';

const byName = (...names: string[]) => names.map((name) => ({ name, topicId: ZERO_UUID }));
const OPTIONS = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };

describe('Kafka metadata', () => {
  it('shows the nodes that Kafka clients can reach, and the leader of the metadata as controller', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    const answer = await client.call(Metadata, 12, { ...OPTIONS, topics: [] });
    expect(answer.brokers).toEqual([
      { nodeId: 1, host: '127.0.0.1', port: 9092, rack: undefined },
      { nodeId: 2, host: '::2', port: 9093, rack: undefined },
    ]);
    expect(answer.controllerId).toBe(2);
    expect(answer.clusterId).toBe('test');
    world.leaders.dead.add(nodeId(2));
    const later = await client.call(DescribeCluster, 1, {
      includeClusterAuthorizedOperations: false,
      includeFencedBrokers: false,
    });
    expect(later.brokers.map(({ brokerId }) => brokerId)).toEqual([1]);
    expect(later.controllerId).toBe(1);
  });

  it('sends clients of a named listener to the listeners of that name, and to no node without one', async () => {
    const world = await startKafkaWorld({ listener: 'outside' });
    world.stream('orders');
    const [group] = world.catalog.machine.streamByName('orders')?.groups ?? [];
    if (group === undefined) throw new Error('no group');
    const client = await world.client();
    const ask = () => client.call(Metadata, 12, { ...OPTIONS, topics: byName('orders') });
    const answer = await ask();
    expect(answer.brokers).toEqual([{ nodeId: 1, host: '10.0.0.1', port: 9094, rack: undefined }]);
    expect(answer.controllerId).toBe(1);
    expect(answer.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, leaderId: 1 });
    world.leaders.set(group, 2);
    expect((await ask()).topics[0]?.partitions[0]).toMatchObject({ leaderId: -1 });
  });

  it('describes partitions in every version: leader, epoch, in-sync and offline replicas', async () => {
    const world = await startKafkaWorld();
    world.stream('orders', { partitions: 2 });
    const [group] = world.catalog.machine.streamByName('orders')?.groups ?? [];
    if (group === undefined) throw new Error('no group');
    world.leaders.set(group, 1, 7);
    const summary = { inSync: [nodeId(1), nodeId(2)], logStartOffset: 0, highWatermark: 0, sizeBytes: 0 };
    world.leaders.summaries.set(group, summary);
    world.leaders.dead.add(nodeId(3));
    const client = await world.client();
    for (let version = 0; version <= 13; version++) {
      const { topics } = await client.call(Metadata, version, { ...OPTIONS, topics: byName('orders') });
      const [topic] = topics;
      expect(topic).toMatchObject({ errorCode: 0, name: 'orders' });
      expect(topic?.partitions).toHaveLength(2);
      const first = topic?.partitions[0];
      expect(first).toMatchObject({ errorCode: 0, partitionIndex: 0, leaderId: 1, isrNodes: [1, 2] });
      expect([...(first?.replicaNodes ?? [])].sort((a, b) => a - b)).toEqual([1, 2, 3]);
      if (version >= 5) expect(first?.offlineReplicas).toEqual([3]);
      if (version >= 7) expect(first?.leaderEpoch).toBe(7);
      if (version >= 10) expect(topic?.topicId).toBe(world.catalog.machine.streamByName('orders')?.uuid);
    }
  });

  it('finds topics by id, and has an error of its own for an id that is unknown', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    const topicId = world.catalog.machine.streamByName('orders')?.uuid ?? '';
    const other = '99999999-0000-0000-0000-000000000000';
    const { topics } = await client.call(Metadata, 12, {
      ...OPTIONS,
      topics: [
        { name: undefined, topicId },
        { name: undefined, topicId: other },
      ],
    });
    expect(topics.map(({ errorCode, name }) => [errorCode, name])).toEqual([
      [0, 'orders'],
      [100, undefined],
    ]);
  });

  it('names no leader that a Kafka client cannot reach', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const [group] = world.catalog.machine.streamByName('orders')?.groups ?? [];
    if (group === undefined) throw new Error('no group');
    world.leaders.set(group, 3);
    const client = await world.client();
    const { topics } = await client.call(Metadata, 9, { ...OPTIONS, topics: byName('orders') });
    expect(topics[0]?.partitions[0]).toMatchObject({ errorCode: 5, leaderId: -1 });
  });

  it('answers about topics, named or listed, or a coordinator, once the election under way is over', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    world.coordinators();
    const groups = [
      ...(world.catalog.machine.streamByName('orders')?.groups ?? []),
      ...(world.catalog.machine.resource('coordinator', 'groups')?.groups ?? []),
    ];
    for (const group of groups) world.leaders.known.delete(group);
    const [client, other, third] = [await world.client(), await world.client(), await world.client()];
    const listening = world.leaders.listening;
    const listed = third.call(Metadata, 9, { ...OPTIONS, topics: undefined });
    const topics = client.call(Metadata, 9, { ...OPTIONS, topics: byName('orders') });
    const coordinator = other.call(FindCoordinator, 2, { key: 'g', keyType: 0, coordinatorKeys: [] });
    await eventually(() => expect(world.leaders.listening).toBe(listening + 3));
    for (const group of groups) world.leaders.set(group, 2);
    for (const answer of [await topics, await listed])
      expect(answer.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, leaderId: 2 });
    expect(await coordinator).toMatchObject({ errorCode: 0, nodeId: 2 });
  });

  it('creates a missing topic only where the request allows it, and answers once it has leaders', async () => {
    const world = await startKafkaWorld();
    world.catalog.onApplied = () => {
      for (const group of world.catalog.machine.streamByName('new')?.groups ?? [])
        world.leaders.set(group, 1);
    };
    const client = await world.client();
    const denied = { ...OPTIONS, topics: byName('new', 'no good'), allowAutoTopicCreation: false };
    const before = await client.call(Metadata, 9, denied);
    expect(before.topics.map(({ errorCode }) => errorCode)).toEqual([3, 17]);
    const after = await client.call(Metadata, 9, { ...OPTIONS, topics: byName('new') });
    expect(after.topics[0]?.errorCode).toBe(0);
    expect(after.topics[0]?.partitions.length).toBeGreaterThan(0);
    for (const { leaderId } of after.topics[0]?.partitions ?? []) expect(leaderId).toBe(1);
  });

  it('shows all topics where none are named: none in version 0, null from version 1 on', async () => {
    const world = await startKafkaWorld();
    world.stream('a');
    world.stream('b');
    const client = await world.client();
    const names = async (version: number, topics: [] | undefined): Promise<unknown> =>
      (await client.call(Metadata, version, { ...OPTIONS, topics })).topics.map(({ name }) => name);
    expect(await names(0, [])).toEqual(['a', 'b']);
    expect(await names(1, [])).toEqual([]);
    expect(await names(1, undefined)).toEqual(['a', 'b']);
  });

  it('says where the coordinator of a group is, and that share coordinators are not served', async () => {
    const world = await startKafkaWorld();
    world.catalog.onApplied = () => {
      const made = world.catalog.machine.resource('coordinator', 'groups');
      for (const group of made?.groups ?? []) world.leaders.set(group, 2);
    };
    const client = await world.client();
    for (const version of [0, 3, 4, 6]) {
      const request = { key: 'g', keyType: 0, coordinatorKeys: ['g'] };
      const { coordinators, ...single } = await client.call(FindCoordinator, version, request);
      const found = version >= 4 ? coordinators[0] : single;
      expect(found).toMatchObject({ errorCode: 0, nodeId: 2, host: '::2', port: 9093 });
    }
    const share = await client.call(FindCoordinator, 6, { key: '', keyType: 2, coordinatorKeys: ['g'] });
    expect(share.coordinators[0]).toMatchObject({ errorCode: 42, nodeId: -1 });
  });
});
