import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AssertionError,
  memberId,
  memberIdFrom,
  NODE_ID_MAX,
  nodeId,
  nodeOf,
  REPLICA_ID_MAX,
  replicaId,
  replicaOf,
} from '../src/index.ts';

describe('member ids', () => {
  it('hold node and replica in one safe integer and give both back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: NODE_ID_MAX }),
        fc.integer({ min: 1, max: REPLICA_ID_MAX }),
        (node, replica) => {
          const member = memberId({ node: nodeId(node), replica: replicaId(replica) });
          expect(Number.isSafeInteger(member)).toBe(true);
          expect(nodeOf(member)).toBe(node);
          expect(replicaOf(member)).toBe(replica);
          expect(memberIdFrom(member)).toBe(member);
        },
      ),
    );
  });

  it('are refused out of range', () => {
    expect(() => nodeId(0)).toThrow(AssertionError);
    expect(() => nodeId(NODE_ID_MAX + 1)).toThrow(AssertionError);
    expect(() => replicaId(0)).toThrow(AssertionError);
    expect(() => memberIdFrom(65_536)).toThrow(AssertionError);
  });
});
