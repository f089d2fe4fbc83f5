/**
 * A bounded reader of Kafka messages. Input may be anything: whatever does not fit the bytes that are there is FlowError
 * INVALID_ARGUMENT, before memory is taken for what it claims to be. Slices alias the input.
 */
import { FlowError } from '@flowmesh/base';

declare const TextDecoder: {
  new (label: string, options: { ignoreBOM: boolean }): { decode(bytes: Uint8Array): string };
};

/** A byte order mark is part of a name like any other character; invalid sequences become U+FFFD. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const STRING_BYTES_MAX = 0x7fff;
/** Longer than this, the decoder is faster than a call with every character. */
const ASCII_BYTES_MAX = 48;

export class MessageReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly what: string;
  private at: number;
  private readonly end: number;

  /** `what` names the message in errors. */
  constructor(bytes: Uint8Array, what: string, from = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.what = what;
    this.at = from;
    this.end = bytes.length;
    if (from > this.end) throw this.malformed('it ends before it begins');
  }

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  malformed(reason: string): FlowError {
    return new FlowError('INVALID_ARGUMENT', `malformed ${this.what}: ${reason}`, {
      hint: 'The client encodes this message wrongly, or means another version of it.',
      details: { position: this.at },
    });
  }

  private take(size: number): number {
    const from = this.at;
    if (size > this.end - from) throw this.malformed(`${size} bytes wanted, ${this.end - from} left`);
    this.at = from + size;
    return from;
  }

  bool(): boolean {
    return this.bytes[this.take(1)] !== 0;
  }

  i8(): number {
    return this.view.getInt8(this.take(1));
  }

  i16(): number {
    return this.view.getInt16(this.take(2));
  }

  i32(): number {
    return this.view.getInt32(this.take(4));
  }

  /** So many numbers, each of 32 bits. */
  i32s(count: number): number[] {
    let at = this.take(count * 4);
    const { view } = this;
    const out: number[] = [];
    for (; at < this.at; at += 4) out.push(view.getInt32(at));
    return out;
  }

  i64(): number {
    const at = this.take(8);
    const value = this.view.getInt32(at) * 2 ** 32 + this.view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw this.malformed('a number is beyond 2^53');
    return value;
  }

  /** Unsigned, variable length, below 2^31: nothing longer fits a frame. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.take(1)] as number;
      if (shift === 28 && byte > 0x07) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw this.malformed('a variable-length number is too long');
  }

  /** Length plus one; -1 stands for null. */
  compactLength(): number {
    return this.uvarint() - 1;
  }

  uuid(): string {
    const at = this.take(16);
    const { bytes } = this;
    let text = '';
    for (let i = 0; i < 16; i++) {
      if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
      text += HEX[bytes[at + i] as number];
    }
    return text;
  }

  text(length: number): string {
    if (length < 0 || length > STRING_BYTES_MAX) throw this.malformed(`a string of ${length} bytes`);
    if (length === 0) return '';
    const from = this.take(length);
    const { bytes } = this;
    const slice = bytes.subarray(from, this.at);
    if (length > ASCII_BYTES_MAX) return decoder.decode(slice);
    for (let i = from; i < this.at; i++) {
      if ((bytes[i] as number) >= 0x80) return decoder.decode(slice);
    }
    return String.fromCharCode.apply(undefined, slice as unknown as number[]);
  }

  slice(length: number): Uint8Array {
    if (length < 0) throw this.malformed(`${length} bytes`);
    const from = this.take(length);
    return this.bytes.subarray(from, this.at);
  }

  skip(length: number): void {
    this.take(length);
  }
}
