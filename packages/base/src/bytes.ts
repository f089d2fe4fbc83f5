/**
 * Big-endian binary reader and writer for storage and peer frames, and helpers over Uint8Array.
 * The reader is bounded: running past the end throws FlowError INVALID_ARGUMENT, never an assertion, because its
 * input may come from the network. Slices alias the input; copy what is retained.
 */
import { assert } from './assert.ts';
import { FlowError } from './errors.ts';

declare const TextEncoder: { new (): { encode(text: string): Uint8Array } };
declare const TextDecoder: {
  new (label: string, options: { readonly ignoreBOM: boolean }): { decode(bytes: Uint8Array): string };
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

export function utf8Encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Invalid sequences become U+FFFD; a byte order mark is a character like any other. */
export function utf8Decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** Lexicographic order, as RocksDB compares keys. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

/** For 64-bit floats alone; integers are written byte by byte, which needs no view. */
const floatBytes = new Uint8Array(8);
const floatView = new DataView(floatBytes.buffer);

export class ByteWriter {
  private buffer: Uint8Array;
  private at = 0;

  constructor(capacity = 64) {
    this.buffer = new Uint8Array(capacity);
  }

  get length(): number {
    return this.at;
  }

  private reserve(size: number): number {
    const start = this.at;
    const needed = start + size;
    if (needed > this.buffer.length) {
      let capacity = Math.max(64, this.buffer.length * 2);
      while (capacity < needed) capacity *= 2;
      const grown = new Uint8Array(capacity);
      grown.set(this.buffer.subarray(0, start));
      this.buffer = grown;
    }
    this.at = needed;
    return start;
  }

  u8(value: number): this {
    const at = this.reserve(1);
    this.buffer[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.reserve(2);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    const at = this.reserve(4);
    const { buffer } = this;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
    return this;
  }

  /** A safe integer ≥ 0 in eight bytes. */
  u64(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, 'u64 out of range');
    return this.u32(Math.floor(value / 2 ** 32)).u32(value >>> 0);
  }

  f64(value: number): this {
    floatView.setFloat64(0, value);
    return this.raw(floatBytes);
  }

  /** Unsigned LEB128 of a safe integer ≥ 0. */
  varint(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, 'varint out of range');
    let rest = value;
    while (rest >= 0x80000000) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    // What is left fits the integers that the processor shifts.
    for (; rest >= 0x80; rest >>>= 7) this.u8((rest & 0x7f) | 0x80);
    return this.u8(rest);
  }

  /** So many zeros, to be filled in later. */
  skip(count: number): this {
    const at = this.reserve(count);
    this.buffer.fill(0, at, at + count);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }

  /** Varint length, then the bytes. */
  bytes(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes);
  }

  text(text: string): this {
    return text === '' ? this.u8(0) : this.bytes(utf8Encode(text));
  }

  /** What was written; aliases the writer until it writes again. */
  view8(): Uint8Array {
    // A view of a small array makes the runtime move it out of its heap, which costs more than all that was written.
    return this.at === this.buffer.length ? this.buffer : this.buffer.subarray(0, this.at);
  }

  /** What was written, as a copy of exact size. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  reset(): void {
    this.at = 0;
  }
}

export class ByteReader {
  readonly buffer: Uint8Array;
  private at = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.buffer.length - this.at;
  }

  private take(size: number): number {
    if (size > this.buffer.length - this.at) {
      throw new FlowError('INVALID_ARGUMENT', `truncated data: ${size} bytes wanted, ${this.remaining} left`);
    }
    const start = this.at;
    this.at += size;
    return start;
  }

  private word(at: number): number {
    const { buffer } = this;
    return (
      (((buffer[at] as number) << 24) |
        ((buffer[at + 1] as number) << 16) |
        ((buffer[at + 2] as number) << 8) |
        (buffer[at + 3] as number)) >>>
      0
    );
  }

  u8(): number {
    return this.buffer[this.take(1)] as number;
  }

  u16(): number {
    const at = this.take(2);
    return ((this.buffer[at] as number) << 8) | (this.buffer[at + 1] as number);
  }

  u32(): number {
    return this.word(this.take(4));
  }

  u64(): number {
    const at = this.take(8);
    const value = this.word(at) * 2 ** 32 + this.word(at + 4);
    if (!Number.isSafeInteger(value)) throw new FlowError('INVALID_ARGUMENT', 'integer beyond 2^53');
    return value;
  }

  f64(): number {
    floatBytes.set(this.raw(8));
    return floatView.getFloat64(0);
  }

  varint(): number {
    // Most are short.
    const first = this.u8();
    if (first < 0x80) return first;
    let result = first & 0x7f;
    let scale = 0x80;
    for (let i = 1; i < 8; i++) {
      const byte = this.u8();
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(result)) break;
        return result;
      }
      scale *= 0x80;
    }
    throw new FlowError('INVALID_ARGUMENT', 'malformed varint');
  }

  /** `size` bytes, aliasing the input. */
  raw(size: number): Uint8Array {
    const at = this.take(size);
    return this.buffer.subarray(at, at + size);
  }

  /** Varint length, then the bytes; aliases the input. */
  bytes(): Uint8Array {
    return this.raw(this.varint());
  }

  text(): string {
    const bytes = this.bytes();
    return bytes.length === 0 ? '' : utf8Decode(bytes);
  }
}
