/** The judge of consumer groups sees what it is there for. */
import { describe, expect, it } from 'vitest';
import { GROUP_PROMISES, type GroupEvent, judgeGroup } from './proofs/group-history.ts';

const joined = (member: string, generation: number, partitions: number[], more: object = {}): GroupEvent => ({
  kind: 'joined',
  atMs: generation * 100 + 10,
  startedMs: generation * 100,
  member,
  generation,
  assignment: generation,
  leader: 'a',
  partitions,
  ...more,
});
const read = (member: string, generation: number, [first, last]: [number, number], more: object = {}) =>
  ({
    kind: 'read',
    atMs: generation * 100 + 20,
    member,
    generation,
    assignment: generation,
    partition: 0,
    first,
    last,
    ...more,
  }) as const;
const committed = (member: string, generation: number, offset: number, more: object = {}): GroupEvent => ({
  kind: 'committed',
  atMs: generation * 100 + 30,
  member,
  generation,
  assignment: generation,
  offsets: [[0, offset]],
  ...more,
});

/** `a` reads partition 0 in generation 1, `b` in generation 2 from where `a` has committed. */
const GOOD: readonly GroupEvent[] = [
  joined('a', 1, [0]),
  joined('b', 1, [1]),
  read('a', 1, [0, 4]),
  committed('a', 1, 3),
  joined('a', 2, [1]),
  joined('b', 2, [0], { atMs: 260 }),
  read('b', 2, [3, 6], { atMs: 270 }),
  committed('b', 2, 7, { atMs: 280 }),
];
const WRITTEN = new Map([[0, [0, 1, 2, 3, 4, 5, 6]]]);

function brokenBy(...events: GroupEvent[]): readonly string[] {
  const { broken } = judgeGroup([...GOOD, ...events], WRITTEN);
  return GROUP_PROMISES.filter((promise) => broken[promise] > 0);
}

describe('the judge of a consumer group', () => {
  it('finds nothing in a history that the protocol allows, and tells its figures', () => {
    const verdict = judgeGroup(GOOD, WRITTEN);
    expect(verdict.examples).toEqual([]);
    expect(verdict).toMatchObject({ members: 2, joins: 4, generations: 2, reads: 9, readAgain: 2, late: 0 });
    expect(verdict.rebalanceMs).toEqual([10, 60]);
  });

  it('allows the owner of the last generation to read on until it hears of the next, and tells how long', () => {
    const zombie = read('a', 1, [5, 5], { atMs: 300 });
    expect(brokenBy(zombie)).toEqual([]);
    expect(judgeGroup([...GOOD, zombie], WRITTEN)).toMatchObject({ late: 1, lateMsMax: 30 });
  });

  it('allows a member that joined again in its generation to begin at what is committed', () => {
    const again = joined('b', 2, [0], { assignment: 3, atMs: 290 });
    expect(brokenBy(again, read('b', 2, [7, 7], { assignment: 3, atMs: 291 }))).toEqual([]);
  });

  it.each<[promise: string, events: GroupEvent[]]>([
    ['one partition given to two members of a generation', [joined('c', 2, [0])]],
    ['two leaders of a generation', [joined('c', 2, [], { leader: 'c' })]],
    ['a member went back to an earlier generation', [joined('a', 1, [0])]],
    ['read what was not assigned', [read('a', 2, [7, 7], { atMs: 290 })]],
    ['read again under one assignment', [read('b', 2, [6, 6], { atMs: 290 })]],
    ['commits went back', [committed('a', 3, 6)]],
    ['read again though committed before', [joined('a', 3, [0]), read('a', 3, [6, 6])]],
  ])('sees: %s', (promise, events) => {
    expect(brokenBy(...events)).toEqual([promise]);
  });

  it('sees a record that nobody read', () => {
    expect(judgeGroup(GOOD, new Map([[0, [6, 7]]])).broken.unread).toBe(1);
  });
});
