/**
 * The one request of the consumer group protocol (KIP-848): joins, subscribes, reports what a member owns, leaves; the answer assigns.
 * Version 1 has subscriptions by regular expression and needs member ids made by clients.
 */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, string, strings, struct, structs, uuid } from '../protocol/schema.ts';

export const ConsumerGroupHeartbeat = api(
  68,
  { versions: [0, 1], flexible: 0 },
  [
    string('groupId'),
    string('memberId'),
    i32('memberEpoch'),
    string('instanceId', { nullable: 0, default: null }),
    string('rackId', { nullable: 0, default: null }),
    i32('rebalanceTimeoutMs', { default: -1 }),
    strings('subscribedTopicNames', { nullable: 0, default: null }),
    string('subscribedTopicRegex', { since: 1, nullable: 1, default: null }),
    string('serverAssignor', { nullable: 0, default: null }),
    structs('topicPartitions', { nullable: 0, default: null }, [uuid('topicId'), i32s('partitions')]),
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
