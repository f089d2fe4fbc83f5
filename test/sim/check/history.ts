/**
 * What clients did and saw, per stream, against the one order in which batches were committed. That order is taken down when an
 * index is applied for the first time anywhere.
 *
 * Acknowledged batches are in it, once, in the producer's order, at the offset that was answered; offsets are dense. Reads
 * after a barrier see at least everything that was acknowledged or read before they began.
 */
import { BATCH_CRC_FROM, crc32c, type GroupId, readBatchHeader } from '@flowmesh/base';
import { violated } from './violation.ts';

/** Byte 16 of a batch frame; anything else is one of the machine's own commands. */
const MAGIC_AT = 16;
const RECORD_BATCH_MAGIC = 2;

export interface CommittedBatch {
  readonly index: number;
  readonly baseOffset: number;
  readonly recordCount: number;
  readonly producerId: number;
  readonly baseSequence: number;
  /** Checksum of everything that the broker does not stamp. */
  readonly contents: number;
}

interface ProducerHistory {
  nextSequence: number;
  readonly batches: Map<number, CommittedBatch>;
}

export function batchContents(batch: Uint8Array): number {
  return crc32c(batch.subarray(BATCH_CRC_FROM));
}

export class StreamHistory {
  readonly group: GroupId;
  /** End offset of what has been committed. */
  endOffset = 0;
  /** Every later read must see at least this end offset. */
  floor = 0;
  acknowledged = 0;
  reads = 0;
  readonly batches: CommittedBatch[] = [];
  private lastIndex = 0;
  private readonly producers = new Map<number, ProducerHistory>();

  constructor(group: GroupId) {
    this.group = group;
  }

  /** A command is applied; only the first replica to do so makes history. */
  applied(index: number, command: Uint8Array): void {
    if (index <= this.lastIndex) return;
    this.lastIndex = index;
    if (command[MAGIC_AT] !== RECORD_BATCH_MAGIC) return;
    const header = readBatchHeader(command);
    if (header === undefined) violated('offsets-dense', `group ${this.group}: entry ${index} is no batch`);
    const { baseOffset, recordCount, producerId, baseSequence } = header;
    if (baseOffset !== this.endOffset) {
      violated(
        'offsets-dense',
        `group ${this.group}: entry ${index} begins at offset ${baseOffset}, not ${this.endOffset}`,
      );
    }
    this.endOffset += recordCount;
    const batch = {
      index,
      baseOffset,
      recordCount,
      producerId,
      baseSequence,
      contents: batchContents(command),
    };
    this.batches.push(batch);
    if (producerId >= 0) this.produced(batch);
  }

  private produced(batch: CommittedBatch): void {
    const { producerId, baseSequence } = batch;
    let producer = this.producers.get(producerId);
    if (producer === undefined) {
      producer = { nextSequence: 0, batches: new Map() };
      this.producers.set(producerId, producer);
    }
    const where = `group ${this.group}: producer ${producerId}, sequence ${baseSequence} at offset ${batch.baseOffset}`;
    if (producer.batches.has(baseSequence)) violated('no-duplicates', `${where}: stored twice`);
    if (baseSequence !== producer.nextSequence)
      violated('producer-order', `${where}: ${producer.nextSequence} was due`);
    producer.nextSequence += batch.recordCount;
    producer.batches.set(baseSequence, batch);
  }

  /** The leader said: stored at `baseOffset`. */
  acknowledge(batch: Uint8Array, baseOffset: number): void {
    const header = readBatchHeader(batch);
    if (header === undefined) throw new Error('clients send batches');
    const stored = this.producers.get(header.producerId)?.batches.get(header.baseSequence);
    const where = `group ${this.group}: producer ${header.producerId}, sequence ${header.baseSequence}`;
    if (stored === undefined)
      violated('acknowledged-is-committed', `${where} acknowledged, but not committed`);
    if (stored.baseOffset !== baseOffset) {
      violated(
        'acknowledged-is-committed',
        `${where} acknowledged at ${baseOffset}, stored at ${stored.baseOffset}`,
      );
    }
    if (stored.contents !== batchContents(batch))
      violated('acknowledged-is-committed', `${where}: stored with other contents`);
    this.acknowledged++;
    this.floor = Math.max(this.floor, baseOffset + header.recordCount);
  }

  /** A linearizable read that began when the floor was `floor` saw `endOffset`. */
  sawEnd(floor: number, endOffset: number, by: string): void {
    if (endOffset < floor) {
      violated(
        'linearizable-reads',
        `group ${this.group}: ${by} read end offset ${endOffset} after ${floor} had been acknowledged or read`,
      );
    }
    if (endOffset > this.endOffset) {
      violated(
        'linearizable-reads',
        `group ${this.group}: ${by} read end offset ${endOffset}, committed is ${this.endOffset}`,
      );
    }
    this.reads++;
    this.floor = Math.max(this.floor, endOffset);
  }

  /** A reader was given `batch`. */
  sawBatch(batch: Uint8Array, by: string): void {
    const header = readBatchHeader(batch);
    const stored = header === undefined ? undefined : this.batchAt(header.baseOffset);
    if (header === undefined || stored === undefined || stored.baseOffset !== header.baseOffset) {
      violated('reads-are-committed', `group ${this.group}: ${by} read a batch that was never committed`);
    }
    if (stored.contents !== batchContents(batch)) {
      violated(
        'reads-are-committed',
        `group ${this.group}: ${by} read wrong data at offset ${header.baseOffset}`,
      );
    }
  }

  /** The committed batch that holds `offset`. */
  batchAt(offset: number): CommittedBatch | undefined {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.batches[middle] as CommittedBatch).baseOffset <= offset) low = middle + 1;
      else high = middle;
    }
    const batch = this.batches[low - 1];
    return batch !== undefined && offset < batch.baseOffset + batch.recordCount ? batch : undefined;
  }
}
