/**
 * The offsets that consumer groups committed. Null topics mean all (2). Version 7 can insist on stable offsets, 8 asks for several groups,
 * 10 has topic ids instead of names.
 */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, i64, string, structs, uuid } from '../protocol/schema.ts';

export const OffsetFetch = api(
  9,
  { versions: [1, 10], flexible: 6 },
  [
    string('groupId', { until: 7 }),
    structs('topics', { until: 7, nullable: 2 }, [string('name'), i32s('partitionIndexes')]),
    structs('groups', { since: 8 }, [
      string('groupId'),
      string('memberId', { since: 9, nullable: 9, default: null }),
      i32('memberEpoch', { since: 9, default: -1 }),
      structs('topics', { nullable: 8 }, [
        string('name', { until: 9 }),
        uuid('topicId', { since: 10 }),
        i32s('partitionIndexes'),
      ]),
    ]),
    bool('requireStable', { since: 7, default: false }),
  ],
  [
    i32('throttleTimeMs', { since: 3 }),
    structs('topics', { until: 7 }, [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i64('committedOffset'),
        i32('committedLeaderEpoch', { since: 5, default: -1 }),
        string('metadata', { nullable: 0 }),
        i16('errorCode'),
      ]),
    ]),
    i16('errorCode', { since: 2, until: 7, default: 0 }),
    structs('groups', { since: 8 }, [
      string('groupId'),
      structs('topics', [
        string('name', { until: 9 }),
        uuid('topicId', { since: 10 }),
        structs('partitions', [
          i32('partitionIndex'),
          i64('committedOffset'),
          i32('committedLeaderEpoch', { default: -1 }),
          string('metadata', { nullable: 8 }),
          i16('errorCode'),
        ]),
      ]),
      i16('errorCode', { default: 0 }),
    ]),
  ],
);
