/** Topics page by page: a cursor says where to go on. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, string, struct, structs, uuid } from '../protocol/schema.ts';

export const DescribeTopicPartitions = api(
  75,
  { versions: [0, 0], flexible: 0 },
  [
    structs('topics', [string('name')]),
    i32('responsePartitionLimit', { default: 2000 }),
    struct('cursor', { nullable: 0, default: null }, [string('topicName'), i32('partitionIndex')]),
  ],
  [
    i32('throttleTimeMs'),
    structs('topics', [
      i16('errorCode'),
      string('name', { nullable: 0 }),
      uuid('topicId'),
      bool('isInternal', { default: false }),
      structs('partitions', [
        i16('errorCode'),
        i32('partitionIndex'),
        i32('leaderId'),
        i32('leaderEpoch', { default: -1 }),
        i32s('replicaNodes'),
        i32s('isrNodes'),
        i32s('eligibleLeaderReplicas', { nullable: 0, default: null }),
        i32s('lastKnownElr', { nullable: 0, default: null }),
        i32s('offlineReplicas'),
      ]),
      i32('topicAuthorizedOperations', { default: -2147483648 }),
    ]),
    struct('nextCursor', { nullable: 0, default: null }, [string('topicName'), i32('partitionIndex')]),
  ],
);
