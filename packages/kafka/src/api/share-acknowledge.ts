/**
 * Acknowledges records that a member of a share group acquired (KIP-932): 0 gap, 1 accept, 2 release, 3 reject, 4 renew. Version 0 was of an
 * early access only; 2 brought renewals (KIP-1222).
 */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i64, i8s, string, struct, structs, uuid } from '../protocol/schema.ts';

export const ShareAcknowledge = api(
  79,
  { versions: [1, 2], flexible: 0 },
  [
    string('groupId', { nullable: 0, default: null }),
    string('memberId', { nullable: 0 }),
    i32('shareSessionEpoch'),
    bool('isRenewAck', { since: 2, default: false }),
    structs('topics', [
      uuid('topicId'),
      structs('partitions', [
        i32('partitionIndex'),
        structs('acknowledgementBatches', [i64('firstOffset'), i64('lastOffset'), i8s('acknowledgeTypes')]),
      ]),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0, default: null }),
    i32('acquisitionLockTimeoutMs', { since: 2 }),
    structs('responses', [
      uuid('topicId'),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        string('errorMessage', { nullable: 0, default: null }),
        struct('currentLeader', [i32('leaderId'), i32('leaderEpoch')]),
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
