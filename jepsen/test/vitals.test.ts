import { describe, expect, it } from 'vitest';
import { levelsOf, vitalsOf } from '../run/vitals.ts';

const at = (timeMs: number, residentMebibytes: number, node = 1) => ({
  timeMs,
  node,
  residentMebibytes,
  descriptors: residentMebibytes / 2,
});

describe('what nodes take of the machine', () => {
  it('is told as the medians of the first and of the last quarter, and the most', () => {
    const samples = [at(0, 10), at(1, 20), at(2, 30), at(50, 90), at(80, 40), at(90, 60), at(99, 50)];
    expect(levelsOf(samples, 100)).toEqual([
      {
        node: 1,
        samples: 7,
        residentMebibytes: { first: 20, last: 50, max: 90 },
        descriptors: { first: 10, last: 25, max: 45 },
      },
    ]);
  });

  it('is told for each node', () => {
    expect(levelsOf([at(0, 10, 2), at(0, 20, 1)], 100).map(({ node }) => node)).toEqual([1, 2]);
  });

  it.skipIf(process.platform !== 'linux')('is looked up of a process, and not of one that is gone', () => {
    const own = vitalsOf(process.pid);
    expect(own?.residentMebibytes).toBeGreaterThan(10);
    expect(own?.descriptors).toBeGreaterThan(2);
    expect(vitalsOf(2 ** 30)).toBeUndefined();
  });
});
