import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssignmentInput, assign, orderMembers } from '../../src/coordinator/assignors.ts';
import { ASSIGNORS, type Assignor } from '../../src/coordinator/coordinator-types.ts';
import { matchesPattern } from '../../src/coordinator/stream-pattern.ts';
import { topology } from './bench.ts';

interface Situation {
  readonly members: Readonly<
    Record<string, { readonly streams: readonly string[]; readonly current?: readonly string[] }>
  >;
  readonly streams: Readonly<Record<string, number>>;
}

function input({ members, streams }: Situation, assignor: Assignor): AssignmentInput {
  const list = Object.entries(members).map(([id, member]) => ({
    order: id,
    id,
    streams: new Set(member.streams.filter((name) => name in streams)),
    current: member.current ?? [],
  }));
  return { assignor, members: orderMembers(list), streams: topology(streams) };
}

function run(situation: Situation, assignor: Assignor): Record<string, readonly string[]> {
  return Object.fromEntries(assign(input(situation, assignor)));
}

const names = ['blue', 'green', 'red'];
const streamsOf = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 1, max: 7 })])));
const idsOf = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 6 });

describe('assignors', () => {
  it('give runs of neighbours by range', () => {
    const members = { a: { streams: ['x'] }, b: { streams: ['x', 'y'] } };
    expect(run({ members, streams: { x: 3, y: 2 } }, 'range')).toEqual({
      a: ['x:0', 'x:1'],
      b: ['x:2', 'y:0', 'y:1'],
    });
  });

  it('go around by round-robin, passing those who do not subscribe', () => {
    const members = { a: { streams: ['x'] }, b: { streams: ['x', 'y'] } };
    expect(run({ members, streams: { x: 3, y: 2 } }, 'round-robin')).toEqual({
      a: ['x:0', 'x:2'],
      b: ['x:1', 'y:0', 'y:1'],
    });
  });

  it('give each partition that somebody subscribes to one reader, who subscribes to it', () => {
    const subscriptions = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.subarray(names), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(streamsOf, subscriptions, fc.constantFrom(...ASSIGNORS), (streams, wanted, assignor) => {
        const members = Object.fromEntries(
          Object.entries(wanted).map(([id, list]) => [id, { streams: list }]),
        );
        const given = Object.entries(run({ members, streams }, assignor));
        const all = given.flatMap(([, partitions]) => partitions);
        const expected = Object.entries(streams)
          .filter(([name]) => Object.values(wanted).some((list) => list.includes(name)))
          .flatMap(([name, count]) => Array.from({ length: count }, (_, i) => `${name}:${i}`));
        expect([...all].sort()).toEqual(expected.sort());
        for (const [id, partitions] of given) {
          for (const key of partitions) expect(wanted[id]).toContain(key.split(':')[0]);
        }
      }),
    );
  });

  it('are sticky: loads differ by one at most, and no assignment as even would move less', () => {
    fc.assert(
      fc.property(streamsOf, idsOf, idsOf, (streams, before, after) => {
        const first = Object.fromEntries(before.map((id) => [id, { streams: names }]));
        const had = run({ members: first, streams }, 'range');
        const second = Object.fromEntries(
          after.map((id) => [id, { streams: names, current: had[id] ?? [] }]),
        );
        const now = run({ members: second, streams }, 'cooperative');
        const sizes = Object.values(now).map((partitions) => partitions.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const total = Object.values(streams).reduce((sum, count) => sum + count, 0);
        const share = Math.floor(total / after.length);
        const held = after.map((id) => had[id]?.length ?? 0).sort((a, b) => b - a);
        const keepable = held.reduce(
          (sum, count, i) => sum + Math.min(count, share + (i < total % after.length ? 1 : 0)),
          0,
        );
        const kept = after.flatMap((id) => (now[id] ?? []).filter((key) => had[id]?.includes(key) === true));
        expect(kept).toHaveLength(keepable);
      }),
    );
  });

  it('leave nobody with two partitions more than another who could take one', () => {
    const subscriptions = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.subarray(names), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(streamsOf, subscriptions, (streams, wanted) => {
        const members = Object.fromEntries(
          Object.entries(wanted).map(([id, list]) => [id, { streams: list }]),
        );
        const given = run({ members, streams }, 'sticky');
        for (const partitions of Object.values(given)) {
          for (const [other, theirs] of Object.entries(given)) {
            if (theirs.length > partitions.length - 2) continue;
            const movable = partitions.filter((key) => wanted[other]?.includes(key.split(':')[0] as string));
            expect(movable).toEqual([]);
          }
        }
      }),
    );
  });

  it('take a thousand members and ten thousand partitions at once', () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => `m${String(i).padStart(4, '0')}`);
    const all = Array.from({ length: 10_000 }, (_, i) => `x:${i}`);
    const members = Object.fromEntries(
      ids.map((id, i) => [id, { streams: ['x'], current: i === 0 ? all : [] }]),
    );
    const given = run({ members, streams: { x: 10_000 } }, 'cooperative');
    expect(new Set(Object.values(given).map((partitions) => partitions.length))).toEqual(new Set([10]));
  });
});

describe('patterns', () => {
  it.each([
    ['*', 'anything', true],
    ['orders.*', 'orders.eu', true],
    ['orders.*', 'orders', false],
    ['*.eu', 'orders.eu', true],
    ['o*r*s', 'orders', true],
    ['orders', 'orders', true],
    ['order', 'orders', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
  });
});
