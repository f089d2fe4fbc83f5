/** The records of a batch as bytes: header checked, decompressed, no larger than allowed. */
import type { BatchHeader } from '@flowmesh/base';
import { BATCH_HEADER_BYTES, FlowError, readBatchHeader } from '@flowmesh/base';
import type { CodecSet } from './compression.ts';
import { codecFor, compressionOf, NO_CODECS } from './compression.ts';
import { RECORD_BYTES_MIN } from './record.ts';
import { corrupt } from './wire-reader.ts';

export const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024;

export interface DecodeOptions {
  readonly codecs?: CodecSet;
  /** Bytes a batch may decompress to. */
  readonly decompressedBytesMax?: number;
}

export function wholeHeader(batch: Uint8Array): BatchHeader {
  const header = readBatchHeader(batch);
  if (header === undefined) throw corrupt(`${batch.length} bytes are no batch`);
  if (header.magic !== 2) throw unsupportedMagic(header.magic);
  if (header.sizeBytes !== batch.length)
    throw corrupt(`a batch of ${batch.length} bytes states ${header.sizeBytes}`);
  return header;
}

export function payloadOf(batch: Uint8Array, header: BatchHeader, options: DecodeOptions): Uint8Array {
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

export function unsupportedMagic(magic: number): FlowError {
  return new FlowError('UNSUPPORTED', `record format v${magic} is not supported`, {
    hint: 'Use a client of Kafka 0.11 or later: it writes record batches of format v2.',
  });
}
