/** Signed variable-length integers (zigzag) and 64-bit fields on top of the byte writer. */
import type { ByteWriter } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';

const VARLONG_MAX = 2 ** 52 - 1;

/** `value` within ±2^52, else INVALID_ARGUMENT. */
export function writeVarint(writer: ByteWriter, value: number): void {
  if (!Number.isInteger(value) || Math.abs(value) > VARLONG_MAX) {
    throw new FlowError('INVALID_ARGUMENT', `${value} cannot be written as a variable-length integer`);
  }
  writer.varint(value >= 0 ? value * 2 : -value * 2 - 1);
}

export function varintBytes(value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  let bytes = 1;
  for (; rest >= 0x80000000; bytes++) rest = Math.floor(rest / 0x80);
  for (; rest >= 0x80; bytes++) rest >>>= 7;
  return bytes;
}

export function setI64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value >>> 0);
}
