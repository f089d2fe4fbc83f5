/**
 * Acquires records for a member of a share group, and acknowledges earlier ones (KIP-932). Version 0 was of an early access only; 2 brought
 * the way of acquiring and renewals (KIP-1206, KIP-1222).
 */
import { api } from '../protocol/api.ts';
import {
  bool,
  i16,
  i32,
  i32s,
  i64,
  i8,
  i8s,
  records,
  string,
  struct,
  structs,
  uuid,
} from '../protocol/schema.ts';

export const ShareFetch = api(
  78,
  { versions: [1, 2], flexible: 0 },
  [
    string('groupId', { nullable: 0, default: null }),
    string('memberId', { nullable: 0 }),
    i32('shareSessionEpoch'),
    i32('maxWaitMs'),
    i32('minBytes'),
    i32('maxBytes', { default: 0x7fffffff }),
    i32('maxRecords'),
    i32('batchSize'),
    i8('shareAcquireMode', { since: 2, default: 0 }),
    bool('isRenewAck', { since: 2, default: false }),
    structs('topics', [
      uuid('topicId'),
      structs('partitions', [
        i32('partitionIndex'),
        structs('acknowledgementBatches', [i64('firstOffset'), i64('lastOffset'), i8s('acknowledgeTypes')]),
      ]),
    ]),
    structs('forgottenTopicsData', [uuid('topicId'), i32s('partitions')]),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0, default: null }),
    i32('acquisitionLockTimeoutMs'),
    structs('responses', [
      uuid('topicId'),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        string('errorMessage', { nullable: 0, default: null }),
        i16('acknowledgeErrorCode'),
        string('acknowledgeErrorMessage', { nullable: 0, default: null }),
        struct('currentLeader', [i32('leaderId'), i32('leaderEpoch')]),
        records('records'),
        structs('acquiredRecords', [i64('firstOffset'), i64('lastOffset'), i16('deliveryCount')]),
      ]),
    ]),
    structs('nodeEndpoints', [
      i32('nodeId'),
      string('host'),
      i32('port'),
      string('rack', { nullable: 0, default: null }),
    ]),
  ],
);
