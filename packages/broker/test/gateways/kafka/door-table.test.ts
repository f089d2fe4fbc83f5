/**
 * What each API asks for, as Kafka's table of operations has it: refused without the grant, taken with it, and refused again where any one
 * of several is missing. An API that is served and stands in no row fails.
 *
 * Different from Kafka: members of consumer groups need `read` of what they subscribe to, not `describe`; who may `alter` a topic may see and set
 * its configuration.
 */
import { METADATA_GROUP } from '@flowmesh/base';
import type { CatalogUser, Grant, GrantOperation, GrantResource } from '@flowmesh/engines';
import { ATTRIBUTE_TRANSACTIONAL } from '@flowmesh/engines';
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  AlterConfigs,
  AlterPartitionReassignments,
  AlterShareGroupOffsets,
  AlterUserScramCredentials,
  type Api,
  ApiVersions,
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  CreateAcls,
  CreatePartitions,
  CreateTopics,
  DeleteAcls,
  DeleteGroups,
  DeleteRecords,
  DeleteShareGroupOffsets,
  DeleteTopics,
  DescribeAcls,
  DescribeCluster,
  DescribeConfigs,
  DescribeGroups,
  DescribeLogDirs,
  DescribeProducers,
  DescribeShareGroupOffsets,
  DescribeTopicPartitions,
  DescribeTransactions,
  DescribeUserScramCredentials,
  ElectLeaders,
  type Encodable,
  EndTxn,
  Fetch,
  type Fields,
  FindCoordinator,
  Heartbeat,
  IncrementalAlterConfigs,
  InitProducerId,
  JoinGroup,
  LeaveGroup,
  ListConfigResources,
  ListGroups,
  ListOffsets,
  ListPartitionReassignments,
  ListTransactions,
  Metadata,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  OffsetForLeaderEpoch,
  Produce,
  ShareAcknowledge,
  ShareFetch,
  ShareGroupDescribe,
  ShareGroupHeartbeat,
  SyncGroup,
  TxnOffsetCommit,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { AccessDoor } from '../../../src/services/access/access-door.ts';
import { batchOf, caller } from '../../services/fake-cluster.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import type { RawClient } from './raw-client.ts';

const CODES: Partial<Record<GrantResource, number>> = { stream: 29, group: 30, cluster: 31, transaction: 53 };
const REFUSALS = new Set([...Object.values(CODES), 58]);

interface Need {
  readonly resource: GrantResource;
  readonly name: string;
  readonly operation: GrantOperation;
  /** Where it is not that of the resource. */
  readonly code?: number;
}

const codeOf = ({ code, resource }: Need): number | undefined => code ?? CODES[resource];

interface Row {
  readonly title: string;
  readonly key: number;
  readonly needs: readonly Need[];
  readonly call: (client: RawClient) => Promise<unknown>;
}

const on =
  (resource: GrantResource, name: string) =>
  (operation: GrantOperation): Need => ({ resource, name, operation });
const orders = on('stream', 'orders');
const group = on('group', 'g');
const transaction = on('transaction', 't');
const cluster = on('cluster', '*');

function row<Req extends Fields, Res extends Fields>(
  api: Api<Req, Res>,
  version: number,
  needs: readonly Need[],
  request: Encodable<Req>,
): Row {
  const asked = needs.map(({ operation, resource }) => `${operation} ${resource}`).join(', ');
  return {
    title: `${api.name}: ${asked === '' ? 'nothing' : asked}`,
    key: api.key,
    needs,
    call: (client) => client.call(api, version, request),
  };
}

const producer = { producerId: 7, producerEpoch: 0 };
const claim = { transactionalId: 't', ...producer };
const member = { groupId: 'g', memberId: 'm', generationId: 1 };
const offsets = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }];
const topicId = ZERO_UUID;
const write = (transactionalId?: string) => {
  const records = batchOf(['value']);
  if (transactionalId !== undefined) records[22] = (records[22] ?? 0) | ATTRIBUTE_TRANSACTIONAL;
  const partitionData = [{ index: 0, records }];
  return {
    transactionalId,
    acks: -1,
    timeoutMs: 1_000,
    topicData: [{ name: 'orders', topicId, partitionData }],
  };
};
const resources = (resourceType: number, resourceName: string) => [{ resourceType, resourceName }];
const config = (resourceName: string) => ({ resourceType: 2, resourceName, configs: [] });
const rule = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:ada',
  host: '*',
  operation: 3,
  permissionType: 3,
};
const anyRule = { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 };
const ordersAt = { name: 'orders', partitions: [{ partitionIndex: 0 }] };
const asked = { includeAuthorizedOperations: false };

const sharers = on('group', 's');
/** Of `orders`: its streams are numbered. */
const ORDERS_ID = '10000000-0000-0000-0000-000000000002';
const sharing = { groupId: 's', memberId: 'one' };
const shareFetch = { ...sharing, maxWaitMs: 0, minBytes: 0, maxRecords: 1, batchSize: 1 };
const sharedAt = [{ partitionIndex: 0, acknowledgementBatches: [] }];
const ordersFrom = { topicName: 'orders', partitions: [{ partitionIndex: 0, startOffset: 0 }] };

const ROWS: readonly Row[] = [
  row(Produce, 9, [orders('write')], write()),
  row(Produce, 9, [transaction('write'), orders('write')], write('t')),
  row(Fetch, 11, [orders('read')], {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      { topic: 'orders', topicId, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }] },
    ],
    forgottenTopicsData: [],
  }),
  row(ListOffsets, 5, [orders('describe')], {
    replicaId: -1,
    isolationLevel: 0,
    timeoutMs: 0,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
  }),
  row(OffsetForLeaderEpoch, 3, [orders('describe')], {
    replicaId: -1,
    topics: [{ topic: 'orders', partitions: [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 1 }] }],
  }),
  row(DeleteRecords, 2, [orders('delete')], {
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, offset: 0 }] }],
    timeoutMs: 1_000,
  }),
  row(Metadata, 9, [orders('describe')], {
    topics: [{ name: 'orders', topicId }],
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  }),
  row(DescribeCluster, 0, [], { includeClusterAuthorizedOperations: false, includeFencedBrokers: false }),
  row(FindCoordinator, 4, [group('describe')], { key: '', keyType: 0, coordinatorKeys: ['g'] }),
  row(FindCoordinator, 2, [transaction('describe')], { key: 't', keyType: 1, coordinatorKeys: [] }),
  row(ApiVersions, 3, [], { clientSoftwareName: 'raw', clientSoftwareVersion: '1' }),
  row(JoinGroup, 5, [group('read')], {
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: new Uint8Array(0) }],
  }),
  row(SyncGroup, 3, [group('read')], { ...member, assignments: [] }),
  row(Heartbeat, 3, [group('read')], member),
  row(LeaveGroup, 3, [group('read')], { ...member, members: [] }),
  row(OffsetCommit, 7, [group('read'), orders('read')], {
    groupId: 'g',
    memberId: '',
    generationIdOrMemberEpoch: -1,
    topics: [{ name: 'orders', topicId, partitions: offsets }],
  }),
  row(OffsetFetch, 8, [group('describe'), orders('describe')], {
    groupId: 'g',
    topics: undefined,
    groups: [{ groupId: 'g', topics: [{ name: 'orders', topicId, partitionIndexes: [0] }] }],
  }),
  row(OffsetDelete, 0, [group('delete'), orders('read')], { groupId: 'g', topics: [ordersAt] }),
  row(DescribeGroups, 5, [group('describe')], { groups: ['g'], ...asked }),
  row(ListGroups, 4, [], { statesFilter: [], typesFilter: [] }),
  row(DeleteGroups, 2, [group('delete')], { groupsNames: ['g'] }),
  row(ConsumerGroupHeartbeat, 1, [group('read'), orders('read')], {
    groupId: 'g',
    memberId: 'someone',
    memberEpoch: 0,
    rebalanceTimeoutMs: 10_000,
    subscribedTopicNames: ['orders'],
    topicPartitions: [],
  }),
  row(ConsumerGroupDescribe, 0, [group('describe'), orders('describe')], { groupIds: ['g'], ...asked }),
  row(ShareGroupHeartbeat, 1, [sharers('read'), orders('read')], {
    ...sharing,
    memberEpoch: 0,
    subscribedTopicNames: ['orders'],
  }),
  row(ShareGroupDescribe, 1, [sharers('describe')], { groupIds: ['s'], ...asked }),
  row(ShareFetch, 1, [sharers('read'), orders('read')], {
    ...shareFetch,
    shareSessionEpoch: 0,
    topics: [{ topicId: ORDERS_ID, partitions: sharedAt }],
    forgottenTopicsData: [],
  }),
  // Of which partitions is known by the session, which a fetch has opened.
  row(ShareAcknowledge, 1, [sharers('read')], { ...sharing, shareSessionEpoch: 1, topics: [] }),
  row(DescribeShareGroupOffsets, 0, [sharers('describe'), orders('describe')], {
    groups: [{ groupId: 's', topics: [{ topicName: 'orders', partitions: [0] }] }],
  }),
  row(AlterShareGroupOffsets, 0, [sharers('read'), orders('read')], { groupId: 's', topics: [ordersFrom] }),
  row(DeleteShareGroupOffsets, 0, [sharers('delete'), orders('read')], {
    groupId: 's',
    topics: [{ topicName: 'orders' }],
  }),
  row(DescribeConfigs, 4, [sharers('describe-configs')], {
    resources: [{ resourceType: 32, resourceName: 's', configurationKeys: undefined }],
    includeSynonyms: false,
    includeDocumentation: false,
  }),
  row(IncrementalAlterConfigs, 1, [sharers('alter-configs')], {
    resources: [
      {
        resourceType: 32,
        resourceName: 's',
        configs: [{ name: 'share.isolation.level', configOperation: 0, value: 'read_committed' }],
      },
    ],
    validateOnly: false,
  }),
  row(InitProducerId, 4, [on('stream', '*')('write')], {
    transactionalId: undefined,
    transactionTimeoutMs: 60_000,
    producerId: -1,
    producerEpoch: -1,
  }),
  row(InitProducerId, 4, [transaction('write')], {
    transactionalId: 't',
    transactionTimeoutMs: 60_000,
    producerId: -1,
    producerEpoch: -1,
  }),
  row(AddPartitionsToTxn, 3, [transaction('write'), orders('write')], {
    v3AndBelowTransactionalId: 't',
    v3AndBelowProducerId: 7,
    v3AndBelowProducerEpoch: 0,
    v3AndBelowTopics: [{ name: 'orders', partitions: [0] }],
  }),
  row(AddOffsetsToTxn, 3, [transaction('write'), group('read')], { ...claim, groupId: 'g' }),
  row(TxnOffsetCommit, 3, [transaction('write'), group('read'), orders('read')], {
    ...claim,
    groupId: 'g',
    topics: [{ name: 'orders', partitions: offsets }],
  }),
  row(EndTxn, 3, [transaction('write')], { ...claim, committed: true }),
  row(DescribeProducers, 0, [orders('read')], { topics: [{ name: 'orders', partitionIndexes: [0] }] }),
  row(DescribeTransactions, 0, [transaction('describe')], { transactionalIds: ['t'] }),
  row(ListTransactions, 0, [], { stateFilters: [], producerIdFilters: [] }),
  row(CreateTopics, 5, [on('stream', 'fresh')('create')], {
    topics: [{ name: 'fresh', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1_000,
    validateOnly: true,
  }),
  row(CreateTopics, 5, [{ ...cluster('create'), code: 29 }], {
    topics: [{ name: 'fresh', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1_000,
    validateOnly: true,
  }),
  row(DeleteTopics, 5, [orders('delete')], { topics: [], topicNames: ['orders'], timeoutMs: 1_000 }),
  row(CreatePartitions, 2, [orders('alter')], {
    topics: [{ name: 'orders', count: 5 }],
    timeoutMs: 1_000,
    validateOnly: true,
  }),
  row(DescribeConfigs, 4, [orders('describe-configs')], { resources: resources(2, 'orders') }),
  row(DescribeConfigs, 4, [cluster('describe-configs')], { resources: resources(4, '1') }),
  row(AlterConfigs, 1, [orders('alter-configs')], { resources: [config('orders')], validateOnly: true }),
  row(AlterConfigs, 1, [cluster('alter-configs')], {
    resources: [{ resourceType: 4, resourceName: '1', configs: [] }],
    validateOnly: true,
  }),
  row(IncrementalAlterConfigs, 1, [orders('alter-configs')], {
    resources: [
      {
        resourceType: 2,
        resourceName: 'orders',
        configs: [{ name: 'retention.ms', configOperation: 0, value: '60000' }],
      },
    ],
    validateOnly: true,
  }),
  row(ListConfigResources, 1, [cluster('describe-configs')], { resourceTypes: [] }),
  row(DescribeTopicPartitions, 0, [orders('describe')], { topics: [{ name: 'orders' }] }),
  row(DescribeLogDirs, 3, [cluster('describe')], { topics: undefined }),
  row(ElectLeaders, 2, [cluster('alter')], {
    electionType: 0,
    topicPartitions: [{ topic: 'orders', partitions: [0] }],
    timeoutMs: 1,
  }),
  row(AlterPartitionReassignments, 0, [cluster('alter')], {
    topics: [{ name: 'none', partitions: [{ partitionIndex: 0, replicas: [1] }] }],
  }),
  row(ListPartitionReassignments, 0, [cluster('describe')], { topics: undefined }),
  row(DescribeAcls, 3, [cluster('describe')], anyRule),
  row(CreateAcls, 3, [cluster('alter')], { creations: [rule] }),
  row(DeleteAcls, 3, [cluster('alter')], { filters: [anyRule] }),
  row(DescribeUserScramCredentials, 0, [cluster('describe')], { users: undefined }),
  row(AlterUserScramCredentials, 0, [cluster('alter')], {
    deletions: [{ name: 'bob', mechanism: 1 }],
    upsertions: [],
  }),
];

const ALL: readonly Need[] = (['stream', 'group', 'transaction', 'cluster'] as const).map((resource) => ({
  resource,
  name: '*',
  operation: 'all',
}));

class GuardedWorld {
  readonly world: KafkaWorld;
  readonly client: RawClient;
  private readonly user: { now: CatalogUser };

  private constructor(world: KafkaWorld, client: RawClient, user: { now: CatalogUser }) {
    this.world = world;
    this.client = client;
    this.user = user;
  }

  static async start(): Promise<GuardedWorld> {
    const user = { now: userWith([]) };
    const access = new AccessDoor({ machine: { user: () => user.now } });
    const world = await startKafkaWorld({
      door: {
        authorise: (caller, action, resource) =>
          access.authorise({ ...caller, principal: 'ada' }, action, resource),
        charge: () => undefined,
      },
    });
    world.coordinators();
    world.stream('orders', { partitions: 2 });
    world.stream('secret');
    const guarded = new GuardedWorld(world, await world.client(), user);
    // A group that has a member, as there is one where it is told.
    guarded.grant(ALL);
    await guarded.client.call(ConsumerGroupHeartbeat, 1, {
      groupId: 'g',
      memberId: 'first',
      memberEpoch: 0,
      rebalanceTimeoutMs: 10_000,
      subscribedTopicNames: ['orders'],
      topicPartitions: [],
    });
    guarded.grant([]);
    return guarded;
  }

  grant(needs: readonly Need[]): void {
    this.user.now = userWith(needs);
  }

  /** Of the codes that refuse, those in the answer. */
  async refusals({ call }: Row): Promise<readonly number[]> {
    return codesIn(await call(this.client)).filter((code) => REFUSALS.has(code));
  }
}

function userWith(needs: readonly Need[]): CatalogUser {
  const grants = needs.map(
    ({ resource, name, operation }): Grant => ({
      resource,
      name,
      operation,
      match: 'literal',
      effect: 'allow',
    }),
  );
  return {
    name: 'ada',
    enabled: true,
    roles: [],
    grants,
    credentials: [],
    createdAtMs: 0,
    changedRevision: 1,
  };
}

/** Wherever they stand. */
function codesIn(answer: unknown): readonly number[] {
  if (typeof answer !== 'object' || answer === null || ArrayBuffer.isView(answer)) return [];
  return Object.entries(answer).flatMap(([name, value]) =>
    typeof value === 'number' && /errorCode$/i.test(name) ? [value] : codesIn(value),
  );
}

describe('the door of Kafka’s APIs', () => {
  it.each(ROWS)('$title', async (one) => {
    const guarded = await GuardedWorld.start();
    const { needs } = one;
    for (const missing of needs) {
      guarded.grant(needs.filter((need) => need !== missing));
      expect(await guarded.refusals(one), `without ${missing.operation}`).toContain(codeOf(missing));
      guarded.grant(needs.map((need) => (need === missing ? { ...need, name: 'another' } : need)));
      if (missing.name !== '*') expect(await guarded.refusals(one), 'for another').toContain(codeOf(missing));
    }
    guarded.grant(needs);
    expect(await guarded.refusals(one)).toEqual([]);
    expect(guarded.world.faults).toEqual([]);
  });

  it('has a row for everything that is served', async () => {
    const guarded = await GuardedWorld.start();
    const { apiKeys } = await guarded.client.call(ApiVersions, 0, {
      clientSoftwareName: '',
      clientSoftwareVersion: '',
    });
    const served = apiKeys.map(({ apiKey }) => apiKey).sort((a, b) => a - b);
    expect([...new Set(ROWS.map(({ key }) => key))].sort((a, b) => a - b)).toEqual(served);
  });

  it('finds by a regular expression what its member may read, of streams that come later as well', async () => {
    const guarded = await GuardedWorld.start();
    const { world, client } = guarded;
    guarded.grant([on('group', 'found')('read'), orders('read'), on('stream', 'shop')('read')]);
    await client.call(ConsumerGroupHeartbeat, 1, {
      groupId: 'found',
      memberId: 'finder',
      memberEpoch: 0,
      rebalanceTimeoutMs: 10_000,
      subscribedTopicRegex: '.*',
      topicPartitions: [],
    });
    const matched = async () => {
      const group = await world.services.coordination.groupAdmin.look(caller(), 'found');
      return group.members.get('finder')?.matched;
    };
    guarded.grant(ALL);
    expect(await matched()).toEqual(['orders']);
    guarded.grant([orders('read'), on('stream', 'shop')('read'), on('group', 'found')('describe')]);
    world.stream('shop');
    world.stream('shop-secrets');
    // What changes in the metadata is noticed by what is applied there.
    const metadata = world.replicas.place(METADATA_GROUP);
    metadata.append(new Uint8Array(0));
    metadata.commit();
    await expect.poll(matched).toEqual(['orders', 'shop']);
  });

  it('names nothing to those who may not see it', async () => {
    const { world, client } = await GuardedWorld.start();
    const id = world.catalog.machine.streamByName('secret')?.uuid ?? '';
    const all = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    const answers = [
      await client.call(Metadata, 9, { ...all, topics: undefined }),
      await client.call(Metadata, 12, { ...all, topics: [{ name: undefined, topicId: id }] }),
      await client.call(DeleteTopics, 6, {
        topics: [{ name: undefined, topicId: id }],
        topicNames: [],
        timeoutMs: 1_000,
      }),
      await client.call(DescribeTopicPartitions, 0, { topics: [] }),
      await client.call(ListConfigResources, 1, { resourceTypes: [] }),
      await client.call(ElectLeaders, 2, { electionType: 0, topicPartitions: undefined, timeoutMs: 1 }),
      await client.call(ListGroups, 4, { statesFilter: [], typesFilter: [] }),
      await client.call(ListTransactions, 0, { stateFilters: [], producerIdFilters: [] }),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/secret|"orders"|"g"/);
  });
});
