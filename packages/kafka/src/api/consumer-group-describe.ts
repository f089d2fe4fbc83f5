/** State and members of groups of the consumer group protocol (KIP-848). Version 1 tells the kind of each member. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, i8, string, strings, struct, structs, uuid } from '../protocol/schema.ts';

export const ConsumerGroupDescribe = api(
  69,
  { versions: [0, 1], flexible: 0 },
  [strings('groupIds'), bool('includeAuthorizedOperations')],
  [
    i32('throttleTimeMs'),
    structs('groups', [
      i16('errorCode'),
      string('errorMessage', { nullable: 0, default: null }),
      string('groupId'),
      string('groupState'),
      i32('groupEpoch'),
      i32('assignmentEpoch'),
      string('assignorName'),
      structs('members', [
        string('memberId'),
        string('instanceId', { nullable: 0, default: null }),
        string('rackId', { nullable: 0, default: null }),
        i32('memberEpoch'),
        string('clientId'),
        string('clientHost'),
        strings('subscribedTopicNames'),
        string('subscribedTopicRegex', { nullable: 0, default: null }),
        struct('assignment', [
          structs('topicPartitions', [uuid('topicId'), string('topicName'), i32s('partitions')]),
        ]),
        struct('targetAssignment', [
          structs('topicPartitions', [uuid('topicId'), string('topicName'), i32s('partitions')]),
        ]),
        i8('memberType', { since: 1, default: -1 }),
      ]),
      i32('authorizedOperations', { default: -2147483648 }),
    ]),
  ],
);
