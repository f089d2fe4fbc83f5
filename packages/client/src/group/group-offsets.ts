/** Committed offsets of a group: fetched and committed at its coordinator. */
import { FlowError } from '@flowmesh/base';
import type { CoordinatorPlaces } from '../routing/coordinator-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { fromErrorMessage } from '../wire/errors.ts';
import { callUnary } from '../wire/node-connection.ts';
import type { GroupMembership, OffsetToCommit, TopicPartition } from './group-types.ts';

/** As many as one request takes. */
const OFFSETS_PER_CALL_MAX = 5_000;

export interface CommittedOffset extends TopicPartition {
  /** Next offset to be read. */
  readonly offset: number;
  readonly metadata: string;
  readonly committedAt: number;
}

export interface RefusedCommit extends TopicPartition {
  readonly error: FlowError;
}

/** Offsets of the partitions named, those that have one; waits for transactions that are about to commit some of them. */
export async function fetchGroupOffsets(
  places: CoordinatorPlaces,
  group: string,
  partitions: readonly TopicPartition[] | undefined,
  options: CallOptions,
): Promise<readonly CommittedOffset[]> {
  const byStream = new Map<string, number[]>();
  for (const { stream, partition } of partitions ?? []) {
    const known = byStream.get(stream);
    if (known === undefined) byStream.set(stream, [partition]);
    else known.push(partition);
  }
  const request = {
    group,
    partitions: [...byStream].map(([stream, numbers]) => ({ stream, partitions: numbers })),
  };
  const { offsets } = await places.call(group, options, (connection, limits) =>
    callUnary(connection.groups.fetchOffsets.bind(connection.groups), request, limits),
  );
  return offsets.map((one) => ({
    stream: one.stream ?? '',
    partition: one.partition ?? 0,
    offset: one.offset ?? 0,
    metadata: one.metadata ?? '',
    committedAt: one.committedAtMs ?? 0,
  }));
}

export interface CommitCall {
  readonly group: string;
  /** Absent: from outside the group. With an empty member id: a member that is none at the moment, and may commit nothing. */
  readonly by?: GroupMembership | undefined;
  readonly offsets: readonly OffsetToCommit[];
  readonly transaction?: { readonly producerId: number; readonly producerEpoch: number };
}

/**
 * Partitions that were refused; none means that all is committed (or staged, with a transaction). Rejects with STALE_MEMBER, and asks nobody,
 * where `by` is no member at the moment.
 */
export async function commitGroupOffsets(
  places: CoordinatorPlaces,
  { group, by, offsets, transaction }: CommitCall,
  options: CallOptions,
): Promise<readonly RefusedCommit[]> {
  if (by?.memberId === '') {
    throw new FlowError('STALE_MEMBER', `this consumer is no member of group ${group} at the moment`, {
      hint: 'What it was handed and has not committed is handed out again, to whoever is given the partition.',
      details: { group },
    });
  }
  const refused: RefusedCommit[] = [];
  for (let from = 0; from < offsets.length; from += OFFSETS_PER_CALL_MAX) {
    const request = {
      group,
      memberId: by?.memberId ?? '',
      epoch: by?.epoch ?? 0,
      offsets: offsets.slice(from, from + OFFSETS_PER_CALL_MAX).map((one) => ({
        stream: one.stream,
        partition: one.partition,
        offset: one.offset,
        leaderEpoch: -1,
        metadata: one.metadata ?? '',
      })),
      ...(transaction === undefined ? {} : { transaction }),
    };
    const { outcomes } = await places.call(group, options, (connection, limits) =>
      callUnary(connection.groups.commitOffsets.bind(connection.groups), request, limits),
    );
    for (const { stream, partition, error } of outcomes) {
      if (error === null || error === undefined) continue;
      refused.push({ stream: stream ?? '', partition: partition ?? 0, error: fromErrorMessage(error) });
    }
  }
  return refused;
}
