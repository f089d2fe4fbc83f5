import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_US_MAX, LatencyHistogram } from '../../src/bench/measure/latency-histogram.ts';

const ERROR_MAX = 0.001;
const value = fc.oneof(fc.nat(3_000), fc.nat(5_000_000), fc.nat(LATENCY_US_MAX));
const percent = fc.double({ min: 0.01, max: 100, noNaN: true });

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const one of values) histogram.record(one);
  return histogram;
}

/** By sorting: the smallest value that so many percent of all do not exceed. */
function exact(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percentile / 100) * sorted.length - 1e-9)) - 1] as number;
}

describe('the latency histogram', () => {
  it('tells a percentile never too small, and at most a thousandth too great', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), percent, (values, percentile) => {
        const truth = exact(values, percentile);
        const told = histogramOf(values).percentileUs(percentile);
        expect(told).toBeGreaterThanOrEqual(truth);
        expect(told).toBeLessThanOrEqual(truth + truth * ERROR_MAX);
      }),
    );
  });

  it('is exact up to two milliseconds, and for least, greatest and mean', () => {
    const histogram = histogramOf([1, 2, 2_047, 7_777_777]);
    expect([25, 50, 75, 100].map((one) => histogram.percentileUs(one))).toEqual([1, 2, 2_047, 7_777_777]);
    expect([histogram.minUs, histogram.maxUs, histogram.meanUs]).toEqual([1, 7_777_777, 7_779_827 / 4]);
  });

  it('of several processes is, added up and sent, the histogram of all their values', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 100 }),
        fc.array(value, { maxLength: 100 }),
        (ours, theirs) => {
          const sent = JSON.parse(JSON.stringify(histogramOf(theirs).encode())) as number[];
          const sum = histogramOf(ours);
          sum.add(LatencyHistogram.decode(sent) as LatencyHistogram);
          expect(sum.encode()).toEqual(histogramOf([...ours, ...theirs]).encode());
          expect(sum.count).toBe(ours.length + theirs.length);
        },
      ),
    );
  });

  it('holds what is longer than it can tell, and what a clock makes negative', () => {
    const histogram = histogramOf([-5, LATENCY_US_MAX * 4]);
    expect([histogram.minUs, histogram.maxUs]).toEqual([0, LATENCY_US_MAX]);
  });

  it('without values has no percentiles, and is not made of what is none', () => {
    expect(new LatencyHistogram().percentileUs(99)).toBe(0);
    expect(LatencyHistogram.decode([])?.count).toBe(0);
    for (const damaged of [[1], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 1e9, 1], [1, 2, 3, -1, 1]])
      expect(LatencyHistogram.decode(damaged)).toBeUndefined();
  });
});
