/** Transactions by state, producer, duration (1) and pattern (2). */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, i64s, string, strings, structs } from '../protocol/schema.ts';

export const ListTransactions = api(
  66,
  { versions: [0, 2], flexible: 0 },
  [
    strings('stateFilters'),
    i64s('producerIdFilters'),
    i64('durationFilter', { since: 1, default: -1 }),
    string('transactionalIdPattern', { since: 2, nullable: 2, default: null }),
  ],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    strings('unknownStateFilters'),
    structs('transactionStates', [string('transactionalId'), i64('producerId'), string('transactionState')]),
  ],
);
