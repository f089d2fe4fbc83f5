/** Moves the log start of partitions forward; offset -1 stands for the high watermark. */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string, structs } from '../protocol/schema.ts';

export const DeleteRecords = api(
  21,
  { versions: [0, 2], flexible: 2 },
  [
    structs('topics', [string('name'), structs('partitions', [i32('partitionIndex'), i64('offset')])]),
    i32('timeoutMs'),
  ],
  [
    i32('throttleTimeMs'),
    structs('topics', [
      string('name'),
      structs('partitions', [i32('partitionIndex'), i64('lowWatermark'), i16('errorCode')]),
    ]),
  ],
);
