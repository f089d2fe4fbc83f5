/** The short form of `npm run plan-sim`: 30 nodes, 3,000 partitions. Bounds on cost and balance, none on time. */
import { describe, expect, it } from 'vitest';
import { SCENARIOS, SMALL } from './scenarios.ts';

/** Of bytes a few more have to go than the least, because partitions are not divisible. */
const MOVES_RATIO_MAX = 1.1;
const BYTES_RATIO_MAX = 1.2;
const SKEW_MAX = 0.1;

describe('the planner on 30 nodes', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    it(`moves little more than it must and ends balanced: ${name}`, () => {
      for (const { moved, least, balance, cluster } of scenario(SMALL)) {
        // A change of replication factor may be followed by a handful of moves that even out what it left.
        expect(moved.moves).toBeLessThanOrEqual(least.moves * MOVES_RATIO_MAX + 5);
        expect(moved.bytes).toBeLessThanOrEqual(least.bytes * BYTES_RATIO_MAX + largest(cluster.partitions));
        expect(balance.replicaSkew).toBeLessThanOrEqual(SKEW_MAX);
        expect(balance.leaderSkew).toBeLessThanOrEqual(SKEW_MAX + Number.EPSILON);
        expect(balance.byteSkew).toBeLessThanOrEqual(SKEW_MAX + Number.EPSILON);
      }
    });
  }
});

function largest(partitions: readonly { readonly sizeBytes: number }[]): number {
  return Math.max(...partitions.map((one) => one.sizeBytes));
}
