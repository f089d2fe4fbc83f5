/** Where share groups begin in their partitions (KIP-932). */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, i64, string, structs, uuid } from '../protocol/schema.ts';

export const DescribeShareGroupOffsets = api(
  90,
  { versions: [0, 0], flexible: 0 },
  [
    structs('groups', [
      string('groupId'),
      structs('topics', { nullable: 0 }, [string('topicName'), i32s('partitions')]),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    structs('groups', [
      string('groupId'),
      structs('topics', [
        string('topicName'),
        uuid('topicId'),
        structs('partitions', [
          i32('partitionIndex'),
          i64('startOffset'),
          i32('leaderEpoch'),
          i16('errorCode'),
          string('errorMessage', { nullable: 0, default: null }),
        ]),
      ]),
      i16('errorCode'),
      string('errorMessage', { nullable: 0, default: null }),
    ]),
  ],
);
