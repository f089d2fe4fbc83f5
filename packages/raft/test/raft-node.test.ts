import { describe, expect, test } from 'vitest';
import { Cluster } from './support/cluster.ts';

describe('a group of three', () => {
  test('elects a leader, commits proposals and applies them everywhere in order', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    for (const text of ['a', 'b', 'c']) cluster.propose(1, text);
    cluster.settle();
    for (const node of [1, 2, 3]) expect(cluster.texts(node)).toEqual(['a', 'b', 'c']);
  });
});
