/** Where a leader epoch ends: how a consumer finds out that the log was truncated beneath it. */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string, structs } from '../protocol/schema.ts';

export const OffsetForLeaderEpoch = api(
  23,
  { versions: [2, 4], flexible: 4 },
  [
    i32('replicaId', { since: 3, default: -2 }),
    structs('topics', [
      string('topic'),
      structs('partitions', [
        i32('partition'),
        i32('currentLeaderEpoch', { default: -1 }),
        i32('leaderEpoch'),
      ]),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    structs('topics', [
      string('topic'),
      structs('partitions', [
        i16('errorCode'),
        i32('partition'),
        i32('leaderEpoch', { default: -1 }),
        i64('endOffset', { default: -1 }),
      ]),
    ]),
  ],
);
