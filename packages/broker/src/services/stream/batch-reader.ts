/**
 * Reads RecordBatches of one partition from an offset: from memory at once where the recent entries are, otherwise from
 * disk. Never beyond what the reader's isolation shows, at least one batch however large. Entries that are no batches are passed over.
 *
 * The head of a compacted stream lies in runs of batches elsewhere in the log; their offsets have holes.
 *
 * A cursor remembers where in the log reading goes on, so that only its first read has to look an offset up. Log indexes
 * below the applied one never change, therefore a cursor stays valid for as long as the leadership lasts.
 */
import { FlowError, isFlowError, readBatchHeader } from '@flowmesh/base';
import { type CompactedRun, decodeStreamCommand } from '@flowmesh/engines';
import { batchesIn } from '@flowmesh/kafka';
import type { Entry } from '@flowmesh/raft';
import type { DiskGate } from '../disk-gate.ts';
import type { Isolation, ServedPartition } from './partition-table.ts';

export interface ReadLimits {
  readonly bytesMax: number;
  readonly isolation: Isolation;
}

export interface ReadCursor {
  /** The next record wanted. */
  readonly offset: number;
  /** No entry before this log index holds it; undefined while unknown. */
  readonly index: number | undefined;
}

export interface Page {
  /** Whole batches; the first may begin before the cursor's offset. They alias the log's memory. */
  readonly batches: readonly Uint8Array[];
  readonly bytes: number;
  /** Attributes of all batches, joined by or. */
  readonly attributes: number;
  /** Of compaction when it was read: what was aborted in it is known for so long. */
  readonly pass: number;
  /** At the end of what is shown it is the cursor itself; otherwise it has moved, also where there are no batches. */
  readonly next: ReadCursor;
}

/** Magic of a RecordBatch; other values are the machine's own commands. */
const BATCH_MAGIC = 2;
const MAGIC_AT = 16;
/** Sparse positions lie this far apart: read that much more, so that a page is not spent on passing over. */
const SPARSE_STEP_BYTES = 16 * 1024;
const PASSES_MAX = 10_000;

export function emptyPage(next: ReadCursor): Page {
  return { batches: [], bytes: 0, attributes: 0, pass: 0, next };
}

/** OFFSET_OUT_OF_RANGE, with the range, for an offset that is not between log start and high watermark. */
export function outOfRange(partition: ServedPartition, offset: number): FlowError {
  const start = partition.machine.logStartOffset;
  const end = partition.highWatermark;
  return new FlowError(
    'OFFSET_OUT_OF_RANGE',
    `offset ${offset} is not in the log, which holds ${start} to ${end}`,
    {
      hint:
        offset < start
          ? 'The records were deleted by retention or truncation; go on at the log start.'
          : 'Read from the end.',
      details: { logStartOffset: start, highWatermark: end },
    },
  );
}

/**
 * A page from memory. `disk`: not all of it is in memory. `end`: nothing at this offset yet. An error where the log
 * begins behind the cursor.
 */
export function readFromMemory(
  partition: ServedPartition,
  cursor: ReadCursor,
  limits: ReadLimits,
): Page | 'disk' | 'end' | FlowError {
  if (cursor.offset < partition.machine.logStartOffset) return outOfRange(partition, cursor.offset);
  if (cursor.offset >= partition.end(limits.isolation)) return 'end';
  try {
    return cachedPage(partition, cursor, limits);
  } catch (error) {
    if (isFlowError(error)) return damaged(partition, cursor.offset, error);
    throw error;
  }
}

function cachedPage(partition: ServedPartition, cursor: ReadCursor, limits: ReadLimits): Page | 'disk' {
  const { machine, replica } = partition;
  const run = machine.compactedRun(cursor.offset);
  if (run !== undefined) {
    const [entry] = replica.store.readCached(run.index, run.index + 1, limits.bytesMax) ?? [];
    return entry === undefined ? 'disk' : runPage(partition, { run, entry }, cursor.offset, limits);
  }
  let low = cursor.index ?? machine.locateRecent(cursor.offset);
  if (low === undefined) return 'disk';
  const high = replica.applied + 1;
  for (let pass = 0; pass < PASSES_MAX && low < high; pass++) {
    const entries = replica.store.readCached(low, high, limits.bytesMax);
    if (entries === undefined || entries.length === 0) return 'disk';
    const page = collect(partition, entries, cursor.offset, limits);
    if (page.batches.length > 0) return page;
    low = (entries[entries.length - 1] as Entry).index + 1;
  }
  return 'disk';
}

/** A page from disk, in turn with the other readers of this node. Empty only where the cursor is at the end. */
export async function readFromDisk(
  partition: ServedPartition,
  cursor: ReadCursor,
  options: ReadLimits & { readonly gate: DiskGate; readonly signal: AbortSignal },
): Promise<Page> {
  const pass = partition.machine.compactionPass;
  try {
    return await options.gate.run(() => readPage(partition, cursor, options), options.signal);
  } catch (error) {
    // Compaction has put it elsewhere between looking up and reading.
    if (isFlowError(error) && partition.machine.compactionPass !== pass)
      return await readFromDisk(partition, { offset: cursor.offset, index: undefined }, options);
    if (isFlowError(error) && error.code === 'CORRUPTION') throw damaged(partition, cursor.offset, error);
    // Trimmed away between looking up and reading.
    if (cursor.offset < partition.machine.logStartOffset) throw outOfRange(partition, cursor.offset);
    throw error;
  }
}

/** Damaged data are never served: the replica is given up and the caller told. */
function damaged(partition: ServedPartition, offset: number, cause: FlowError): FlowError {
  partition.replica.reportDamage(cause);
  return new FlowError('CORRUPTION', `records at offset ${offset} are damaged on this node`, {
    hint: 'The node gives up this replica and it is rebuilt from the others; retry, another node will serve.',
    retryable: true,
    cause,
  });
}

async function readPage(partition: ServedPartition, cursor: ReadCursor, limits: ReadLimits): Promise<Page> {
  const { machine, replica } = partition;
  if (cursor.offset < machine.logStartOffset) throw outOfRange(partition, cursor.offset);
  if (cursor.offset >= partition.end(limits.isolation)) return emptyPage(cursor);
  const run = machine.compactedRun(cursor.offset);
  if (run !== undefined) {
    const [entry] = await replica.store.read(run.index, run.index + 1, limits.bytesMax);
    if (entry === undefined) throw new FlowError('CORRUPTION', `entry ${run.index} of the log is missing`);
    return runPage(partition, { run, entry }, cursor.offset, limits);
  }
  let low = cursor.index ?? (await machine.locate(cursor.offset, replica.state)).index;
  const slack = cursor.index === undefined ? SPARSE_STEP_BYTES : 0;
  const high = replica.applied + 1;
  while (low < high) {
    const entries = await replica.store.read(low, high, limits.bytesMax + slack);
    if (entries.length === 0) break;
    const page = collect(partition, entries, cursor.offset, limits);
    if (page.batches.length > 0) return page;
    low = (entries[entries.length - 1] as Entry).index + 1;
  }
  throw new FlowError(
    'CORRUPTION',
    `offset ${cursor.offset} lies below the high watermark but in no entry of the log`,
  );
}

/** Batches of a compacted run from `offset` on; where none of them is that late, what follows the run is read next. */
function runPage(
  partition: ServedPartition,
  { run, entry }: { readonly run: CompactedRun; readonly entry: Entry },
  offset: number,
  limits: ReadLimits,
): Page {
  const pass = partition.machine.compactionPass;
  const command = entry.kind === 'normal' ? decodeStreamCommand(entry.data) : undefined;
  if (command?.kind !== 'compacted' || command.from !== run.from)
    throw new FlowError('CORRUPTION', `entry ${run.index} is not the compacted run from ${run.from}`);
  const batches: Uint8Array[] = [];
  let bytes = 0;
  let attributes = 0;
  for (const batch of batchesIn(command.batches)) {
    const header = readBatchHeader(batch);
    if (header === undefined) continue;
    if (header.baseOffset + header.lastOffsetDelta < offset) continue;
    if (batches.length > 0 && bytes + batch.length > limits.bytesMax) {
      return { batches, bytes, attributes, pass, next: { offset: header.baseOffset, index: undefined } };
    }
    batches.push(batch);
    bytes += batch.length;
    attributes |= header.attributes;
  }
  return { batches, bytes, attributes, pass, next: { offset: run.to, index: undefined } };
}

/** Picks the batches from `offset` on, up to `bytesMax`, and checks that their offsets follow one another without a gap. */
function collect(
  partition: ServedPartition,
  entries: readonly Entry[],
  offset: number,
  limits: ReadLimits,
): Page {
  const batches: Uint8Array[] = [];
  const end = partition.end(limits.isolation);
  let bytes = 0;
  let attributes = 0;
  let next = offset;
  let index = (entries[0] as Entry).index;
  for (const entry of entries) {
    if (entry.kind !== 'normal' || entry.data[MAGIC_AT] !== BATCH_MAGIC) {
      index = entry.index + 1;
      continue;
    }
    const header = readBatchHeader(entry.data);
    if (header === undefined) throw new FlowError('CORRUPTION', `entry ${entry.index} is no whole batch`);
    const following = header.baseOffset + header.lastOffsetDelta + 1;
    if (following <= offset) {
      index = entry.index + 1;
      continue;
    }
    if (following > end) break;
    if (batches.length > 0 && bytes + entry.data.length > limits.bytesMax) break;
    if (batches.length === 0 ? header.baseOffset > offset : header.baseOffset !== next) {
      throw new FlowError(
        'CORRUPTION',
        `entry ${entry.index} holds offset ${header.baseOffset} where ${next} was due`,
      );
    }
    batches.push(entry.data);
    bytes += entry.data.length;
    attributes |= header.attributes;
    next = following;
    index = entry.index + 1;
  }
  const pass = partition.machine.compactionPass;
  return { batches, bytes, attributes, pass, next: { offset: next, index } };
}
