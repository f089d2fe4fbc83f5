import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannerLimits } from '../../src/index.ts';
import { describeBalance, planMoves } from '../../src/index.ts';
import type { PlannedCluster } from './planned-cluster.ts';
import {
  applyMoves,
  brokenRules,
  LIMITS,
  node,
  partition,
  planToEnd,
  rackPairs,
  randomCluster,
} from './planned-cluster.ts';

const randomLimits: fc.Arbitrary<PlannerLimits> = fc.record({
  movesMax: fc.constantFrom(1, 2, 3, 10, 100),
  perNodeMovesMax: fc.constantFrom(1, 2, 5, 100),
  diskHighFraction: fc.constantFrom(0.5, 0.8),
  balanceThreshold: fc.constantFrom(0, 0.05, 0.2),
});

test('no batch breaks a hard rule, and repeated batches come to an end', () => {
  fc.assert(
    fc.property(randomCluster, randomLimits, (start, limits) => {
      let cluster = start;
      for (let round = 0; ; round++) {
        const batch = planMoves(cluster.nodes, cluster.partitions, limits);
        expect(brokenRules(cluster, batch, limits)).toEqual([]);
        if (batch.length === 0) return;
        expect(round).toBeLessThan(500);
        cluster = applyMoves(cluster, batch);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the same input gives the same plan, in whatever order the nodes are given', () => {
  fc.assert(
    fc.property(randomCluster, randomLimits, (cluster, limits) => {
      const plan = planMoves(cluster.nodes, cluster.partitions, limits);
      expect(planMoves(cluster.nodes.toReversed(), cluster.partitions, limits)).toEqual(plan);
    }),
  );
});

test('a batch begins with the most urgent kind and goes on only to less urgent ones', () => {
  const urgency = ['repair', 'decommission', 'rack', 'disk', 'balance', 'leaders'];
  fc.assert(
    fc.property(randomCluster, randomLimits, (cluster, limits) => {
      const kinds = planMoves(cluster.nodes, cluster.partitions, limits).map((move) =>
        urgency.indexOf(move.reason),
      );
      expect(kinds).toEqual(kinds.toSorted((a, b) => a - b));
    }),
  );
});

test('a move makes something better: each batch lowers the measure of its most urgent kind', () => {
  fc.assert(
    fc.property(randomCluster, (start) => {
      let cluster = start;
      for (;;) {
        const batch = planMoves(cluster.nodes, cluster.partitions, { ...LIMITS, movesMax: 2 });
        const kind = batch[0]?.reason;
        if (kind === undefined) return;
        const next = applyMoves(cluster, batch);
        if (kind === 'repair') expect(onNodes(next, 'dead')).toBeLessThan(onNodes(cluster, 'dead'));
        else expect(onNodes(next, 'dead')).toBe(onNodes(cluster, 'dead'));
        if (kind === 'decommission')
          expect(onNodes(next, 'leaving')).toBeLessThan(onNodes(cluster, 'leaving'));
        if (kind === 'rack') expect(rackPairs(next)).toBeLessThan(rackPairs(cluster));
        if (kind === 'disk' || kind === 'balance' || kind === 'leaders') {
          expect(rackPairs(next)).toBeLessThanOrEqual(rackPairs(cluster));
        }
        cluster = next;
      }
    }),
    { numRuns: 500 },
  );
});

function onNodes(cluster: PlannedCluster, state: string): number {
  const ids = new Set(cluster.nodes.filter((one) => one.state === state).map((one) => one.id));
  return cluster.partitions.reduce((sum, one) => sum + one.replicas.filter((id) => ids.has(id)).length, 0);
}

test('what can be emptied is empty in the end', () => {
  fc.assert(
    fc.property(randomCluster, (random) => {
      // Room on every disk, nothing away, one node dead and one leaving: nothing stands in the way.
      const nodes = random.nodes.map((one, i) => ({
        ...one,
        capacityBytes: 0,
        state: i === 0 ? ('dead' as const) : i === 1 ? ('leaving' as const) : ('normal' as const),
      }));
      const partitions = random.partitions
        .map((one) => ({ ...one, moving: false }))
        .filter((one) => one.replicas.length >= 3 && one.replicas.length <= nodes.length - 2);
      const { cluster } = planToEnd({ nodes, partitions });
      expect(onNodes(cluster, 'dead') + onNodes(cluster, 'leaving')).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('equal nodes end within one replica or the threshold of their share, replicas and leaders alike', () => {
  const shape = fc.record({
    nodes: fc.integer({ min: 3, max: 8 }),
    partitions: fc.integer({ min: 1, max: 60 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    spread: fc.integer({ min: 3, max: 8 }),
  });
  fc.assert(
    fc.property(shape, ({ nodes, partitions, replicas, spread }) => {
      const on = Math.max(replicas, Math.min(spread, nodes));
      const cluster = planToEnd(crowded({ nodes, partitions, replicas, on })).cluster;
      const { replicas: counts, leaders } = describeBalance(cluster.nodes, cluster.partitions);
      for (const [values, total] of [
        [counts.map((one) => one.count), partitions * replicas],
        [leaders.map((one) => one.count), partitions],
      ] as const) {
        const share = total / nodes;
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(Math.min(Math.floor(share), Math.ceil(share * 0.95)));
          expect(value).toBeLessThanOrEqual(Math.max(Math.ceil(share), Math.floor(share * 1.05)));
        }
      }
    }),
    { numRuns: 500 },
  );
});

/** All partitions on the first `on` nodes, each led by the lowest. */
function crowded(shape: { nodes: number; partitions: number; replicas: number; on: number }): PlannedCluster {
  const nodes = Array.from({ length: shape.nodes }, (_, i) => node(i + 1));
  const partitions = Array.from({ length: shape.partitions }, (_, p) => {
    const ids = Array.from({ length: shape.replicas }, (_none, r) => ((p + r) % shape.on) + 1);
    return partition(
      p + 1,
      ids.sort((a, b) => a - b),
    );
  });
  return { nodes, partitions };
}
