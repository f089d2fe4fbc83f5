/** Moves of partitions that are under way. Null topics mean all. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, string, structs } from '../protocol/schema.ts';

export const ListPartitionReassignments = api(
  46,
  { versions: [0, 0], flexible: 0 },
  [
    i32('timeoutMs', { default: 60000 }),
    structs('topics', { nullable: 0, default: null }, [string('name'), i32s('partitionIndexes')]),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0 }),
    structs('topics', [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i32s('replicas'),
        i32s('addingReplicas'),
        i32s('removingReplicas'),
      ]),
    ]),
  ],
);
