import { isFlowError, type MemberId } from '@flowmesh/base';
import type { ConfChange, ConfChangeSingle, ConfState } from '@flowmesh/raft';
import { configurationFault, decodeConfChange, encodeConfChange } from '@flowmesh/raft';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeConfiguration } from '../../src/confchange/changer.ts';
import { jointVote } from '../../src/quorum/joint.ts';

const single: fc.Arbitrary<ConfChangeSingle> = fc.record({
  kind: fc.constantFrom('add-voter', 'add-learner', 'remove', 'update'),
  member: fc.integer({ min: 1, max: 6 }).map((value) => value as MemberId),
});

const change: fc.Arbitrary<ConfChange> = fc.record({
  transition: fc.constantFrom('auto', 'joint-implicit', 'joint-explicit'),
  changes: fc.array(single, { maxLength: 5 }),
  context: fc.uint8Array({ maxLength: 8 }),
});

const FIRST: ConfState = {
  voters: [1, 2, 3] as unknown as MemberId[],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

/** Whether the members in `set` (a bit each) are a quorum. */
function isQuorum(conf: ConfState, set: number): boolean {
  const voters = { incoming: conf.voters, outgoing: conf.votersOutgoing };
  return jointVote(voters, (member) => (set & (1 << member)) !== 0) === 'won';
}

/** Every quorum of one shares a member with every quorum of the other. */
function intersect(a: ConfState, b: ConfState): boolean {
  for (let set = 0; set < 1 << 7; set++) {
    if (isQuorum(a, set) && isQuorum(b, ~set & 0x7f)) return false;
  }
  return true;
}

describe('steps between configurations', () => {
  test('leave every configuration sound, with quorums that intersect those before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        let conf = FIRST;
        for (const next of changes) {
          const outcome = changeConfiguration(conf, next);
          if (!outcome.ok) continue;
          expect(configurationFault(outcome.conf)).toBeUndefined();
          expect(outcome.conf.voters.length).toBeGreaterThan(0);
          expect(intersect(conf, outcome.conf)).toBe(true);
          conf = outcome.conf;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('never take two voters at once without a joint configuration', () => {
    const changes: ConfChangeSingle[] = [
      { kind: 'remove', member: 1 as MemberId },
      { kind: 'add-voter', member: 4 as MemberId },
    ];
    const outcome = changeConfiguration(FIRST, { transition: 'auto', changes, context: new Uint8Array(0) });
    expect(outcome.ok && outcome.conf).toEqual({
      voters: [2, 3, 4],
      votersOutgoing: [1, 2, 3],
      learners: [],
      learnersNext: [],
      autoLeave: true,
    });
  });
});

describe('encoding of membership changes', () => {
  test('gives back what was encoded', () => {
    fc.assert(
      fc.property(change, (value) => {
        expect(decodeConfChange(encodeConfChange(value))).toEqual(value);
      }),
    );
  });

  test('answers damaged data with INVALID_ARGUMENT and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        try {
          decodeConfChange(data);
        } catch (error) {
          expect(isFlowError(error) && error.code).toBe('INVALID_ARGUMENT');
        }
      }),
    );
  });

  test('needs no bytes for leaving a joint configuration', () => {
    const leave: ConfChange = { transition: 'auto', changes: [], context: new Uint8Array(0) };
    expect(encodeConfChange(leave).length).toBe(0);
  });
});
