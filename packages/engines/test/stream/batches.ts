/** Batches for tests, made without the codec, which the engines do not know. */
import { BATCH_HEADER_BYTES, readBatchHeader, stampBatch } from '@flowmesh/base';

export interface TestBatch {
  readonly count?: number;
  readonly bytes?: number;
  readonly timestampMs?: number;
  readonly maxTimestampMs?: number;
  readonly attributes?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
}

function setI64(view: DataView, at: number, value: number): void {
  view.setBigInt64(at, BigInt(value));
}

export function batch(options: TestBatch = {}): Uint8Array {
  const count = options.count ?? 1;
  const timestampMs = options.timestampMs ?? 1_000;
  const bytes = new Uint8Array(Math.max(options.bytes ?? 100, BATCH_HEADER_BYTES));
  const view = new DataView(bytes.buffer);
  view.setInt32(8, bytes.length - 12);
  view.setInt8(16, 2);
  view.setInt16(21, options.attributes ?? 0);
  view.setInt32(23, count - 1);
  setI64(view, 27, timestampMs);
  setI64(view, 35, options.maxTimestampMs ?? timestampMs);
  setI64(view, 43, options.producerId ?? -1);
  view.setInt16(51, options.producerEpoch ?? (options.producerId === undefined ? -1 : 0));
  view.setInt32(53, options.baseSequence ?? (options.producerId === undefined ? -1 : 0));
  view.setInt32(57, count);
  return bytes;
}

export function stamped(baseOffset: number, options: TestBatch = {}): Uint8Array {
  const bytes = batch(options);
  stampBatch(bytes, { baseOffset, leaderEpoch: 1 });
  return bytes;
}

export function header(options: TestBatch = {}) {
  const found = readBatchHeader(batch(options));
  if (found === undefined) throw new Error('no header');
  return found;
}
