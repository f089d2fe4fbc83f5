/** Tells the coordinator that a transaction is about to commit offsets of a group. */
import { api } from '../protocol/api.ts';
import { i16, i32, i64, string } from '../protocol/schema.ts';

export const AddOffsetsToTxn = api(
  25,
  { versions: [0, 4], flexible: 3 },
  [string('transactionalId'), i64('producerId'), i16('producerEpoch'), string('groupId')],
  [i32('throttleTimeMs'), i16('errorCode')],
);
