/**
 * What of a page a reader is shown. Pages are read as they are stored; what is left out here:
 *
 *   control batches · for readers of what is committed, batches of aborted transactions · records whose time to live is over ·
 *   records that do not match the reader's filter
 *
 * Batches of which some records are left out have holes in their offsets. A page of which nothing is left still moves its reader on.
 * Filtering is bounded in steps: a page that costs too much is shown up to where it came, and read on from there.
 */
import { isFlowError, must, readBatchHeader } from '@flowmesh/base';
import type { BatchHeader, Crc32c } from '@flowmesh/base';
import { type AbortedTransaction, isControl, isTransactional } from '@flowmesh/engines';
import { ATTRIBUTE_LOG_APPEND_TIME, ATTRIBUTE_RECORD_TTL, type CodecSet, keepRecords } from '@flowmesh/kafka';
import type { StoredRecord } from '@flowmesh/kafka';
import type { CompiledFilter } from '../filter/compile-filter.ts';
import type { Page, ReadCursor } from './batch-reader.ts';
import type { Isolation, ServedPartition } from './partition-table.ts';
import { ttlOf } from './record-headers.ts';

export interface ReadView {
  readonly isolation: Isolation;
  readonly stream: string;
  /** Compiled for this reader alone: it counts. */
  readonly filter: CompiledFilter<'record'> | undefined;
  /** What the stream says of records that do not say it themselves; -1: they live for ever. */
  readonly ttlMs: () => number;
  readonly expired: (records: number) => void;
  readonly codecs: CodecSet;
  readonly crc32c: Crc32c;
  readonly decompressedBytesMax: number;
}

export interface Shown {
  /** Whole batches; the first may begin before the offset that was read from. */
  readonly batches: readonly Uint8Array[];
  readonly bytes: number;
  readonly records: number;
  /** Where to read on: behind the page, or within it where filtering it has cost enough. */
  readonly next: ReadCursor;
}

/** With a filter pages are read in portions of so many bytes, and each costs so many steps at most. */
export const FILTERED_PAGE_BYTES = 64 * 1024;
const FILTER_STEPS_PER_PAGE = 400_000;

/** Records of one page as they are looked at. */
interface Look {
  readonly partition: ServedPartition;
  readonly number: number;
  readonly from: number;
  readonly nowMs: number;
  readonly ttlMs: number;
  readonly view: ReadView;
  readonly stepsMax: number;
  expired: number;
  /** First record that was not looked at any more. */
  stoppedAt: number | undefined;
}

export function show(
  at: { readonly partition: ServedPartition; readonly number: number; readonly from: number },
  page: Page,
  view: ReadView,
): Shown {
  const { partition, from } = at;
  const { batches, bytes, next, attributes } = page;
  const ttlMs = view.ttlMs();
  const plain = !isTransactional(page) && !isControl(page) && (attributes & ATTRIBUTE_RECORD_TTL) === 0;
  if (plain && ttlMs < 0 && view.filter === undefined)
    return { batches, bytes, records: next.offset - from, next };
  const aborted = view.isolation === 'committed' ? abortedOf(partition, from, page) : [];
  const look: Look = {
    ...at,
    view,
    ttlMs,
    nowMs: partition.nowMs(),
    stepsMax: (view.filter?.counters.steps ?? 0) + FILTER_STEPS_PER_PAGE,
    expired: 0,
    stoppedAt: undefined,
  };
  const kept: Uint8Array[] = [];
  for (const batch of batches) {
    const header = headerOf(batch);
    const shown = isShown(header, aborted) ? shownOf(batch, header, look) : undefined;
    if (shown !== undefined) kept.push(shown);
    if (look.stoppedAt !== undefined) break;
  }
  if (look.expired > 0) view.expired(look.expired);
  return {
    batches: kept,
    bytes: kept.reduce((sum, batch) => sum + batch.length, 0),
    records: kept.reduce((sum, batch) => sum + headerOf(batch).recordCount, 0),
    next: look.stoppedAt === undefined ? next : { offset: look.stoppedAt, index: undefined },
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

/** Whether a batch is one of records, and not aborted. */
export function isShown(header: BatchHeader, aborted: readonly AbortedTransaction[]): boolean {
  if (isControl(header)) return false;
  if (!isTransactional(header)) return true;
  const { baseOffset, producerId } = header;
  return !aborted.some(
    (one) => one.producerId === producerId && one.firstOffset <= baseOffset && baseOffset <= one.lastOffset,
  );
}

/** The batch, what is left of it, or undefined where nothing is. */
function shownOf(batch: Uint8Array, header: BatchHeader, look: Look): Uint8Array | undefined {
  const { view } = look;
  const ownTtl = (header.attributes & ATTRIBUTE_RECORD_TTL) !== 0;
  if (!ownTtl && look.ttlMs >= 0 && header.maxTimestampMs + look.ttlMs <= look.nowMs) {
    look.expired += header.recordCount;
    return undefined;
  }
  const oneTime = (header.attributes & ATTRIBUTE_LOG_APPEND_TIME) !== 0;
  const mayExpire = ownTtl || (look.ttlMs >= 0 && !oneTime);
  if (!mayExpire && view.filter === undefined) return batch;
  try {
    return keepRecords(batch, (record) => keeps(record, look), { ...view, crc: view.crc32c });
  } catch (error) {
    if (!isFlowError(error)) throw error;
    // Its producer stored what cannot be read: whoever decodes it is told so, and a filter cannot match it.
    return view.filter === undefined ? batch : undefined;
  }
}

function keeps(record: StoredRecord, look: Look): boolean {
  if (record.offset < look.from || look.stoppedAt !== undefined) return false;
  const ttlMs = ttlOf(record, look.ttlMs);
  if (ttlMs >= 0 && record.timestampMs + ttlMs <= look.nowMs) {
    look.expired += 1;
    return false;
  }
  const { filter, stream } = look.view;
  if (filter === undefined) return true;
  if (filter.counters.steps >= look.stepsMax) {
    look.stoppedAt = record.offset;
    return false;
  }
  return filter.matches({ ...record, stream, partition: look.number });
}

function headerOf(batch: Uint8Array): BatchHeader {
  return must(readBatchHeader(batch), 'a stored batch has a header');
}
