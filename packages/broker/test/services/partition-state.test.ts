import { nodeId } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { partitionState } from '../../src/services/partition-state.ts';
import type { PartitionFacts } from '../../src/services/partition-state.ts';

const nodes = (...ids: number[]) => ids.map((id) => nodeId(id));

function stateOf(facts: Partial<PartitionFacts>, up: readonly number[] = [1, 2, 3, 4, 5, 6]) {
  return partitionState({
    replicas: nodes(1, 2, 3),
    releasing: [],
    leader: nodeId(1),
    inSync: nodes(1, 2, 3),
    minInsync: 2,
    alive: (node) => up.includes(node),
    ...facts,
  });
}

describe('the state of a partition', () => {
  test('is online while it is led and every wanted replica is in sync', () => {
    expect(stateOf({})).toBe('online');
  });

  test('is under-replicated while a wanted replica is not in sync, also when as many others are', () => {
    expect(stateOf({ inSync: nodes(1, 2) })).toBe('under-replicated');
    expect(stateOf({ inSync: nodes(1, 2, 4) })).toBe('under-replicated');
  });

  test('is under-replicated while the leader has not told who is in sync', () => {
    expect(stateOf({ inSync: undefined })).toBe('under-replicated');
  });

  test('is under-min-isr as soon as acks=all would be refused', () => {
    expect(stateOf({ inSync: nodes(1) })).toBe('under-min-isr');
    expect(stateOf({ inSync: nodes(1), minInsync: 1 })).toBe('under-replicated');
  });

  test('is leaderless while a majority could elect, offline where none can', () => {
    expect(stateOf({ leader: undefined }, [1, 2])).toBe('leaderless');
    expect(stateOf({ leader: undefined }, [1])).toBe('offline');
    expect(stateOf({ leader: undefined, replicas: nodes(1, 2) }, [1])).toBe('offline');
  });

  test('counts those who are on their way out as possible voters while replicas move', () => {
    const moving = { leader: undefined, replicas: nodes(4, 5, 6), releasing: nodes(1, 2) };
    expect(stateOf(moving, [1, 2, 4])).toBe('leaderless');
    expect(stateOf(moving, [4, 5])).toBe('leaderless');
    expect(stateOf(moving, [1, 4])).toBe('offline');
  });
});
