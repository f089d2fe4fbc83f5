/**
 * Appends record batches. Version 3 is the first with record batches of format v2, and the first that is taken; 7 allows zstd, 8 explains
 * refused records, 9 is flexible, 10 names the new leader beside NOT_LEADER_OR_FOLLOWER, 12 adds the partition to the transaction by
 * itself, 13 has topic ids instead of names. With `acks` 0 there is no response.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, records, string, struct, structs, uuid } from '../protocol/schema.ts';

export const Produce = api(
  0,
  { versions: [3, 13], flexible: 9 },
  [
    string('transactionalId', { nullable: 3, default: null }),
    i16('acks'),
    i32('timeoutMs'),
    structs('topicData', [
      string('name', { until: 12 }),
      uuid('topicId', { since: 13 }),
      structs('partitionData', [i32('index'), records('records', { nullable: 0 })]),
    ]),
  ],
  [
    structs('responses', [
      string('name', { until: 12 }),
      uuid('topicId', { since: 13 }),
      structs('partitionResponses', [
        i32('index'),
        i16('errorCode'),
        i64('baseOffset'),
        i64('logAppendTimeMs', { default: -1 }),
        i64('logStartOffset', { since: 5, default: -1 }),
        structs('recordErrors', { since: 8 }, [
          i32('batchIndex'),
          string('batchIndexErrorMessage', { nullable: 8, default: null }),
        ]),
        string('errorMessage', { since: 8, nullable: 8, default: null }),
        struct('currentLeader', { since: 10, tag: 0 }, [
          i32('leaderId', { default: -1 }),
          i32('leaderEpoch', { default: -1 }),
        ]),
      ]),
    ]),
    i32('throttleTimeMs', { default: 0 }),
    structs('nodeEndpoints', { since: 10, tag: 0 }, [
      i32('nodeId'),
      string('host'),
      i32('port'),
      string('rack', { nullable: 10, default: null }),
    ]),
  ],
);
