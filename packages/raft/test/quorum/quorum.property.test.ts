import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jointCommitted, jointVote } from '../../src/quorum/joint.ts';
import { majorityCommitted, majorityVote } from '../../src/quorum/majority.ts';

const indexes = fc.array(fc.option(fc.nat(20), { nil: undefined }), { maxLength: 9 });
const votes = fc.array(fc.option(fc.boolean(), { nil: undefined }), { maxLength: 9 });

/** The definition: the highest index that more than half of the voters have. */
function committedByDefinition(acked: readonly (number | undefined)[]): number {
  if (acked.length === 0) return Number.POSITIVE_INFINITY;
  let best = 0;
  for (let index = 0; index <= 20; index++) {
    if (acked.filter((value) => (value ?? 0) >= index).length * 2 > acked.length) best = index;
  }
  return best;
}

describe('majority', () => {
  test('commits exactly the highest index that more than half of the voters have', () => {
    fc.assert(
      fc.property(indexes, (acked) => {
        expect(majorityCommitted(acked, (value) => value)).toBe(committedByDefinition(acked));
      }),
    );
  });

  test('is won when granted by more than half, lost as soon as it cannot be won any more', () => {
    fc.assert(
      fc.property(votes, (answers) => {
        const granted = answers.filter((answer) => answer === true).length;
        const possible = answers.filter((answer) => answer !== false).length;
        const expected =
          answers.length === 0 || granted * 2 > answers.length
            ? 'won'
            : possible * 2 > answers.length
              ? 'pending'
              : 'lost';
        expect(majorityVote(answers, (answer) => answer)).toBe(expected);
      }),
    );
  });

  test('does not commit by half of an even number of voters', () => {
    expect(majorityCommitted([5, 5, 0, 0], (value) => value)).toBe(0);
    expect(majorityCommitted([5, 5, 5, 0], (value) => value)).toBe(5);
  });
});

describe('joint quorum', () => {
  test('commits only what both halves commit, in whatever order they are given', () => {
    fc.assert(
      fc.property(indexes, indexes, (incoming, outgoing) => {
        const expected = Math.min(committedByDefinition(incoming), committedByDefinition(outgoing));
        expect(jointCommitted({ incoming, outgoing }, (value) => value)).toBe(expected);
        expect(jointCommitted({ incoming: outgoing, outgoing: incoming }, (value) => value)).toBe(expected);
      }),
    );
  });

  test('is won only by both halves and lost by either', () => {
    fc.assert(
      fc.property(votes, votes, (incoming, outgoing) => {
        const answer = (value: boolean | undefined): boolean | undefined => value;
        const halves = [majorityVote(incoming, answer), majorityVote(outgoing, answer)];
        const expected = halves.includes('lost') ? 'lost' : halves.includes('pending') ? 'pending' : 'won';
        expect(jointVote({ incoming, outgoing }, answer)).toBe(expected);
      }),
    );
  });
});
