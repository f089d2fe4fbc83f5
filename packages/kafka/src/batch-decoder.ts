/**
 * Records out of RecordBatches, one at a time. Input may be anything: what is not a batch, or does not fit the bytes that are there, is
 * FlowError CORRUPT_BATCH, before any memory is taken for what it claims to be. Keys and values alias the batch or its decompressed copy.
 */
import type { BatchHeader } from '@flowmesh/base';
import { BATCH_HEADER_BYTES, FlowError, readBatchHeader } from '@flowmesh/base';
import { ATTRIBUTE_CONTROL, ATTRIBUTE_LOG_APPEND_TIME } from './batch-attributes.ts';
import type { CodecSet } from './compression.ts';
import { codecFor, compressionOf, NO_CODECS } from './compression.ts';
import type { StoredRecord } from './record.ts';
import { readRecord, RECORD_BYTES_MIN } from './record.ts';
import { corrupt, WireReader } from './wire-reader.ts';

export const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024;

export interface DecodeOptions {
  readonly codecs?: CodecSet;
  /** Bytes a batch may decompress to. */
  readonly decompressedBytesMax?: number;
}

/** The first batch in `bytes`, header read; `rest` begins after it. Undefined where `bytes` ends within it (fetches may cut the last). */
export function firstBatch(
  bytes: Uint8Array,
): { readonly header: BatchHeader; readonly batch: Uint8Array; readonly rest: Uint8Array } | undefined {
  const header = readBatchHeader(bytes);
  if (header === undefined) return undefined;
  if (header.magic !== 2) throw unsupportedMagic(header.magic);
  if (header.sizeBytes < BATCH_HEADER_BYTES) throw corrupt(`a batch states ${header.sizeBytes} bytes`);
  if (header.sizeBytes > bytes.length) return undefined;
  return { header, batch: bytes.subarray(0, header.sizeBytes), rest: bytes.subarray(header.sizeBytes) };
}

/** The whole batches in `bytes`, in order; a cut one at the end is left out. */
export function* batchesIn(bytes: Uint8Array): Generator<Uint8Array> {
  for (let next = firstBatch(bytes); next !== undefined; next = firstBatch(next.rest)) yield next.batch;
}

/** The records of one whole batch. Control batches (transaction markers) have none for readers. */
export function* decodeRecords(batch: Uint8Array, options: DecodeOptions = {}): Generator<StoredRecord> {
  const header = wholeHeader(batch);
  if ((header.attributes & ATTRIBUTE_CONTROL) !== 0) return;
  const payload = payloadOf(batch, header, options);
  const logAppendTime = (header.attributes & ATTRIBUTE_LOG_APPEND_TIME) !== 0;
  const reader = new WireReader(payload);
  let least = 0;
  for (let i = 0; i < header.recordCount; i++) {
    const { key, value, headers, offsetDelta, timestampDelta } = readRecord(payload, reader);
    if (offsetDelta < least || offsetDelta > header.lastOffsetDelta)
      throw corrupt(`offset delta ${offsetDelta} is out of order`);
    least = offsetDelta + 1;
    const timestampMs = logAppendTime ? header.maxTimestampMs : header.baseTimestampMs + timestampDelta;
    yield { offset: header.baseOffset + offsetDelta, timestampMs, key, value, headers };
  }
  if (reader.remaining !== 0) throw corrupt(`${reader.remaining} bytes follow the last record`);
}

/** The first record of the batch at or after a time; undefined where there is none. */
export function firstRecordSince(
  batch: Uint8Array,
  timestampMs: number,
  options: DecodeOptions = {},
): StoredRecord | undefined {
  for (const record of decodeRecords(batch, options)) if (record.timestampMs >= timestampMs) return record;
  return undefined;
}

/** Reads every record: undefined where all are well formed and number their offsets 0, 1, 2, … as a produced batch must. */
export function checkRecords(batch: Uint8Array, options: DecodeOptions = {}): FlowError | undefined {
  try {
    const header = wholeHeader(batch);
    let expected = header.baseOffset;
    for (const record of decodeRecords(batch, options)) {
      if (record.offset !== expected) return corrupt('records do not number their offsets densely');
      expected += 1;
    }
    return expected === header.baseOffset + header.lastOffsetDelta + 1
      ? undefined
      : corrupt('a batch has fewer records than offsets');
  } catch (error) {
    if (error instanceof FlowError) return error;
    throw error;
  }
}

function wholeHeader(batch: Uint8Array): BatchHeader {
  const header = readBatchHeader(batch);
  if (header === undefined) throw corrupt(`${batch.length} bytes are no batch`);
  if (header.magic !== 2) throw unsupportedMagic(header.magic);
  if (header.sizeBytes !== batch.length)
    throw corrupt(`a batch of ${batch.length} bytes states ${header.sizeBytes}`);
  return header;
}

function payloadOf(batch: Uint8Array, header: BatchHeader, options: DecodeOptions): Uint8Array {
  const raw = batch.subarray(BATCH_HEADER_BYTES);
  const compression = compressionOf(header.attributes);
  if (compression === undefined)
    throw new FlowError('UNSUPPORTED', `compression ${header.attributes & 7} is not known`);
  const bytesMax = options.decompressedBytesMax ?? DECOMPRESSED_BYTES_MAX;
  const payload =
    compression === 'none'
      ? raw
      : codecFor(options.codecs ?? NO_CODECS, compression).decompress(raw, bytesMax);
  if (header.recordCount < 0 || header.recordCount * RECORD_BYTES_MIN > payload.length) {
    throw corrupt(`${header.recordCount} records in ${payload.length} bytes`);
  }
  return payload;
}

function unsupportedMagic(magic: number): FlowError {
  return new FlowError('UNSUPPORTED', `record format v${magic} is not supported`, {
    hint: 'Use a client of Kafka 0.11 or later: it writes record batches of format v2.',
  });
}
