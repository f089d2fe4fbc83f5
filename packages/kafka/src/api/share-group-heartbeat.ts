/** A member of a share group (KIP-932) joins, is alive or leaves; the answer assigns partitions. Version 0 was of an early access only. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, string, strings, struct, structs, uuid } from '../protocol/schema.ts';

export const ShareGroupHeartbeat = api(
  76,
  { versions: [1, 1], flexible: 0 },
  [
    string('groupId'),
    string('memberId'),
    i32('memberEpoch'),
    string('rackId', { nullable: 0, default: null }),
    strings('subscribedTopicNames', { nullable: 0, default: null }),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0, default: null }),
    string('memberId', { nullable: 0, default: null }),
    i32('memberEpoch'),
    i32('heartbeatIntervalMs'),
    struct('assignment', { nullable: 0, default: null }, [
      structs('topicPartitions', [uuid('topicId'), i32s('partitions')]),
    ]),
  ],
);
