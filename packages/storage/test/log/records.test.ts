import { groupId, isFlowError, memberId, METADATA_GROUP, nodeId, replicaId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { decodeHead, encodeHead, type GroupHead } from '../../src/log/records.ts';

const GROUP = groupId(7);
const HEAD: GroupHead = {
  member: memberId({ node: nodeId(1), replica: replicaId(1) }),
  machine: 'stream',
  incarnation: 3,
  hardState: { term: 5, vote: memberId({ node: nodeId(2), replica: replicaId(1) }), commit: 9 },
  trim: { index: 4, term: 2 },
};
/** As builds of before kinds wrote it: version, member, incarnation, term, vote, commit, trim index and term. */
const BEFORE_KINDS = 1 + 8 + 4 + 8 * 5;

describe('a group head', () => {
  it('is of a stream, or of the metadata, where it names no machine', () => {
    const old = encodeHead(GROUP, HEAD);
    expect(old.length).toBe(BEFORE_KINDS);
    expect(decodeHead(GROUP, old)).toEqual(HEAD);
    expect(decodeHead(METADATA_GROUP, old)).toEqual({ ...HEAD, machine: 'catalog' });
    expect(encodeHead(METADATA_GROUP, { ...HEAD, machine: 'catalog' })).toEqual(old);
  });

  it('names every other machine', () => {
    for (const machine of ['queue', 'bucket', 'coordinator'] as const)
      expect(decodeHead(GROUP, encodeHead(GROUP, { ...HEAD, machine }))).toEqual({ ...HEAD, machine });
  });

  it('is refused where its machine is of a later version', () => {
    const bytes = encodeHead(GROUP, { ...HEAD, machine: 'queue' });
    bytes[bytes.length - 1] = 200;
    let refused: unknown;
    try {
      decodeHead(GROUP, bytes);
    } catch (error) {
      refused = error;
    }
    expect(isFlowError(refused) && refused.code).toBe('UNSUPPORTED');
  });
});
