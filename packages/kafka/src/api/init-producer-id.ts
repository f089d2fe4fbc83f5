/** Gives a producer its id and epoch. Version 3 lets a producer keep its id and raise its epoch. */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string } from '../protocol/schema.ts';

export const InitProducerId = api(
  22,
  { versions: [0, 5], flexible: 2 },
  [
    string('transactionalId', { nullable: 0 }),
    i32('transactionTimeoutMs'),
    i64('producerId', { since: 3, default: -1 }),
    i16('producerEpoch', { since: 3, default: -1 }),
  ],
  [i32('throttleTimeMs'), i16('errorCode'), i64('producerId', { default: -1 }), i16('producerEpoch')],
);
