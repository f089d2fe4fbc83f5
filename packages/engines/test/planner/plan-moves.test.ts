import { nodeId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { planMoves } from '../../src/index.ts';
import {
  applyMoves,
  brokenRules,
  held,
  heldBytes,
  inTurn,
  led,
  LIMITS,
  node,
  partition,
  planToEnd,
  rackPairs,
} from './planned-cluster.ts';

const three = [node(1), node(2), node(3)];

describe('a plan', () => {
  it('is empty for a balanced cluster, an empty one and one without nodes', () => {
    expect(planMoves(three, inTurn(9, 3), LIMITS)).toEqual([]);
    expect(planMoves(three, [], LIMITS)).toEqual([]);
    expect(planMoves([], [], LIMITS)).toEqual([]);
  });

  it('leaves partitions in motion and the metadata group alone', () => {
    const nodes = [node(1, { state: 'leaving' }), node(2), node(3), node(4)];
    const partitions = [
      partition(1, [1, 2, 3], { moving: true }),
      partition(2, [1, 2, 3], { metadata: true }),
    ];
    expect(planMoves(nodes, partitions, LIMITS)).toEqual([]);
  });

  it('counts moves in progress at both ends where it knows from where they come', () => {
    const nodes = [node(1, { state: 'leaving' }), node(2), node(3), node(4)];
    const moving = partition(1, [4, 2, 3], {
      moving: true,
      movingFrom: [nodeId(1), nodeId(2), nodeId(3)],
    });
    const partitions = [moving, partition(2, [1, 2, 3])];
    expect(planMoves(nodes, partitions, { ...LIMITS, perNodeMovesMax: 1 })).toEqual([]);
    expect(planMoves(nodes, partitions, { ...LIMITS, movesMax: 1 })).toEqual([]);
    expect(planMoves(nodes, partitions, { ...LIMITS, perNodeMovesMax: 2 })).toHaveLength(1);
  });
});

describe('repair', () => {
  it('replaces the replica of a dead node, or of one that nobody knows, by another node', () => {
    const nodes = [node(1), node(2, { state: 'dead' }), node(3), node(4)];
    for (const gone of [2, 9]) {
      expect(planMoves(nodes, [partition(1, [1, gone, 3])], LIMITS)).toEqual([
        {
          group: 1,
          from: [1, gone, 3],
          to: [1, 4, 3],
          reason: 'repair',
          bytes: 10,
        },
      ]);
    }
  });

  it('waits while a node is merely away', () => {
    const nodes = [node(1), node(2, { state: 'away' }), node(3), node(4)];
    const repairs = planMoves(nodes, [partition(1, [1, 2, 3])], LIMITS);
    expect(repairs).toEqual([]);
  });

  it('leaves a partition alone that has lost its majority', () => {
    const nodes = [node(1), node(2, { state: 'dead' }), node(3, { state: 'away' }), node(4), node(5)];
    expect(planMoves(nodes, [partition(1, [1, 2, 3])], LIMITS)).toEqual([]);
    expect(planMoves(nodes, [partition(1, [1, 2])], LIMITS)).toEqual([]);
  });

  it('begins with the partition that is nearest to losing its majority', () => {
    const nodes = [1, 2, 3, 4, 5, 6].map((id) => node(id, { state: id <= 2 ? 'dead' : 'normal' }));
    const partitions = [partition(1, [1, 3, 4, 5, 6], { sizeBytes: 99 }), partition(2, [2, 3, 4])];
    const [first] = planMoves(nodes, partitions, { ...LIMITS, movesMax: 1 });
    expect(first?.group).toBe(2);
  });

  it('is not held up by a limit on the dead node, and nothing else begins while it waits', () => {
    const nodes = [
      node(1, { state: 'dead' }),
      node(2),
      node(3),
      node(4),
      node(5),
      node(6, { state: 'leaving' }),
    ];
    const partitions = Array.from({ length: 8 }, (_, p) => partition(p + 1, [1, 2, 3]));
    const evacuated = partition(9, [6, 2, 3]);
    const plan = planMoves(nodes, [...partitions, evacuated], { ...LIMITS, perNodeMovesMax: 2 });
    expect(plan.map((move) => move.reason)).toEqual(['repair', 'repair', 'repair', 'repair']);
  });
});

describe('decommission', () => {
  it('empties a leaving node and hands its leaderships to several others', () => {
    const nodes = [node(1, { state: 'leaving' }), node(2), node(3), node(4), node(5)];
    const partitions = Array.from({ length: 12 }, (_, p) => partition(p + 1, [1, 2 + (p % 2), 4 + (p % 2)]));
    const { cluster } = planToEnd({ nodes, partitions });
    expect(held(cluster, 1)).toBe(0);
    expect([2, 3, 4, 5].map((id) => led(cluster, id))).toEqual([3, 3, 3, 3]);
    expect([2, 3, 4, 5].map((id) => held(cluster, id))).toEqual([9, 9, 9, 9]);
  });

  it('keeps what no other node can take', () => {
    const nodes = [node(1, { state: 'leaving' }), node(2), node(3)];
    expect(planMoves(nodes, inTurn(6, 3), LIMITS)).toEqual([]);
  });

  it('leaves what lies on a draining node and gives it nothing', () => {
    const nodes = [node(1, { state: 'draining' }), node(2), node(3), node(4)];
    const start = { nodes, partitions: inTurn(9, 3).map((one) => ({ ...one, stream: 's' })) };
    const { cluster } = planToEnd(start);
    expect(held(cluster, 1)).toBe(9);
    expect([2, 3, 4].map((id) => held(cluster, id))).toEqual([6, 6, 6]);
  });
});

describe('racks', () => {
  const racks = ['a', 'a', 'b', 'b', 'c', 'c'];
  const nodes = racks.map((rack, i) => node(i + 1, { rack }));

  it('parts replicas that share a rack, with one move each', () => {
    const partitions = Array.from({ length: 6 }, (_, p) => partition(p + 1, [1, 2, 3 + (p % 2)]));
    const { cluster, batches } = planToEnd({ nodes, partitions });
    expect(rackPairs(cluster)).toBe(0);
    expect(batches.flat().filter((move) => move.reason === 'rack')).toHaveLength(6);
  });

  it('does not fight a rack with a single node that has to hold more', () => {
    const uneven = [...nodes.slice(0, 4), node(5, { rack: 'c' })];
    const partitions = Array.from({ length: 20 }, (_, p) => partition(p + 1, [1 + (p % 2), 3 + (p % 2), 5]));
    const { batches } = planToEnd({ nodes: uneven, partitions });
    expect(batches.flat().filter((move) => move.reason !== 'leaders')).toEqual([]);
  });
});

describe('disks', () => {
  it('relieves a disk above the high mark with the fewest bytes that do', () => {
    const nodes = [
      node(1, { capacityBytes: 1_000, usedBytes: 850 }),
      ...[2, 3, 4].map((id) => node(id, { capacityBytes: 1_000, usedBytes: 100 })),
    ];
    const partitions = [500, 60, 10].map((sizeBytes, p) => partition(p + 1, [1], { sizeBytes }));
    const [first] = planMoves(nodes, partitions, { ...LIMITS, movesMax: 1 });
    expect(first).toMatchObject({ group: 2, from: [1], reason: 'disk', bytes: 60 });
  });

  it('never fills another disk above the mark', () => {
    const nodes = [
      node(1, { capacityBytes: 1_000, usedBytes: 900 }),
      node(2, { capacityBytes: 1_000, usedBytes: 750 }),
    ];
    const partitions = [partition(1, [1], { sizeBytes: 100 }), partition(2, [1], { sizeBytes: 40 })];
    const plan = planMoves(nodes, partitions, LIMITS);
    expect(plan.map((move) => move.group)).toEqual([2]);
    expect(brokenRules({ nodes, partitions }, plan, LIMITS)).toEqual([]);
  });
});

describe('balance', () => {
  it('gives a new node its share with no move too many', () => {
    const nodes = [...three, node(4)];
    const { cluster, batches } = planToEnd({ nodes, partitions: inTurn(40, 3) });
    for (const id of [1, 2, 3, 4]) {
      expect(held(cluster, id)).toBeGreaterThanOrEqual(29);
      expect(held(cluster, id)).toBeLessThanOrEqual(31);
    }
    expect(batches.flat().filter((move) => move.reason === 'balance').length).toBeLessThanOrEqual(30);
  });

  it('gives nodes bytes in proportion to their disks', () => {
    const nodes = [1_000, 1_000, 2_000].map((capacityBytes, i) => node(i + 1, { capacityBytes }));
    const partitions = Array.from({ length: 40 }, (_, p) => partition(p + 1, [1 + (p % 3)], { stream: 's' }));
    const { cluster } = planToEnd({ nodes, partitions });
    expect([1, 2, 3].map((id) => heldBytes(cluster, id))).toEqual([100, 100, 200]);
  });

  it('exchanges replicas where the numbers are even but the bytes are not', () => {
    const nodes = [node(1), node(2)];
    const partitions = Array.from({ length: 8 }, (_, p) =>
      partition(p + 1, [1 + (p % 2)], { sizeBytes: p % 2 === 0 ? 100 : 20 }),
    );
    const { cluster } = planToEnd({ nodes, partitions });
    expect([held(cluster, 1), held(cluster, 2)]).toEqual([4, 4]);
    expect([heldBytes(cluster, 1), heldBytes(cluster, 2)]).toEqual([240, 240]);
  });

  it('moves nothing for a deviation within the threshold', () => {
    const partitions = Array.from({ length: 200 }, (_, p) => partition(p + 1, [p < 104 ? 1 : 2]));
    expect(planMoves([node(1), node(2)], partitions, LIMITS)).toEqual([]);
  });

  it('waits with a partition one of whose nodes is away', () => {
    const nodes = [node(1), node(2, { state: 'away' }), node(3)];
    const partitions = Array.from({ length: 6 }, (_, p) => partition(p + 1, [1, 2]));
    expect(planMoves(nodes, partitions, LIMITS)).toEqual([]);
  });

  it('does not pile partitions of one stream on a node to even out the total', () => {
    const nodes = [node(1), node(2), node(3)];
    const streams = Array.from({ length: 12 }, (_, p) =>
      partition(p + 1, [1 + (p % 2)], { stream: `s${Math.floor(p / 4)}` }),
    );
    const { cluster } = planToEnd({ nodes, partitions: streams });
    expect([1, 2, 3].map((id) => held(cluster, id))).toEqual([4, 4, 4]);
    for (const stream of ['s0', 's1', 's2']) {
      const ofStream = cluster.partitions.filter((one) => one.stream === stream);
      const most = Math.max(...[1, 2, 3].map((id) => held({ nodes, partitions: ofStream }, id)));
      expect(most).toBeLessThanOrEqual(2);
    }
  });
});

describe('leaders', () => {
  it('are evened out by order alone, over all streams and within each', () => {
    const partitions = Array.from({ length: 12 }, (_, p) =>
      partition(p + 1, [1, 2, 3], { stream: p < 6 ? 's' : 't' }),
    );
    const { cluster, batches } = planToEnd({ nodes: three, partitions });
    expect(batches.flat().every((move) => move.reason === 'leaders' && move.bytes === 0)).toBe(true);
    for (const stream of ['s', 't']) {
      const ofStream = {
        nodes: three,
        partitions: cluster.partitions.filter((one) => one.stream === stream),
      };
      expect([1, 2, 3].map((id) => led(ofStream, id))).toEqual([2, 2, 2]);
    }
  });

  it('pass along a chain of nodes where the ends share no partition', () => {
    const nodes = [...three, node(4)];
    const chain = [
      [1, 2],
      [1, 2],
      [2, 3],
      [3, 4],
    ];
    const partitions = chain.map((replicas, p) => partition(p + 1, replicas));
    const plan = planMoves(nodes, partitions, LIMITS).filter((move) => move.reason === 'leaders');
    const after = applyMoves({ nodes, partitions }, plan);
    expect([1, 2, 3, 4].map((id) => led(after, id))).toEqual([1, 1, 1, 1]);
  });
});
