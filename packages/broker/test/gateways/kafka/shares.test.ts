import {
  AlterShareGroupOffsets,
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  DeleteGroups,
  DeleteShareGroupOffsets,
  DescribeConfigs,
  DescribeGroups,
  DescribeShareGroupOffsets,
  FindCoordinator,
  IncrementalAlterConfigs,
  ListConfigResources,
  ListGroups,
  OffsetCommit,
  ShareGroupDescribe,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import type { FakeReplica } from '../../services/fake-replicas.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import type { RawClient } from './raw-client.ts';
import { ShareClient } from './share-client.ts';

const ACCEPT = 1;
const RELEASE = 2;
const REJECT = 3;
const RENEW = 4;
const GROUP = 32;

interface Shares {
  readonly world: KafkaWorld;
  readonly client: RawClient;
  readonly topicId: string;
  readonly orders: FakeReplica | undefined;
  readonly member: () => Promise<ShareClient>;
  readonly configure: (key: string, value: string) => Promise<number>;
}

async function shares(config: Readonly<Record<string, string>> = {}): Promise<Shares> {
  const world = await startKafkaWorld();
  world.coordinators();
  const [orders] = world.stream('orders');
  const client = await world.client();
  const topicId = world.services.admin.find('orders')?.uuid ?? '';
  const configure = async (name: string, value: string): Promise<number> => {
    const configs = [{ name, configOperation: 0, value }];
    const { responses } = await client.call(IncrementalAlterConfigs, 1, {
      resources: [{ resourceType: GROUP, resourceName: 'workers', configs }],
      validateOnly: false,
    });
    return responses[0]?.errorCode ?? -1;
  };
  await configure('share.auto.offset.reset', 'earliest');
  for (const [key, value] of Object.entries(config)) await configure(key, value);
  return {
    world,
    client,
    topicId,
    configure,
    orders,
    member: async () => new ShareClient(await world.client(), topicId),
  };
}

describe('members of share groups over Kafka', () => {
  it('are assigned the partitions of their topics when they join, several to one where there are more of them', async () => {
    const { member, topicId } = await shares();
    const [a, b] = [await member(), await member()];
    const joined = await a.heartbeat(0, ['orders']);
    expect(joined).toMatchObject({ errorCode: 0, memberId: a.member, heartbeatIntervalMs: 5_000 });
    expect(joined.assignment?.topicPartitions).toEqual([{ topicId, partitions: [0] }]);
    expect((await b.heartbeat(0, ['orders'])).assignment?.topicPartitions).toEqual([
      { topicId, partitions: [0] },
    ]);
    const { memberEpoch, assignment } = await a.heartbeat(joined.memberEpoch);
    expect(memberEpoch).toBeGreaterThan(joined.memberEpoch);
    expect(assignment?.topicPartitions).toEqual([{ topicId, partitions: [0] }]);
    expect((await a.heartbeat(memberEpoch)).assignment).toBeUndefined();
    expect((await a.heartbeat(memberEpoch + 1)).errorCode).toBe(110);
    expect(await b.heartbeat(-1)).toMatchObject({ errorCode: 0, memberEpoch: -1 });
    expect((await b.heartbeat(3)).errorCode).toBe(25);
  });

  it('are told of as members of a share group, and of nothing else', async () => {
    const { client, member, world } = await shares();
    const one = await member();
    await one.heartbeat(0, ['orders']);
    const asked = { includeAuthorizedOperations: false };
    const { groups } = await client.call(ShareGroupDescribe, 1, { groupIds: ['workers', 'none'], ...asked });
    expect(groups[0]).toMatchObject({ errorCode: 0, groupState: 'Stable', assignorName: 'simple' });
    expect(groups[0]?.members).toMatchObject([{ memberId: one.member, subscribedTopicNames: ['orders'] }]);
    expect(groups[1]?.errorCode).toBe(69);
    const listed = await client.call(ListGroups, 5, { statesFilter: [], typesFilter: ['share'] });
    expect(listed.groups).toMatchObject([{ groupId: 'workers', protocolType: 'share', groupType: 'share' }]);
    const described = await client.call(DescribeGroups, 6, { groups: ['workers'], ...asked });
    expect(described.groups[0]).toMatchObject({ errorCode: 69, groupState: 'Dead' });
    const consumers = await client.call(ConsumerGroupDescribe, 1, { groupIds: ['workers'], ...asked });
    expect(consumers.groups[0]?.errorCode).toBe(69);
    const other = { rackId: undefined, rebalanceTimeoutMs: 1_000, subscribedTopicNames: ['orders'] };
    const mixed = await client.call(ConsumerGroupHeartbeat, 0, {
      groupId: 'workers',
      memberId: '',
      memberEpoch: 0,
      topicPartitions: [],
      ...other,
    });
    expect(mixed.errorCode).toBe(23);
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }];
    const committed = await client.call(OffsetCommit, 7, {
      groupId: 'workers',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ name: 'orders', topicId: ZERO_UUID, partitions }],
    });
    expect(committed.topics[0]?.partitions[0]?.errorCode).toBe(25);
    const found = await client.call(FindCoordinator, 6, {
      key: '',
      keyType: 2,
      coordinatorKeys: ['workers:x:0'],
    });
    expect(found.coordinators[0]?.errorCode).toBe(42);
    expect(world.faults).toEqual([]);
  });
});

describe('records of share groups over Kafka', () => {
  it('go to one member, are acknowledged with the next fetch, and do not come again', async () => {
    const { member } = await shares();
    const [a, b] = [await member(), await member()];
    await a.produce('orders', 'one', 'two', 'three');
    expect(await a.take()).toMatchObject({ error: 0, acquired: [[0, 2, 1]] });
    expect(await b.take()).toMatchObject({ error: 0, acquired: [], bytes: 0 });
    const say = [{ first: 0, last: 2, types: [ACCEPT, RELEASE, REJECT] }];
    expect(await a.take({ say })).toMatchObject({ acknowledgeError: 0, acquired: [[1, 1, 2]] });
    await a.produce('orders', 'four');
    expect(await b.take()).toMatchObject({ acquired: [[3, 3, 1]] });
    expect(await b.take({ say })).toMatchObject({ acknowledgeError: 121, error: 0 });
  });

  it('are waited for, and given back at once when they are released by another member', async () => {
    const { member } = await shares();
    const [a, b] = [await member(), await member()];
    await a.produce('orders', 'one');
    expect((await a.take()).acquired).toEqual([[0, 0, 1]]);
    const waiting = b.take({ maxWaitMs: 30_000 });
    expect(await a.acknowledge(1, { first: 0, last: 0, types: [RELEASE] })).toBe(0);
    expect((await waiting).acquired).toEqual([[0, 0, 2]]);
    const next = a.take({ maxWaitMs: 30_000 });
    await b.produce('orders', 'two');
    expect((await next).acquired).toEqual([[1, 1, 1]]);
  });

  it('are delivered again when their lock has run out, whoever had them', async () => {
    const { member } = await shares({ 'share.record.lock.duration.ms': '1000' });
    const [a, b] = [await member(), await member()];
    await a.produce('orders', 'one');
    expect((await a.take()).acquired).toEqual([[0, 0, 1]]);
    expect((await b.take({ maxWaitMs: 30_000 })).acquired).toEqual([[0, 0, 2]]);
    expect(await a.acknowledge(1, { first: 0, last: 0, types: [ACCEPT] })).toBe(121);
  });

  it('stay with a member that renews its lock, where the request says that it does', async () => {
    const { member } = await shares();
    const one = await member();
    await one.produce('orders', 'one');
    expect((await one.take({ version: 2 })).acquired).toEqual([[0, 0, 1]]);
    const say = [{ first: 0, last: 0, types: [RENEW] }];
    expect(await one.take({ say, version: 2 })).toMatchObject({ acknowledgeError: 42 });
    const renewed = await one.fetch({ say, version: 2, isRenewAck: true });
    expect(renewed).toMatchObject({ errorCode: 0, acquisitionLockTimeoutMs: 30_000 });
    expect(renewed.responses[0]?.partitions[0]).toMatchObject({ acknowledgeErrorCode: 0 });
  });

  it('are acknowledged in a way that is known, or not at all', async () => {
    const { member, world } = await shares();
    const one = await member();
    await one.produce('orders', 'one', 'two');
    await one.take();
    for (const say of [
      { first: 0, last: 0, types: [7] },
      { first: 0, last: 0, types: [] },
      { first: -1, last: 0, types: [ACCEPT] },
      { first: 1, last: 0, types: [ACCEPT] },
      { first: 0, last: 1, types: [ACCEPT, ACCEPT, ACCEPT] },
      { first: 0, last: 2 ** 53 - 1, types: [ACCEPT] },
    ])
      expect([42, 121]).toContain((await one.take({ say: [say] })).acknowledgeError);
    expect((await one.take({ say: [{ first: 0, last: 1, types: [ACCEPT] }] })).acknowledgeError).toBe(0);
    expect(world.faults).toEqual([]);
  });

  it('come by whole batches, or up to the number that was asked for', async () => {
    const { member } = await shares();
    const [a, b] = [await member(), await member()];
    await a.produce('orders', '1', '2', '3', '4');
    await a.produce('orders', '5', '6', '7', '8');
    expect((await a.take({ maxRecords: 3 })).acquired).toEqual([[0, 3, 1]]);
    expect((await b.take({ maxRecords: 3, shareAcquireMode: 1, version: 2 })).acquired).toEqual([[4, 6, 1]]);
    expect((await a.take()).acquired).toEqual([[7, 7, 1]]);
  });
});

describe('share sessions over Kafka', () => {
  it('go on by their epoch, are opened with 0, and given back with -1', async () => {
    const { member } = await shares();
    const [a, b] = [await member(), await member()];
    await a.produce('orders', 'one', 'two');
    expect((await a.take({ shareSessionEpoch: 5 })).error).toBe(122);
    expect((await a.take({ maxRecords: 500 })).acquired).toEqual([[0, 1, 1]]);
    expect((await a.take({ shareSessionEpoch: 7 })).error).toBe(123);
    expect(await a.acknowledge(0)).toBe(123);
    const say = [{ first: 0, last: 0, types: [ACCEPT] }];
    expect((await a.take({ shareSessionEpoch: 0, say })).error).toBe(42);
    expect((await a.take({ shareSessionEpoch: -1, say })).acknowledgeError).toBe(0);
    expect((await a.take({ shareSessionEpoch: -1 })).error).toBe(122);
    expect((await b.take()).acquired).toEqual([[1, 1, 1]]);
    expect(await b.acknowledge(-1)).toBe(0);
    expect((await a.take()).acquired).toEqual([[1, 1, 1]]);
  });

  it('tell what cannot be read: topics that are not there, partitions that another node leads', async () => {
    const { world, client, member, orders } = await shares();
    const stranger = new ShareClient(client, '70000000-0000-0000-0000-000000000000');
    expect((await stranger.take()).error).toBe(100);
    const one = await member();
    await one.take();
    orders?.depose();
    world.leaders.set(groupOf(world), 2);
    const { responses, nodeEndpoints } = await one.fetch();
    expect(responses[0]?.partitions[0]).toMatchObject({ errorCode: 6, currentLeader: { leaderId: 2 } });
    expect(nodeEndpoints).toMatchObject([{ nodeId: 2, port: 9093 }]);
  });
});

describe('administration of share groups over Kafka', () => {
  it('configures them by name, and tells what is set', async () => {
    const { client, configure } = await shares();
    expect(await configure('share.isolation.level', 'read_committed')).toBe(0);
    expect(await configure('share.isolation.level', 'read_everything')).toBe(40);
    expect(await configure('no.such.key', '1')).toBe(40);
    const { results } = await client.call(DescribeConfigs, 4, {
      resources: [{ resourceType: GROUP, resourceName: 'workers', configurationKeys: undefined }],
      includeSynonyms: false,
      includeDocumentation: false,
    });
    const listed = await client.call(ListConfigResources, 1, { resourceTypes: [GROUP] });
    expect(listed.configResources).toEqual([{ resourceName: 'workers', resourceType: GROUP }]);
    const values = new Map(results[0]?.configs.map(({ name, value }) => [name, value]));
    expect(values.get('share.isolation.level')).toBe('read_committed');
    expect(values.get('share.record.lock.duration.ms')).toBe('30000');
  });

  it('tells where they are, puts them elsewhere while nobody is there, and forgets them', async () => {
    const { client, member } = await shares();
    const one = await member();
    const { memberEpoch } = await one.heartbeat(0, ['orders']);
    await one.produce('orders', 'one', 'two', 'three');
    await one.take();
    await one.take({ say: [{ first: 0, last: 1, types: [ACCEPT] }] });
    const place = async (): Promise<number | undefined> => {
      const { groups } = await client.call(DescribeShareGroupOffsets, 0, {
        groups: [{ groupId: 'workers', topics: undefined }],
      });
      expect(groups[0]?.errorCode).toBe(0);
      return groups[0]?.topics[0]?.partitions[0]?.startOffset;
    };
    const alter = async (startOffset: number): Promise<number | undefined> => {
      const partitions = [{ partitionIndex: 0, startOffset }];
      const { errorCode, responses } = await client.call(AlterShareGroupOffsets, 0, {
        groupId: 'workers',
        topics: [{ topicName: 'orders', partitions }],
      });
      return errorCode === 0 ? responses[0]?.partitions[0]?.errorCode : errorCode;
    };
    expect(await place()).toBe(2);
    expect(await alter(0)).toBe(68);
    expect(memberEpoch).toBeGreaterThan(0);
    await one.heartbeat(-1);
    expect(await alter(1)).toBe(0);
    expect(await place()).toBe(1);
    expect((await one.take()).acquired).toEqual([[1, 2, 1]]);
    const forgotten = await client.call(DeleteShareGroupOffsets, 0, {
      groupId: 'workers',
      topics: [{ topicName: 'orders' }, { topicName: 'bills' }],
    });
    expect(forgotten.responses.map(({ errorCode }) => errorCode)).toEqual([0, 3]);
    expect(await place()).toBeUndefined();
  });

  it('deletes them with all that partitions know of them', async () => {
    const { world, client, member } = await shares();
    const one = await member();
    await one.heartbeat(0, ['orders']);
    await one.produce('orders', 'one');
    await one.take();
    const remove = async (): Promise<number | undefined> =>
      (await client.call(DeleteGroups, 2, { groupsNames: ['workers'] })).results[0]?.errorCode;
    expect(await remove()).toBe(68);
    await one.heartbeat(-1);
    expect(await remove()).toBe(0);
    const known = world.services.streams.shares.placeOf(groupOf(world), 'workers');
    expect(known.startOffset).toBe(-1);
    expect((await (await member()).heartbeat(0, ['orders'])).errorCode).toBe(0);
  });
});

function groupOf(world: KafkaWorld): Parameters<KafkaWorld['leaders']['set']>[0] {
  const [group] = world.services.admin.find('orders')?.groups ?? [];
  if (group === undefined) throw new Error('the stream has a partition');
  return group;
}
