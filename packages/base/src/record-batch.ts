/**
 * The header of a Kafka v2 RecordBatch, the unit in which streams are stored, read in place.
 *
 * base offset@0 i64 · length@8 i32 · leader epoch@12 i32 · magic@16 i8 · crc@17 u32 · attributes@21 i16 ·
 * last offset delta@23 i32 · base timestamp@27 i64 · max timestamp@35 i64 · producer id@43 i64 ·
 * producer epoch@51 i16 · base sequence@53 i32 · record count@57 i32 · records@61.
 * The CRC-32C covers bytes 21 to the end, so base offset and leader epoch may be set without touching it.
 */

export const BATCH_HEADER_BYTES = 61;
/** Bytes before the `length` field's count begins: base offset and length itself. */
export const BATCH_LENGTH_PREFIX_BYTES = 12;
export const BATCH_CRC_FROM = 21;

export interface BatchHeader {
  readonly baseOffset: number;
  /** Whole batch in bytes, the twelve bytes before and of the length field included. */
  readonly sizeBytes: number;
  readonly leaderEpoch: number;
  readonly magic: number;
  readonly crc: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  /** -1 where the batch is not idempotent. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

function viewOf(batch: Uint8Array): DataView {
  return new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
}

/** Signed 64-bit field as a number; precise within ±2^53, which offsets, ids and times never leave. */
function i64(view: DataView, at: number): number {
  return view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
}

/** Reads the header; undefined where fewer than 61 bytes are there. Values are not validated. */
export function readBatchHeader(batch: Uint8Array): BatchHeader | undefined {
  if (batch.length < BATCH_HEADER_BYTES) return undefined;
  const view = viewOf(batch);
  return {
    baseOffset: i64(view, 0),
    sizeBytes: view.getInt32(8) + BATCH_LENGTH_PREFIX_BYTES,
    leaderEpoch: view.getInt32(12),
    magic: view.getInt8(16),
    crc: view.getUint32(17),
    attributes: view.getInt16(21),
    lastOffsetDelta: view.getInt32(23),
    baseTimestampMs: i64(view, 27),
    maxTimestampMs: i64(view, 35),
    producerId: i64(view, 43),
    producerEpoch: view.getInt16(51),
    baseSequence: view.getInt32(53),
    recordCount: view.getInt32(57),
  };
}

/** Sets base offset and leader epoch in place; neither is under the checksum. */
export function stampBatch(
  batch: Uint8Array,
  stamp: { readonly baseOffset: number; readonly leaderEpoch: number },
): void {
  const view = viewOf(batch);
  view.setInt32(0, Math.floor(stamp.baseOffset / 2 ** 32));
  view.setUint32(4, stamp.baseOffset >>> 0);
  view.setInt32(12, stamp.leaderEpoch);
}
