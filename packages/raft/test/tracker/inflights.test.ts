import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inflights } from '../../src/tracker/inflights.ts';

describe('inflight window', () => {
  test('behaves like a queue with a limit of messages and bytes', () => {
    const step = fc.oneof(
      fc.record({ add: fc.nat(5), bytes: fc.nat(10) }),
      fc.record({ free: fc.nat(60) }),
      fc.constant({ clear: true } as const),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(step),
        (messages, bytes, steps) => {
          const window = new Inflights(messages, bytes);
          let model: { index: number; bytes: number }[] = [];
          let last = 0;
          for (const item of steps) {
            const sum = model.reduce((total, message) => total + message.bytes, 0);
            expect(window.full).toBe(model.length >= messages || sum >= bytes);
            if ('add' in item && !window.full) {
              last += item.add + 1;
              window.add(last, item.bytes);
              model.push({ index: last, bytes: item.bytes });
            } else if ('free' in item) {
              window.freeUpTo(item.free);
              model = model.filter((message) => message.index > item.free);
            } else if ('clear' in item) {
              window.clear();
              model = [];
            }
            expect(window.count).toBe(model.length);
          }
        },
      ),
    );
  });

  test('takes one message beyond the byte limit, then none', () => {
    const window = new Inflights(10, 100);
    window.add(1, 1000);
    expect(window.full).toBe(true);
    window.freeUpTo(1);
    expect(window.full).toBe(false);
  });
});
