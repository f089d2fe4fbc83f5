/**
 * Tells from the first bytes of a connection between nodes what it is for: the receiver of the data dials and says hello, and the hello
 * (`Hello` in proto/flowmesh/internal/v1/peer.proto, field 6) names the class. What says no hello within its first message is for bulk data.
 */
import type { LinkClass } from './links.ts';

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
const DATA_FRAME = 0;
const GRPC_HEADER_BYTES = 5;
const SEEN_BYTES_MAX = 64 * 1024;
const CLASS_FIELD = 6;
const VERSION_FIELD = 5;

/** Undefined: more bytes are needed. */
function firstMessage(bytes: Buffer): Buffer | undefined {
  let at = PREFACE_BYTES;
  while (at + FRAME_HEADER_BYTES <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const type = bytes[at + 3];
    const from = at + FRAME_HEADER_BYTES;
    if (type === DATA_FRAME && length > GRPC_HEADER_BYTES)
      return bytes.length < from + length
        ? undefined
        : bytes.subarray(from + GRPC_HEADER_BYTES, from + length);
    at = from + length;
  }
  return undefined;
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

function varintAt(bytes: Buffer, at: number): Varint | undefined {
  let value = 0;
  let factor = 1;
  for (let next = at; next < bytes.length && next < at + 10; next++) {
    const byte = bytes[next] as number;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: next + 1 };
    factor *= 128;
  }
  return undefined;
}

/** The numbers among the message's fields. Undefined where it is no message of protobuf. */
function numbersOf(message: Buffer): ReadonlyMap<number, number> | undefined {
  const numbers = new Map<number, number>();
  let at = 0;
  while (at < message.length) {
    const tag = varintAt(message, at);
    const body = tag === undefined ? undefined : varintAt(message, tag.next);
    if (tag === undefined || body === undefined) return undefined;
    const wireType = tag.value & 7;
    if (wireType === 0) numbers.set(tag.value >>> 3, body.value);
    else if (wireType !== 2) return undefined;
    at = wireType === 2 ? body.next + body.value : body.next;
  }
  return at === message.length ? numbers : undefined;
}

export function classOfMessage(message: Buffer): LinkClass {
  const numbers = numbersOf(message);
  if (numbers === undefined || !numbers.has(VERSION_FIELD)) return 'bulk';
  // A value of 0 does not travel.
  return numbers.get(CLASS_FIELD) === 1 ? 'append' : 'control';
}

/** Is given bytes until it knows. */
export class ClassFinder {
  private seen: Buffer = Buffer.alloc(0);
  private found: LinkClass = 'peer';
  private done = false;

  get linkClass(): LinkClass {
    return this.found;
  }

  look(bytes: Buffer): void {
    if (this.done) return;
    this.seen = Buffer.concat([this.seen, bytes]);
    const message = firstMessage(this.seen);
    if (message !== undefined) this.found = classOfMessage(message);
    this.done = message !== undefined || this.seen.length > SEEN_BYTES_MAX;
    if (this.done) this.seen = Buffer.alloc(0);
  }
}
