/**
 * Writes Kafka messages as a list of chunks for `writev`: what is written here lies in buffers of the writer, large byte strings are
 * passed on as they are. Chunks alias what was given; nobody may change it until the chunks are sent. Values that do not fit their
 * type are FlowError INVALID_ARGUMENT rather than cut.
 */
import { FlowError, utf8Encode } from '@flowmesh/base';

/** Copying less than this costs less than another chunk. */
const CHUNK_BYTES_MIN = 1024;
const STRING_BYTES_MAX = 0x7fff;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export class MessageWriter {
  private buffer: Uint8Array;
  private view: DataView;
  /** Where the part of the buffer begins that is in no chunk yet. */
  private start = 0;
  private at = 0;
  private readonly chunks: Uint8Array[] = [];
  private chunkBytes = 0;

  constructor(capacity = 512) {
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
  }

  get length(): number {
    return this.chunkBytes + this.at - this.start;
  }

  /** Where to write; may put another buffer in place, so it comes before the buffer is named. */
  private reserve(size: number): number {
    if (this.at + size > this.buffer.length) this.grow(size);
    const from = this.at;
    this.at = from + size;
    return from;
  }

  private byte(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  private grow(size: number): void {
    const kept = this.buffer.subarray(this.start, this.at);
    const buffer = new Uint8Array(Math.max(this.buffer.length * 2, kept.length + size));
    buffer.set(kept);
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer);
    this.at = kept.length;
    this.start = 0;
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  i8(value: number): void {
    if ((value << 24) >> 24 !== value) throw unfit(value, '8 bits');
    const at = this.reserve(1);
    this.view.setInt8(at, value);
  }

  i16(value: number): void {
    if ((value << 16) >> 16 !== value) throw unfit(value, '16 bits');
    const at = this.reserve(2);
    this.view.setInt16(at, value);
  }

  i32(value: number): void {
    if ((value | 0) !== value) throw unfit(value, '32 bits');
    const at = this.reserve(4);
    this.view.setInt32(at, value);
  }

  i64(value: number): void {
    if (!Number.isSafeInteger(value)) throw unfit(value, '±2^53');
    const at = this.reserve(8);
    this.view.setInt32(at, Math.floor(value / 2 ** 32));
    this.view.setUint32(at + 4, value >>> 0);
  }

  /** Of a length or tag: an integer from 0 to 2^31. */
  uvarint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** Many 32-bit numbers at once: replica lists are most of the numbers of large messages. */
  i32s(values: readonly number[]): void {
    let at = this.reserve(values.length * 4);
    const { view } = this;
    for (const value of values) {
      if ((value | 0) !== value) throw unfit(value, '32 bits');
      view.setInt32(at, value);
      at += 4;
    }
  }

  uuid(value: string): void {
    if (!UUID.test(value)) throw unfit(value, 'a uuid');
    const at = this.reserve(16);
    const { view } = this;
    view.setUint32(at, Number.parseInt(value.slice(0, 8), 16));
    view.setUint16(at + 4, Number.parseInt(value.slice(9, 13), 16));
    view.setUint16(at + 6, Number.parseInt(value.slice(14, 18), 16));
    view.setUint16(at + 8, Number.parseInt(value.slice(19, 23), 16));
    view.setUint16(at + 10, Number.parseInt(value.slice(24, 28), 16));
    view.setUint32(at + 12, Number.parseInt(value.slice(28), 16));
  }

  /** Length and text. */
  string(value: string, compact: boolean): void {
    if (!this.ascii(value, compact)) {
      const bytes = utf8Encode(value);
      this.stringLength(bytes.length, compact);
      this.copy(bytes);
    }
  }

  /** Most strings are names, and short: written without an encoder. False, and nothing written, where a character is not ASCII. */
  private ascii(value: string, compact: boolean): boolean {
    const before = this.at - this.start;
    this.stringLength(value.length, compact);
    let at = this.reserve(value.length);
    const { buffer } = this;
    for (let i = 0; i < value.length; i++, at++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        this.at = this.start + before;
        return false;
      }
      buffer[at] = code;
    }
    return true;
  }

  private stringLength(length: number, compact: boolean): void {
    if (length > STRING_BYTES_MAX) throw unfit(`a string of ${length} bytes`, `${STRING_BYTES_MAX} bytes`);
    if (compact) this.uvarint(length + 1);
    else this.i16(length);
  }

  /** Bytes as they are, without a length. Many of them are not copied. */
  raw(bytes: Uint8Array): void {
    if (bytes.length < CHUNK_BYTES_MIN) {
      this.copy(bytes);
      return;
    }
    this.endChunk();
    this.chunks.push(bytes);
    this.chunkBytes += bytes.length;
  }

  private copy(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  private endChunk(): void {
    if (this.at === this.start) return;
    this.chunks.push(this.buffer.subarray(this.start, this.at));
    this.chunkBytes += this.at - this.start;
    this.start = this.at;
  }

  /** What was written; the writer is done. */
  finish(): Uint8Array[] {
    this.endChunk();
    return this.chunks;
  }
}

function unfit(value: number | string, room: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `${value} does not fit ${room} of a Kafka message`);
}
