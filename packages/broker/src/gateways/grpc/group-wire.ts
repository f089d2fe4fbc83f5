/** Values of groups as messages, and back. */
import { type Assignor, type PartitionKey, partitionKey, partitionOf } from '@flowmesh/engines';
import { flowmesh } from '@flowmesh/proto';
import type { GroupDescription, PartitionLag } from '../../services/group/group-admin.ts';
import type { GroupSummaryView } from '../../services/group/group-views.ts';
import type { MemberAnswer } from '../../services/group/group-service.ts';
import * as check from './request-checks.ts';

type V1 = typeof flowmesh.v1;
export type Sent<Name extends keyof V1> = V1[Name] extends { decode(...rest: never[]): infer Message }
  ? Message
  : never;

const PARTITIONS_MAX = 20_000;
const STREAMS_MAX = 1_000;

const ASSIGNORS: ReadonlyMap<flowmesh.v1.Assignor, Assignor | undefined> = new Map<
  flowmesh.v1.Assignor,
  Assignor | undefined
>([
  [flowmesh.v1.Assignor.ASSIGNOR_DEFAULT, undefined],
  [flowmesh.v1.Assignor.ASSIGNOR_COOPERATIVE, 'cooperative'],
  [flowmesh.v1.Assignor.ASSIGNOR_STICKY, 'sticky'],
  [flowmesh.v1.Assignor.ASSIGNOR_RANGE, 'range'],
  [flowmesh.v1.Assignor.ASSIGNOR_ROUND_ROBIN, 'round-robin'],
]);

export function assignorOf(value: flowmesh.v1.Assignor): Assignor | undefined {
  return ASSIGNORS.get(check.known(value, 'assignor', [...ASSIGNORS.keys()]));
}

/** Grouped by stream, in the order in which streams first appear. */
export function wirePartitions(keys: readonly PartitionKey[]): flowmesh.v1.StreamPartitions.$Properties[] {
  const byStream = new Map<string, number[]>();
  for (const key of keys) {
    const { stream, partition } = partitionOf(key);
    const known = byStream.get(stream);
    if (known === undefined) byStream.set(stream, [partition]);
    else known.push(partition);
  }
  return [...byStream].map(([stream, partitions]) => ({ stream, partitions }));
}

/** Streams with the partitions named of each. */
export function streamPartitions(
  list: readonly flowmesh.v1.StreamPartitions.$Properties[],
): readonly { readonly stream: string; readonly partitions: readonly number[] }[] {
  if (list.length > STREAMS_MAX) throw check.invalid('partitions', `names more than ${STREAMS_MAX} streams`);
  const all = list.map(({ stream, partitions }) => ({
    stream: check.streamName(stream ?? '', 'partitions.stream'),
    partitions: (partitions ?? []).map((each) => check.partitionNumber(each, 'partitions.partitions')),
  }));
  const count = all.reduce((sum, { partitions }) => sum + partitions.length, 0);
  if (count > PARTITIONS_MAX) throw check.invalid('partitions', `has more than ${PARTITIONS_MAX} elements`);
  return all;
}

export function partitionKeys(
  list: readonly flowmesh.v1.StreamPartitions.$Properties[],
): readonly PartitionKey[] {
  return streamPartitions(list).flatMap(({ stream, partitions }) =>
    partitions.map((partition) => partitionKey(stream, partition)),
  );
}

export function wireAssignment(answer: MemberAnswer): flowmesh.v1.GroupAssignment.$Properties {
  const { epoch, partitions, heartbeatIntervalMs, stable } = answer;
  return { epoch, partitions: wirePartitions(partitions), heartbeatIntervalMs, stable };
}

export function wireGroupInfo(summary: GroupSummaryView): flowmesh.v1.GroupInfo.$Properties {
  const { group, state, members, assignor, epoch, rebalances, protocol } = summary;
  return { group, state, members, assignor, epoch, rebalances, protocol };
}

export function wireGroup(description: GroupDescription): flowmesh.v1.GroupDescription.$Properties {
  return {
    info: wireGroupInfo(description),
    members: description.memberViews.map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      clientId: member.clientId,
      host: member.host,
      rack: member.rack,
      streams: [...member.streams],
      pattern: member.pattern,
      epoch: member.epoch,
      joinedAtMs: member.joinedAtMs,
      assigned: wirePartitions(member.assigned),
      revoking: wirePartitions(member.revoking),
    })),
    partitions: description.partitions.map(wireLag),
    undoAtMs: description.undoAtMs ?? 0,
  };
}

function wireLag(one: PartitionLag): flowmesh.v1.GroupPartition.$Properties {
  const { stream, partition, committed, position, lag, lagMs, owner } = one;
  return {
    stream,
    partition,
    committedOffset: committed?.offset ?? -1,
    metadata: committed?.metadata ?? '',
    committedAtMs: committed?.timeMs ?? 0,
    logStartOffset: position?.logStartOffset ?? -1,
    highWatermark: position?.highWatermark ?? -1,
    lag: lag ?? -1,
    lagMs: lagMs ?? -1,
    memberId: owner,
  };
}
