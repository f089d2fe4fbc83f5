import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_CRC_FROM, BATCH_HEADER_BYTES, crc32c, readBatchHeader, stampBatch } from '../src/index.ts';

describe('a batch header', () => {
  it('is absent in fewer bytes than it has', () => {
    expect(readBatchHeader(new Uint8Array(BATCH_HEADER_BYTES - 1))).toBeUndefined();
  });

  it('takes offset and epoch in place without touching what the checksum covers', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: BATCH_HEADER_BYTES, maxLength: 200 }),
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.integer({ min: 0, max: 0x7fffffff }),
        (bytes, baseOffset, leaderEpoch) => {
          const before = crc32c(bytes.subarray(BATCH_CRC_FROM));
          stampBatch(bytes, { baseOffset, leaderEpoch });
          const header = readBatchHeader(bytes);
          expect(header?.baseOffset).toBe(baseOffset);
          expect(header?.leaderEpoch).toBe(leaderEpoch);
          expect(crc32c(bytes.subarray(BATCH_CRC_FROM))).toBe(before);
        },
      ),
    );
  });
});
