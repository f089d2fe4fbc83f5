import { describe, expect, it } from 'vitest';
import { encodeBatch, readEndTxnMarker } from '../src/index.ts';
import { bytesOf } from './support/hex.ts';

function controlBatch(key: string | undefined, value: string): Uint8Array {
  const batch = encodeBatch([
    {
      key: key === undefined ? undefined : bytesOf(key),
      value: bytesOf(value),
      headers: [],
      timestampMs: 5,
    },
  ]);
  new DataView(batch.buffer).setInt16(21, 0x30);
  return batch;
}

describe('control records', () => {
  it('tell how a transaction ended, and in which epoch of the coordinator', () => {
    expect(readEndTxnMarker(controlBatch('00000001', '0000 00000007'))).toEqual({
      outcome: 'commit',
      coordinatorEpoch: 7,
    });
    expect(readEndTxnMarker(controlBatch('00000000', '0000 00000000'))?.outcome).toBe('abort');
  });

  it('of later versions are read as far as they are known', () => {
    expect(readEndTxnMarker(controlBatch('00010001 aa', '0001 00000007 bbbb'))?.coordinatorEpoch).toBe(7);
  });

  it('of other types are none, nor is a batch of records', () => {
    expect(readEndTxnMarker(controlBatch('00000002', '0000'))).toBeUndefined();
    const batch = encodeBatch([{ key: undefined, value: bytesOf('01'), headers: [], timestampMs: 5 }]);
    expect(readEndTxnMarker(batch)).toBeUndefined();
  });

  it.each([
    [undefined, ''],
    ['0000', ''],
    ['ffff0001', '0000 00000007'],
    ['00000001', '0000'],
    ['00000001', 'ffff 00000007'],
  ])('that are cut or of no version are refused: %s, %s', (key, value) => {
    expect(() => readEndTxnMarker(controlBatch(key, value))).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
