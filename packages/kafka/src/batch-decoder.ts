/**
 * Records out of RecordBatches, one at a time. Input may be anything: what is not a batch, or does not fit the bytes that are there, is
 * FlowError CORRUPT_BATCH, before any memory is taken for what it claims to be. Keys and values alias the batch or its decompressed copy.
 */
import type { BatchHeader } from '@flowmesh/base';
import { BATCH_HEADER_BYTES, FlowError, readBatchHeader } from '@flowmesh/base';
import { ATTRIBUTE_CONTROL, ATTRIBUTE_LOG_APPEND_TIME } from './batch-attributes.ts';
import { type DecodeOptions, payloadOf, unsupportedMagic, wholeHeader } from './batch-payload.ts';
import type { StoredRecord } from './record.ts';
import { readRecord } from './record.ts';
import { corrupt, WireReader } from './wire-reader.ts';

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
