/** Producers that partitions know: the state behind idempotence and transactions. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, i64, string, structs } from '../protocol/schema.ts';

export const DescribeProducers = api(
  61,
  { versions: [0, 0], flexible: 0 },
  [structs('topics', [string('name'), i32s('partitionIndexes')])],
  [
    i32('throttleTimeMs'),
    structs('topics', [
      string('name'),
      structs('partitions', [
        i32('partitionIndex'),
        i16('errorCode'),
        string('errorMessage', { nullable: 0, default: null }),
        structs('activeProducers', [
          i64('producerId'),
          i32('producerEpoch'),
          i32('lastSequence', { default: -1 }),
          i64('lastTimestamp', { default: -1 }),
          i32('coordinatorEpoch'),
          i64('currentTxnStartOffset', { default: -1 }),
        ]),
      ]),
    ]),
  ],
);
