import { isFlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeReplicationFactor } from '../../src/index.ts';
import { node, partition, randomCluster } from './planned-cluster.ts';

function changed(result: ReturnType<typeof changeReplicationFactor>) {
  if (isFlowError(result)) throw result;
  return result;
}

describe('a change of the replication factor', () => {
  const nodes = ['a', 'a', 'b', 'c'].map((rack, i) => node(i + 1, { rack }));

  it('keeps everything there is when it adds, in other racks first, and says what is copied', () => {
    const one = partition(1, [1], { sizeBytes: 50 });
    const [move] = changed(changeReplicationFactor(nodes, [one], [one], 3));
    expect(move).toMatchObject({ group: 1, from: [1], reason: 'replication-factor', bytes: 100 });
    expect(move?.to[0]).toBe(1);
    expect(move?.to.toSorted()).toEqual([1, 3, 4]);
  });

  it('takes away the replica beside another of the same rack, and keeps the preferred leader', () => {
    const one = partition(1, [1, 2, 3]);
    expect(changed(changeReplicationFactor(nodes, [one], [one], 2))).toMatchObject([
      { to: [1, 3], bytes: 0 },
    ]);
  });

  it('takes away what is not live before anything else, even the preferred leader', () => {
    const some = [node(1, { state: 'dead' }), node(2), node(3, { state: 'away' }), node(4), node(5)];
    const one = partition(1, [1, 2, 3, 4, 5]);
    const [move] = changed(changeReplicationFactor(some, [one], [one], 3));
    expect(move?.to.toSorted()).toEqual([2, 4, 5]);
  });

  it('takes away what lies on a disk that is too full', () => {
    const some = [1, 2, 3].map((id) => node(id, { capacityBytes: 100, usedBytes: id === 2 ? 95 : 10 }));
    const one = partition(1, [1, 2, 3]);
    expect(changed(changeReplicationFactor(some, [one], [one], 2))).toMatchObject([{ to: [1, 3] }]);
  });

  it('leaves out what has the number already', () => {
    const one = partition(1, [1, 3]);
    expect(changeReplicationFactor(nodes, [one], [one], 2)).toEqual([]);
  });

  it('is refused with the cause: no majority, a move in progress, too few nodes, no number', () => {
    const some = [node(1), node(2, { state: 'dead' }), node(3)];
    const broken = partition(1, [1, 2]);
    const moving = partition(1, [1, 3], { moving: true });
    const single = partition(1, [1]);
    expect(changeReplicationFactor(some, [broken], [broken], 1)).toMatchObject({
      code: 'NOT_ENOUGH_REPLICAS',
    });
    expect(changeReplicationFactor(some, [moving], [moving], 1)).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect(changeReplicationFactor(some, [single], [single], 3)).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect(changeReplicationFactor(some, [single], [single], 0)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('spreads what it adds over all nodes', () => {
    const five = [1, 2, 3, 4, 5].map((id) => node(id));
    const stream = Array.from({ length: 20 }, (_, p) => partition(p + 1, [1 + (p % 5)], { stream: 's' }));
    const moves = changed(changeReplicationFactor(five, stream, stream, 3));
    const counts = five.map(({ id }) => moves.filter((move) => move.to.includes(id)).length);
    expect(counts).toEqual([12, 12, 12, 12, 12]);
  });

  it('never loses a live majority, places twice on a node or adds to one that may not receive', () => {
    fc.assert(
      fc.property(randomCluster, fc.integer({ min: 1, max: 5 }), (cluster, replicationFactor) => {
        const ofStream = cluster.partitions.filter((one) => one.stream === 's' && !one.moving);
        const states = new Map(cluster.nodes.map((one) => [one.id, one.state]));
        const result = changeReplicationFactor(
          cluster.nodes,
          ofStream,
          cluster.partitions,
          replicationFactor,
        );
        if (isFlowError(result)) return;
        for (const { from, to } of result) {
          expect(new Set(to).size).toBe(replicationFactor);
          for (const id of to) if (!from.includes(id)) expect(states.get(id)).toBe('normal');
          const live = to.filter((id) => !['dead', 'away'].includes(states.get(id) ?? 'dead'));
          expect(live.length).toBeGreaterThan(to.length / 2);
        }
      }),
      { numRuns: 500 },
    );
  });
});
