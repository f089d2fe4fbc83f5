import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedHead } from '../../src/state/ordered-head.ts';
import { MemoryState } from '../memory-state.ts';

const PREFIX = Uint8Array.of(7);
const key = (n: number): Uint8Array => Uint8Array.of(7, n >> 8, n & 0xff);
const numberOf = (bytes: Uint8Array): number => ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
const NOTHING = new Uint8Array(0);

function head(keepMax = 4, fill = 2): OrderedHead {
  return new OrderedHead({ prefix: PREFIX, keepMax, fill });
}

async function restored(state: MemoryState, keepMax = 4, fill = 2): Promise<OrderedHead> {
  const index = head(keepMax, fill);
  await index.restore(state);
  return index;
}

describe('the head of an ordered index', () => {
  it('keeps the smallest entries in memory and gets the others when they are wanted', async () => {
    const state = new MemoryState();
    const index = await restored(state);
    for (const n of [50, 10, 40, 30, 20, 60]) index.insert(key(n), NOTHING, state);
    expect(index.size).toBeLessThanOrEqual(4);
    expect(index.complete).toBe(false);
    await index.ensure(6, state);
    expect([0, 1, 2, 3, 4, 5].map((i) => numberOf((index.at(i) as { key: Uint8Array }).key))).toEqual([
      10, 20, 30, 40, 50, 60,
    ]);
    expect(index.at(6)).toBeUndefined();
  });

  it('leaves neighbouring tables alone', async () => {
    const state = new MemoryState();
    state.put(Uint8Array.of(6, 1, 1), NOTHING);
    state.put(Uint8Array.of(8, 1, 1), NOTHING);
    expect((await restored(state)).first()).toBeUndefined();
  });

  it('does not take entries that are on disk only for absent', async () => {
    const state = new MemoryState();
    for (let n = 0; n < 10; n++) state.put(key(n), NOTHING);
    const index = await restored(state);
    for (let n = 0; n < 2; n++) index.remove(key(n), state);
    expect(() => index.first()).toThrow('loaded before');
    await index.ensure(1, state);
    expect(numberOf((index.first() as { key: Uint8Array }).key)).toBe(2);
  });

  it('keeps what was ensured while new entries come in before it', async () => {
    const state = new MemoryState();
    for (let n = 100; n < 150; n++) state.put(key(n), NOTHING);
    const index = await restored(state);
    await index.ensure(30, state);
    for (let n = 0; n < 40; n++) index.insert(key(n), NOTHING, state);
    expect(numberOf((index.at(29) as { key: Uint8Array }).key)).toBe(29);
  });

  it('is the same as a sorted set, whatever is inserted, removed, forgotten and loaded again', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('insert' as const), n: fc.nat({ max: 60 }) }),
      fc.record({ kind: fc.constant('remove' as const), n: fc.nat({ max: 60 }) }),
      fc.record({ kind: fc.constant('shift' as const), n: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ kind: fc.constant('restart' as const), n: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 1, max: 6 }),
        async (steps, fill) => {
          const state = new MemoryState();
          const model = new Set<number>();
          let index = await restored(state, 8, fill);
          for (const { kind, n } of steps) {
            if (kind === 'insert') {
              index.insert(key(n), Uint8Array.of(n), state);
              model.add(n);
            } else if (kind === 'remove') {
              index.remove(key(n), state);
              model.delete(n);
            } else if (kind === 'restart') {
              index = await restored(state, 8, fill);
            } else {
              await index.ensure(n, state);
              const sorted = [...model].sort((a, b) => a - b).slice(0, n);
              for (const expected of sorted) {
                const entry = index.first();
                expect(entry && numberOf(entry.key)).toBe(expected);
                expect(entry?.value).toEqual(Uint8Array.of(expected));
                index.remove(key(expected), state);
                model.delete(expected);
              }
            }
          }
        },
      ),
    );
  });
});
