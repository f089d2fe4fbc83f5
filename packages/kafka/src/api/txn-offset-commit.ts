/** Commits offsets of a group within a transaction. Version 3 names the member, 5 needs no AddOffsetsToTxn. */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string, structs } from '../protocol/schema.ts';

export const TxnOffsetCommit = api(
  28,
  { versions: [0, 5], flexible: 3 },
  [
    string('transactionalId'),
    string('groupId'),
    i64('producerId'),
    i16('producerEpoch'),
    i32('generationId', { since: 3, default: -1 }),
    string('memberId', { since: 3, default: '' }),
    string('groupInstanceId', { since: 3, nullable: 3, default: null }),
    structs('topics', [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i64('committedOffset'),
        i32('committedLeaderEpoch', { since: 2, default: -1 }),
        string('committedMetadata', { nullable: 0 }),
      ]),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    structs('topics', [string('name'), structs('partitions', [i32('partitionIndex'), i16('errorCode')])]),
  ],
);
