import { FlowError, nodeId } from '@flowmesh/base';
import { FEATURES } from '@flowmesh/engines';
import {
  AlterPartitionReassignments,
  DescribeLogDirs,
  DescribeTopicPartitions,
  ElectLeaders,
  ListConfigResources,
  ListPartitionReassignments,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { createStream } from '../../services/fake-cluster.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import { type RawClient } from './raw-client.ts';

/** A topic whose partitions are on nodes 1, 2 and 3, 1 the preferred leader of each. */
async function placed(partitions = 2): Promise<{ world: KafkaWorld; client: RawClient }> {
  const world = await startKafkaWorld();
  world.stream('orders', { partitions });
  const client = await world.client();
  const all = Array.from({ length: partitions }, (_, index) => index);
  const answer = await alter(
    client,
    'orders',
    all.map((partition) => [partition, [1, 2, 3]]),
  );
  expect(answer).toEqual(all.map(() => 0));
  return { world, client };
}

type Wish = readonly [partition: number, replicas: readonly number[] | undefined];

async function alter(client: RawClient, name: string, wishes: readonly Wish[]): Promise<readonly number[]> {
  const partitions = wishes.map(([partitionIndex, replicas]) => ({ partitionIndex, replicas }));
  const answer = await client.call(AlterPartitionReassignments, 0, { topics: [{ name, partitions }] });
  expect(answer.errorCode).toBe(0);
  return answer.responses.flatMap((topic) => topic.partitions.map(({ errorCode }) => errorCode));
}

describe('log directories over Kafka', () => {
  it('are one a node, with the size of what lies there, in every version', async () => {
    const { world, client } = await placed();
    const groups = world.catalog.machine.streamByName('orders')?.groups ?? [];
    for (const group of groups) {
      const summary = { inSync: [nodeId(1)], logStartOffset: 0, highWatermark: 4, sizeBytes: 700 };
      world.leaders.summaries.set(group, summary);
    }
    for (let version = 1; version <= 4; version++) {
      const { results } = await client.call(DescribeLogDirs, version, { topics: undefined });
      expect(results).toHaveLength(1);
      expect(results[0]).toMatchObject({ errorCode: 0, logDir: 'flowmesh' });
      expect(results[0]?.topics).toEqual([
        {
          name: 'orders',
          partitions: [0, 1].map((partitionIndex) => ({
            partitionIndex,
            partitionSize: 700,
            offsetLag: 0,
            isFutureKey: false,
          })),
        },
      ]);
    }
    const topics = [{ topic: 'orders', partitions: [1] }];
    const some = await client.call(DescribeLogDirs, 4, { topics });
    expect(some.results[0]?.topics[0]?.partitions.map(({ partitionIndex }) => partitionIndex)).toEqual([1]);
  });
});

describe('elections over Kafka', () => {
  async function elect(client: RawClient, electionType: number, partitions: readonly number[] | undefined) {
    const topicPartitions =
      partitions === undefined ? undefined : [{ topic: 'orders', partitions: [...partitions] }];
    const answer = await client.call(ElectLeaders, 2, { electionType, topicPartitions, timeoutMs: 1_000 });
    return answer.replicaElectionResults.flatMap(({ partitionResult }) =>
      partitionResult.map(({ partitionId, errorCode }) => [partitionId, errorCode]),
    );
  }

  it('give partitions to their preferred leaders', async () => {
    const { world, client } = await placed();
    const groups = world.catalog.machine.streamByName('orders')?.groups ?? [];
    expect(await alter(client, 'orders', [[1, [2, 1, 3]]])).toEqual([0]);
    world.ops.transferred = { leader: nodeId(2), term: 2 };
    expect(await elect(client, 0, [0, 1, 7])).toEqual([
      [0, 84],
      [1, 0],
      [7, 3],
    ]);
    expect(world.ops.transfers).toEqual([[groups[1], 2]]);
    expect(await elect(client, 0, undefined)).toEqual([[1, 0]]);
  });

  it('say that the preferred leader is not available where it cannot lead, or its leader cannot be asked', async () => {
    const { world, client } = await placed();
    expect(await alter(client, 'orders', [[1, [2, 1, 3]]])).toEqual([0]);
    world.ops.transferred = new FlowError('PRECONDITION_FAILED', 'node 2 is not in sync');
    expect(await elect(client, 0, [1])).toEqual([[1, 80]]);
  });

  it('are never unclean', async () => {
    const { world, client } = await placed(1);
    expect(await elect(client, 1, [0])).toEqual([[0, 84]]);
    world.leaders.known.clear();
    expect(await elect(client, 1, [0])).toEqual([[0, 83]]);
    const wrong = await client.call(ElectLeaders, 2, { electionType: 5, timeoutMs: 1_000 });
    expect(wrong.errorCode).toBe(42);
  });
});

describe('reassignments over Kafka', () => {
  it('are begun, listed and cancelled', async () => {
    const world = await startKafkaWorld();
    createStream(world.catalog, 'orders', { partitions: 2 });
    createStream(world.catalog, 'others', {});
    const client = await world.client();
    const from = [...(world.services.cluster.partitionsOf('orders', 1)?.[0]?.replicas ?? [])];
    const joined = world.catalog.apply({
      kind: 'register-node',
      requestId: 'fourth',
      timeMs: 2,
      uuid: '00000000-0000-0000-0000-000000000004',
      addresses: { peer: '127.0.0.1:6003', grpc: '127.0.0.1:5003', http: '' },
      rack: '',
      features: FEATURES,
    });
    expect(joined.ok).toBe(true);
    const to = [4, ...from.slice(1)];
    expect(await alter(client, 'orders', [[0, to]])).toEqual([0]);
    const listed = async (topics: { name: string; partitionIndexes: number[] }[] | undefined) =>
      (await client.call(ListPartitionReassignments, 0, { topics })).topics;
    const [first] = from;
    const moving = {
      name: 'orders',
      partitions: [
        { partitionIndex: 0, replicas: [...to, first], addingReplicas: [4], removingReplicas: [first] },
      ],
    };
    expect(await listed(undefined)).toEqual([moving]);
    expect(await listed([{ name: 'orders', partitionIndexes: [0] }])).toEqual([moving]);
    expect(await listed([{ name: 'orders', partitionIndexes: [1] }])).toEqual([]);
    expect(await alter(client, 'orders', [[0, from]])).toEqual([60]);
    expect(await alter(client, 'orders', [[0, undefined]])).toEqual([0]);
    expect(world.services.cluster.partitionsOf('orders', 1)?.[0]?.replicas).toEqual(from);
  });

  it('are refused with the code of what is wrong', async () => {
    const { world, client } = await placed();
    createStream(world.catalog, 'other', {});
    world.leaders.dead.add(nodeId(3));
    expect(
      await alter(client, 'orders', [
        [0, [1, 2, 3]],
        [0, []],
        [0, [1, 1, 2]],
        [0, [1, 2, 9]],
        [0, [1, 2, -1]],
        [0, [1, 2]],
        [0, undefined],
        [9, [1, 2, 3]],
      ]),
    ).toEqual([0, 39, 39, 39, 39, 39, 85, 3]);
    expect(await alter(client, 'none', [[0, [1]]])).toEqual([3]);
    expect(await alter(client, 'queue:orders', [[0, [1]]])).toEqual([3]);
  });
});

describe('topics page by page', () => {
  it('go on where the cursor says, by name, and name what is unknown', async () => {
    const world = await startKafkaWorld();
    for (const [name, partitions] of [
      ['b', 3],
      ['a', 2],
    ] as const)
      world.stream(name, { partitions });
    const client = await world.client();
    const seen: string[] = [];
    let cursor: { topicName: string; partitionIndex: number } | undefined;
    for (;;) {
      const answer = await client.call(DescribeTopicPartitions, 0, {
        topics: [],
        responsePartitionLimit: 2,
        cursor,
      });
      for (const { name, partitions } of answer.topics)
        for (const { partitionIndex, leaderId } of partitions)
          seen.push(`${name}-${partitionIndex}@${leaderId}`);
      cursor = answer.nextCursor;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual(['a-0@1', 'a-1@1', 'b-0@1', 'b-1@1', 'b-2@1']);
    const topics = [{ name: 'none' }, { name: 'b' }];
    const named = await client.call(DescribeTopicPartitions, 0, { topics });
    expect(named.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['b', 0],
      ['none', 3],
    ]);
    // Clients read both lists, and none of them takes null for an empty one.
    expect(named.topics[0]?.partitions[0]).toMatchObject({ eligibleLeaderReplicas: [], lastKnownElr: [] });
  });
});

describe('what has a configuration', () => {
  it('is listed by type', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    const list = async (version: number, resourceTypes: number[]) => {
      const answer = await client.call(ListConfigResources, version, { resourceTypes });
      return [answer.errorCode, answer.configResources.map((one) => [one.resourceType, one.resourceName])];
    };
    expect(await list(1, [])).toEqual([
      0,
      [
        [2, 'orders'],
        [4, '1'],
        [4, '2'],
      ],
    ]);
    expect(await list(1, [2])).toEqual([0, [[2, 'orders']]]);
    expect(await list(1, [16, 32])).toEqual([0, []]);
    expect(await list(1, [77])).toEqual([35, []]);
    expect(await list(0, [])).toEqual([0, []]);
  });
});
