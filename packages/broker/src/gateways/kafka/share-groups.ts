/** Share groups (KIP-932): ShareGroupHeartbeat, ShareGroupDescribe, and where they are in their partitions. Topics are told by their ids. */
import { FlowError, isFlowError } from '@flowmesh/base';
import { type PartitionKey, partitionOf } from '@flowmesh/engines';
import {
  AlterShareGroupOffsets,
  DeleteShareGroupOffsets,
  DescribeShareGroupOffsets,
  ShareGroupDescribe,
  ShareGroupHeartbeat,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { ShareOffset } from '../../services/group/share-offsets.ts';
import { SHARE_ASSIGNOR } from '../../services/group/group-views.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { hostOf, topicsOf } from './group-admin.ts';
import { groupName, memberId, toldOf } from './group-names.ts';
import { pass, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Heartbeat = ResponseInput<typeof ShareGroupHeartbeat>;
type DescribedShare = ResponseInput<typeof ShareGroupDescribe>['groups'][number];
type DescribedOffsets = ResponseInput<typeof DescribeShareGroupOffsets>['groups'][number];

const EPOCH_MIN = -1;
const GROUPS_MAX = 1_000;

export function shareGroupApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(ShareGroupHeartbeat, (request, context) => heartbeat(ports, request, context)),
    servedApi(ShareGroupDescribe, async ({ groupIds }, context) => {
      const described = groupIds.slice(0, GROUPS_MAX).map((name) => describe(ports, name, context));
      return { throttleTimeMs: 0, groups: await Promise.all(described) };
    }),
    servedApi(DescribeShareGroupOffsets, async ({ groups }, context) => {
      const described = groups.slice(0, GROUPS_MAX).map((one) => describeOffsets(ports, one, context));
      return { throttleTimeMs: 0, groups: await Promise.all(described) };
    }),
    servedApi(AlterShareGroupOffsets, (request, context) => alterOffsets(ports, request, context)),
    servedApi(DeleteShareGroupOffsets, (request, context) => deleteOffsets(ports, request, context)),
  ];
}

async function heartbeat(
  ports: KafkaPorts,
  request: RequestOf<typeof ShareGroupHeartbeat>,
  { caller, clientId, signal }: RequestContext,
): Promise<Heartbeat> {
  const { memberEpoch } = request;
  const not = (refused: Refusal): Heartbeat => ({
    throttleTimeMs: 0,
    ...refused,
    memberId: request.memberId,
    memberEpoch,
    heartbeatIntervalMs: 0,
  });
  if (memberEpoch < EPOCH_MIN || request.memberId === '')
    return not(refusal('INVALID_REQUEST', 'a member has an id, and an epoch of -1 or more'));
  try {
    const answer = await ports.coordination.shares.heartbeat(
      {
        caller,
        clientId,
        group: groupName(request.groupId),
        member: memberId(request.memberId),
        epoch: memberEpoch,
        rack: request.rackId,
        streams: request.subscribedTopicNames,
      },
      signal,
    );
    const { partitions } = answer;
    return {
      throttleTimeMs: 0,
      ...ACCEPTED,
      memberId: request.memberId,
      memberEpoch: answer.epoch,
      heartbeatIntervalMs: answer.heartbeatIntervalMs,
      assignment: partitions === undefined ? undefined : { topicPartitions: withIds(ports, partitions) },
    };
  } catch (thrown) {
    return not(toldOf(ports, thrown, 'consumer-group'));
  }
}

async function describe(
  ports: KafkaPorts,
  groupId: string,
  { caller }: RequestContext,
): Promise<DescribedShare> {
  const none = { groupId, groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };
  try {
    const group = await ports.coordination.groupAdmin.look(caller, groupName(groupId));
    if (group.head.protocol !== 'share')
      return { ...none, ...refusal('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a share group.`) };
    // Members are not told without what they read.
    for (const stream of new Set(group.orderedShare().flatMap(({ streams }) => streams)))
      pass(ports, caller, 'describe', stream);
    return {
      ...ACCEPTED,
      groupId,
      groupState: group.size === 0 ? 'Empty' : 'Stable',
      groupEpoch: group.head.epoch,
      assignmentEpoch: group.head.assignedEpoch,
      assignorName: SHARE_ASSIGNOR,
      members: group.orderedShare().map((member) => ({
        memberId: member.id,
        rackId: member.rack === '' ? undefined : member.rack,
        memberEpoch: member.epoch,
        clientId: member.clientId,
        clientHost: hostOf(member.host),
        subscribedTopicNames: member.streams,
        assignment: { topicPartitions: withIds(ports, member.assigned) },
      })),
    };
  } catch (thrown) {
    return { ...none, ...toldOf(ports, thrown, 'group') };
  }
}

async function describeOffsets(
  ports: KafkaPorts,
  { groupId, topics }: RequestOf<typeof DescribeShareGroupOffsets>['groups'][number],
  { caller, signal }: RequestContext,
): Promise<DescribedOffsets> {
  try {
    const wanted = topics?.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({ stream: topicName, partition })),
    );
    const found = await ports.coordination.shareOffsets.describe(caller, groupName(groupId), wanted, signal);
    return {
      ...ACCEPTED,
      groupId,
      topics: byStream(ports, found).map(({ offsets, ...topic }) => ({
        ...topic,
        partitions: offsets.map(({ partition, place }) => ({
          partitionIndex: partition,
          startOffset: isFlowError(place) ? -1 : place.startOffset,
          leaderEpoch: isFlowError(place) ? -1 : place.leaderEpoch,
          ...refusedAs(place),
        })),
      })),
    };
  } catch (thrown) {
    return { groupId, topics: [], ...toldOf(ports, thrown, 'group-admin') };
  }
}

async function alterOffsets(
  ports: KafkaPorts,
  { groupId, topics }: RequestOf<typeof AlterShareGroupOffsets>,
  { caller, signal }: RequestContext,
): Promise<ResponseInput<typeof AlterShareGroupOffsets>> {
  try {
    const wanted = topics.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partitionIndex, startOffset }) => ({
        stream: topicName,
        partition: partitionIndex,
        offset: checked(startOffset),
      })),
    );
    const altered = await ports.coordination.shareOffsets.alter(caller, groupName(groupId), wanted, signal);
    return {
      throttleTimeMs: 0,
      ...ACCEPTED,
      responses: byStream(ports, altered).map(({ offsets, ...topic }) => ({
        ...topic,
        partitions: offsets.map(({ partition, place }) => ({
          partitionIndex: partition,
          ...refusedAs(place),
        })),
      })),
    };
  } catch (thrown) {
    return { throttleTimeMs: 0, responses: [], ...toldOf(ports, thrown, 'group-admin') };
  }
}

async function deleteOffsets(
  ports: KafkaPorts,
  { groupId, topics }: RequestOf<typeof DeleteShareGroupOffsets>,
  { caller, signal }: RequestContext,
): Promise<ResponseInput<typeof DeleteShareGroupOffsets>> {
  try {
    const names = [...new Set(topics.map(({ topicName }) => topicName))];
    const outcomes = await ports.coordination.shareOffsets.forget(caller, groupName(groupId), names, signal);
    return {
      throttleTimeMs: 0,
      ...ACCEPTED,
      responses: names.map((topicName) => {
        const failed = outcomes.get(topicName);
        const refused = failed === undefined ? ACCEPTED : refusalOf(failed, 'common');
        return { topicName, topicId: ports.admin.find(topicName)?.uuid ?? ZERO_UUID, ...refused };
      }),
    };
  } catch (thrown) {
    return { throttleTimeMs: 0, responses: [], ...toldOf(ports, thrown, 'group-admin') };
  }
}

function checked(offset: number): number {
  if (offset >= 0 && Number.isSafeInteger(offset)) return offset;
  throw new FlowError('INVALID_ARGUMENT', `a share group cannot begin at offset ${offset}`, {
    hint: 'Offsets are 0 or more.',
  });
}

function refusedAs(place: ShareOffset['place']): Refusal {
  return isFlowError(place) ? refusalOf(asFlowError(place), 'common') : ACCEPTED;
}

function byStream(
  { admin }: KafkaPorts,
  all: readonly ShareOffset[],
): { readonly topicName: string; readonly topicId: string; readonly offsets: readonly ShareOffset[] }[] {
  const streams = new Map<string, ShareOffset[]>();
  for (const one of all) {
    const list = streams.get(one.stream) ?? [];
    streams.set(one.stream, list);
    list.push(one);
  }
  return [...streams].map(([topicName, offsets]) => ({
    topicName,
    topicId: admin.find(topicName)?.uuid ?? ZERO_UUID,
    offsets,
  }));
}

function withIds(
  { admin }: KafkaPorts,
  keys: readonly PartitionKey[],
): readonly { readonly topicId: string; readonly topicName: string; readonly partitions: number[] }[] {
  const named = keys.filter((key) => admin.find(partitionOf(key).stream) !== undefined);
  return topicsOf(named).map(([topicName, partitions]) => ({
    topicId: admin.find(topicName)?.uuid ?? ZERO_UUID,
    topicName,
    partitions,
  }));
}
