/** Commits or aborts a transaction. Version 5 answers with the id and epoch to go on with. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i64, string } from '../protocol/schema.ts';

export const EndTxn = api(
  26,
  { versions: [0, 5], flexible: 3 },
  [string('transactionalId'), i64('producerId'), i16('producerEpoch'), bool('committed')],
  [
    i32('throttleTimeMs'),
    i16('errorCode'),
    i64('producerId', { since: 5, default: -1 }),
    i16('producerEpoch', { since: 5, default: -1 }),
  ],
);
