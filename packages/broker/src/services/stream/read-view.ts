/**
 * What of a page a reader is shown. Pages are read as they are stored; here control batches go, and for readers of what is committed
 * the batches of aborted transactions. A page of which nothing is left still moves its reader on.
 */
import { must, readBatchHeader } from '@flowmesh/base';
import { type AbortedTransaction, isControl, isTransactional } from '@flowmesh/engines';
import type { Page } from './batch-reader.ts';
import type { Isolation, ServedPartition } from './partition-table.ts';

export interface ReadView {
  readonly isolation: Isolation;
}

export interface Shown {
  /** Whole batches; the first may begin before the offset that was read from. */
  readonly batches: readonly Uint8Array[];
  readonly bytes: number;
  readonly records: number;
}

export function show(partition: ServedPartition, from: number, page: Page, view: ReadView): Shown {
  const { batches, bytes } = page;
  if (!isTransactional(page) && !isControl(page)) return { batches, bytes, records: page.next.offset - from };
  const aborted = view.isolation === 'committed' ? abortedOf(partition, from, page) : [];
  const kept = batches.filter((batch) => isShown(batch, aborted));
  return {
    batches: kept,
    bytes: kept.reduce((sum, batch) => sum + batch.length, 0),
    records: kept.reduce((sum, batch) => sum + headerOf(batch).recordCount, 0),
  };
}

/** Transactions that readers must leave out of this page, for clients that do so themselves. */
export function abortedOf(
  partition: ServedPartition,
  from: number,
  page: Pick<Page, 'next'>,
): readonly AbortedTransaction[] {
  return partition.machine.abortedBetween(from, page.next.offset);
}

function isShown(batch: Uint8Array, aborted: readonly AbortedTransaction[]): boolean {
  const header = headerOf(batch);
  if (isControl(header)) return false;
  if (!isTransactional(header)) return true;
  const { baseOffset, producerId } = header;
  return !aborted.some(
    (one) => one.producerId === producerId && one.firstOffset <= baseOffset && baseOffset <= one.lastOffset,
  );
}

function headerOf(batch: Uint8Array): NonNullable<ReturnType<typeof readBatchHeader>> {
  return must(readBatchHeader(batch), 'a stored batch has a header');
}
