import { nodeId } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { checkPlacement, PLACEMENT_VERSION } from '../../src/index.ts';

const rules = { nodes: [1, 2, 3, 4].map((id) => ({ id: nodeId(id), rack: '' })), replicationFactor: 3 };

function codeOf(placement: readonly (readonly number[])[], version = PLACEMENT_VERSION, given = rules) {
  const ids = placement.map((nodes) => nodes.map((id) => nodeId(id)));
  return checkPlacement(version, ids, given)?.code;
}

test('distinct nodes that may take replicas are a placement', () => {
  expect(
    codeOf([
      [1, 2, 3],
      [4, 1, 2],
    ]),
  ).toBeUndefined();
});

test('too few, too many and repeated nodes are none', () => {
  expect(codeOf([[1, 2]])).toBe('INVALID_ARGUMENT');
  expect(codeOf([[1, 2, 3, 4]])).toBe('INVALID_ARGUMENT');
  expect(codeOf([[1, 2, 2]])).toBe('INVALID_ARGUMENT');
  expect(
    codeOf([
      [1, 2, 3],
      [3, 3, 1],
    ]),
  ).toBe('INVALID_ARGUMENT');
});

test('a node that takes no replicas is refused, and so is a cluster that is too small', () => {
  expect(codeOf([[1, 2, 5]])).toBe('PRECONDITION_FAILED');
  expect(codeOf([[1, 2, 3]], PLACEMENT_VERSION, { ...rules, nodes: rules.nodes.slice(0, 2) })).toBe(
    'PRECONDITION_FAILED',
  );
});

test('a placement of another version is not judged', () => {
  expect(codeOf([[1, 2, 3]], PLACEMENT_VERSION + 1)).toBe('UNSUPPORTED');
});
