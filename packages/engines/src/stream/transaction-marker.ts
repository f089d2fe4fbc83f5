/**
 * The control batch that ends a transaction in a partition: what Kafka writes, one record whose key holds version and type (0 ABORT,
 * 1 COMMIT) and whose value version and coordinator epoch, here with the transaction's round behind them, which nobody else reads. It takes
 * an offset like any record; readers never see it.
 *
 * batch header@0 · record@61: length · attributes · two deltas · key length · version i16@66 · type i16@68 · value length ·
 * version i16@71 · coordinator epoch i32@73 · round u64@77 · header count
 */
import {
  assert,
  BATCH_CRC_FROM,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_PREFIX_BYTES,
  crc32c,
  type BatchHeader,
} from '@flowmesh/base';

export const ATTRIBUTE_TRANSACTIONAL = 0x10;
export const ATTRIBUTE_CONTROL = 0x20;
const MARKER_BYTES = 86;
const TYPE_AT = 68;
const COORDINATOR_EPOCH_AT = 73;
const ROUND_AT = 77;
/** Varints are zigzag: each stands for twice itself. */
const RECORD_LENGTH = 24 * 2;
const KEY_LENGTH = 4 * 2;
const VALUE_LENGTH = 14 * 2;

export interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Which of the producer's transactions it ends. */
  readonly round: number;
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
  /** The leader's time. */
  readonly timeMs: number;
}

export function isTransactional(batch: Pick<BatchHeader, 'attributes'>): boolean {
  return (batch.attributes & ATTRIBUTE_TRANSACTIONAL) !== 0;
}

/** A batch that brokers write, with nothing in it for readers. */
export function isControl(batch: Pick<BatchHeader, 'attributes'>): boolean {
  return (batch.attributes & ATTRIBUTE_CONTROL) !== 0;
}

/** Base offset and leader epoch are to be stamped. */
export function encodeMarker(marker: TransactionMarker): Uint8Array {
  const bytes = new Uint8Array(MARKER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(8, MARKER_BYTES - BATCH_LENGTH_PREFIX_BYTES);
  view.setInt8(16, 2);
  view.setInt16(21, ATTRIBUTE_TRANSACTIONAL | ATTRIBUTE_CONTROL);
  view.setBigInt64(27, BigInt(marker.timeMs));
  view.setBigInt64(35, BigInt(marker.timeMs));
  view.setBigInt64(43, BigInt(marker.producerId));
  view.setInt16(51, marker.producerEpoch);
  view.setInt32(53, -1);
  view.setInt32(57, 1);
  view.setUint8(BATCH_HEADER_BYTES, RECORD_LENGTH);
  view.setUint8(65, KEY_LENGTH);
  view.setInt16(TYPE_AT, marker.commit ? 1 : 0);
  view.setUint8(70, VALUE_LENGTH);
  view.setInt32(COORDINATOR_EPOCH_AT, marker.coordinatorEpoch);
  view.setBigInt64(ROUND_AT, BigInt(marker.round));
  view.setUint32(17, crc32c(bytes.subarray(BATCH_CRC_FROM)));
  return bytes;
}

/** What a control batch of the log says. */
export function readMarker(bytes: Uint8Array, header: BatchHeader): TransactionMarker {
  assert(bytes.length === MARKER_BYTES && isControl(header), 'a control batch is a transaction marker');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getInt16(TYPE_AT);
  assert(type === 0 || type === 1, `a transaction marker commits or aborts; this one has type ${type}`);
  return {
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    round: Number(view.getBigInt64(ROUND_AT)),
    commit: type === 1,
    coordinatorEpoch: view.getInt32(COORDINATOR_EPOCH_AT),
    timeMs: header.maxTimestampMs,
  };
}
