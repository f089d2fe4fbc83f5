/**
 * Batches with some of their records left out. Those that stay keep offset, timestamp and everything else: the batch then has holes in
 * its offsets, as compacted batches of Kafka have, and still covers the same range of them.
 */
import type { BatchHeader, Crc32c } from '@flowmesh/base';
import {
  BATCH_CRC_FROM,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_PREFIX_BYTES,
  ByteWriter,
  concatBytes,
  crc32c,
} from '@flowmesh/base';
import {
  ATTRIBUTE_CONTROL,
  ATTRIBUTE_DELETE_HORIZON,
  ATTRIBUTE_LOG_APPEND_TIME,
  ATTRIBUTE_RECORD_TTL,
} from './batch-attributes.ts';
import { decodeRecords } from './batch-decoder.ts';
import { type DecodeOptions, payloadOf, wholeHeader } from './batch-payload.ts';
import { readRecord, type StoredRecord, writeRecord } from './record.ts';
import { WireReader } from './wire-reader.ts';

export interface FilterOptions extends DecodeOptions {
  readonly crc?: Crc32c;
}

const COMPRESSION_BITS = 0x07;

/**
 * The batch itself where every record is kept, one without compression where some are, undefined where none is. Throws CORRUPT_BATCH
 * for what cannot be read. Control batches have no records and are kept.
 */
export function keepRecords(
  batch: Uint8Array,
  keep: (record: StoredRecord) => boolean,
  options: FilterOptions = {},
): Uint8Array | undefined {
  const header = wholeHeader(batch);
  if ((header.attributes & ATTRIBUTE_CONTROL) !== 0) return batch;
  const payload = payloadOf(batch, header, options);
  const logAppendTime = (header.attributes & ATTRIBUTE_LOG_APPEND_TIME) !== 0;
  const reader = new WireReader(payload);
  const kept: Uint8Array[] = [];
  for (let i = 0; i < header.recordCount; i++) {
    const start = reader.position;
    const { key, value, headers, offsetDelta, timestampDelta } = readRecord(payload, reader);
    const timestampMs = logAppendTime ? header.maxTimestampMs : header.baseTimestampMs + timestampDelta;
    const record = { offset: header.baseOffset + offsetDelta, timestampMs, key, value, headers };
    if (keep(record)) kept.push(payload.subarray(start, reader.position));
  }
  if (kept.length === header.recordCount) return batch;
  if (kept.length === 0) return undefined;
  const result = concatBytes([batch.subarray(0, BATCH_HEADER_BYTES), ...kept]);
  const view = new DataView(result.buffer);
  view.setInt32(8, result.length - BATCH_LENGTH_PREFIX_BYTES);
  view.setInt16(21, header.attributes & ~COMPRESSION_BITS);
  view.setInt32(57, kept.length);
  view.setUint32(17, (options.crc ?? crc32c)(result.subarray(BATCH_CRC_FROM)));
  return result;
}

/**
 * The batch with a horizon (KIP-534): when its tombstones may go. It takes the place of the base timestamp, to which the records' are
 * relative, so they stay what they were. Without compression.
 */
export function withDeleteHorizon(
  batch: Uint8Array,
  horizonMs: number,
  options: FilterOptions = {},
): Uint8Array {
  const header = wholeHeader(batch);
  const writer = new ByteWriter(batch.length + 1024).raw(batch.subarray(0, BATCH_HEADER_BYTES));
  for (const record of decodeRecords(batch, options)) {
    const deltas = { timestamp: record.timestampMs - horizonMs, offset: record.offset - header.baseOffset };
    writeRecord(writer, record, deltas);
  }
  const result = writer.finish();
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength);
  view.setInt32(8, result.length - BATCH_LENGTH_PREFIX_BYTES);
  view.setInt16(21, (header.attributes & ~COMPRESSION_BITS) | ATTRIBUTE_DELETE_HORIZON);
  view.setBigInt64(27, BigInt(horizonMs));
  view.setUint32(17, (options.crc ?? crc32c)(result.subarray(BATCH_CRC_FROM)));
  return result;
}

/** When the batch's tombstones may go; undefined where no compaction has seen them yet. */
export function deleteHorizon(header: BatchHeader): number | undefined {
  return (header.attributes & ATTRIBUTE_DELETE_HORIZON) === 0 ? undefined : header.baseTimestampMs;
}

/** Notes in the batch, in place, that some of its records say how long they live. */
export function markRecordTtl(batch: Uint8Array, crc: Crc32c = crc32c): void {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  view.setInt16(21, view.getInt16(21) | ATTRIBUTE_RECORD_TTL);
  view.setUint32(17, crc(batch.subarray(BATCH_CRC_FROM)));
}
