import { compareBytes } from '@flowmesh/base';
import type { GroupStore, KeyValue } from '@flowmesh/storage';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateBuffer } from '../../src/replica/state-buffer.ts';

/** The part of a store that a buffer uses: a sorted list of pairs. */
class FakeState {
  pairs: KeyValue[] = [];

  land(flush: { puts: readonly KeyValue[]; dels: readonly Uint8Array[] }): void {
    for (const key of flush.dels) this.pairs = this.pairs.filter((pair) => compareBytes(pair[0], key) !== 0);
    for (const put of flush.puts) {
      this.pairs = this.pairs.filter((pair) => compareBytes(pair[0], put[0]) !== 0);
      this.pairs.push(put);
    }
    this.pairs.sort((a, b) => compareBytes(a[0], b[0]));
  }

  async stateGet(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.pairs.find((pair) => compareBytes(pair[0], key) === 0)?.[1];
  }

  async stateScan(range: {
    from: Uint8Array;
    to: Uint8Array;
    reverse?: boolean;
    limit: number;
  }): Promise<KeyValue[]> {
    const found = this.pairs.filter(
      (pair) => compareBytes(pair[0], range.from) >= 0 && compareBytes(pair[0], range.to) < 0,
    );
    if (range.reverse === true) found.reverse();
    return found.slice(0, range.limit);
  }
}

const key = fc.uint8Array({ minLength: 1, maxLength: 2, max: 4 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, value: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
  fc.record({ kind: fc.constant('late' as const), number: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('del' as const), key }),
  fc.record({ kind: fc.constantFrom('take' as const, 'land' as const, 'check' as const) }),
);

describe('StateBuffer', () => {
  it('reads as one ordered map, wherever a value is on its way to the disk', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        key,
        key,
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (steps, a, b, reverse, limit) => {
          const store = new FakeState();
          const buffer = new StateBuffer(store as unknown as GroupStore);
          const model = new Map<string, readonly [Uint8Array, Uint8Array]>();
          const lateKey = Uint8Array.of(2);
          let late = 0;
          const lateValue = (): Uint8Array => Uint8Array.of(late);
          let taken: ReturnType<StateBuffer['take']> | undefined;
          const check = async (): Promise<void> => {
            const [from, to] = compareBytes(a, b) < 0 ? [a, b] : [b, a];
            const expected = [...model.values()]
              .filter((pair) => compareBytes(pair[0], from) >= 0 && compareBytes(pair[0], to) < 0)
              .sort((x, y) => compareBytes(x[0], y[0]) * (reverse ? -1 : 1))
              .slice(0, limit);
            const found = await buffer.scan({ from, to, reverse, limit });
            expect(found.map((pair) => [[...pair[0]], [...pair[1]]])).toEqual(
              expected.map((pair) => [[...pair[0]], [...pair[1]]]),
            );
            expect(await buffer.get(a)).toEqual(model.get(a.join())?.[1]);
          };
          for (const action of steps) {
            switch (action.kind) {
              case 'put':
                // Whoever knows that a key is not there says so, but for those of one table, where nobody knows.
                buffer.put(
                  action.key,
                  action.value,
                  undefined,
                  action.key[0] !== 3 && !model.has(action.key.join()),
                );
                model.set(action.key.join(), [action.key, action.value]);
                break;
              case 'late':
                late = action.number;
                buffer.putLate(lateKey, lateValue);
                model.set(lateKey.join(), [lateKey, lateValue()]);
                break;
              case 'del':
                buffer.del(action.key);
                model.delete(action.key.join());
                break;
              case 'take':
                if (!buffer.flushing) taken = buffer.take();
                break;
              case 'land':
                if (taken !== undefined) {
                  store.land(taken);
                  taken = undefined;
                  buffer.landed();
                }
                break;
              case 'check':
                await check();
                break;
            }
          }
          await check();
        },
      ),
    );
  });

  it('writes nothing of a fresh key that is deleted again, and no less of others', () => {
    const buffer = new StateBuffer(new FakeState() as unknown as GroupStore);
    const [gone, kept, old] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
    const value = new Uint8Array(100);
    buffer.put(gone, value, undefined, true);
    buffer.put(gone, value);
    buffer.del(gone);
    expect(buffer.pendingBytes).toBe(0);
    buffer.put(kept, value, undefined, true);
    buffer.put(old, value);
    buffer.del(old);
    expect(buffer.pendingBytes).toBe(102);
    expect(buffer.take()).toEqual({ puts: [[kept, value]], dels: [old] });
    // It is on its way to the disk: now it has to be deleted there.
    buffer.del(kept);
    buffer.landed();
    buffer.put(kept, value);
    buffer.del(kept);
    expect(buffer.take()).toEqual({ puts: [], dels: [kept] });
  });

  it('takes a late value as it is when it is taken', async () => {
    const store = new FakeState();
    const buffer = new StateBuffer(store as unknown as GroupStore);
    const key = Uint8Array.of(1);
    let number = 1;
    const value = (): Uint8Array => Uint8Array.of(number);
    buffer.putLate(key, value);
    number = 2;
    buffer.putLate(key, value);
    const taken = buffer.take();
    expect(taken.puts).toEqual([[key, Uint8Array.of(2)]]);
    number = 3;
    expect(await buffer.get(key)).toEqual(Uint8Array.of(2));
    store.land(taken);
    buffer.landed();
    expect(await buffer.get(key)).toEqual(Uint8Array.of(2));
  });
});
