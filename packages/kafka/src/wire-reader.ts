/**
 * A bounded reader of records. Whatever does not fit into the bytes that are there is FlowError CORRUPT_BATCH.
 * Variable-length integers are zigzag, as in RecordBatch v2. Slices alias the input.
 */
import { FlowError } from '@flowmesh/base';

export class WireReader {
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private at: number;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  i8(): number {
    if (this.at >= this.end) throw corrupt('record data ends early');
    return ((this.bytes[this.at++] as number) << 24) >> 24;
  }

  /** Signed 32 bit. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.at >= this.end) throw corrupt('record data ends early');
      const byte = this.bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break;
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw corrupt('variable-length integer is too long');
  }

  /** Signed, within ±2^52; times never leave that. */
  varlong(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (this.at >= this.end) throw corrupt('record data ends early');
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      }
      scale *= 0x80;
    }
    throw corrupt('variable-length integer is out of range');
  }

  slice(length: number): Uint8Array {
    if (length < 0 || length > this.end - this.at)
      throw corrupt(`${length} bytes wanted, ${this.remaining} left`);
    const from = this.at;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }

  /** Length, then bytes; a length of -1 means absent. */
  optionalBytes(): Uint8Array | undefined {
    const length = this.varint();
    return length === -1 ? undefined : this.slice(length);
  }

  /** A count of elements that take at least `bytesEach` bytes each. */
  count(bytesEach: number): number {
    const count = this.varint();
    if (count < 0 || count * bytesEach > this.remaining)
      throw corrupt(`${count} elements in ${this.remaining} bytes`);
    return count;
  }
}

export function corrupt(message: string): FlowError {
  return new FlowError('CORRUPT_BATCH', message, {
    hint: 'Send the batch again; if this stays, the client encodes it wrongly.',
  });
}
