/** Receipts as one word, `shard:seq:lease`, so that they can be copied from one command to the next. */
import type { JobReceipt } from '@flowmesh/client';
import { usageError } from '../failure.ts';

export function showReceipt({ shard, seq, leaseEpoch }: JobReceipt): string {
  return `${shard}:${seq}:${leaseEpoch}`;
}

export function parseReceipt(text: string): JobReceipt {
  const found = /^(\d{1,5}):(\d{1,16}):(\d{1,16})$/.exec(text);
  if (found === null)
    throw usageError(
      `${text} is not a receipt`,
      'Receipts are printed by: flowmesh queue receive NAME -o json',
    );
  return { shard: Number(found[1]), seq: Number(found[2]), leaseEpoch: Number(found[3]) };
}
