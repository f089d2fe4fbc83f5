import { expect, test } from 'vitest';
import { BatchArena } from '../../../src/services/stream/batch-arena.ts';

test('bytes that fill their buffer are kept as they are', () => {
  const bytes = new Uint8Array(10_000);
  expect(new BatchArena().keep(bytes)).toBe(bytes);
  expect(new BatchArena().keep(bytes.subarray(500))).toHaveLength(9_500);
});

test('a small slice of a large buffer is copied away from it, next to others', () => {
  const arena = new BatchArena();
  const frame = new Uint8Array(64 * 1024).map((_, i) => i % 251);
  const first = frame.subarray(100, 300);
  const second = frame.subarray(1_000, 1_100);
  const kept = [arena.keep(first), arena.keep(second)];
  frame.fill(0);
  expect(kept[0]?.[0]).toBe(100);
  expect(kept[1]?.[0]).toBe(1_000 % 251);
  expect(kept[0]?.buffer).toBe(kept[1]?.buffer);
  expect(kept[0]?.buffer).not.toBe(frame.buffer);
});

test('a large slice of a much larger buffer gets a buffer of its own', () => {
  const frame = new Uint8Array(1 << 20);
  expect(new BatchArena().keep(frame.subarray(0, 20_000)).buffer.byteLength).toBe(20_000);
});

test('slabs are replaced when they are full and pieces never overlap', () => {
  const arena = new BatchArena();
  const frame = new Uint8Array(1 << 20);
  const pieces = Array.from({ length: 200 }, (_, i) => {
    frame.fill(i, 0, 1_000);
    return arena.keep(frame.subarray(0, 1_000));
  });
  pieces.forEach((piece, i) => expect(piece.every((byte) => byte === i)).toBe(true));
});
