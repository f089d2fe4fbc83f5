import { SeededRandom } from '@flowmesh/base';
import type { WriteOp } from '@flowmesh/storage';
import { expect, test } from 'vitest';
import { SimDisk } from './sim-disk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const put = (key: string, value: string): WriteOp => ({
  kind: 'put',
  family: 'log',
  key: bytes(key),
  value: bytes(value),
});
const contents = (disk: SimDisk): string[] =>
  disk.families.log.entries().map(([key, value]) => `${key}=${new TextDecoder().decode(value)}`);

test('a crash keeps what was synced and a prefix of the rest, batch by batch', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const disk = new SimDisk();
    disk.write([put('a', '1'), put('b', '1')]);
    disk.sync();
    disk.write([put('a', '2'), put('c', '2')]);
    disk.write([{ kind: 'del', family: 'log', key: bytes('b') }]);
    disk.crash(new SeededRandom(seed));
    expect(disk.sequence).toBe(disk.durableSequence);
    seen.add(contents(disk).join(' '));
  }
  expect([...seen].sort()).toEqual(['a=1 b=1', 'a=2 b=1 c=2', 'a=2 c=2']);
});

test('a damaged write-ahead log loses synced batches, never a part of one', () => {
  const disk = new SimDisk();
  for (let i = 0; i < 5; i++) {
    disk.write([put(`k${i}`, 'x'), put(`l${i}`, 'x')]);
    disk.sync();
  }
  expect(disk.loseSynced(7)).toBe(true);
  expect(disk.sequence).toBe(6);
  expect(contents(disk)).toEqual(['k0=x', 'k1=x', 'k2=x', 'l0=x', 'l1=x', 'l2=x']);
});

test('a range deletion removes what lies in it and can be taken back', () => {
  const disk = new SimDisk();
  disk.write([put('a', '1'), put('b', '2'), put('c', '3')]);
  disk.sync();
  disk.write([{ kind: 'del-range', family: 'log', from: bytes('a'), to: bytes('c') }]);
  expect(contents(disk)).toEqual(['c=3']);
  disk.sync();
  expect(disk.loseSynced(4)).toBe(true);
  expect(contents(disk)).toEqual(['a=1', 'b=2', 'c=3']);
});

test('an old copy put back brings its sequence along and not the watermark', () => {
  const disk = new SimDisk();
  disk.write([put('a', '1')]);
  disk.sync();
  const copy = disk.copy();
  disk.write([put('a', '2')]);
  disk.sync();
  disk.watermark = disk.sequence;
  disk.rollback(copy);
  expect(contents(disk)).toEqual(['a=1']);
  expect(disk.sequence).toBeLessThan(disk.watermark);
});
