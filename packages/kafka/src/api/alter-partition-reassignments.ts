/** Moves partitions to other replicas; null replicas cancel a move. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, string, structs } from '../protocol/schema.ts';

export const AlterPartitionReassignments = api(
  45,
  { versions: [0, 0], flexible: 0 },
  [
    i32('timeoutMs', { default: 60000 }),
    structs('topics', [
      string('name'),
      structs('partitions', [i32('partitionIndex'), i32s('replicas', { nullable: 0, default: null })]),
    ]),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    string('errorMessage', { nullable: 0 }),
    structs('responses', [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        string('errorMessage', { nullable: 0 }),
      ]),
    ]),
  ],
);
