/**
 * What a stream remembers of its idempotent producers: epoch and the last five batches of each, so that a batch sent twice is
 * stored once and answered with its first offset. Entries are immutable values; the table is part of the replicated state.
 *
 * Bounded: a producer that has been silent longest goes when there are too many, or once it was silent for a week of the stream's own
 * time (`advance-time`). What clients write as timestamps never counts as time here, or one wrong clock could make others' retries
 * into duplicates. A producer that is not known may begin anywhere.
 *
 * Transactions are told apart by their *round*, which grows with every one of a producer; their epoch may be that of many.
 *
 *   nothing ── admission(round) ──► admitted ── first transactional batch ──► open ── marker(round) ──► nothing
 *
 * The coordinator admits a transaction to the partition before anything of it is written, and ends in it what it has admitted. A
 * transactional batch without an admission is refused, so that one that comes late never opens anything. Of admissions and markers those
 * of a round that has ended here change nothing. An admission keeps the entry from being dropped.
 *
 * Keys: 4 producer(u64).
 */
import type { BatchHeader } from '@flowmesh/base';
import { ByteReader, ByteWriter } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { isTransactional } from './transaction-marker.ts';

export const PRODUCERS_MAX = 10_000;
export const PRODUCER_EXPIRY_MS = 7 * 24 * 3_600_000;
const BATCHES_REMEMBERED = 5;
const ATTRIBUTE_LOG_APPEND_TIME = 0x08;
const SEQUENCE_SPAN = 2 ** 31;
const NOT_YET = 0;
/** Stands for the offset of a batch whose records are delayed: it has none. */
export const DELAYED_OFFSET = Number.MAX_SAFE_INTEGER;

export interface ProducerBatch {
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly recordCount: number;
  /** As in the reply to the first sending. */
  readonly timestampMs: number;
}

export interface ProducerEntry {
  readonly producerId: number;
  readonly epoch: number;
  /** Log index of its last batch. */
  readonly lastIndex: number;
  /**
   * The stream's time when it was next told after that batch; `NOT_YET` until then. The time known before the batch would be of any
   * age: batches bring none.
   */
  readonly lastTimeMs: number;
  /** Oldest first; up to five. */
  readonly batches: readonly ProducerBatch[];
  /** First offset of its open transaction; -1: none. */
  readonly openFrom: number;
  /** Round of the transaction that may write here; -1: none may. */
  readonly admitted: number;
  /** Round of its last transaction that ended here; -1: none. */
  readonly endedRound: number;
}

export type SequenceCheck =
  | { readonly kind: 'accept' }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | { readonly kind: 'out-of-order'; readonly expected: number }
  | { readonly kind: 'fenced'; readonly currentEpoch: number }
  /** The transaction of its epoch is decided. */
  | { readonly kind: 'ended' }
  /** The coordinator has not said that the partition is part of a transaction of this producer and epoch. */
  | { readonly kind: 'not-admitted' }
  /** The producer's former transaction is not decided here yet. */
  | { readonly kind: 'still-open' }
  /** It is outside the transaction that its producer has open. */
  | { readonly kind: 'outside' };

type Sequenced = Pick<
  BatchHeader,
  'producerId' | 'producerEpoch' | 'baseSequence' | 'recordCount' | 'attributes'
>;

/** True where the batch carries a producer id and so takes part in this at all. */
export function isIdempotent(batch: Pick<BatchHeader, 'producerId'>): boolean {
  return Number.isSafeInteger(batch.producerId) && batch.producerId >= 0;
}

/** Sequence number of the batch's last record; they wrap from 2^31 - 1 to 0. */
export function lastSequenceOf(batch: Pick<BatchHeader, 'baseSequence' | 'recordCount'>): number {
  return (batch.baseSequence + batch.recordCount - 1) % SEQUENCE_SPAN;
}

/** Timestamp of the batch's first record as stored. */
export function storedTimestamp(
  batch: Pick<BatchHeader, 'attributes' | 'baseTimestampMs' | 'maxTimestampMs'>,
): number {
  const logAppendTime = (batch.attributes & ATTRIBUTE_LOG_APPEND_TIME) !== 0;
  return clampTimestamp(logAppendTime ? batch.maxTimestampMs : batch.baseTimestampMs);
}

/** Clients write what they like; within -1 (none) and 2^53 - 2 it can be kept. */
export function clampTimestamp(timestampMs: number): number {
  return Math.min(Math.max(timestampMs, -1), Number.MAX_SAFE_INTEGER - 1);
}

/** Whether a batch may be appended, given what is known of its producer (batches in flight included). */
export function checkSequence(entry: ProducerEntry | undefined, batch: Sequenced): SequenceCheck {
  if (!isIdempotent(batch)) return { kind: 'accept' };
  const transactional = isTransactional(batch);
  if (entry === undefined) return transactional ? { kind: 'not-admitted' } : { kind: 'accept' };
  if (batch.producerEpoch < entry.epoch) return { kind: 'fenced', currentEpoch: entry.epoch };
  if (batch.producerEpoch > entry.epoch) {
    if (transactional) return { kind: 'not-admitted' };
    if (entry.admitted >= 0) return { kind: 'still-open' };
    return batch.baseSequence === 0 ? { kind: 'accept' } : { kind: 'out-of-order', expected: 0 };
  }
  const lastSequence = lastSequenceOf(batch);
  for (const known of entry.batches) {
    if (known.baseSequence === batch.baseSequence && known.lastSequence === lastSequence) {
      return { kind: 'duplicate', batch: known };
    }
  }
  if (transactional && entry.admitted < 0) {
    // A batch that was on its way while its transaction was ended is here, too.
    return entry.endedRound >= 0 ? { kind: 'ended' } : { kind: 'not-admitted' };
  }
  if (!transactional && entry.admitted >= 0) return { kind: 'outside' };
  const newest = entry.batches.at(-1);
  const expected = newest === undefined ? 0 : (newest.lastSequence + 1) % SEQUENCE_SPAN;
  return batch.baseSequence === expected ? { kind: 'accept' } : { kind: 'out-of-order', expected };
}

export interface AcceptedBatch {
  readonly header: Sequenced;
  readonly baseOffset: number;
  readonly timestampMs: number;
  readonly index: number;
}

/** The entry after an accepted batch. */
export function afterBatch(entry: ProducerEntry | undefined, accepted: AcceptedBatch): ProducerEntry {
  const { header, baseOffset, timestampMs, index } = accepted;
  const batch: ProducerBatch = {
    baseSequence: header.baseSequence,
    lastSequence: lastSequenceOf(header),
    baseOffset,
    recordCount: header.recordCount,
    timestampMs,
  };
  const earlier = entry !== undefined && entry.epoch === header.producerEpoch ? entry.batches : [];
  const batches = [...earlier.slice(-(BATCHES_REMEMBERED - 1)), batch];
  const openFrom = entry?.openFrom ?? -1;
  return {
    producerId: header.producerId,
    epoch: header.producerEpoch,
    lastIndex: index,
    lastTimeMs: NOT_YET,
    batches,
    openFrom: openFrom < 0 && isTransactional(header) ? baseOffset : openFrom,
    admitted: entry?.admitted ?? -1,
    endedRound: entry?.endedRound ?? -1,
  };
}

/** A transaction as its coordinator names it to participants. */
export interface TransactionRound {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly round: number;
}

/** Whether it was ended here, or a later one was admitted, which its coordinator does not do before the former one has ended. */
export function isPast(entry: ProducerEntry | undefined, { round }: TransactionRound): boolean {
  return entry !== undefined && (round <= entry.endedRound || round < entry.admitted);
}

/** Whether the transaction may write here already. */
export function isAdmitted(entry: ProducerEntry | undefined, of: TransactionRound): boolean {
  return entry?.admitted === of.round && entry.epoch === of.producerEpoch;
}

/** Whether a marker that says COMMIT does: one of a later round than what is open gives that up, since nobody else will end it. */
export function commitsOpen(
  entry: ProducerEntry | undefined,
  marker: TransactionRound & { readonly commit: boolean },
): boolean {
  const older = entry !== undefined && entry.openFrom >= 0 && entry.admitted < marker.round;
  return marker.commit && !older;
}

/** The entry after an admission that was not past. */
export function afterAdmission(
  entry: ProducerEntry | undefined,
  of: TransactionRound,
  index: number,
): ProducerEntry {
  return { ...taken(entry, of, index), openFrom: entry?.openFrom ?? -1, admitted: of.round };
}

/** The entry after a marker that was not past. Where nothing was open it still keeps a late admission out. */
export function afterMarker(
  entry: ProducerEntry | undefined,
  marker: TransactionRound,
  index: number,
): ProducerEntry {
  return { ...taken(entry, marker, index), endedRound: marker.round };
}

/** The entry with nothing admitted, under an epoch that is as late as any so far: sequences begin anew where it is a later one. */
function taken(entry: ProducerEntry | undefined, of: TransactionRound, index: number): ProducerEntry {
  const epoch = Math.max(entry?.epoch ?? -1, of.producerEpoch);
  return {
    producerId: of.producerId,
    epoch,
    lastIndex: index,
    lastTimeMs: NOT_YET,
    batches: entry?.epoch === epoch ? entry.batches : [],
    openFrom: -1,
    admitted: -1,
    endedRound: entry?.endedRound ?? -1,
  };
}

export class ProducerTable {
  /** Least recently active first. */
  private readonly entries = new Map<number, ProducerEntry>();
  private admitted = 0;

  get size(): number {
    return this.entries.size;
  }

  /** Producers whose transactions may write here. */
  get admittedCount(): number {
    return this.admitted;
  }

  /** Least recently active first. */
  all(): readonly ProducerEntry[] {
    return [...this.entries.values()];
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.entries.get(producerId);
  }

  record(entry: ProducerEntry, writer: StateWriter): void {
    if ((this.entries.get(entry.producerId)?.admitted ?? -1) >= 0) this.admitted--;
    if (entry.admitted >= 0) this.admitted++;
    this.entries.delete(entry.producerId);
    this.entries.set(entry.producerId, entry);
    writer.put(keyOf(entry.producerId), encodeEntry(entry));
    if (this.entries.size > PRODUCERS_MAX) this.dropOldest(writer);
  }

  /** The stream's time is `timeMs` now: drops producers that are silent for a week, notes it for those heard since the last time. */
  tellTime(timeMs: number, writer: StateWriter): void {
    for (const entry of this.entries.values()) {
      if (entry.lastTimeMs === NOT_YET) {
        const told = { ...entry, lastTimeMs: timeMs };
        this.entries.set(entry.producerId, told);
        writer.put(keyOf(entry.producerId), encodeEntry(told));
      } else if (entry.lastTimeMs + PRODUCER_EXPIRY_MS <= timeMs) this.drop(entry, writer);
    }
  }

  private dropOldest(writer: StateWriter): void {
    for (const entry of this.entries.values()) {
      if (entry.admitted >= 0) continue;
      this.drop(entry, writer);
      return;
    }
  }

  /** A transaction that may write keeps its producer. */
  private drop(entry: ProducerEntry, writer: StateWriter): void {
    if (entry.admitted >= 0) return;
    this.entries.delete(entry.producerId);
    writer.del(keyOf(entry.producerId));
  }

  /** In any order. */
  open(): readonly { readonly producerId: number; readonly firstOffset: number }[] {
    return [...this.entries.values()]
      .filter(({ openFrom }) => openFrom >= 0)
      .map(({ producerId, openFrom }) => ({ producerId, firstOffset: openFrom }));
  }

  async load(state: StateReader): Promise<void> {
    const pairs = await state.scan({ from: Uint8Array.of(4), to: Uint8Array.of(5) });
    const entries = pairs.map(([key, value]) => decodeEntry(key, value));
    for (const entry of entries.sort((a, b) => a.lastIndex - b.lastIndex)) {
      this.entries.set(entry.producerId, entry);
      if (entry.admitted >= 0) this.admitted++;
    }
  }

  describe(): string {
    return JSON.stringify([...this.entries.values()]);
  }
}

function keyOf(producerId: number): Uint8Array {
  return new ByteWriter(9).u8(4).u64(producerId).finish();
}

function encodeEntry(entry: ProducerEntry): Uint8Array {
  const writer = new ByteWriter(160)
    .u16(entry.epoch)
    .u64(entry.lastIndex)
    .u64(entry.lastTimeMs)
    .u8(entry.batches.length);
  for (const batch of entry.batches) {
    writer.u32(batch.baseSequence).u32(batch.lastSequence).u64(batch.baseOffset).u32(batch.recordCount);
    writer.f64(batch.timestampMs);
  }
  return writer
    .u64(entry.openFrom + 1)
    .u64(entry.admitted + 1)
    .u64(entry.endedRound + 1)
    .finish();
}

function decodeEntry(key: Uint8Array, value: Uint8Array): ProducerEntry {
  const producerId = new ByteReader(key.subarray(1)).u64();
  const reader = new ByteReader(value);
  const epoch = reader.u16();
  const lastIndex = reader.u64();
  const lastTimeMs = reader.u64();
  const count = reader.u8();
  const batches: ProducerBatch[] = [];
  for (let i = 0; i < count; i++) {
    batches.push({
      baseSequence: reader.u32(),
      lastSequence: reader.u32(),
      baseOffset: reader.u64(),
      recordCount: reader.u32(),
      timestampMs: reader.f64(),
    });
  }
  // Builds before transactions wrote nothing further.
  const told = reader.remaining > 0;
  const openFrom = told ? reader.u64() - 1 : -1;
  const admitted = told ? reader.u64() - 1 : -1;
  const endedRound = told ? reader.u64() - 1 : -1;
  return { producerId, epoch, lastIndex, lastTimeMs, batches, openFrom, admitted, endedRound };
}
