import { describe, expect, it } from 'vitest';
import { oursFirst, summarizeRatios } from '../../bench/peers/ratios.ts';

const pairs = (...ratios: readonly number[]) => ratios.map((ratio) => ({ ours: ratio * 100, theirs: 100 }));

describe('ratios of pairs', () => {
  it('are taken within each pair, so that a machine that slows down changes none of them', () => {
    const slowing = [1, 0.5, 0.25, 0.1, 0.05].map((speed) => ({ ours: 200 * speed, theirs: 100 * speed }));
    expect(summarizeRatios(slowing)).toEqual({
      pairs: 5,
      median: 2,
      least: 2,
      greatest: 2,
      lower: 2,
      upper: 2,
      clear: true,
    });
  });

  it('have the median and quartiles of what was seen', () => {
    const summary = summarizeRatios(pairs(3, 1, 2, 5, 4));
    expect(summary).toMatchObject({ median: 3, least: 1, greatest: 5, lower: 2, upper: 4 });
    expect(summarizeRatios(pairs(1, 2))).toMatchObject({ median: 1.5, lower: 1.25, upper: 1.75 });
  });

  it('are clear only where at least five pairs agree', () => {
    expect(summarizeRatios(pairs(2, 2, 2, 2))?.clear).toBe(false);
    expect(summarizeRatios(pairs(1.1, 1.2, 3, 1.1, 1.3))?.clear).toBe(true);
    expect(summarizeRatios(pairs(0.5, 0.4, 0.9, 0.8, 0.7))?.clear).toBe(true);
    expect(summarizeRatios(pairs(1.1, 1.2, 0.9, 1.1, 1.3))?.clear).toBe(false);
  });

  it('leave out pairs of which a side did nothing', () => {
    expect(summarizeRatios([{ ours: 1, theirs: 0 }, ...pairs(2)])?.pairs).toBe(1);
    expect(summarizeRatios([{ ours: 0, theirs: 5 }])).toBeUndefined();
  });

  it('give both sides the first turn equally often', () => {
    expect([0, 1, 2, 3].map(oursFirst)).toEqual([true, false, true, false]);
  });
});
