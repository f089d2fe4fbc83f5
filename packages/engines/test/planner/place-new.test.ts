import { isFlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannerNode } from '../../src/index.ts';
import { describeBalance, placeNew, planMoves } from '../../src/index.ts';
import { DISK_HIGH_FRACTION, DISK_NEW_FRACTION } from '../../src/planner/place-new.ts';
import { inTurn, node, partition, rackPairs, randomCluster } from './planned-cluster.ts';

function placed(result: ReturnType<typeof placeNew>) {
  if (isFlowError(result)) throw result;
  return result;
}

const wishes = fc.record({
  stream: fc.constantFrom('s', 'new'),
  partitions: fc.integer({ min: 1, max: 30 }),
  replicationFactor: fc.integer({ min: 1, max: 4 }),
});

describe('a new stream', () => {
  it('lies on distinct normal nodes whose disks have room, or is refused for want of them', () => {
    fc.assert(
      fc.property(randomCluster, wishes, ({ nodes, partitions }, wish) => {
        const filledBelow = (fraction: number): readonly PlannerNode[] =>
          nodes.filter(
            (one) =>
              one.state === 'normal' &&
              (one.capacityBytes === 0 || one.usedBytes < fraction * one.capacityBytes),
          );
        const able = filledBelow(DISK_NEW_FRACTION);
        const preferred = filledBelow(DISK_HIGH_FRACTION);
        const incoming = partitions.some((one) => one.moving);
        const result = placeNew(nodes, partitions, wish);
        if (isFlowError(result)) {
          if (!incoming) expect(able.length).toBeLessThan(wish.replicationFactor);
          expect(['PRECONDITION_FAILED', 'DISK_FULL']).toContain(result.code);
          return;
        }
        expect(result).toHaveLength(wish.partitions);
        for (const replicas of result) {
          expect(new Set(replicas).size).toBe(wish.replicationFactor);
          expect(replicas.every((id) => able.some((one) => one.id === id))).toBe(true);
          const above = replicas.filter((id) => !preferred.some((one) => one.id === id));
          if (!incoming && above.length > 0)
            expect(above).toHaveLength(wish.replicationFactor - preferred.length);
        }
      }),
    );
  });

  it('is spread evenly, leaders to within one, and in as many racks as there are', () => {
    const nodes = ['a', 'b', 'c', 'a', 'b', 'c'].map((rack, i) => node(i + 1, { rack }));
    const wish = { stream: 's', partitions: 60, replicationFactor: 3 };
    const partitions = placed(placeNew(nodes, [], wish)).map((replicas, p) =>
      partition(p + 1, replicas, { stream: 's' }),
    );
    const balance = describeBalance(nodes, partitions);
    expect(balance.replicas.map((one) => one.count)).toEqual([30, 30, 30, 30, 30, 30]);
    for (const { count } of balance.leaders) expect(Math.abs(count - 10)).toBeLessThanOrEqual(1);
    expect(rackPairs({ nodes, partitions })).toBe(0);
  });

  it('goes first to nodes that hold less', () => {
    const nodes = [node(1), node(2), node(3), node(4)];
    const result = placed(
      placeNew(nodes, inTurn(12, 3), { stream: 'new', partitions: 1, replicationFactor: 1 }),
    );
    expect(result).toEqual([[4]]);
  });

  it('gives a node varying partners', () => {
    const nodes = Array.from({ length: 12 }, (_, i) => node(i + 1));
    const result = placed(placeNew(nodes, [], { stream: 's', partitions: 60, replicationFactor: 3 }));
    const partners = new Set(result.filter((replicas) => replicas.some((id) => id === 1)).flat());
    expect(partners.size).toBeGreaterThan(8);
  });

  it('is refused with the cause if there are too few nodes, full disks, or nothing to place', () => {
    const wish = { stream: 's', partitions: 1, replicationFactor: 3 };
    const full = [1, 2, 3].map((id) => node(id, { capacityBytes: 100, usedBytes: 95 }));
    expect(placeNew([node(1), node(2)], [], wish)).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(placeNew(full, [], wish)).toMatchObject({ code: 'DISK_FULL' });
    expect(placeNew(full, [], { ...wish, diskHighFraction: 0.96 })).toHaveLength(1);
    expect(placeNew([node(1)], [], { ...wish, partitions: 0 })).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('takes disks above the limit only where too few are below it', () => {
    const above = [1, 2].map((id) => node(id, { capacityBytes: 100, usedBytes: 94 }));
    const below = node(3, { capacityBytes: 100, usedBytes: 79 });
    const wish = { stream: 's', partitions: 4 };
    const single = placed(placeNew([...above, below], [], { ...wish, replicationFactor: 1 }));
    expect(single).toEqual([[3], [3], [3], [3]]);
    const threefold = placed(placeNew([...above, below], [], { ...wish, replicationFactor: 3 }));
    expect(threefold.map((replicas) => [...replicas].sort((a, b) => a - b))).toEqual(
      threefold.map(() => [1, 2, 3]),
    );
  });

  it('sees partitions added later as part of their stream', () => {
    const nodes = [node(1), node(2), node(3)];
    const existing = [partition(1, [1], { stream: 's' }), partition(2, [2], { stream: 's' })];
    const others = [partition(3, [3]), partition(4, [3])];
    const wish = { stream: 's', partitions: 1, replicationFactor: 1 };
    expect(placeNew(nodes, [...existing, ...others], wish)).toEqual([[3]]);
  });
});

describe('the description of a balance', () => {
  it('counts replicas, bytes and leaders, and gives the skew relative to the mean', () => {
    const nodes = [node(1), node(2)];
    const partitions = [
      partition(1, [1]),
      partition(2, [1]),
      partition(3, [1]),
      partition(4, [2], { sizeBytes: 30 }),
    ];
    expect(describeBalance(nodes, partitions)).toEqual({
      replicas: [
        { node: 1, count: 3, bytes: 30 },
        { node: 2, count: 1, bytes: 30 },
      ],
      leaders: [
        { node: 1, count: 3 },
        { node: 2, count: 1 },
      ],
      replicaSkew: 1,
      leaderSkew: 1,
      byteSkew: 0,
    });
  });

  it('is of preferred leaders, and as even as whole ones can be where nothing is planned any more', () => {
    const nodes = [node(1), node(2), node(3)];
    const partitions = Array.from({ length: 8 }, (_, i) =>
      partition(i + 1, [(i % 3) + 1, ((i + 1) % 3) + 1, ((i + 2) % 3) + 1]),
    );
    const limits = { movesMax: 100, perNodeMovesMax: 100, diskHighFraction: 0.8, balanceThreshold: 0.05 };
    expect(planMoves(nodes, partitions, limits)).toEqual([]);
    expect(describeBalance(nodes, partitions)).toMatchObject({ replicaSkew: 0, leaderSkew: 0.375 });
  });

  it('is even where there is nothing', () => {
    expect(describeBalance([], [])).toMatchObject({ replicaSkew: 0, leaderSkew: 0, byteSkew: 0 });
    expect(describeBalance([node(1)], [])).toMatchObject({ replicaSkew: 0, leaderSkew: 0, byteSkew: 0 });
  });

  it('measures nodes with unequal disks against their shares', () => {
    const nodes = [node(1, { capacityBytes: 100 }), node(2, { capacityBytes: 300 })];
    const partitions = [1, 2, 2, 2].map((id, p) => partition(p + 1, [id]));
    expect(describeBalance(nodes, partitions).replicaSkew).toBe(0);
  });
});
