import { nodeId } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannerNode } from '../../src/index.ts';
import { planMetadataVoters } from '../../src/index.ts';
import { node, randomCluster } from './planned-cluster.ts';

function voters(nodes: readonly PlannerNode[], current: readonly number[], wanted: 3 | 5 = 3) {
  return planMetadataVoters(
    nodes,
    current.map((id) => nodeId(id)),
    wanted,
  );
}

const five = [1, 2, 3, 4, 5].map((id) => node(id));

describe('voters of the metadata group', () => {
  it('stay as they are where all is well', () => {
    expect(voters(five, [2, 4, 5])).toEqual([2, 4, 5]);
  });

  it('are the largest odd number that nodes allow', () => {
    expect(voters(five.slice(0, 1), [1])).toEqual([1]);
    expect(voters(five.slice(0, 2), [1])).toEqual([1]);
    expect(voters(five.slice(0, 3), [1])).toEqual([1, 2, 3]);
    expect(voters(five.slice(0, 4), [1], 5)).toEqual([1, 2, 3]);
    expect(voters(five, [1], 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('replace one that is dead or leaves, and nothing else', () => {
    for (const state of ['dead', 'leaving'] as const) {
      const nodes = five.map((one) => (one.id === 2 ? { ...one, state } : one));
      expect(voters(nodes, [1, 2, 3])).toEqual([1, 3, 4]);
    }
  });

  it('keep one that is away, and a dead one that nobody can replace', () => {
    const away = five.map((one) => (one.id === 2 ? node(2, { state: 'away' }) : one));
    expect(voters(away, [1, 2, 3])).toEqual([1, 2, 3]);
    const dead = [node(1), node(2, { state: 'dead' }), node(3)];
    expect(voters(dead, [1, 2, 3]).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  it('shrink to one when a node leaves and two are left', () => {
    const nodes = [node(1), node(2), node(3, { state: 'leaving' })];
    expect(voters(nodes, [1, 2, 3])).toEqual([1]);
  });

  // Simulator, world of clusters, seed 674: three voters became one while two other nodes were down, and that one lost its disk.
  it('do not shrink when a node leaves while others are away or drain, which may take its place later', () => {
    const leaving = node(3, { state: 'leaving' });
    const away = [node(1, { state: 'away' }), node(2), leaving, node(4, { state: 'away' })];
    expect(voters(away, [1, 2, 3])).toEqual([1, 2, 3]);
    expect(voters([node(1), node(2), leaving, node(4, { state: 'away' })], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(voters([node(1), node(2), leaving, node(4, { state: 'draining' })], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(voters([node(1), node(2), leaving, node(4)], [1, 2, 3])).toEqual([1, 2, 4]);
    const two = [node(4, { state: 'leaving' }), node(5, { state: 'leaving' })];
    const oneFresh = [node(1), node(2), node(3), ...two, node(6), node(7, { state: 'away' })];
    expect(voters(oneFresh, [1, 2, 3, 4, 5], 5)).toEqual([1, 2, 3, 6, 4]);
    expect(voters([node(1), node(2), leaving, node(4, { state: 'dead' })], [1, 2, 3])).toEqual([1]);
  });

  it('shrink to the number that is wanted whoever is away', () => {
    const nodes = five.map((one) => (one.id === 5 ? node(5, { state: 'away' }) : one));
    expect(voters(nodes, [1, 2, 3, 4, 5])).toEqual([1, 2, 3]);
  });

  it('lie in different racks, with the fewest changes', () => {
    const nodes = ['a', 'a', 'b', 'c', 'b'].map((rack, i) => node(i + 1, { rack }));
    expect(voters(nodes, [1])).toEqual([1, 3, 4]);
    expect(voters(nodes, [1, 2, 3])).toEqual([1, 3, 4]);
  });

  it('are not touched while their live ones are no majority', () => {
    const nodes = five.map((one) => (one.id <= 2 ? { ...one, state: 'dead' as const } : one));
    expect(voters(nodes, [1, 2, 3])).toEqual([1, 2, 3]);
  });

  it('do not change again once planned, are distinct and odd in number, and new ones are normal nodes', () => {
    fc.assert(
      fc.property(
        randomCluster,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(3 as const, 5 as const),
        (cluster, count, wanted) => {
          const ids = cluster.nodes.map((one) => one.id);
          const current = ids.slice(0, Math.min(ids.length, count));
          const planned = planMetadataVoters(cluster.nodes, current, wanted);
          expect(planMetadataVoters(cluster.nodes, planned, wanted)).toEqual(planned);
          expect(new Set(planned).size).toBe(planned.length);
          if (planned === current) return;
          expect(planned.length % 2).toBe(1);
          for (const id of planned) {
            const state = cluster.nodes.find((one) => one.id === id)?.state;
            if (!current.includes(id)) expect(state).toBe('normal');
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
