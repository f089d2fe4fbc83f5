/**
 * Finds offsets by time: -1 the end, -2 the log start, -3 the record with the largest timestamp (7), -4 and -5 of tiered storage (8, 9).
 * Version 2 is aware of transactions, 4 of leader epochs, 10 bounds the wait for tiered storage.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, i8, string, structs } from '../protocol/schema.ts';

export const ListOffsets = api(
  2,
  { versions: [1, 10], flexible: 6 },
  [
    i32('replicaId'),
    i8('isolationLevel', { since: 2 }),
    structs('topics', [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i32('currentLeaderEpoch', { since: 4, default: -1 }),
        i64('timestamp'),
      ]),
    ]),
    i32('timeoutMs', { since: 10 }),
  ],
  [
    i32('throttleTimeMs', { since: 2 }),
    structs('topics', [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        i64('timestamp', { default: -1 }),
        i64('offset', { default: -1 }),
        i32('leaderEpoch', { since: 4, default: -1 }),
      ]),
    ]),
  ],
);
