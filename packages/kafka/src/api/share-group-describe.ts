/** State and members of share groups (KIP-932). Version 0 was of an early access only. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, string, strings, struct, structs, uuid } from '../protocol/schema.ts';

export const ShareGroupDescribe = api(
  77,
  { versions: [1, 1], flexible: 0 },
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
        string('rackId', { nullable: 0, default: null }),
        i32('memberEpoch'),
        string('clientId'),
        string('clientHost'),
        strings('subscribedTopicNames'),
        struct('assignment', [
          structs('topicPartitions', [uuid('topicId'), string('topicName'), i32s('partitions')]),
        ]),
      ]),
      i32('authorizedOperations', { default: -2147483648 }),
    ]),
  ],
);
