/** Deletes committed offsets of a group. It was never made flexible. */
import { api } from '../protocol/api.ts';
import { i16, i32, string, structs } from '../protocol/schema.ts';

export const OffsetDelete = api(
  47,
  { versions: [0, 0] },
  [string('groupId'), structs('topics', [string('name'), structs('partitions', [i32('partitionIndex')])])],
  [
    i16('errorCode'),
    i32('throttleTimeMs'),
    structs('topics', [string('name'), structs('partitions', [i32('partitionIndex'), i16('errorCode')])]),
  ],
);
