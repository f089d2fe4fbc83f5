/**
 * Commits the offsets of a consumer group. Version 5 dropped the retention time, 6 brought leader epochs, 7 static members, 9 members of
 * the consumer group protocol (KIP-848), 10 topic ids instead of names.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string, structs, uuid } from '../protocol/schema.ts';

export const OffsetCommit = api(
  8,
  { versions: [2, 10], flexible: 8 },
  [
    string('groupId'),
    i32('generationIdOrMemberEpoch', { default: -1 }),
    string('memberId'),
    string('groupInstanceId', { since: 7, nullable: 7, default: null }),
    i64('retentionTimeMs', { until: 4, default: -1 }),
    structs('topics', [
      string('name', { until: 9 }),
      uuid('topicId', { since: 10 }),
      structs('partitions', [
        i32('partitionIndex'),
        i64('committedOffset'),
        i32('committedLeaderEpoch', { since: 6, default: -1 }),
        string('committedMetadata', { nullable: 0 }),
      ]),
    ]),
  ],
  [
    i32('throttleTimeMs', { since: 3 }),
    structs('topics', [
      string('name', { until: 9 }),
      uuid('topicId', { since: 10 }),
      structs('partitions', [i32('partitionIndex'), i16('errorCode')]),
    ]),
  ],
);
