import { describe, expect, it } from 'vitest';
import { StateCache } from '../../src/state/state-cache.ts';
import { MemoryState } from '../memory-state.ts';

const key = (text: string): Uint8Array => new TextEncoder().encode(text);
const value = (byte: number, length = 1): Uint8Array => new Uint8Array(length).fill(byte);

describe('the cache of a machine’s state', () => {
  it('has what was loaded, absent keys too, and asks for it once', async () => {
    const state = new MemoryState();
    state.put(key('a'), value(1));
    const cache = new StateCache({ bytesMax: 1 << 20 });
    await cache.load([key('a'), key('b'), key('a')], state);
    expect(cache.get(key('a'))).toEqual(value(1));
    expect(cache.get(key('b'))).toBeUndefined();
    expect(cache.load([key('a'), key('b')], state)).toBeUndefined();
  });

  it('writes through, and knows the newest value without loading', () => {
    const state = new MemoryState();
    const cache = new StateCache({ bytesMax: 1 << 20 });
    cache.put(key('a'), value(1), state);
    cache.put(key('a'), value(2), state);
    expect(cache.get(key('a'))).toEqual(value(2));
    cache.del(key('a'), state);
    expect(cache.get(key('a'))).toBeUndefined();
    expect(cache.load([key('a')], state)).toBeUndefined();
  });

  it('does not let a machine look at what was not loaded', () => {
    expect(() => new StateCache({ bytesMax: 1 }).get(key('a'))).toThrow('loaded before');
  });

  it('forgets the least recently used when trimmed, not before', async () => {
    const state = new MemoryState();
    const cache = new StateCache({ bytesMax: 2500 });
    for (const name of ['a', 'b', 'c']) cache.put(key(name), value(7, 1000), state);
    await cache.load([key('a')], state);
    expect(cache.get(key('b'))).toEqual(value(7, 1000));
    cache.trim();
    expect(cache.bytes).toBeLessThanOrEqual(2500);
    expect(cache.load([key('a'), key('c')], state)).toBeUndefined();
    expect(cache.load([key('b')], state)).toBeInstanceOf(Promise);
  });

  it('gives what was used since it was looked at another chance before it is forgotten', async () => {
    const state = new MemoryState();
    const cache = new StateCache({ bytesMax: 2500 });
    for (const name of ['a', 'b']) cache.put(key(name), value(7, 1000), state);
    for (const name of ['c', 'd', 'e', 'f']) {
      await cache.load([key('a')], state);
      cache.put(key(name), value(7, 1000), state);
      cache.trim();
      expect(cache.load([key('a')], state)).toBeUndefined();
    }
    expect(cache.load([key('b')], state)).toBeInstanceOf(Promise);
  });

  it('keeps what is past only where it was known, and then the newest', async () => {
    const state = new MemoryState();
    const cache = new StateCache({ bytesMax: 1 << 20 });
    await cache.load([key('known')], state);
    for (const name of ['known', 'unknown']) cache.putPast(key(name), value(1), state);
    expect(cache.get(key('known'))).toEqual(value(1));
    expect(() => cache.get(key('unknown'))).toThrow('loaded before');
    for (const name of ['known', 'unknown']) cache.delPast(key(name), state);
    expect(cache.get(key('known'))).toBeUndefined();
    expect(state.size).toBe(0);
  });
});
