/**
 * What a stream remembers of its idempotent producers: epoch and the last five batches of each, so that a batch sent twice is
 * stored once and answered with its first offset. Entries are immutable values; the table is part of the replicated state.
 *
 * Bounded: a producer that has been silent longest goes when there are too many, or once it was silent for a week of the stream's own
 * time (`advance-time`). What clients write as timestamps never counts as time here, or one wrong clock could make others' retries
 * into duplicates. A producer that is not known may begin anywhere.
 *
 * Keys: 4 producer(u64).
 */
import type { BatchHeader } from '@flowmesh/base';
import { ByteReader, ByteWriter } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';

export const PRODUCERS_MAX = 10_000;
export const PRODUCER_EXPIRY_MS = 7 * 24 * 3_600_000;
const BATCHES_REMEMBERED = 5;
const ATTRIBUTE_LOG_APPEND_TIME = 0x08;
const SEQUENCE_SPAN = 2 ** 31;
const NOT_YET = 0;

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
  /** Oldest first; one to five. */
  readonly batches: readonly ProducerBatch[];
}

export type SequenceCheck =
  | { readonly kind: 'accept' }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | { readonly kind: 'out-of-order'; readonly expected: number }
  | { readonly kind: 'fenced'; readonly currentEpoch: number };

type Sequenced = Pick<BatchHeader, 'producerId' | 'producerEpoch' | 'baseSequence' | 'recordCount'>;

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
  if (!isIdempotent(batch) || entry === undefined) return { kind: 'accept' };
  if (batch.producerEpoch < entry.epoch) return { kind: 'fenced', currentEpoch: entry.epoch };
  if (batch.producerEpoch > entry.epoch) {
    return batch.baseSequence === 0 ? { kind: 'accept' } : { kind: 'out-of-order', expected: 0 };
  }
  const lastSequence = lastSequenceOf(batch);
  for (const known of entry.batches) {
    if (known.baseSequence === batch.baseSequence && known.lastSequence === lastSequence) {
      return { kind: 'duplicate', batch: known };
    }
  }
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
  return {
    producerId: header.producerId,
    epoch: header.producerEpoch,
    lastIndex: index,
    lastTimeMs: NOT_YET,
    batches,
  };
}

export class ProducerTable {
  /** Least recently active first. */
  private readonly entries = new Map<number, ProducerEntry>();

  get size(): number {
    return this.entries.size;
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.entries.get(producerId);
  }

  record(entry: ProducerEntry, writer: StateWriter): void {
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
      } else if (entry.lastTimeMs + PRODUCER_EXPIRY_MS <= timeMs) this.dropOldest(writer);
    }
  }

  private dropOldest(writer: StateWriter): void {
    for (const producerId of this.entries.keys()) {
      this.entries.delete(producerId);
      writer.del(keyOf(producerId));
      return;
    }
  }

  async load(state: StateReader): Promise<void> {
    const pairs = await state.scan({ from: Uint8Array.of(4), to: Uint8Array.of(5) });
    const entries = pairs.map(([key, value]) => decodeEntry(key, value));
    for (const entry of entries.sort((a, b) => a.lastIndex - b.lastIndex))
      this.entries.set(entry.producerId, entry);
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
  return writer.finish();
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
  return { producerId, epoch, lastIndex, lastTimeMs, batches };
}
