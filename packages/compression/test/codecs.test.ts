import { FlowError, isFlowError, SeededRandom, utf8Encode } from '@flowmesh/base';
import { decodeRecords, encodeBatch } from '@flowmesh/kafka';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { compressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { nodeCodecs } from '../src/index.ts';

const KINDS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const BYTES_MAX = 1 << 20;

function codec(kind: (typeof KINDS)[number]) {
  const found = nodeCodecs[kind];
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isFlowError(error)) return error.code;
    throw error;
  }
  return 'none';
}

describe.each(KINDS)('%s', (kind) => {
  test('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.integer({ min: 1, max: 60 }), (part, times) => {
        const bytes = new Uint8Array(part.length * times);
        for (let i = 0; i < times; i++) bytes.set(part, i * part.length);
        expect(
          Buffer.from(codec(kind).decompress(codec(kind).compress(bytes), BYTES_MAX)).equals(bytes),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('takes exactly as many bytes as the limit says, and not one more', () => {
    const bytes = new Uint8Array(100_000).fill(97);
    const compressed = codec(kind).compress(bytes);
    expect(codec(kind).decompress(compressed, 100_000).length).toBe(100_000);
    expect(codeOf(() => codec(kind).decompress(compressed, 99_999))).toBe('BATCH_TOO_LARGE');
  });

  test('refuses a bomb without growing', () => {
    const bomb = codec(kind).compress(new Uint8Array(64 << 20));
    expect(bomb.length).toBeLessThan(4 << 20);
    expect(codeOf(() => codec(kind).decompress(bomb, BYTES_MAX))).toBe('BATCH_TOO_LARGE');
  });

  test('fails with a FlowError on whatever is no compressed data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const code = codeOf(() => codec(kind).decompress(bytes, BYTES_MAX));
        expect(['none', 'CORRUPT_BATCH', 'BATCH_TOO_LARGE']).toContain(code);
      }),
      { numRuns: 300 },
    );
  });

  test('fails with a FlowError, or gives some bytes within the limit, when data is damaged', () => {
    const random = new SeededRandom(7);
    const original = Uint8Array.from({ length: 20_000 }, (_, i) => (i % 251) ^ random.below(4));
    const compressed = codec(kind).compress(original);
    for (let round = 0; round < 300; round++) {
      const damaged = Uint8Array.from(compressed).subarray(0, compressed.length - random.below(3));
      damaged[random.below(damaged.length)] = random.below(256);
      try {
        expect(codec(kind).decompress(damaged, 30_000).length).toBeLessThanOrEqual(30_000);
      } catch (error) {
        expect(error).toBeInstanceOf(FlowError);
      }
    }
  });

  test('carries the records of a batch', () => {
    const records = Array.from({ length: 50 }, (_, i) => ({
      key: utf8Encode(`k${i}`),
      value: utf8Encode('the same words again and again'),
      headers: [],
      timestampMs: 1_000 + i,
    }));
    const batch = encodeBatch(records, { compression: { kind, codec: codec(kind) } });
    const plain = encodeBatch(records);
    expect(batch.length).toBeLessThan(plain.length / 2);
    expect([...decodeRecords(batch, { codecs: nodeCodecs })]).toEqual([...decodeRecords(plain)]);
  });
});

test('snappy without framing is read too', () => {
  const bytes = Buffer.from('raw block '.repeat(50));
  expect(Buffer.from(codec('snappy').decompress(compressSync(bytes), BYTES_MAX)).equals(bytes)).toBe(true);
});

test('snappy is written with the framing of snappy-java', () => {
  const framed = Buffer.from(codec('snappy').compress(Buffer.from('abc')));
  expect(framed.subarray(0, 16).toString('hex')).toBe('82534e41505059000000000100000001');
  expect(framed.readInt32BE(16)).toBe(framed.length - 20);
});

test('lz4 data that is no frame is damaged, not empty', () => {
  expect(codeOf(() => codec('lz4').decompress(Buffer.from('aaaa'), BYTES_MAX))).toBe('CORRUPT_BATCH');
  expect(codeOf(() => codec('lz4').decompress(new Uint8Array(0), BYTES_MAX))).toBe('CORRUPT_BATCH');
});

test('a stated size does not deceive the limit', () => {
  const bomb = compressSync(new Uint8Array(2 << 20));
  expect(codeOf(() => codec('snappy').decompress(bomb, BYTES_MAX))).toBe('BATCH_TOO_LARGE');
  expect(codeOf(() => codec('gzip').decompress(gzipSync(new Uint8Array(2 << 20)), BYTES_MAX))).toBe(
    'BATCH_TOO_LARGE',
  );
});
