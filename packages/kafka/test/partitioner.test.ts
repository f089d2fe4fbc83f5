import { isFlowError, SeededRandom, utf8Encode } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { murmur2, partitionForKey, StickyPartitioner } from '../src/index.ts';

test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s is what the Java client computes', (text, expected) => {
  expect(murmur2(utf8Encode(text))).toBe(expected);
});

test('a key goes to the positive hash modulo the partitions', () => {
  expect(partitionForKey(utf8Encode('foobar'), 7)).toBe((-790332482 & 0x7fffffff) % 7);
  expect(partitionForKey(new Uint8Array(0), 1)).toBe(0);
});

test('a stream without partitions is refused', () => {
  expect(() => partitionForKey(utf8Encode('a'), 0)).toThrowError(expect.toSatisfy(isFlowError));
});

test('records without a key stay with a partition for a batch and then take another', () => {
  const partitioner = new StickyPartitioner(new SeededRandom(1), 100);
  const seen: number[] = [];
  for (let i = 0; i < 400; i++) seen.push(partitioner.choose(undefined, 4, 10));
  for (let from = 0; from < 400; from += 10) {
    expect(new Set(seen.slice(from, from + 10)).size).toBe(1);
    if (from > 0) expect(seen[from]).not.toBe(seen[from - 1]);
  }
  expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3]));
});

test('a key decides even while keyless records stick elsewhere', () => {
  const partitioner = new StickyPartitioner(new SeededRandom(1));
  partitioner.choose(undefined, 8, 10);
  expect(partitioner.choose(utf8Encode('abc'), 8, 10)).toBe(partitionForKey(utf8Encode('abc'), 8));
});

test('fewer partitions than before are respected', () => {
  const partitioner = new StickyPartitioner(new SeededRandom(3), 1);
  for (let i = 0; i < 20; i++) partitioner.choose(undefined, 50, 1);
  expect(partitioner.choose(undefined, 1, 1)).toBe(0);
});
