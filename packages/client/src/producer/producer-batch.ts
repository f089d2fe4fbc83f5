/**
 * A batch on its way through a partition lane:
 *
 *   open ──close──► closed ──encode──► encoded ──sent──► under way ──► settled
 *                                         ▲                 │ retry: the same bytes, the same sequence
 *                                         └─────────────────┘
 *
 * Encoding fixes the producer's identity and sequence, and with them the bytes: whatever is sent again is equal to the
 * last bit, so that the broker recognises it. `renumber` is the one exception, for batches that cannot have been stored.
 */
import { assert, type FlowError } from '@flowmesh/base';
import type { PendingRecord, ProducerIdentity, RecordMetadata } from './types.ts';

/** Sequences wrap as in Kafka. */
const SEQUENCE_SPAN = 2 ** 31;

export function sequenceAfter(sequence: number, records: number): number {
  return (sequence + records) % SEQUENCE_SPAN;
}

/** Turns records into a RecordBatch. */
export type EncodeBatch = (
  records: readonly PendingRecord[],
  producer: ProducerIdentity & { readonly baseSequence: number },
) => Uint8Array;

/** What the broker answered for a stored batch. */
export interface StoredBatch {
  readonly baseOffset: number;
  readonly timestampMs: number;
  readonly leaderEpoch: number;
}

export class ProducerBatch {
  readonly records: PendingRecord[] = [];
  readonly startedMs: number;
  sizeBytes = 0;
  /** An answer is awaited; the instant it was sent last. */
  sentAtMs: number | undefined;
  attempts = 0;
  /** An attempt ended without an answer: the batch may be in the log. */
  maybeStored = false;
  lastError: FlowError | undefined;
  private encodedBytes: Uint8Array | undefined;

  constructor(startedMs: number) {
    this.startedMs = startedMs;
  }

  get encoded(): Uint8Array | undefined {
    return this.encodedBytes;
  }

  get underWay(): boolean {
    return this.sentAtMs !== undefined;
  }

  /** Records come in the order of `send`, so the first is the first to expire. */
  get deadlineMs(): number {
    return this.records[0]?.deadlineMs ?? Number.POSITIVE_INFINITY;
  }

  add(record: PendingRecord): void {
    assert(this.encodedBytes === undefined, 'an encoded batch takes no records');
    this.records.push(record);
    this.sizeBytes += record.sizeBytes;
  }

  encode(encode: EncodeBatch, producer: ProducerIdentity & { readonly baseSequence: number }): void {
    assert(this.encodedBytes === undefined, 'a batch is encoded once');
    this.encodedBytes = encode(this.records, producer);
  }

  /** Gives up bytes and sequence. Only for a batch of which no attempt can have been stored. */
  renumber(): void {
    assert(!this.underWay, 'a batch under way keeps its sequence');
    this.encodedBytes = undefined;
    this.maybeStored = false;
  }

  /** The two halves, not encoded. */
  split(): [ProducerBatch, ProducerBatch] {
    const middle = Math.ceil(this.records.length / 2);
    const halves: [ProducerBatch, ProducerBatch] = [
      new ProducerBatch(this.startedMs),
      new ProducerBatch(this.startedMs),
    ];
    this.records.forEach((record, index) => halves[index < middle ? 0 : 1].add(record));
    return halves;
  }

  succeed(stream: string, partition: number, stored: StoredBatch): void {
    const first = this.records[0];
    const rewritten = first !== undefined && stored.timestampMs !== first.timestampMs;
    for (let i = 0; i < this.records.length; i++) {
      const record = this.records[i] as PendingRecord;
      const metadata: RecordMetadata = {
        stream,
        partition,
        // Delayed records have no offset yet.
        offset: stored.baseOffset < 0 ? -1 : stored.baseOffset + i,
        timestamp: rewritten ? stored.timestampMs : record.timestampMs,
        keySize: record.key?.length ?? -1,
        valueSize: record.value?.length ?? -1,
        leaderEpoch: stored.leaderEpoch,
      };
      record.settle(metadata);
    }
  }

  fail(error: FlowError): void {
    for (const record of this.records) record.settle(error);
  }
}
