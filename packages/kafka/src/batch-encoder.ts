/** Builds RecordBatches of format v2, and changes those fields of one that a sender or a broker may change. */
import type { Crc32c } from '@flowmesh/base';
import {
  assert,
  BATCH_CRC_FROM,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_PREFIX_BYTES,
  ByteWriter,
  crc32c,
  FlowError,
} from '@flowmesh/base';
import { ATTRIBUTE_LOG_APPEND_TIME, ATTRIBUTE_TRANSACTIONAL } from './batch-attributes.ts';
import type { Codec, Compression } from './compression.ts';
import { compressionId } from './compression.ts';
import type { KafkaRecord } from './record.ts';
import { writeRecord } from './record.ts';
import { setI64 } from './wire-writer.ts';

const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_AT = 43;
/** Lengths, deltas and counts of a record beside its bytes, seldom more. */
const RECORD_OVERHEAD_BYTES = 16;
const HEADER_OVERHEAD_BYTES = 6;

/** A producer's identity and the sequence number of the batch's first record. */
export interface BatchProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

export interface EncodeOptions {
  readonly compression?: { readonly kind: Exclude<Compression, 'none'>; readonly codec: Codec };
  readonly producer?: BatchProducer;
  readonly baseOffset?: number;
  /** Part of its producer's transaction. */
  readonly transactional?: boolean;
  readonly crc?: Crc32c;
}

/** One batch of `records`, at least one. INVALID_ARGUMENT where a time is no integer or too far from the first. */
export function encodeBatch(records: readonly KafkaRecord[], options: EncodeOptions = {}): Uint8Array {
  const first = records[0];
  if (first === undefined) throw new FlowError('INVALID_ARGUMENT', 'a batch needs at least one record');
  // With room for the header in front: what is not compressed is written once, where it stays.
  const writer = new ByteWriter(BATCH_HEADER_BYTES + aboutBytes(records)).skip(BATCH_HEADER_BYTES);
  const maxTimestampMs = writeRecords(writer, records, first.timestampMs);
  const { compression } = options;
  const batch = compression === undefined ? writer.view8() : compressed(writer.view8(), compression.codec);
  const view = viewOf(batch);
  setI64(view, 0, options.baseOffset ?? 0);
  view.setInt32(8, batch.length - BATCH_LENGTH_PREFIX_BYTES);
  view.setInt32(12, -1);
  view.setInt8(16, 2);
  const codec = compressionId(compression?.kind ?? 'none');
  view.setInt16(ATTRIBUTES_AT, options.transactional === true ? codec | ATTRIBUTE_TRANSACTIONAL : codec);
  view.setInt32(23, records.length - 1);
  setI64(view, 27, first.timestampMs);
  setI64(view, MAX_TIMESTAMP_AT, maxTimestampMs);
  view.setInt32(57, records.length);
  setProducer(
    batch,
    options.producer ?? { producerId: -1, producerEpoch: -1, baseSequence: -1 },
    options.crc,
  );
  return batch;
}

/** What records of usual size take; a writer that was given too little grows. */
function aboutBytes(records: readonly KafkaRecord[]): number {
  let bytes = 0;
  for (const { key, value, headers } of records) {
    bytes += RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
    for (const header of headers)
      bytes += HEADER_OVERHEAD_BYTES + header.key.length + (header.value?.length ?? 0);
  }
  return bytes;
}

/** The greatest timestamp of them. */
function writeRecords(writer: ByteWriter, records: readonly KafkaRecord[], firstMs: number): number {
  let maxTimestampMs = firstMs;
  let offset = 0;
  for (const record of records) {
    const { timestampMs } = record;
    if (!Number.isSafeInteger(timestampMs))
      throw new FlowError('INVALID_ARGUMENT', `${timestampMs} is no timestamp in milliseconds`);
    if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs;
    writeRecord(writer, record, { timestamp: timestampMs - firstMs, offset });
    offset += 1;
  }
  return maxTimestampMs;
}

function compressed(plain: Uint8Array, codec: Codec): Uint8Array {
  const payload = codec.compress(plain.subarray(BATCH_HEADER_BYTES));
  const batch = new Uint8Array(BATCH_HEADER_BYTES + payload.length);
  batch.set(payload, BATCH_HEADER_BYTES);
  return batch;
}

/** Sets producer and sequence of a whole batch in place, and its checksum. */
export function setProducer(batch: Uint8Array, producer: BatchProducer, crc: Crc32c = crc32c): void {
  const view = viewOf(batch);
  setI64(view, PRODUCER_AT, producer.producerId);
  view.setInt16(51, producer.producerEpoch);
  view.setInt32(53, producer.baseSequence);
  setChecksum(batch, view, crc);
}

/** Makes the broker's time that of all records of the batch, in place (`message.timestamp.type=LogAppendTime`). */
export function setLogAppendTime(batch: Uint8Array, timeMs: number, crc: Crc32c = crc32c): void {
  const view = viewOf(batch);
  view.setInt16(ATTRIBUTES_AT, view.getInt16(ATTRIBUTES_AT) | ATTRIBUTE_LOG_APPEND_TIME);
  setI64(view, MAX_TIMESTAMP_AT, timeMs);
  setChecksum(batch, view, crc);
}

function setChecksum(batch: Uint8Array, view: DataView, crc: Crc32c): void {
  view.setUint32(CRC_AT, crc(batch.subarray(BATCH_CRC_FROM)));
}

function viewOf(batch: Uint8Array): DataView {
  assert(batch.length >= BATCH_HEADER_BYTES, 'a batch has a whole header');
  return new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
}
