/** State of transactions by transactional id. */
import { api } from '../protocol/api.ts';
import { i16, i32, i32s, i64, string, strings, structs } from '../protocol/schema.ts';

export const DescribeTransactions = api(
  65,
  { versions: [0, 0], flexible: 0 },
  [strings('transactionalIds')],
  [
    i32('throttleTimeMs'),
    structs('transactionStates', [
      i16('errorCode'),
      string('transactionalId'),
      string('transactionState'),
      i32('transactionTimeoutMs'),
      i64('transactionStartTimeMs'),
      i64('producerId'),
      i16('producerEpoch'),
      structs('topics', [string('topic'), i32s('partitions')]),
    ]),
  ],
);
