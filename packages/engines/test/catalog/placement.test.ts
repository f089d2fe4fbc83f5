import { isFlowError, nodeId } from '@flowmesh/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlacement, PLACEMENT_VERSION, placePartitions } from '../../src/index.ts';

function nodes(racks: readonly string[]) {
  return racks.map((rack, i) => ({ id: nodeId(i + 1), rack }));
}

function placed(result: ReturnType<typeof placePartitions>) {
  if (isFlowError(result)) throw result;
  return result;
}

const request = fc.record({
  nodes: fc.array(fc.constantFrom('', 'a', 'b', 'c'), { minLength: 1, maxLength: 9 }).map(nodes),
  partitions: fc.integer({ min: 1, max: 40 }),
  replicationFactor: fc.integer({ min: 1, max: 5 }),
  startAt: fc.nat({ max: 1_000 }),
});

test('a placement keeps the hard rules, or there are too few nodes', () => {
  fc.assert(
    fc.property(request, (input) => {
      const result = placePartitions(input);
      if (isFlowError(result)) {
        expect(input.nodes.length).toBeLessThan(input.replicationFactor);
        return;
      }
      expect(result.length).toBe(input.partitions);
      expect(checkPlacement(PLACEMENT_VERSION, result, input)).toBeUndefined();
    }),
  );
});

test('replicas lie in as many racks as there are', () => {
  fc.assert(
    fc.property(request, (input) => {
      const result = placePartitions(input);
      if (isFlowError(result)) return;
      const rackOf = new Map(
        input.nodes.map((one) => [one.id, one.rack === '' ? `node ${one.id}` : one.rack]),
      );
      const racks = new Set(rackOf.values()).size;
      for (const replicas of result) {
        const used = new Set(replicas.map((id) => rackOf.get(id))).size;
        expect(used).toBe(Math.min(racks, input.replicationFactor));
      }
    }),
  );
});

test('leaders and replicas are spread evenly', () => {
  const input = { nodes: nodes(['', '', '', '', '']), partitions: 100, replicationFactor: 3, startAt: 7 };
  const result = placed(placePartitions(input));
  const count = (ids: readonly number[]): number[] =>
    [1, 2, 3, 4, 5].map((id) => ids.filter((one) => one === id).length);
  expect(count(result.map((replicas) => replicas[0] ?? 0))).toEqual([20, 20, 20, 20, 20]);
  expect(count(result.flat())).toEqual([60, 60, 60, 60, 60]);
});

test('the order of the nodes given does not matter', () => {
  const given = nodes(['a', 'b', 'a', '', 'b']);
  const input = { nodes: given, partitions: 7, replicationFactor: 3, startAt: 2 };
  expect(placePartitions({ ...input, nodes: given.toReversed() })).toEqual(placePartitions(input));
});
