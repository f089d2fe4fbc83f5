/** Elects the preferred leader (type 0) or, where data may be lost, any replica (type 1). Null partitions mean all. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, i8, string, structs } from '../protocol/schema.ts';

export const ElectLeaders = api(
  43,
  { versions: [0, 2], flexible: 2 },
  [
    i8('electionType', { since: 1 }),
    structs('topicPartitions', { nullable: 0 }, [string('topic'), i32s('partitions')]),
    i32('timeoutMs', { default: 60000 }),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode', { since: 1 }),
    structs('replicaElectionResults', [
      string('topic'),
      structs('partitionResult', [
        i32('partitionId'),
        i16('errorCode'),
        string('errorMessage', { nullable: 0 }),
      ]),
    ]),
  ],
);
