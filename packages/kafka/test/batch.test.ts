import { crc32c, isFlowError, readBatchHeader, utf8Encode } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KafkaRecord } from '../src/index.ts';
import {
  batchesIn,
  checkRecords,
  decodeRecords,
  encodeBatch,
  firstRecordSince,
  setLogAppendTime,
  setProducer,
  validateBatch,
} from '../src/index.ts';

const bytes = fc.option(fc.uint8Array({ maxLength: 50 }), { nil: undefined });
const anyRecord: fc.Arbitrary<KafkaRecord> = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(fc.record({ key: fc.string({ maxLength: 8, unit: 'grapheme' }), value: bytes }), {
    maxLength: 3,
  }),
  timestampMs: fc.integer({ min: -1, max: 4e12 }),
});
const records = fc.array(anyRecord, { minLength: 1, maxLength: 20 });

function plain(text: string, timestampMs = 5): KafkaRecord {
  return { key: undefined, value: utf8Encode(text), headers: [], timestampMs };
}

function codeOf(result: unknown): string {
  return isFlowError(result) ? result.code : 'none';
}

function changed(batch: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = Uint8Array.from(batch);
  const view = new DataView(copy.buffer);
  change(view);
  view.setUint32(17, crc32c(copy.subarray(21)));
  return copy;
}

describe('encoding and decoding', () => {
  test('give back the records, with dense offsets', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 0, max: 2 ** 50 }), (input, baseOffset) => {
        const batch = encodeBatch(input, { baseOffset });
        expect([...decodeRecords(batch)]).toEqual(
          input.map((record, i) => ({ ...record, offset: baseOffset + i })),
        );
        expect(validateBatch(batch, {}, crc32c)).toEqual(readBatchHeader(batch));
        expect(checkRecords(batch)).toBeUndefined();
      }),
    );
  });

  test('a batch of one record has the bytes that the format prescribes', () => {
    const batch = encodeBatch([
      { key: utf8Encode('k'), value: utf8Encode('v'), headers: [], timestampMs: 1 },
    ]);
    expect(Buffer.from(batch).toString('hex')).toBe(
      [
        '0000000000000000',
        '0000003a',
        'ffffffff',
        '02',
        Buffer.from(batch.subarray(17, 21)).toString('hex'),
        '0000',
        '00000000',
        '0000000000000001',
        '0000000000000001',
        'ffffffffffffffff',
        'ffff',
        'ffffffff',
        '00000001',
        '10',
        '00',
        '00',
        '00',
        '02',
        '6b',
        '02',
        '76',
        '00',
      ].join(''),
    );
  });

  test('the header tells count, times and producer', () => {
    const producer = { producerId: 2 ** 40, producerEpoch: 3, baseSequence: 9 };
    const batch = encodeBatch([plain('a', 50), plain('b', 20), plain('c', 70)], { producer });
    expect(readBatchHeader(batch)).toMatchObject({
      ...producer,
      recordCount: 3,
      lastOffsetDelta: 2,
      baseTimestampMs: 50,
      maxTimestampMs: 70,
      sizeBytes: batch.length,
    });
  });

  test('a producer set later changes the checksum with it', () => {
    const producer = { producerId: 7, producerEpoch: 0, baseSequence: 4 };
    const batch = encodeBatch([plain('a')]);
    setProducer(batch, producer);
    expect(batch).toEqual(encodeBatch([plain('a')], { producer }));
  });

  test('log append time becomes the time of every record', () => {
    const batch = encodeBatch([plain('a', 1), plain('b', 2)]);
    setLogAppendTime(batch, 900);
    expect(codeOf(validateBatch(batch, {}, crc32c))).toBe('none');
    expect([...decodeRecords(batch)].map((record) => record.timestampMs)).toEqual([900, 900]);
  });

  test('the first record since a time is found inside the batch', () => {
    const batch = encodeBatch([plain('a', 10), plain('b', 30), plain('c', 20)], { baseOffset: 100 });
    expect(firstRecordSince(batch, 11)?.offset).toBe(101);
    expect(firstRecordSince(batch, 31)).toBeUndefined();
  });

  test('batches one after another are split, a cut one at the end is left out', () => {
    const one = encodeBatch([plain('a')]);
    const two = encodeBatch([plain('b'), plain('c')]);
    const both = Buffer.concat([one, two, one.subarray(0, one.length - 1)]);
    expect([...batchesIn(both)].map((batch) => batch.length)).toEqual([one.length, two.length]);
  });
});

describe('validation', () => {
  const good = encodeBatch([plain('first'), plain('second')]);

  test('a wrong checksum is refused, whichever byte after it changed', () => {
    for (let at = 17; at < good.length; at++) {
      const bad = Uint8Array.from(good);
      bad[at] = (bad[at] as number) ^ 0x10;
      expect(codeOf(validateBatch(bad, {}, crc32c)), `byte ${at}`).toBe('CORRUPT_BATCH');
    }
  });

  test.each([
    ['too large', good, { bytesMax: good.length - 1 }, 'BATCH_TOO_LARGE'],
    ['too many records', good, { recordsMax: 1 }, 'BATCH_TOO_LARGE'],
    ['cut off', good.subarray(0, good.length - 1), {}, 'CORRUPT_BATCH'],
    ['two batches', Buffer.concat([good, good]), {}, 'INVALID_ARGUMENT'],
    ['no batch', new Uint8Array(0), {}, 'CORRUPT_BATCH'],
    ['old magic', changed(good, (view) => view.setInt8(16, 1)), {}, 'UNSUPPORTED'],
    ['a FlowMesh command', changed(good, (view) => view.setInt8(16, 0x7f)), {}, 'UNSUPPORTED'],
    ['unknown codec', changed(good, (view) => view.setInt16(21, 5)), {}, 'UNSUPPORTED'],
    ['control', changed(good, (view) => view.setInt16(21, 0x20)), {}, 'INVALID_ARGUMENT'],
    ['transactional', changed(good, (view) => view.setInt16(21, 0x10)), {}, 'UNSUPPORTED'],
    [
      'transactional without producer',
      changed(good, (view) => view.setInt16(21, 0x10)),
      { transactional: true },
      'INVALID_ARGUMENT',
    ],
    ['count and delta differ', changed(good, (view) => view.setInt32(57, 3)), {}, 'INVALID_ARGUMENT'],
    ['no records', changed(good, (view) => view.setInt32(57, 0)), {}, 'INVALID_ARGUMENT'],
    [
      'negative count',
      changed(good, (view) => {
        view.setInt32(57, -5);
        view.setInt32(23, -6);
      }),
      {},
      'INVALID_ARGUMENT',
    ],
    [
      'more records than bytes',
      changed(good, (view) => {
        view.setInt32(57, 9_000);
        view.setInt32(23, 8_999);
      }),
      {},
      'CORRUPT_BATCH',
    ],
    ['time beyond 2^53', changed(good, (view) => view.setInt32(35, 0x7fffffff)), {}, 'INVALID_ARGUMENT'],
    ['negative producer', changed(good, (view) => view.setInt32(47, -9)), {}, 'INVALID_ARGUMENT'],
    [
      'producer without sequence',
      changed(good, (view) => {
        view.setInt32(43, 0);
        view.setInt32(47, 1);
      }),
      {},
      'INVALID_ARGUMENT',
    ],
  ])('%s is refused', (_, batch, limits, code) => {
    expect(codeOf(validateBatch(batch, limits, crc32c))).toBe(code);
  });

  test('records that do not number themselves densely are found by looking inside', () => {
    const batch = changed(encodeBatch([plain('a'), plain('b')]), (view) => view.setUint8(64, 2));
    expect(codeOf(validateBatch(batch, {}, crc32c))).toBe('none');
    expect(codeOf(checkRecords(batch))).toBe('CORRUPT_BATCH');
  });
});

describe('malformed input', () => {
  const swallow = (input: Uint8Array): string => {
    try {
      for (const record of decodeRecords(input)) void record;
      for (const batch of batchesIn(input)) void batch;
      return codeOf(validateBatch(input, {}, crc32c));
    } catch (error) {
      if (isFlowError(error)) return error.code;
      throw error;
    }
  };

  test('random bytes never raise anything but a FlowError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => swallow(input) !== ''),
      { numRuns: 500 },
    );
  });

  test('a batch with any byte changed never raises anything but a FlowError', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat({ max: 255 }), (input, at, value) => {
        const batch = encodeBatch(input);
        batch[at % batch.length] = value;
        swallow(batch);
      }),
      { numRuns: 500 },
    );
  });

  test('a length or count larger than what is left is refused', () => {
    const batch = encodeBatch([plain('abcdef')]);
    for (let at = 61; at < batch.length; at++) {
      for (const value of [0x7f, 0x80, 0xfe, 0xff]) {
        swallow(changed(batch, (view) => view.setUint8(at, value)));
      }
    }
    expect(swallow(changed(batch, (view) => view.setUint8(61, 0x7e)))).toBe('CORRUPT_BATCH');
  });
});
