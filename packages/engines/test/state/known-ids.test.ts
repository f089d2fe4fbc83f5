import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownIds } from '../../src/state/known-ids.ts';

const id = (text: string): Uint8Array => new TextEncoder().encode(text);
const ids = (count: number, from = 0): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => id(`client-${(from + i).toString(36)}`));

describe('ids that are known', () => {
  it('never denies one that has a row, whatever was added and forgotten', () => {
    const names = ids(100);
    const step = fc.record({
      name: fc.integer({ min: 0, max: 99 }),
      afterMs: fc.integer({ min: 0, max: 3 }),
    });
    const steps = fc.array(step, { minLength: 260, maxLength: 400 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 100 }), (history, windowMs) => {
        const known = new KnownIds();
        const rows = new Map<number, number>();
        let nowMs = 0;
        let denied = 0;
        for (const { name, afterMs } of history) {
          nowMs += afterMs;
          for (const [row, timeMs] of rows) if (timeMs + windowMs <= nowMs) rows.delete(row);
          known.forgotten(Math.min(...rows.values(), Number.POSITIVE_INFINITY));
          for (const row of rows.keys()) if (!known.mayHold(names[row] as Uint8Array)) denied++;
          known.add(names[name] as Uint8Array, nowMs);
          rows.set(name, nowMs);
        }
        expect(denied).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('denies nearly all that were never there', () => {
    const known = new KnownIds();
    for (const each of ids(5_000)) known.add(each, 1);
    const mistaken = ids(5_000, 5_000).filter((each) => known.mayHold(each));
    expect(mistaken.length).toBeLessThan(200);
    expect(ids(5_000).every((each) => known.mayHold(each))).toBe(true);
  });

  it('denies what was forgotten', () => {
    const known = new KnownIds();
    for (const each of ids(300)) known.add(each, 10);
    known.forgotten(10);
    expect(ids(300).every((each) => known.mayHold(each))).toBe(true);
    known.forgotten(11);
    expect(ids(300).some((each) => known.mayHold(each))).toBe(false);
  });

  it('denies nothing after a restart until the last row of before is forgotten', () => {
    const known = new KnownIds();
    known.restore(50);
    known.add(id('new'), 60);
    known.forgotten(50);
    expect(known.mayHold(id('other'))).toBe(true);
    known.forgotten(51);
    expect(known.mayHold(id('other'))).toBe(false);
    expect(known.mayHold(id('new'))).toBe(true);
  });

  it('knows a bounded number of them, and denies nothing while there are more', () => {
    const known = new KnownIds(3);
    let timeMs = 0;
    for (const each of ids(2_000)) known.add(each, ++timeMs);
    expect(known.mayHold(id('other'))).toBe(true);
    known.forgotten(timeMs);
    expect(known.mayHold(id('other'))).toBe(false);
    expect(known.mayHold(id(`client-${(1_999).toString(36)}`))).toBe(true);
  });
});
