/**
 * Reads record batches. Version 4 brought transactions, 5 the log start, 7 fetch sessions, 9 leader epochs, 11 reading from followers, 12
 * is flexible, 13 has topic ids instead of names, 16 names the new leader beside NOT_LEADER_OR_FOLLOWER.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, i64, i8, records, string, struct, structs, uuid } from '../protocol/schema.ts';

export const Fetch = api(
  1,
  { versions: [4, 17], flexible: 12 },
  [
    string('clusterId', { since: 12, nullable: 12, tag: 0, default: null }),
    i32('replicaId', { until: 14, default: -1 }),
    struct('replicaState', { since: 15, tag: 1 }, [
      i32('replicaId', { default: -1 }),
      i64('replicaEpoch', { default: -1 }),
    ]),
    i32('maxWaitMs'),
    i32('minBytes'),
    i32('maxBytes', { default: 0x7fffffff }),
    i8('isolationLevel', { default: 0 }),
    i32('sessionId', { since: 7, default: 0 }),
    i32('sessionEpoch', { since: 7, default: -1 }),
    structs('topics', [
      string('topic', { until: 12 }),
      uuid('topicId', { since: 13 }),
      structs('partitions', [
        i32('partition'),
        i32('currentLeaderEpoch', { since: 9, default: -1 }),
        i64('fetchOffset'),
        i32('lastFetchedEpoch', { since: 12, default: -1 }),
        i64('logStartOffset', { since: 5, default: -1 }),
        i32('partitionMaxBytes'),
        uuid('replicaDirectoryId', { since: 17, tag: 0 }),
      ]),
    ]),
    structs('forgottenTopicsData', { since: 7 }, [
      string('topic', { until: 12 }),
      uuid('topicId', { since: 13 }),
      i32s('partitions'),
    ]),
    string('rackId', { since: 11, default: '' }),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode', { since: 7 }),
    i32('sessionId', { since: 7, default: 0 }),
    structs('responses', [
      string('topic', { until: 12 }),
      uuid('topicId', { since: 13 }),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        i64('highWatermark'),
        i64('lastStableOffset', { default: -1 }),
        i64('logStartOffset', { since: 5, default: -1 }),
        struct('divergingEpoch', { since: 12, tag: 0 }, [
          i32('epoch', { default: -1 }),
          i64('endOffset', { default: -1 }),
        ]),
        struct('currentLeader', { since: 12, tag: 1 }, [
          i32('leaderId', { default: -1 }),
          i32('leaderEpoch', { default: -1 }),
        ]),
        struct('snapshotId', { since: 12, tag: 2 }, [
          i64('endOffset', { default: -1 }),
          i32('epoch', { default: -1 }),
        ]),
        structs('abortedTransactions', { nullable: 4 }, [i64('producerId'), i64('firstOffset')]),
        i32('preferredReadReplica', { since: 11, default: -1 }),
        records('records', { nullable: 0 }),
      ]),
    ]),
    structs('nodeEndpoints', { since: 16, tag: 0 }, [
      i32('nodeId'),
      string('host'),
      i32('port'),
      string('rack', { nullable: 16, default: null }),
    ]),
  ],
);
