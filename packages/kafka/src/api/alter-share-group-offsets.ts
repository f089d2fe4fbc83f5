/** Puts a share group without members elsewhere in its partitions (KIP-932). */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string, structs, uuid } from '../protocol/schema.ts';

export const AlterShareGroupOffsets = api(
  91,
  { versions: [0, 0], flexible: 0 },
  [
    string('groupId'),
    structs('topics', [
      string('topicName'),
      structs('partitions', [i32('partitionIndex'), i64('startOffset')]),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0, default: null }),
    structs('responses', [
      string('topicName'),
      uuid('topicId'),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        string('errorMessage', { nullable: 0, default: null }),
      ]),
    ]),
  ],
);
