/**
 * Brokers, topics, partitions and their leaders. No topics means none from version 1 on and all in version 0; null means all. Version 4 says
 * whether missing topics are to be created, 10 brought topic ids, 12 asks by them, 13 has an error for the whole answer.
 */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, string, structs, uuid } from '../protocol/schema.ts';

export const Metadata = api(
  3,
  { versions: [0, 13], flexible: 9 },
  [
    structs('topics', { nullable: 1 }, [uuid('topicId', { since: 10 }), string('name', { nullable: 10 })]),
    bool('allowAutoTopicCreation', { since: 4, default: true }),
    bool('includeClusterAuthorizedOperations', { since: 8, until: 10 }),
    bool('includeTopicAuthorizedOperations', { since: 8 }),
  ],
  [
    i32('throttleTimeMs', { since: 3 }),
    structs('brokers', [
      i32('nodeId'),
      string('host'),
      i32('port'),
      string('rack', { since: 1, nullable: 1, default: null }),
    ]),
    string('clusterId', { since: 2, nullable: 2, default: null }),
    i32('controllerId', { since: 1, default: -1 }),
    structs('topics', [
      i16('errorCode'),
      string('name', { nullable: 12 }),
      uuid('topicId', { since: 10 }),
      bool('isInternal', { since: 1, default: false }),
      structs('partitions', [
        i16('errorCode'),
        i32('partitionIndex'),
        i32('leaderId'),
        i32('leaderEpoch', { since: 7, default: -1 }),
        i32s('replicaNodes'),
        i32s('isrNodes'),
        i32s('offlineReplicas', { since: 5 }),
      ]),
      i32('topicAuthorizedOperations', { since: 8, default: -2147483648 }),
    ]),
    i32('clusterAuthorizedOperations', { since: 8, until: 10, default: -2147483648 }),
    i16('errorCode', { since: 13 }),
  ],
);
