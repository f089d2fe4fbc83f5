import { concatBytes } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/protocol/index.ts';
import { bytesOf } from '../support/hex.ts';

const FRAME_BYTES_MAX = 100_000;

function framed(frame: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setInt32(0, frame.length);
  return concatBytes([length, frame]);
}

function cut(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return [...chunks, stream.subarray(at)];
}

describe('a frame reader', () => {
  it('gives the same frames however the stream is cut', () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30_000 }));
    const size = fc.oneof(fc.nat(6), fc.nat(200), fc.integer({ min: 4000, max: 20_000 }));
    fc.assert(
      fc.property(fc.array(length, { maxLength: 6 }), fc.array(size, { maxLength: 12 }), (lengths, sizes) => {
        const frames = lengths.map((bytes, i) => Uint8Array.from({ length: bytes }, (_, at) => at * 7 + i));
        const reader = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX });
        const read = cut(concatBytes(frames.map(framed)), sizes).flatMap((chunk) => reader.push(chunk));
        expect(read.length).toBe(frames.length);
        expect(read.every((frame, i) => equal(frame, frames[i] as Uint8Array))).toBe(true);
        expect(reader.heldBytes).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('gives a frame that came in one piece as a slice of that piece', () => {
    const chunk = framed(bytesOf('01020304'));
    const [frame] = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX }).push(chunk);
    expect(frame?.buffer).toBe(chunk.buffer);
  });

  it('holds what came, not what was announced', () => {
    const reader = new FrameReader({ frameBytesMax: 2 ** 30 });
    expect(reader.push(bytesOf('3fffffff'))).toEqual([]);
    expect(reader.heldBytes).toBe(4);
    reader.push(bytesOf('0102'));
    expect(reader.heldBytes).toBe(6);
  });

  it('does not keep the pieces alive that single bytes came in', () => {
    const reader = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX });
    const slab = framed(Uint8Array.from({ length: 9000 }, (_, at) => at));
    for (let at = 0; at < slab.length - 1; at++) reader.push(slab.subarray(at, at + 1));
    const [frame] = reader.push(slab.subarray(slab.length - 1));
    expect(frame).toEqual(slab.subarray(4));
    expect(frame?.buffer).not.toBe(slab.buffer);
  });

  it.each([
    ['too long', '000186a1', 'a frame of 100001 bytes; from 1 to 100000 are taken'],
    ['empty', '00000000', 'a frame of 0 bytes'],
    ['negative', 'ffffffff', 'a frame of -1 bytes'],
    ['HTTP', "'GET / HTTP/1.1'", 'this is HTTP, not the Kafka protocol'],
    ['TLS', '160301020001', 'this is a TLS handshake, not the Kafka protocol'],
  ])('fails at what is no frame, and gives nothing after it: %s', (_, start, message) => {
    const reader = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX });
    expect(reader.push(concatBytes([framed(bytesOf('0a')), bytesOf(start)]))).toEqual([bytesOf('0a')]);
    expect(reader.failure?.code).toBe('INVALID_ARGUMENT');
    expect(reader.failure?.message).toContain(message);
    expect(reader.push(framed(bytesOf('0b')))).toEqual([]);
  });

  it('takes longer frames once it is told to', () => {
    const reader = new FrameReader({ frameBytesMax: 1 });
    expect(reader.push(framed(bytesOf('0a')))).toHaveLength(1);
    reader.limit(2);
    expect(reader.push(framed(bytesOf('0a0b')))).toHaveLength(1);
    reader.limit(1);
    expect(reader.push(framed(bytesOf('0a0b')))).toEqual([]);
    expect(reader.failure?.details).toEqual({ bytes: 2, bytesMax: 1 });
  });
});

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
