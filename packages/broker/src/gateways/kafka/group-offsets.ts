/**
 * OffsetCommit, OffsetFetch and OffsetDelete. A commit says where a client is, so it may go back; a negative offset takes what was committed
 * away. Offsets are those that clients of gRPC see.
 */
import {
  type Committer,
  OFFSET_METADATA_CHARS_MAX,
  OFFSETS_PER_COMMAND_MAX,
  type PartitionKey,
  partitionKey,
} from '@flowmesh/engines';
import { OffsetCommit, OffsetDelete, OffsetFetch, ZERO_UUID } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { CommittedOffset, OffsetCommit as Commit } from '../../services/group/group-service.ts';
import type { Caller } from '../../services/ports.ts';
import { refusal, refusalOf } from './errors.ts';
import { groupName, instanceName, memberId, toldOf } from './group-names.ts';
import { pass, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type CommitTopic = RequestOf<typeof OffsetCommit>['topics'][number];
type CommitPartition = CommitTopic['partitions'][number];
type FetchGroup = RequestOf<typeof OffsetFetch>['groups'][number];
type FetchedGroup = ResponseInput<typeof OffsetFetch>['groups'][number];
type FetchedPartition = FetchedGroup['topics'][number]['partitions'][number];

const NONE = -1;
/** Topics by their names: from the next version on they are told by their ids. */
const COMMIT_VERSION_LAST = 9;
const FETCH_VERSION_LAST = 9;
const SEVERAL_GROUPS_SINCE = 8;
/** Before it there is no place for an error but at partitions. */
const GROUP_ERROR_SINCE = 2;

export function groupOffsetApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(OffsetCommit, (request, context) => commit(ports, request, context), [2, COMMIT_VERSION_LAST]),
    servedApi(OffsetFetch, (request, context) => fetch(ports, request, context), [1, FETCH_VERSION_LAST]),
    servedApi(OffsetDelete, (request, { caller }) => deleteOffsets(ports, request, caller)),
  ];
}

async function commit(
  ports: KafkaPorts,
  request: RequestOf<typeof OffsetCommit>,
  { caller }: RequestContext,
): Promise<ResponseInput<typeof OffsetCommit>> {
  const refused = new Map<PartitionKey, number>();
  const offsets: Commit[] = [];
  for (const { name, partitions } of request.topics) {
    for (const one of partitions) {
      const error = refuseCommit(ports, caller, name, one);
      if (error === undefined) offsets.push(commitOf(name, one));
      else refused.set(partitionKey(name, one.partitionIndex), error);
    }
  }
  const outcome = await commitAll(ports, caller, request, offsets);
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: refused.get(partitionKey(name, partitionIndex)) ?? outcome(name, partitionIndex),
      })),
    })),
  };
}

function refuseCommit(
  { admin, door }: KafkaPorts,
  caller: Caller,
  topic: string,
  { partitionIndex, committedMetadata }: CommitPartition,
): number | undefined {
  const closed = door.authorise(caller, 'read', topic);
  if (closed !== undefined) return refusalOf(closed, 'group').errorCode;
  const partitions = admin.find(topic)?.groups.length ?? 0;
  if (partitionIndex < 0 || partitionIndex >= partitions)
    return refusal('UNKNOWN_TOPIC_OR_PARTITION').errorCode;
  const tooLong = (committedMetadata ?? '').length > OFFSET_METADATA_CHARS_MAX;
  return tooLong ? refusal('OFFSET_METADATA_TOO_LARGE').errorCode : undefined;
}

function commitOf(stream: string, one: CommitPartition): Commit {
  return {
    stream,
    partition: one.partitionIndex,
    offset: Math.max(one.committedOffset, NONE),
    leaderEpoch: Math.max(one.committedLeaderEpoch, NONE),
    metadata: one.committedMetadata ?? '',
  };
}

type OutcomeOf = (topic: string, partition: number) => number;

async function commitAll(
  ports: KafkaPorts,
  caller: Caller,
  request: RequestOf<typeof OffsetCommit>,
  offsets: readonly Commit[],
): Promise<OutcomeOf> {
  const { generationIdOrMemberEpoch: epoch } = request;
  const stale = new Set<PartitionKey>();
  try {
    const by: Committer | undefined = epoch < 0 ? undefined : { member: memberId(request.memberId), epoch };
    const common = {
      caller,
      group: groupName(request.groupId),
      by,
      instanceId: instanceName(request.groupInstanceId),
      rewind: true,
      transaction: undefined,
    };
    // One command even for no offsets: a member is told whether it still is one.
    for (let at = 0; at === 0 || at < offsets.length; at += OFFSETS_PER_COMMAND_MAX) {
      const some = offsets.slice(at, at + OFFSETS_PER_COMMAND_MAX);
      for (const one of await ports.coordination.groups.commit({ ...common, offsets: some })) {
        if (one.refused) stale.add(partitionKey(one.stream, one.partition));
      }
    }
  } catch (thrown) {
    const { errorCode } = toldOf(ports, thrown, 'commit');
    return () => errorCode;
  }
  const staleCode = refusal('STALE_MEMBER_EPOCH').errorCode;
  return (topic, partition) => (stale.has(partitionKey(topic, partition)) ? staleCode : 0);
}

async function fetch(
  ports: KafkaPorts,
  request: RequestOf<typeof OffsetFetch>,
  { caller, version }: RequestContext,
): Promise<ResponseInput<typeof OffsetFetch>> {
  const wanted: readonly FetchGroup[] =
    version >= SEVERAL_GROUPS_SINCE
      ? request.groups
      : [
          {
            groupId: request.groupId,
            memberId: undefined,
            memberEpoch: -1,
            topics: request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })),
          },
        ];
  const groups: FetchedGroup[] = [];
  for (const one of wanted) {
    groups.push(await fetchGroup(ports, one, { caller, requireStable: request.requireStable }));
  }
  const [first] = groups;
  const errorCode = first?.errorCode ?? 0;
  const topics = (first?.topics ?? []).map(({ name, partitions }) => ({ name, partitions }));
  if (version >= GROUP_ERROR_SINCE || errorCode === 0)
    return { throttleTimeMs: 0, topics, errorCode, groups };
  const failed = (wanted[0]?.topics ?? []).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({ ...nothing(partitionIndex), errorCode })),
  }));
  return { throttleTimeMs: 0, topics: failed, errorCode, groups };
}

interface Place {
  readonly stream: string;
  readonly partition: number;
}

async function fetchGroup(
  ports: KafkaPorts,
  { groupId, topics, memberId: member, memberEpoch }: FetchGroup,
  { caller, requireStable }: { readonly caller: Caller; readonly requireStable: boolean },
): Promise<FetchedGroup> {
  const places = topics?.flatMap(({ name, partitionIndexes }) =>
    partitionIndexes.map((partition): Place => ({ stream: name, partition })),
  );
  const hidden = new Map<string, number>();
  const maySee = (stream: string): boolean => {
    const closed = ports.door.authorise(caller, 'describe', stream);
    if (closed !== undefined) hidden.set(stream, refusalOf(closed, 'group').errorCode);
    return closed === undefined;
  };
  const partitions = places
    ?.filter(({ stream }) => maySee(stream))
    .map(({ stream, partition }) => partitionKey(stream, partition));
  try {
    const group = groupName(groupId);
    const by =
      member === undefined || memberEpoch < 0 ? undefined : { member: memberId(member), epoch: memberEpoch };
    const found = await ports.coordination.groups.fetchWithUnstable({ caller, group, partitions, by });
    const known = new Map(found.offsets.map((one) => [partitionKey(one.stream, one.partition), one]));
    return {
      groupId,
      errorCode: 0,
      topics: byTopic(places ?? found.offsets.filter(({ stream }) => maySee(stream)), {
        known,
        unstable: requireStable ? found.unstable : new Set(),
        hidden,
      }),
    };
  } catch (thrown) {
    const told = toldOf(ports, thrown, 'group');
    const stale = refusal('ILLEGAL_GENERATION').errorCode;
    const errorCode = told.errorCode === stale ? refusal('STALE_MEMBER_EPOCH').errorCode : told.errorCode;
    return { groupId, errorCode, topics: [] };
  }
}

/** Places are as the client names them, be there such a stream or not. */
function byTopic(
  places: readonly Place[],
  {
    known,
    unstable,
    hidden,
  }: {
    readonly known: ReadonlyMap<PartitionKey, CommittedOffset>;
    readonly unstable: ReadonlySet<PartitionKey>;
    /** Errors of streams that the caller may not see. */
    readonly hidden: ReadonlyMap<string, number>;
  },
): FetchedGroup['topics'] {
  const topics = new Map<string, FetchedPartition[]>();
  for (const { stream, partition } of places) {
    const key = partitionKey(stream, partition);
    const list = topics.get(stream) ?? [];
    topics.set(stream, list);
    const errorCode = hidden.get(stream);
    if (errorCode !== undefined) list.push({ ...nothing(partition), errorCode });
    else list.push(unstable.has(key) ? unstableAt(partition) : fetched(partition, known.get(key)));
  }
  return [...topics].map(([name, partitions]) => ({ name, topicId: ZERO_UUID, partitions }));
}

function fetched(partitionIndex: number, one: CommittedOffset | undefined): FetchedPartition {
  if (one === undefined) return nothing(partitionIndex);
  const { offset: committedOffset, leaderEpoch: committedLeaderEpoch, metadata } = one;
  return { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode: 0 };
}

function nothing(partitionIndex: number): FetchedPartition {
  return { partitionIndex, committedOffset: NONE, metadata: '', errorCode: 0 };
}

function unstableAt(partitionIndex: number): FetchedPartition {
  return { ...nothing(partitionIndex), errorCode: refusal('UNSTABLE_OFFSET_COMMIT').errorCode };
}

async function deleteOffsets(
  ports: KafkaPorts,
  request: RequestOf<typeof OffsetDelete>,
  caller: Caller,
): Promise<ResponseInput<typeof OffsetDelete>> {
  const topics: ResponseInput<typeof OffsetDelete>['topics'][number][] = [];
  const subscribed = refusal('NON_EMPTY_GROUP').errorCode;
  try {
    const group = groupName(request.groupId);
    pass(ports, caller, 'delete', `group:${group}`);
    await ports.coordination.groupAdmin.look(caller, group);
    for (const { name, partitions } of request.topics) {
      const closed = ports.door.authorise(caller, 'read', name);
      if (closed !== undefined) {
        const { errorCode } = refusalOf(closed, 'group');
        topics.push({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
        });
        continue;
      }
      const count = ports.admin.find(name)?.groups.length ?? 0;
      const known = partitions.filter(({ partitionIndex }) => partitionIndex >= 0 && partitionIndex < count);
      const keys = known.map(({ partitionIndex }) => partitionKey(name, partitionIndex));
      const errorCode = await ports.coordination.groupAdmin.deleteOffsets(caller, group, keys).then(
        () => 0,
        (thrown: unknown) => toldOf(ports, thrown, 'group-admin').errorCode,
      );
      const told = errorCode === subscribed ? refusal('GROUP_SUBSCRIBED_TO_TOPIC').errorCode : errorCode;
      topics.push({
        name,
        partitions: partitions.map((one) => ({
          partitionIndex: one.partitionIndex,
          errorCode: known.includes(one) ? told : refusal('UNKNOWN_TOPIC_OR_PARTITION').errorCode,
        })),
      });
    }
    return { errorCode: 0, throttleTimeMs: 0, topics };
  } catch (thrown) {
    return { errorCode: toldOf(ports, thrown, 'group').errorCode, throttleTimeMs: 0, topics: [] };
  }
}
