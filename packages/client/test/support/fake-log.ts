/** A partition's log as a broker keeps it: dense offsets, Kafka's rules for idempotent producers, all in memory. */
import { type BatchHeader, FlowError, readBatchHeader, stampBatch } from '@flowmesh/base';
import { decodeRecords, type StoredRecord } from '@flowmesh/kafka';
import { nodeCodecs } from '@flowmesh/compression';

interface StoredBatch {
  readonly header: BatchHeader;
  readonly baseOffset: number;
  readonly bytes: Uint8Array;
}

export interface Stored {
  readonly baseOffset: number;
  readonly recordCount: number;
  readonly timestampMs: number;
  readonly duplicate: boolean;
}

const SEQUENCES = 2 ** 31;

export class FakeLog {
  readonly batches: StoredBatch[] = [];
  logStart = 0;
  end = 0;
  maxBatchBytes = 1_048_588;
  private readonly recent = new Map<number, StoredBatch[]>();

  append(batch: Uint8Array, epoch: number): Stored {
    const header = readBatchHeader(batch);
    if (header === undefined) throw new FlowError('CORRUPT_BATCH', 'no batch');
    if (batch.length > this.maxBatchBytes) throw new FlowError('BATCH_TOO_LARGE', 'the batch is too large');
    const known = this.recent.get(header.producerId);
    if (header.producerId >= 0 && known !== undefined) {
      const same = known.find(
        (old) =>
          old.header.baseSequence === header.baseSequence && old.header.recordCount === header.recordCount,
      );
      if (same !== undefined) return answer(same, true);
      const last = known.at(-1) as StoredBatch;
      const expected = (last.header.baseSequence + last.header.recordCount) % SEQUENCES;
      if (header.baseSequence !== expected) {
        throw new FlowError(
          'OUT_OF_ORDER_SEQUENCE',
          `sequence ${header.baseSequence} where ${expected} is next`,
        );
      }
    }
    const bytes = Uint8Array.from(batch);
    stampBatch(bytes, { baseOffset: this.end, leaderEpoch: epoch });
    const stored = { header, baseOffset: this.end, bytes };
    this.batches.push(stored);
    this.end += header.recordCount;
    if (header.producerId >= 0) this.recent.set(header.producerId, [...(known ?? []), stored].slice(-5));
    return answer(stored, false);
  }

  /** The next batch at or after `offset`. */
  batchAt(offset: number): StoredBatch | undefined {
    return this.batches.find((batch) => batch.baseOffset + batch.header.recordCount > offset);
  }

  records(): StoredRecord[] {
    return this.batches.flatMap((batch) => [...decodeRecords(batch.bytes, { codecs: nodeCodecs })]);
  }

  values(): string[] {
    return this.records().map((record) => Buffer.from(record.value ?? []).toString());
  }
}

function answer(batch: StoredBatch, duplicate: boolean): Stored {
  return {
    baseOffset: batch.baseOffset,
    recordCount: batch.header.recordCount,
    timestampMs: batch.header.baseTimestampMs,
    duplicate,
  };
}
