import { crc32c } from '@flowmesh/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fastCrc32c, withNative } from '../src/fast-crc32c.ts';

test('the known check value', () => {
  expect(fastCrc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

test('equals the plain code for every length, also continued from a former result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.uint8Array({ maxLength: 1_000 }), (a, b) => {
      expect(fastCrc32c(a)).toBe(crc32c(a));
      expect(fastCrc32c(b, fastCrc32c(a))).toBe(crc32c(Buffer.concat([a, b])));
    }),
  );
});

test('long input goes to the native code where there is one', () => {
  const lengths: number[] = [];
  const crc = withNative({
    crc32c: (bytes) => {
      lengths.push(bytes.length);
      return 1;
    },
  });
  crc(new Uint8Array(10));
  expect(crc(new Uint8Array(10_000))).toBe(1);
  expect(lengths).toEqual([10_000]);
  expect(withNative(undefined)).toBe(crc32c);
});
