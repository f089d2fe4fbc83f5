/**
 * DescribeGroups, ListGroups, DeleteGroups and ConsumerGroupDescribe. Groups are told as what they are (share groups: `share-groups.ts`); clients that know
 * classic groups only see native ones in the same form, with what is assigned to their members.
 */
import type { Group, GroupProtocol } from '@flowmesh/engines';
import { type PartitionKey, partitionOf } from '@flowmesh/engines';
import {
  ConsumerGroupDescribe,
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  DeleteGroups,
  DescribeGroups,
  encodeVersioned,
  ListGroups,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { assignorName } from '../../services/group/consumer-groups.ts';
import {
  type GroupStep,
  type GroupSummaryView,
  membersOf,
  summaryOf,
} from '../../services/group/group-views.ts';
import type { Caller } from '../../services/ports.ts';
import { ACCEPTED, refusal } from './errors.ts';
import type { Refusal } from './errors.ts';
import { groupName, toldOf } from './group-names.ts';
import { pass, servedApi } from './served-api.ts';
import type { KafkaPorts, ServedApi } from './served-api.ts';

type Described = ResponseInput<typeof DescribeGroups>['groups'][number];
type DescribedConsumer = ResponseInput<typeof ConsumerGroupDescribe>['groups'][number];
type ConsumerMember = DescribedConsumer['members'][number];
type Partitions = ConsumerMember['assignment']['topicPartitions'];

/** From this version on, what is no classic group is an error; before, it was a dead group. */
const NOT_FOUND_SINCE = 6;
const CONSUMER_MEMBER = 1;
const NOTHING = new Uint8Array(0);
/** Of the messages that members of consumer groups exchange. */
const EXCHANGE_VERSION = 1;
const GROUPS_MAX = 1_000;

const TYPES: Readonly<Record<GroupProtocol, string>> = {
  native: 'consumer',
  classic: 'classic',
  share: 'share',
};

const STATES: Readonly<Record<GroupStep, string>> = {
  empty: 'Empty',
  joining: 'PreparingRebalance',
  syncing: 'CompletingRebalance',
  assigning: 'Assigning',
  reconciling: 'Reconciling',
  stable: 'Stable',
};

/** As clients know them that know classic groups only. */
const CLASSIC_STATES: Readonly<Record<GroupStep, string>> = {
  ...STATES,
  assigning: 'PreparingRebalance',
  reconciling: 'CompletingRebalance',
};

export function groupAdminApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(DescribeGroups, async ({ groups }, { caller, version }) => {
      const described = groups.slice(0, GROUPS_MAX).map((name) => describe(ports, caller, name, version));
      return { throttleTimeMs: 0, groups: await Promise.all(described) };
    }),
    servedApi(ListGroups, (request, { caller }) => list(ports, request, caller)),
    servedApi(DeleteGroups, async ({ groupsNames }, { caller, signal }) => {
      const deleted = groupsNames.slice(0, GROUPS_MAX).map((name) => remove(ports, caller, name, signal));
      return { throttleTimeMs: 0, results: await Promise.all(deleted) };
    }),
    servedApi(ConsumerGroupDescribe, async ({ groupIds }, { caller }) => {
      const described = groupIds.slice(0, GROUPS_MAX).map((name) => describeConsumer(ports, caller, name));
      return { throttleTimeMs: 0, groups: await Promise.all(described) };
    }),
  ];
}

const NOT_FOUND = refusal('GROUP_ID_NOT_FOUND').errorCode;

async function describe(
  ports: KafkaPorts,
  caller: Caller,
  groupId: string,
  version: number,
): Promise<Described> {
  const none = { groupId, groupState: '', protocolType: '', protocolData: '', members: [] };
  const notThere = (message: string): Described =>
    version >= NOT_FOUND_SINCE
      ? { ...none, ...refusal('GROUP_ID_NOT_FOUND', message), groupState: 'Dead' }
      : { ...none, ...ACCEPTED, groupState: 'Dead' };
  let group: Group;
  try {
    group = await ports.coordination.groupAdmin.look(caller, groupName(groupId));
  } catch (thrown) {
    const told = toldOf(ports, thrown, 'group');
    return told.errorCode === NOT_FOUND ? notThere(told.errorMessage ?? '') : { ...none, ...told };
  }
  const other = group.head.protocol === 'share';
  if (other || (version >= NOT_FOUND_SINCE && group.members.size > 0))
    return notThere(`Group ${groupId} is not a classic group.`);
  const { step, protocolType, assignor, members } = summaryOf(group);
  return {
    ...ACCEPTED,
    groupId,
    groupState: CLASSIC_STATES[step],
    protocolType,
    protocolData: members === 0 ? '' : assignor,
    members: [...nativeMembers(group), ...classicMembers(group)],
  };
}

function classicMembers(group: Group): Described['members'] {
  const { protocol = '', generation = 0 } = group.classic ?? {};
  return group.orderedClassic().map((member) => {
    const metadata = member.protocols.find(({ name }) => name === protocol)?.metadata ?? '';
    const assignment = member.assignedIn === generation ? member.assignment : '';
    return {
      memberId: member.id,
      groupInstanceId: member.instanceId === '' ? undefined : member.instanceId,
      clientId: member.clientId,
      clientHost: hostOf(member.host),
      memberMetadata: Buffer.from(metadata, 'base64'),
      memberAssignment: Buffer.from(assignment, 'base64'),
    };
  });
}

/** In the words of classic members. */
function nativeMembers(group: Group): Described['members'] {
  if (group.members.size === 0) return [];
  return membersOf(group).map((member) => {
    const subscription = { topics: member.streams, ownedPartitions: [] };
    const assignedPartitions = topicsOf(member.assigned).map(([topic, partitions]) => ({
      topic,
      partitions,
    }));
    return {
      memberId: member.id,
      groupInstanceId: member.instanceId === '' ? undefined : member.instanceId,
      clientId: member.clientId,
      clientHost: hostOf(member.host),
      memberMetadata: Buffer.concat(
        encodeVersioned(ConsumerProtocolSubscription, EXCHANGE_VERSION, subscription),
      ),
      memberAssignment:
        assignedPartitions.length === 0
          ? NOTHING
          : Buffer.concat(
              encodeVersioned(ConsumerProtocolAssignment, EXCHANGE_VERSION, { assignedPartitions }),
            ),
    };
  });
}

/** Kafka's tools show `/address`. */
export function hostOf(address: string): string {
  const colon = address.lastIndexOf(':');
  return `/${colon < 0 ? address : address.slice(0, colon)}`;
}

export function topicsOf(keys: readonly PartitionKey[]): readonly (readonly [string, number[]])[] {
  const topics = new Map<string, number[]>();
  for (const key of keys) {
    const { stream, partition } = partitionOf(key);
    const list = topics.get(stream);
    if (list === undefined) topics.set(stream, [partition]);
    else list.push(partition);
  }
  return [...topics];
}

async function list(
  ports: KafkaPorts,
  { statesFilter, typesFilter }: RequestOf<typeof ListGroups>,
  caller: Caller,
): Promise<ResponseInput<typeof ListGroups>> {
  const states = new Set(statesFilter.map((one) => one.toLowerCase()));
  const types = new Set(typesFilter.map((one) => one.toLowerCase()));
  const wanted = ({ step, protocol }: GroupSummaryView): boolean =>
    (states.size === 0 || states.has(STATES[step].toLowerCase())) &&
    (types.size === 0 || types.has(TYPES[protocol]));
  try {
    const groups = (await ports.coordination.groupAdmin.listLed(caller)).filter(wanted);
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      groups: groups.map(({ group, protocol, protocolType, step }) => ({
        groupId: group,
        protocolType,
        groupState: STATES[step],
        groupType: TYPES[protocol],
      })),
    };
  } catch (thrown) {
    return { throttleTimeMs: 0, errorCode: toldOf(ports, thrown, 'group').errorCode, groups: [] };
  }
}

async function remove(
  ports: KafkaPorts,
  caller: Caller,
  groupId: string,
  signal: AbortSignal,
): Promise<{ readonly groupId: string; readonly errorCode: number }> {
  try {
    await ports.coordination.groupAdmin.delete(caller, groupName(groupId), signal);
    return { groupId, errorCode: 0 };
  } catch (thrown) {
    return { groupId, errorCode: toldOf(ports, thrown, 'group-admin').errorCode };
  }
}

async function describeConsumer(
  ports: KafkaPorts,
  caller: Caller,
  groupId: string,
): Promise<DescribedConsumer> {
  const none = { groupId, groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };
  try {
    const group = await ports.coordination.groupAdmin.look(caller, groupName(groupId));
    if (group.classic !== undefined || group.head.protocol === 'share')
      return { ...none, ...notConsumer(groupId) };
    // Members are not told without what they read.
    for (const stream of new Set(group.orderedMembers().flatMap(({ streams }) => streams)))
      pass(ports, caller, 'describe', stream);
    const { head } = group;
    return {
      ...ACCEPTED,
      groupId,
      groupState: STATES[summaryOf(group).step],
      groupEpoch: head.epoch,
      assignmentEpoch: head.assignedEpoch,
      assignorName: assignorName(head.assignor),
      members: group.orderedMembers().map((member) => ({
        memberId: member.id,
        instanceId: member.instanceId === '' ? undefined : member.instanceId,
        rackId: member.rack === '' ? undefined : member.rack,
        memberEpoch: member.epoch,
        clientId: member.clientId,
        clientHost: hostOf(member.host),
        subscribedTopicNames: member.streams,
        subscribedTopicRegex: member.regex === '' ? undefined : member.regex,
        assignment: {
          topicPartitions: withIds(ports, [...Object.keys(member.assigned), ...Object.keys(member.revoking)]),
        },
        targetAssignment: { topicPartitions: withIds(ports, member.target) },
        memberType: CONSUMER_MEMBER,
      })),
    };
  } catch (thrown) {
    return { ...none, ...toldOf(ports, thrown, 'group') };
  }
}

function notConsumer(groupId: string): Refusal {
  return refusal('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a consumer group.`);
}

function withIds({ admin }: KafkaPorts, keys: readonly PartitionKey[]): Partitions {
  return topicsOf(keys).map(([topicName, partitions]) => ({
    topicId: admin.find(topicName)?.uuid ?? ZERO_UUID,
    topicName,
    partitions: partitions.sort((a, b) => a - b),
  }));
}
