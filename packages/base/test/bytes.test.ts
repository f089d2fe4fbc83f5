import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, compareBytes, concatBytes, FlowError, utf8Decode } from '../src/index.ts';

const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('ByteWriter and ByteReader', () => {
  it('show what was written, whether it fills the room that was asked for or not', () => {
    for (const capacity of [2, 3, 64]) {
      const writer = new ByteWriter(capacity).u8(7).u8(8);
      expect([...writer.view8()]).toEqual([7, 8]);
      expect([...writer.u8(9).view8()]).toEqual([7, 8, 9]);
    }
  });

  it('give back what was written, in order', () => {
    fc.assert(
      fc.property(
        safe,
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.double({ noNaN: true }),
        fc.uint8Array(),
        fc.string(),
        (big, word, real, bytes, text) => {
          const writer = new ByteWriter(1)
            .varint(big)
            .u64(big)
            .u32(word)
            .u16(word & 0xffff)
            .u8(word & 0xff)
            .f64(real)
            .bytes(bytes)
            .text(text);
          const reader = new ByteReader(writer.finish());
          expect(reader.varint()).toBe(big);
          expect(reader.u64()).toBe(big);
          expect(reader.u32()).toBe(word);
          expect(reader.u16()).toBe(word & 0xffff);
          expect(reader.u8()).toBe(word & 0xff);
          expect(reader.f64()).toBe(real);
          expect([...reader.bytes()]).toEqual([...bytes]);
          expect(reader.text()).toBe(utf8Decode(new TextEncoder().encode(text)));
          expect(reader.remaining).toBe(0);
        },
      ),
    );
  });

  it('refuse truncated and malformed input with an error of the request, not of the program', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new ByteReader(bytes);
        try {
          for (;;) {
            reader.varint();
            reader.bytes();
            reader.u64();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FlowError);
        }
      }),
    );
  });

  it('keep the order of unsigned numbers in the order of their u64 bytes', () => {
    fc.assert(
      fc.property(safe, safe, (a, b) => {
        const order = compareBytes(new ByteWriter().u64(a).finish(), new ByteWriter().u64(b).finish());
        expect(Math.sign(order)).toBe(Math.sign(a - b));
      }),
    );
  });

  it('keep a byte order mark at the beginning of a text', () => {
    const text = '\ufeffa';
    expect(new ByteReader(new ByteWriter().text(text).finish()).text()).toBe(text);
  });

  it('concatenate', () => {
    expect([...concatBytes([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)])]).toEqual([1, 2, 3]);
  });
});
