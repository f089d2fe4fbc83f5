import { randomUUID } from 'node:crypto';
import { METADATA_GROUP } from '@flowmesh/base';
import {
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeAssignment,
  DeleteGroups,
  DescribeGroups,
  encodeVersioned,
  FindCoordinator,
  Heartbeat,
  JoinGroup,
  LeaveGroup,
  ListGroups,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  SyncGroup,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import type { RequestInput } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { caller } from '../../services/fake-cluster.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import { type RawClient } from './raw-client.ts';

const SUBSCRIPTION = Buffer.concat(
  encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['orders'], ownedPartitions: [] }),
);
const ASKED = { includeAuthorizedOperations: false };
const ASSIGNMENT = Buffer.concat(
  encodeVersioned(ConsumerProtocolAssignment, 1, {
    assignedPartitions: [{ topic: 'orders', partitions: [0, 1] }],
  }),
);

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

async function groupWorld(): Promise<{ world: KafkaWorld; client: RawClient }> {
  const world = await startKafkaWorld();
  world.coordinators();
  world.stream('orders', { partitions: 2 });
  return { world, client: await world.client() };
}

const joinRequest = (
  change: Partial<RequestInput<typeof JoinGroup>> = {},
): RequestInput<typeof JoinGroup> => ({
  groupId: 'g',
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 20_000,
  memberId: '',
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: SUBSCRIPTION }],
  ...change,
});

/** A single member, that leads and has the assignment. */
async function stable(client: RawClient, groupId = 'g'): Promise<{ memberId: string; generationId: number }> {
  const { memberId } = await client.call(JoinGroup, 5, joinRequest({ groupId }));
  const joined = await client.call(JoinGroup, 5, joinRequest({ groupId, memberId }));
  const { generationId } = joined;
  const assignments = [{ memberId, assignment: ASSIGNMENT }];
  await client.call(SyncGroup, 3, { groupId, generationId, memberId, assignments });
  return { memberId, generationId };
}

async function commit(
  client: RawClient,
  offset: number,
  by: { memberId?: string; generationId?: number; version?: number; name?: string; metadata?: string } = {},
): Promise<number | undefined> {
  const { version = 7, memberId = '', generationId = -1, name = 'orders', metadata = '' } = by;
  const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: metadata }];
  const { topics } = await client.call(OffsetCommit, version, {
    groupId: 'g',
    memberId,
    generationIdOrMemberEpoch: generationId,
    topics: [{ name, topicId: ZERO_UUID, partitions }],
  });
  return topics[0]?.partitions[0]?.errorCode;
}

async function committed(client: RawClient, version: number, requireStable = false) {
  const topics = [{ name: 'orders', topicId: ZERO_UUID, partitionIndexes: [0] }];
  const groups = [{ groupId: 'g', topics }];
  const answer = await client.call(OffsetFetch, version, { groupId: 'g', topics, groups, requireStable });
  const found = version >= 8 ? answer.groups[0]?.topics : answer.topics;
  return found?.[0]?.partitions[0];
}

describe('members of classic groups over Kafka', () => {
  it('join in every version, with an id first from version 4 on, sync, beat and leave', async () => {
    const { client } = await groupWorld();
    for (let version = 0; version <= 9; version++) {
      let joined = await client.call(JoinGroup, version, joinRequest());
      if (version >= 4) {
        expect(joined).toMatchObject({ errorCode: 79, generationId: -1 });
        joined = await client.call(JoinGroup, version, joinRequest({ memberId: joined.memberId }));
      }
      const { memberId, generationId } = joined;
      expect(memberId).toMatch(/^raw-/);
      expect(joined).toMatchObject({ errorCode: 0, protocolName: 'range', leader: memberId });
      expect(joined.members.map((one) => one.memberId)).toEqual([memberId]);
      const who = { groupId: 'g', memberId, generationId };
      const synced = await client.call(SyncGroup, Math.min(version, 5), {
        ...who,
        assignments: [{ memberId, assignment: ASSIGNMENT }],
      });
      expect(synced.errorCode).toBe(0);
      expect(decodeAssignment(synced.assignment).assignedPartitions).toEqual([
        { topic: 'orders', partitions: [0, 1] },
      ]);
      expect(await client.call(Heartbeat, Math.min(version, 4), who)).toMatchObject({ errorCode: 0 });
      const leave = { groupId: 'g', memberId, members: [{ memberId, groupInstanceId: undefined }] };
      expect(await client.call(LeaveGroup, Math.min(version, 5), leave)).toMatchObject({ errorCode: 0 });
    }
  });

  it('are told what is wrong in the words that clients act on', async () => {
    const { client } = await groupWorld();
    const { memberId, generationId } = await stable(client);
    const join = async (change: Partial<RequestInput<typeof JoinGroup>>): Promise<number> =>
      (await client.call(JoinGroup, 5, joinRequest(change))).errorCode;
    expect(await join({ groupId: '' })).toBe(24);
    expect(await join({ memberId: 'nobody' })).toBe(25);
    expect(await join({ sessionTimeoutMs: 1 })).toBe(26);
    expect(await join({ protocolType: 'connect' })).toBe(23);
    expect(await join({ protocols: [{ name: 'other', metadata: SUBSCRIPTION }] })).toBe(23);
    const beat = async (change: object): Promise<number> =>
      (await client.call(Heartbeat, 3, { groupId: 'g', memberId, generationId, ...change })).errorCode;
    expect(await beat({ generationId: generationId + 1 })).toBe(22);
    expect(await beat({ memberId: 'nobody' })).toBe(25);
    expect(await beat({ groupId: 'other' })).toBe(25);
    const sync = async (change: object): Promise<number> => {
      const request = { groupId: 'g', memberId, generationId, assignments: [], ...change };
      return (await client.call(SyncGroup, 5, request)).errorCode;
    };
    expect(await sync({ protocolType: 'consumer', protocolName: 'roundrobin' })).toBe(23);
    expect(await sync({ generationId: 0 })).toBe(22);
    const left = await client.call(LeaveGroup, 3, {
      groupId: 'g',
      memberId: '',
      members: [
        { memberId: 'nobody', groupInstanceId: undefined },
        { memberId, groupInstanceId: undefined },
      ],
    });
    expect(left).toMatchObject({ errorCode: 0, members: [{ errorCode: 25 }, { errorCode: 0 }] });
  });

  it('with an instance id come back without a rebalance, and fence who had it', async () => {
    const { client } = await groupWorld();
    const groupInstanceId = 'one';
    const first = await client.call(JoinGroup, 9, joinRequest({ groupInstanceId }));
    const { generationId, memberId } = first;
    const sync = { groupId: 'g', generationId, groupInstanceId };
    const assignments = [{ memberId, assignment: ASSIGNMENT }];
    await client.call(SyncGroup, 5, { ...sync, memberId, assignments });
    const again = await client.call(JoinGroup, 9, joinRequest({ groupInstanceId }));
    expect(again).toMatchObject({ errorCode: 0, generationId, skipAssignment: true, leader: again.memberId });
    const own = await client.call(SyncGroup, 5, { ...sync, memberId: again.memberId, assignments: [] });
    expect(hex(own.assignment)).toBe(hex(ASSIGNMENT));
    const old = { groupId: 'g', generationId, memberId, groupInstanceId };
    expect(await client.call(Heartbeat, 3, old)).toMatchObject({ errorCode: 82 });
    const topics = [{ name: 'orders', topicId: ZERO_UUID, partitions: [] }];
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }];
    const late = await client.call(OffsetCommit, 7, {
      groupId: 'g',
      memberId,
      groupInstanceId,
      generationIdOrMemberEpoch: generationId,
      topics: topics.map((topic) => ({ ...topic, partitions })),
    });
    expect(late.topics[0]?.partitions[0]?.errorCode).toBe(82);
  });

  it('find their coordinator in every version', async () => {
    const { client } = await groupWorld();
    for (let version = 0; version <= 6; version++) {
      const found = await client.call(FindCoordinator, version, {
        key: 'g',
        keyType: 0,
        coordinatorKeys: ['g'],
      });
      expect(version >= 4 ? found.coordinators[0] : found).toMatchObject({ errorCode: 0, nodeId: 1 });
    }
  });
});

describe('offsets over Kafka', () => {
  it('come back with their metadata in every version: commit metadata not round-tripped', async () => {
    const { client } = await groupWorld();
    for (let version = 2; version <= 9; version++) {
      const metadata = `written by version ${version}`;
      expect(await commit(client, version, { version, metadata })).toBe(0);
      for (let fetch = 1; fetch <= 9; fetch++)
        expect(await committed(client, fetch)).toMatchObject({
          committedOffset: version,
          metadata,
          errorCode: 0,
        });
    }
  });

  it('are told of all topics and of several groups, and as -1 where there are none', async () => {
    const { world, client } = await groupWorld();
    world.stream('bills');
    await commit(client, 5);
    await commit(client, 6, { name: 'bills' });
    const all = await client.call(OffsetFetch, 5, { groupId: 'g', topics: undefined, groups: [] });
    expect(all.topics.map(({ name }) => name)).toEqual(['bills', 'orders']);
    const topics = [{ name: 'orders', topicId: ZERO_UUID, partitionIndexes: [0, 1] }];
    const several = await client.call(OffsetFetch, 8, {
      groupId: '',
      topics: undefined,
      groups: [
        { groupId: 'g', topics },
        { groupId: 'other', topics },
        { groupId: '', topics },
      ],
    });
    const offsets = several.groups.map(({ errorCode, topics: found }) => [
      errorCode,
      found.flatMap(({ partitions }) => partitions.map((one) => one.committedOffset)),
    ]);
    expect(offsets).toEqual([
      [0, [5, -1]],
      [0, [-1, -1]],
      [24, []],
    ]);
  });

  it('are told as -1 for names that no stream can have', async () => {
    const { world, client } = await groupWorld();
    await commit(client, 5);
    const topics = ['', ':', 'a:1'].map((name) => ({ name, topicId: ZERO_UUID, partitionIndexes: [-1, 0] }));
    const answer = await client.call(OffsetFetch, 7, { groupId: 'g', topics, groups: [] });
    expect(answer.topics.map(({ name, partitions }) => [name, partitions.length])).toEqual([
      ['', 2],
      [':', 2],
      ['a:1', 2],
    ]);
    for (const { partitions } of answer.topics)
      for (const one of partitions) expect(one).toMatchObject({ errorCode: 0, committedOffset: -1 });
    expect(world.faults).toEqual([]);
  });

  it('are refused partition by partition, or as a whole, by what is wrong', async () => {
    const { client } = await groupWorld();
    expect(await commit(client, 1, { name: 'unknown' })).toBe(3);
    expect(await commit(client, 1, { metadata: 'x'.repeat(5_000) })).toBe(12);
    const { memberId, generationId } = await stable(client);
    expect(await commit(client, 1)).toBe(25);
    expect(await commit(client, 1, { memberId: 'nobody', generationId })).toBe(25);
    expect(await commit(client, 1, { memberId, generationId: generationId + 1 })).toBe(22);
    expect(await commit(client, 9, { memberId, generationId })).toBe(0);
    // A client that seeks back and commits means it.
    expect(await commit(client, 3, { memberId, generationId })).toBe(0);
    expect(await committed(client, 7)).toMatchObject({ committedOffset: 3 });
    expect(await commit(client, -1, { memberId, generationId })).toBe(0);
    expect(await committed(client, 7)).toMatchObject({ committedOffset: -1 });
  });

  it('that a transaction is about to commit are unstable for whoever insists', async () => {
    const { world, client } = await groupWorld();
    await commit(client, 5);
    const { transactions, groups } = world.services.coordination;
    const init = { caller: caller(), id: 't', timeoutMs: 0, waitMs: 0 };
    const transaction = await transactions.init(init);
    const target = { kind: 'offsets', group: 'g' } as const;
    await transactions.add({ caller: caller(), id: 't', ...transaction }, [target]);
    await groups.commit({
      caller: caller(),
      group: 'g',
      by: undefined,
      offsets: [{ stream: 'orders', partition: 0, offset: 9, leaderEpoch: -1, metadata: '' }],
      transaction,
    });
    expect(await committed(client, 7)).toMatchObject({ errorCode: 0, committedOffset: 5 });
    expect(await committed(client, 7, true)).toMatchObject({ errorCode: 88 });
  });

  it('are deleted where nobody subscribes to the topic', async () => {
    const { client } = await groupWorld();
    const remove = async (groupId: string): Promise<readonly number[]> => {
      const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0 }, { partitionIndex: 7 }] }];
      const answer = await client.call(OffsetDelete, 0, { groupId, topics });
      return [answer.errorCode, ...(answer.topics[0]?.partitions ?? []).map((one) => one.errorCode)];
    };
    expect(await remove('g')).toEqual([69]);
    const { memberId, generationId } = await stable(client);
    await commit(client, 4, { memberId, generationId });
    expect(await remove('g')).toEqual([0, 86, 3]);
    await client.call(LeaveGroup, 1, { groupId: 'g', memberId, members: [] });
    expect(await remove('g')).toEqual([0, 0, 3]);
    expect(await committed(client, 7)).toMatchObject({ committedOffset: -1 });
  });
});

describe('administration of groups over Kafka', () => {
  it('lists, describes and deletes classic groups', async () => {
    const { client } = await groupWorld();
    const { memberId, generationId } = await stable(client);
    await commit(client, 4, { memberId, generationId });
    const list = async (filter: object = {}): Promise<unknown> =>
      (await client.call(ListGroups, 5, { statesFilter: [], typesFilter: [], ...filter })).groups;
    const own = { groupId: 'g', protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' };
    expect(await list()).toEqual([own]);
    expect(await list({ statesFilter: ['stable'], typesFilter: ['Classic'] })).toEqual([own]);
    expect(await list({ statesFilter: ['Empty'] })).toEqual([]);
    expect(await list({ typesFilter: ['consumer'] })).toEqual([]);
    for (let version = 0; version <= 6; version++) {
      const { groups } = await client.call(DescribeGroups, version, {
        groups: ['g', 'none'],
        includeAuthorizedOperations: false,
      });
      expect(groups[0]).toMatchObject({ errorCode: 0, groupState: 'Stable', protocolData: 'range' });
      expect(groups[0]?.members).toMatchObject([{ memberId, clientId: 'raw', clientHost: '/127.0.0.1' }]);
      expect(hex(groups[0]?.members[0]?.memberMetadata)).toBe(hex(SUBSCRIPTION));
      expect(hex(groups[0]?.members[0]?.memberAssignment)).toBe(hex(ASSIGNMENT));
      expect(groups[1]).toMatchObject({ errorCode: version >= 6 ? 69 : 0, groupState: 'Dead' });
    }
    const remove = async (): Promise<unknown> =>
      (await client.call(DeleteGroups, 2, { groupsNames: ['g', 'none'] })).results;
    expect(await remove()).toMatchObject([{ errorCode: 68 }, { errorCode: 69 }]);
    await client.call(LeaveGroup, 1, { groupId: 'g', memberId, members: [] });
    expect(await list({ statesFilter: ['Empty'] })).toMatchObject([{ groupId: 'g' }]);
    expect(await remove()).toMatchObject([{ errorCode: 0 }, { errorCode: 69 }]);
  });

  it('shows native groups as what they are, and in the form that older clients know', async () => {
    const { world, client } = await groupWorld();
    const { coordination } = world.services;
    const joined = await coordination.groups.join({
      caller: caller(),
      group: 'native',
      member: 'm',
      instanceId: '',
      clientId: 'c',
      rack: '',
      streams: ['orders'],
      pattern: '',
      assignor: undefined,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 20_000,
    });
    expect(joined.epoch).toBeGreaterThan(0);
    await expect
      .poll(async () => {
        const { groups } = await client.call(ListGroups, 5, { statesFilter: [], typesFilter: ['consumer'] });
        return groups;
      })
      .toEqual([
        { groupId: 'native', protocolType: 'consumer', groupState: 'Stable', groupType: 'consumer' },
      ]);
    const { groups } = await client.call(DescribeGroups, 5, { groups: ['native'], ...ASKED });
    expect(groups[0]).toMatchObject({ groupState: 'Stable', members: [{ memberId: 'm' }] });
    const assigned = decodeAssignment(groups[0]?.members[0]?.memberAssignment ?? new Uint8Array(0));
    expect(assigned.assignedPartitions).toEqual([{ topic: 'orders', partitions: [0, 1] }]);
    const newer = await client.call(DescribeGroups, 6, { groups: ['native'], ...ASKED });
    expect(newer.groups[0]).toMatchObject({
      errorCode: 69,
      errorMessage: 'Group native is not a classic group.',
    });
    const consumer = await client.call(ConsumerGroupDescribe, 1, { groupIds: ['native', 'none'], ...ASKED });
    expect(consumer.groups).toMatchObject([
      { errorCode: 0, groupState: 'Stable', assignorName: 'uniform', members: [{ memberId: 'm' }] },
      { errorCode: 69 },
    ]);
    const join = await client.call(JoinGroup, 5, joinRequest({ groupId: 'native' }));
    expect(join.errorCode).toBe(23);
  });
});

describe('the consumer group protocol', () => {
  const beat = (change: Partial<RequestInput<typeof ConsumerGroupHeartbeat>>) => ({
    groupId: 'g',
    memberId: '',
    memberEpoch: 0,
    ...change,
  });

  const partitionsOf = (told: { partitions: readonly number[] }[] | undefined): readonly number[] =>
    told?.flatMap(({ partitions }) => partitions) ?? [];

  /** A member that takes over what it is told, and says so. */
  class Member {
    readonly memberId = randomUUID();
    epoch = 0;
    private readonly client: RawClient;
    private readonly topicId: string;
    private assigned: readonly number[] = [];

    constructor(world: KafkaWorld, client: RawClient) {
      this.client = client;
      this.topicId = world.catalog.machine.streamByName('orders')?.uuid ?? '';
    }

    async join(change: Partial<RequestInput<typeof ConsumerGroupHeartbeat>> = {}): Promise<this> {
      const wanted = { rebalanceTimeoutMs: 20_000, subscribedTopicNames: ['orders'], topicPartitions: [] };
      await this.beat({ ...wanted, ...change });
      return this;
    }

    /** Until it has so many partitions, and the coordinator knows. */
    async until(count: number): Promise<readonly number[]> {
      const beats = async (): Promise<number> => {
        const own = { topicId: this.topicId, partitions: this.assigned };
        await this.beat({ topicPartitions: this.assigned.length === 0 ? [] : [own] });
        return this.assigned.length;
      };
      await expect.poll(beats).toBe(count);
      await beats();
      return this.assigned;
    }

    private async beat(change: Partial<RequestInput<typeof ConsumerGroupHeartbeat>>): Promise<void> {
      const { memberId, epoch: memberEpoch } = this;
      const request = beat({ memberId, memberEpoch, ...change });
      const answer = await this.client.call(ConsumerGroupHeartbeat, 1, request);
      expect(answer).toMatchObject({ errorCode: 0, memberId });
      this.epoch = answer.memberEpoch;
      if (answer.assignment !== undefined)
        this.assigned = partitionsOf([...answer.assignment.topicPartitions]);
    }
  }

  it('shares the partitions between its members, one owner at any time, and fences epochs', async () => {
    const { world, client } = await groupWorld();
    const one = await new Member(world, client).join();
    expect(await one.until(2)).toEqual([0, 1]);
    const two = await new Member(world, client).join();
    const kept = await one.until(1);
    const got = await two.until(1);
    expect(new Set([...kept, ...got])).toEqual(new Set([0, 1]));
    const fenced = beat({ memberId: one.memberId, memberEpoch: one.epoch + 10 });
    expect(await client.call(ConsumerGroupHeartbeat, 1, fenced)).toMatchObject({ errorCode: 110 });
    const unknown = beat({ memberId: 'nobody', memberEpoch: 3 });
    expect(await client.call(ConsumerGroupHeartbeat, 1, unknown)).toMatchObject({ errorCode: 25 });
    const commitBy = { memberId: one.memberId, generationId: one.epoch, version: 9 };
    const [own = 0] = kept;
    expect(await commit(client, 7, commitBy)).toBe(own === 0 ? 0 : 113);
    const leave = beat({ memberId: one.memberId, memberEpoch: -1 });
    expect(await client.call(ConsumerGroupHeartbeat, 1, leave)).toMatchObject({
      errorCode: 0,
      memberEpoch: -1,
    });
    expect(await two.until(2)).toEqual([0, 1]);
  });

  it('takes a static member back with what it had when it left for a while', async () => {
    const { world, client } = await groupWorld();
    const first = await new Member(world, client).join({ instanceId: 'one' });
    expect(await first.until(2)).toEqual([0, 1]);
    const away = beat({ memberId: first.memberId, memberEpoch: -2, instanceId: 'one' });
    expect(await client.call(ConsumerGroupHeartbeat, 1, away)).toMatchObject({
      errorCode: 0,
      memberEpoch: -2,
    });
    const back = await new Member(world, client).join({ instanceId: 'one' });
    expect(await back.until(2)).toEqual([0, 1]);
    const old = beat({ memberId: first.memberId, memberEpoch: first.epoch, instanceId: 'one' });
    expect(await client.call(ConsumerGroupHeartbeat, 1, old)).toMatchObject({ errorCode: 82 });
  });

  it('subscribes by regular expression, to topics that come later, too', async () => {
    const { world, client } = await groupWorld();
    const change = { subscribedTopicNames: undefined, subscribedTopicRegex: '(?i)SHOP\\.[a-z]+' };
    const { memberId } = await new Member(world, client).join(change);
    world.stream('shop.orders');
    world.stream('shop.orders.eu');
    // What changes in the metadata is noticed by what is applied there.
    const metadata = world.replicas.place(METADATA_GROUP);
    metadata.append(new Uint8Array(0));
    metadata.commit();
    await expect
      .poll(() => {
        const known = world.services.coordination.groupAdmin.look(caller(), 'g');
        return known.then((group) => group.members.get(memberId)?.matched);
      })
      .toEqual(['shop.orders']);
    const wrong = beat({
      memberId: 'x',
      rebalanceTimeoutMs: 1_000,
      subscribedTopicRegex: '(',
      topicPartitions: [],
    });
    expect(await client.call(ConsumerGroupHeartbeat, 1, wrong)).toMatchObject({ errorCode: 128 });
  });

  it('refuses what is no request of a member, and members of a classic group that has some', async () => {
    const { client } = await groupWorld();
    const code = async (change: object, version = 1): Promise<number> =>
      (await client.call(ConsumerGroupHeartbeat, version, beat(change))).errorCode;
    const join = { rebalanceTimeoutMs: 1_000, subscribedTopicNames: ['orders'], topicPartitions: [] };
    expect(await code({ ...join, memberId: '' })).toBe(42);
    expect(await code({ ...join, memberId: 'a', rebalanceTimeoutMs: -1 })).toBe(42);
    expect(await code({ ...join, memberId: 'a', serverAssignor: 'mine' })).toBe(112);
    expect(await code({ memberId: '', memberEpoch: 4 }, 0)).toBe(42);
    const { memberId, generationId } = await stable(client);
    expect(await code({ ...join, memberId: 'a' })).toBe(23);
    await commit(client, 5, { memberId, generationId });
    await client.call(LeaveGroup, 1, { groupId: 'g', memberId, members: [] });
    // An empty classic group becomes a native one, with its offsets.
    expect(await code({ ...join, memberId: 'a' })).toBe(0);
    expect(await committed(client, 7)).toMatchObject({ committedOffset: 5 });
  });
});
