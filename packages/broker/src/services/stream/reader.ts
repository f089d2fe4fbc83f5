/**
 * One answer to a read: pages from an offset, as much as was asked for, waiting for more where there is too little.
 *
 *   page ─► shown ─► enough? ─ yes ─► answer      time is up, or much was passed over for nothing ─► answer as it is
 *     ▲                └ no, at the end ─► parked ─ more has come ─┐
 *     └────────────────────────────────────────────────────────────┘
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { Clock, Scheduler } from '@flowmesh/base';
import type { AbortedTransaction } from '@flowmesh/engines';
import type { DiskGate } from '../disk-gate.ts';
import { emptyPage, readFromDisk, readFromMemory } from './batch-reader.ts';
import type { Page, ReadCursor, ReadLimits } from './batch-reader.ts';
import type { ParkedReads } from './parked-reads.ts';
import type { Isolation, ServedPartition } from './partition-table.ts';
import { abortedOf, FILTERED_PAGE_BYTES, show } from './read-view.ts';
import type { ReadView } from './read-view.ts';

export interface ReaderPorts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly gate: DiskGate;
  readonly parked: ParkedReads;
}

export interface PageRequest {
  readonly partition: number;
  readonly offset: number;
  readonly bytesMax: number;
  readonly bytesMin: number;
  readonly waitMs: number;
  /** Undefined: pages as they are stored, up to the end that `isolation` shows, with what was aborted in them. */
  readonly view: ReadView | undefined;
  readonly isolation: Isolation;
}

export interface ReadPages {
  readonly batches: readonly Uint8Array[];
  readonly bytes: number;
  readonly records: number;
  readonly nextOffset: number;
  readonly aborted: readonly AbortedTransaction[];
}

/** Bytes that one answer may pass over: a reader of little in a large log is told how far it has come. */
const PASSED_BYTES_MAX = 16 * 1024 * 1024;

interface Progress {
  cursor: ReadCursor;
  batches: Uint8Array[];
  aborted: AbortedTransaction[];
  bytes: number;
  records: number;
  /** Bytes read from the log, shown or not. */
  passed: number;
}

/** One page as it is stored: from memory, or from disk in turn with the other readers. */
export async function storedPage(
  partition: ServedPartition,
  cursor: ReadCursor,
  options: ReadLimits & { readonly gate: DiskGate; readonly signal: AbortSignal },
): Promise<Page> {
  const page = readFromMemory(partition, cursor, options);
  if (page === 'end') return emptyPage(cursor);
  if (page === 'disk') return await readFromDisk(partition, cursor, options);
  if (isFlowError(page)) throw page;
  return page;
}

export async function readPages(
  partition: ServedPartition,
  request: PageRequest,
  ports: ReaderPorts,
  signal: AbortSignal,
): Promise<ReadPages> {
  const { clock, parked } = ports;
  const untilMs = clock.monotonicMs() + request.waitMs;
  const wanted = Math.min(Math.max(request.bytesMin, 1), request.bytesMax);
  const progress: Progress = {
    cursor: { offset: request.offset, index: undefined },
    batches: [],
    aborted: [],
    bytes: 0,
    records: 0,
    passed: 0,
  };
  for (;;) {
    const outcome = await addPage(partition, { request, progress, ports, signal });
    if (outcome === 'full' || progress.bytes >= wanted || progress.passed >= PASSED_BYTES_MAX) break;
    if (outcome === 'added') continue;
    const waitMs = untilMs - clock.monotonicMs();
    if (waitMs <= 0) break;
    await parked.wait({
      partition,
      from: progress.cursor,
      bytesMin: wanted - progress.bytes,
      waitMs,
      isolation: request.isolation,
      signal,
    });
  }
  const { batches, bytes, records, aborted, cursor } = progress;
  return { batches, bytes, records, aborted, nextOffset: cursor.offset };
}

/** `full`: the next page does not fit. `end`: there is nothing more for now. */
async function addPage(
  partition: ServedPartition,
  at: {
    readonly request: PageRequest;
    readonly progress: Progress;
    readonly ports: ReaderPorts;
    readonly signal: AbortSignal;
  },
): Promise<'added' | 'full' | 'end'> {
  const { request, progress, ports, signal } = at;
  const { isolation, view } = request;
  const from = progress.cursor.offset;
  const left = request.bytesMax - progress.bytes;
  const bytesMax = view?.filter === undefined ? left : Math.min(left, FILTERED_PAGE_BYTES);
  // Others have their turn between the pages of a filter.
  if (view?.filter !== undefined) await new Promise<void>((resolve) => ports.scheduler.endOfTurn(resolve));
  const page = await storedPage(partition, progress.cursor, {
    bytesMax,
    isolation,
    gate: ports.gate,
    signal,
  });
  if (page.next.offset === from) return 'end';
  if (signal.aborted) throw new FlowError('CANCELLED', 'the caller gave up reading');
  const shown =
    view === undefined
      ? { ...page, records: page.next.offset - from }
      : show({ partition, number: request.partition, from }, page, view);
  if (progress.bytes > 0 && shown.bytes > left) return 'full';
  progress.cursor = shown.next;
  progress.batches.push(...shown.batches);
  progress.bytes += shown.bytes;
  progress.records += shown.records;
  progress.passed += page.bytes;
  if (view === undefined) progress.aborted.push(...newOnes(progress, abortedOf(partition, from, page)));
  return 'added';
}

/** A transaction may reach over several pages; it is named once. */
function newOnes(progress: Progress, found: readonly AbortedTransaction[]): readonly AbortedTransaction[] {
  return found.filter((one) => !progress.aborted.some(({ lastOffset }) => lastOffset === one.lastOffset));
}
