/** Whatever share groups do in a partition: the machine does what the model does, offset by offset, and a replica that restarts is the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AcquiredRange, Reply, ShareAction, ShareReply, ShareVerdict } from '../../src/index.ts';
import { ShareModel } from './share-model.ts';
import { ShareRig, textOf } from './share-rig.ts';

const group = fc.constantFrom('a', 'b');
const member = fc.constantFrom('m1', 'm2', 'm3');
const offset = fc.integer({ min: 0, max: 80 });
const verdict = fc.constantFrom<ShareVerdict>('gap', 'accept', 'release', 'reject', 'renew');

const batch = fc
  .record({
    first: offset,
    length: fc.integer({ min: 1, max: 8 }),
    kinds: fc.array(verdict, { minLength: 8, maxLength: 8 }),
    one: fc.boolean(),
  })
  .map(({ first, length, kinds, one }) => ({
    first,
    last: first + length - 1,
    verdicts: kinds.slice(0, one ? 1 : length),
  }));

const action: fc.Arbitrary<ShareAction> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      group,
      start: fc.oneof(
        fc.constantFrom({ kind: 'earliest' as const }, { kind: 'latest' as const }),
        fc.record({ kind: fc.constant('offset' as const), offset }),
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({
        group,
        member,
        from: fc.integer({ min: 0, max: 40 }),
        length: fc.integer({ min: 0, max: 40 }),
        hole: fc.option(
          fc.record({ at: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 1, max: 6 }) }),
        ),
        recordsMax: fc.integer({ min: 0, max: 20 }),
        lockMs: fc.integer({ min: 1, max: 40 }),
        attemptsMax: fc.integer({ min: 1, max: 3 }),
        inFlightMax: fc.integer({ min: 1, max: 30 }),
      })
      .map(({ length, hole, from, ...rest }) => ({
        ...rest,
        kind: 'acquire' as const,
        from,
        to: from + length,
        holes: hole === null ? [] : [[from + hole.at, from + hole.at + hole.length - 1] as const],
      })),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('acknowledge' as const),
      group,
      member,
      lockMs: fc.integer({ min: 1, max: 40 }),
      batches: fc.array(batch, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), group, member }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), max: fc.constant(1_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), group, offset }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), group }) },
);

type Step =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'trim'; readonly by: number }
  | { readonly do: 'restart' }
  | { readonly do: 'share'; readonly action: ShareAction };

const step: fc.Arbitrary<{ readonly step: Step; readonly passMs: number }> = fc.record({
  step: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('trim' as const), by: fc.integer({ min: 1, max: 9 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    { weight: 14, arbitrary: fc.record({ do: fc.constant('share' as const), action }) },
  ),
  passMs: fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 0, max: 20 }) },
    { weight: 1, arbitrary: fc.constant(8 * 86_400_000) },
  ),
});

function given(reply: Reply): ReadonlyMap<number, number> | 'refused' | undefined {
  if (!reply.ok) return 'refused';
  const value = reply.value as ShareReply;
  if (value.kind !== 'share-acquired') return undefined;
  const offsets = ({ first, last, attempts }: AcquiredRange): [number, number][] =>
    Array.from({ length: last - first + 1 }, (_, i) => [first + i, attempts]);
  return new Map(value.ranges.flatMap(offsets));
}

it('is what the model says, offset by offset, before and after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80 }), async (steps) => {
      const rig = new ShareRig();
      const model = new ShareModel();
      let timeMs = 1;
      for (const { step: one, passMs } of steps) {
        timeMs += passMs;
        switch (one.do) {
          case 'append':
            rig.append(one.count);
            model.logEnd += one.count;
            break;
          case 'trim': {
            const to = Math.min(model.logStart + one.by, model.logEnd);
            rig.trim(to, timeMs);
            model.timeMs = Math.max(model.timeMs, timeMs);
            model.trim(to);
            break;
          }
          case 'restart': {
            const before = rig.machine.digest();
            await rig.restart();
            expect(rig.machine.digest()).toBe(before);
            break;
          }
          case 'share':
            expect(given(rig.share(one.action, timeMs))).toEqual(model.apply(one.action, timeMs));
        }
        expect(
          rig.machine.shares
            .all()
            .map(({ head }) => head.name)
            .sort(),
        ).toEqual([...model.groups.keys()].sort());
        for (const [name, { start, end, records }] of model.groups) {
          expect(rig.machine.shares.group(name)?.head).toMatchObject({ start, end });
          const texts = [...records].map(([at, record]): [number, string] => [at, textOf(record)]);
          expect(rig.records(name)).toEqual(new Map(texts));
        }
      }
    }),
    { numRuns: 400 },
  );
}, 120_000);
