/** Raises the number of partitions of topics. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i32s, string, structs } from '../protocol/schema.ts';

export const CreatePartitions = api(
  37,
  { versions: [0, 3], flexible: 2 },
  [
    structs('topics', [
      string('name'),
      i32('count'),
      structs('assignments', { nullable: 0 }, [i32s('brokerIds')]),
    ]),
    i32('timeoutMs'),
    bool('validateOnly'),
  ],
  [
    i32('throttleTimeMs'),
    structs('results', [
      string('name'),
      i16('errorCode'),
      string('errorMessage', { nullable: 0, default: null }),
    ]),
  ],
);
