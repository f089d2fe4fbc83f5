/**
 * `flowmesh.internal.v1.Frame` without a message object: one bytes field, so the wire form is the payload behind a few
 * header bytes. A sender leaves `FRAME_HEADER_BYTES` free in front of its payload and `sealFrame` puts the header there:
 * the payload is written once. Received payloads alias the message.
 */
import protobuf from 'protobufjs/minimal.js';

/** Tag of field 1, wire type 2. */
const TAG = 0x0a;
/** Tag and the longest length (28 bits). */
export const FRAME_HEADER_BYTES = 5;
export const FRAME_PAYLOAD_BYTES_MAX = 2 ** 28 - 1;

/**
 * `buffer`: FRAME_HEADER_BYTES of room, then the payload. Returns the part of it that is the encoded Frame.
 * Throws a RangeError for payloads beyond 2^28 - 1 bytes.
 */
export function sealFrame(buffer: Uint8Array): Buffer {
  const size = buffer.length - FRAME_HEADER_BYTES;
  if (size < 0 || size > FRAME_PAYLOAD_BYTES_MAX) throw new RangeError(`frame of ${size} bytes`);
  const lengthBytes = size < 2 ** 7 ? 1 : size < 2 ** 14 ? 2 : size < 2 ** 21 ? 3 : 4;
  const start = FRAME_HEADER_BYTES - lengthBytes - 1;
  buffer[start] = TAG;
  let rest = size;
  for (let i = 1; i <= lengthBytes; i++) {
    buffer[start + i] = i < lengthBytes ? (rest & 0x7f) | 0x80 : rest;
    rest >>>= 7;
  }
  return Buffer.from(buffer.buffer, buffer.byteOffset + start, buffer.length - start);
}

/** The payload of an encoded Frame, aliasing it; empty where the field is absent. Throws where it is malformed. */
export function openFrame(bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes);
  let payload: Uint8Array = bytes.subarray(0, 0);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === TAG) payload = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return payload;
}

/** Codec of the typed services: encodes what `sealFrame` gave, decodes to the payload. */
export const RawFrame = {
  encode: (sealed: Buffer): { finish(): Uint8Array } => ({ finish: () => sealed }),
  decode: openFrame,
};
