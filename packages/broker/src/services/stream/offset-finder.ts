/**
 * Answers where a partition begins, ends, had its first record at or after a time, or its record with the greatest time. For times the
 * index names a place to begin; from there batches are passed by their greatest timestamp, and the first that reaches the time is looked
 * into. The greatest time is known; where its record is not shown any more, all batches are passed.
 */
import { isFlowError, readBatchHeader } from '@flowmesh/base';
import type { BatchHeader } from '@flowmesh/base';
import type { DiskGate } from '../disk-gate.ts';
import type { ReadCursor } from './batch-reader.ts';
import type { ServedPartition } from './partition-table.ts';
import { show } from './read-view.ts';
import type { ReadView } from './read-view.ts';
import { storedPage } from './reader.ts';
import { recordsOf } from './record-view.ts';
import type { RecordViewPorts } from './record-view.ts';

export type OffsetQuestion =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  | { readonly kind: 'max-timestamp' };

export interface FoundOffset {
  /** -1 where no record is as late as asked. */
  readonly offset: number;
  /** Of the record found by its timestamp, else -1. */
  readonly timestampMs: number;
}

export interface OffsetFinderPorts extends RecordViewPorts {
  readonly gate: DiskGate;
  readonly signal: AbortSignal;
  /** `latest` is the end of what it shows; records that it does not show are not found by their time. */
  readonly view: ReadView;
  /** Of the partition. */
  readonly number: number;
}

const NONE: FoundOffset = { offset: -1, timestampMs: -1 };
const PAGE_BYTES = 256 * 1024;
const LOG_APPEND_TIME_BIT = 0x08;

export async function findOffset(
  served: ServedPartition,
  at: OffsetQuestion,
  ports: OffsetFinderPorts,
): Promise<FoundOffset> {
  switch (at.kind) {
    case 'earliest':
      return { offset: served.machine.logStartOffset, timestampMs: -1 };
    case 'latest':
      return { offset: served.end(ports.view.isolation), timestampMs: -1 };
    case 'timestamp':
      return await findByTime(served, at.timestampMs, ports);
    case 'max-timestamp':
      return await findGreatest(served, ports);
  }
}

async function findGreatest(served: ServedPartition, ports: OffsetFinderPorts): Promise<FoundOffset> {
  const { maxTimestampMs, logStartOffset } = served.machine;
  if (maxTimestampMs < 0) return NONE;
  const found = await findByTime(served, maxTimestampMs, ports);
  if (found.offset >= 0) return found;
  let greatest = -1;
  await eachBatch(served, { offset: logStartOffset, index: undefined }, ports, (batch) => {
    greatest = Math.max(greatest, readBatchHeader(batch)?.maxTimestampMs ?? -1);
    return undefined;
  });
  return greatest < 0 ? NONE : await findByTime(served, greatest, ports);
}

async function findByTime(
  served: ServedPartition,
  timestampMs: number,
  ports: OffsetFinderPorts,
): Promise<FoundOffset> {
  const start = await served.machine.locateTimestamp(timestampMs, served.replica.state);
  if (start === undefined) return NONE;
  return (
    (await eachBatch(served, start, ports, (batch) => findInBatch(served, batch, timestampMs, ports))) ?? NONE
  );
}

/** Shows `look` every batch that readers see, page by page, until it has found something; undefined where it has not. */
async function eachBatch(
  served: ServedPartition,
  start: ReadCursor,
  ports: OffsetFinderPorts,
  look: (batch: Uint8Array) => FoundOffset | undefined,
): Promise<FoundOffset | undefined> {
  let cursor = start;
  for (;;) {
    const { isolation } = ports.view;
    const page = await storedPage(served, cursor, { ...ports, isolation, bytesMax: PAGE_BYTES });
    if (page.next.offset === cursor.offset) return undefined;
    const at = { partition: served, number: ports.number, from: cursor.offset };
    for (const batch of show(at, page, ports.view).batches) {
      const found = look(batch);
      if (found !== undefined) return found;
    }
    cursor = page.next;
  }
}

function findInBatch(
  served: ServedPartition,
  batch: Uint8Array,
  timestampMs: number,
  ports: OffsetFinderPorts,
): FoundOffset | undefined {
  const header = readBatchHeader(batch);
  if (header === undefined || header.maxTimestampMs < timestampMs) return undefined;
  const first = Math.max(header.baseOffset, served.machine.logStartOffset);
  if ((header.attributes & LOG_APPEND_TIME_BIT) !== 0)
    return { offset: first, timestampMs: header.maxTimestampMs };
  return findInRecords(batch, header, { first, timestampMs, ports });
}

function findInRecords(
  batch: Uint8Array,
  header: BatchHeader,
  want: { readonly first: number; readonly timestampMs: number; readonly ports: OffsetFinderPorts },
): FoundOffset | undefined {
  const records = recordsOf([batch], want.first, want.ports);
  // A batch whose contents its producer made unreadable is still somewhere in time: it is answered as a whole.
  if (isFlowError(records)) return { offset: want.first, timestampMs: header.maxTimestampMs };
  const record = records.find((each) => each.timestampMs >= want.timestampMs);
  return record === undefined ? undefined : { offset: record.offset, timestampMs: record.timestampMs };
}
