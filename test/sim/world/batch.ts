/** Batches as a Kafka client would send them, with contents that no two share. */
import {
  BATCH_CRC_FROM,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_PREFIX_BYTES,
  crc32c,
  type Random,
} from '@flowmesh/base';

export interface BatchSpec {
  readonly producerId: number;
  readonly baseSequence: number;
  readonly records: number;
  readonly recordBytes: number;
  readonly timestampMs: number;
  readonly random: Random;
}

/** An uncompressed RecordBatch of records without keys and headers. */
export function makeBatch(spec: BatchSpec): Uint8Array {
  const { records, recordBytes } = spec;
  const bytes = Buffer.alloc(BATCH_HEADER_BYTES + records * (recordBytes + 16));
  let at = BATCH_HEADER_BYTES;
  for (let record = 0; record < records; record++) {
    // attributes, timestamp delta, offset delta, key length -1, value length, value, header count
    const bodyBytes =
      1 + 1 + varintBytes(zigzag(record)) + 1 + varintBytes(zigzag(recordBytes)) + recordBytes + 1;
    at = putVarint(bytes, at, zigzag(bodyBytes));
    bytes[at++] = 0;
    bytes[at++] = 0;
    at = putVarint(bytes, at, zigzag(record));
    bytes[at++] = 1;
    at = putVarint(bytes, at, zigzag(recordBytes));
    for (let i = 0; i < recordBytes; i += 4) bytes.writeUInt8(spec.random.below(256), at + i);
    at += recordBytes;
    bytes[at++] = 0;
  }
  const batch = bytes.subarray(0, at);
  batch.writeInt32BE(at - BATCH_LENGTH_PREFIX_BYTES, 8);
  batch.writeInt8(2, 16);
  batch.writeInt32BE(records - 1, 23);
  batch.writeBigInt64BE(BigInt(spec.timestampMs), 27);
  batch.writeBigInt64BE(BigInt(spec.timestampMs), 35);
  batch.writeBigInt64BE(BigInt(spec.producerId), 43);
  batch.writeInt16BE(0, 51);
  batch.writeInt32BE(spec.baseSequence, 53);
  batch.writeInt32BE(records, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(BATCH_CRC_FROM)), 17);
  return new Uint8Array(batch);
}

function zigzag(value: number): number {
  return value * 2;
}

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

function putVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}
