/** Any history of commands: the machine does what the model does, whatever was in memory, however commands were grouped, after any restart. */
import { isFlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KvCommand, KvOp } from '../../src/index.ts';
import { ModelShard, replyText } from './model.ts';
import { key, put, Shard, text } from './shard.ts';

const NAMES = ['a', 'aa', 'ab', 'b', 'c'];
const name = fc.constantFrom(...NAMES);
const value = fc.constantFrom('1', '22', 'word', 'L'.repeat(300), '-3');
const expiry = fc.oneof(
  fc.constant({ kind: 'default' } as const),
  fc.constant({ kind: 'keep' } as const),
  fc.integer({ min: 1, max: 40 }).map((ttlMs) => ({ kind: 'ttl', ttlMs }) as const),
  fc.integer({ min: 1, max: 3 }).map((lease) => ({ kind: 'lease', lease }) as const),
);
const range = fc.tuple(name, fc.constantFrom('', ...NAMES), fc.integer({ min: 0, max: 3 }), fc.boolean()).map(
  ([from, to, max, partial]): KvOp => ({
    kind: 'delete-range',
    from: key(from),
    to: key(to),
    max,
    partial,
  }),
);
const single = (on: string) =>
  fc.oneof(
    fc.tuple(value, expiry).map(([text, until]) => put(on, text, until)),
    expiry.map((until) => put(on, undefined, until)),
    fc.constant<KvOp>({ kind: 'get', key: key(on) }),
    fc.constant<KvOp>({ kind: 'delete', key: key(on) }),
    fc
      .tuple(fc.integer({ min: -5, max: 5 }), expiry)
      .map(([by, until]): KvOp => ({ kind: 'increment', key: key(on), by, expiry: until })),
    expiry.map((until): KvOp => ({ kind: 'touch', key: key(on), expiry: until })),
  );
const ops = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.subarray(NAMES, { maxLength: 3 }).chain((names) => fc.tuple(...names.map(single))),
  },
  { weight: 1, arbitrary: range.map((op) => [op]) },
);
const condition = fc
  .tuple(name, fc.integer({ min: 0, max: 6 }))
  .map(([on, number]) => ({ key: key(on), target: 'mod', comparison: 'equal', number }) as const);
const lease = fc.integer({ min: 1, max: 3 });
const body = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.array(condition, { maxLength: 1 }), ops, ops)
      .map(([conditions, success, failure]) => ({ kind: 'txn', conditions, success, failure }) as const),
  },
  { weight: 1, arbitrary: lease.map((id) => ({ kind: 'lease-grant', id, ttlMs: 20 + id }) as const) },
  { weight: 1, arbitrary: lease.map((id) => ({ kind: 'lease-keep-alive', ids: [id] }) as const) },
  { weight: 1, arbitrary: lease.map((id) => ({ kind: 'lease-revoke', id, max: 100 }) as const) },
  { weight: 3, arbitrary: fc.constant({ kind: 'expire', max: 100 } as const) },
);
const step = fc.record({ body, passedMs: fc.integer({ min: 0, max: 25 }) });
const chunks = fc.array(
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }), restart: fc.boolean() }),
  { maxLength: 12 },
);

function commandOf(each: typeof body extends fc.Arbitrary<infer T> ? T : never, timeMs: number): KvCommand {
  return each.kind === 'txn' ? { ...each, timeMs, requestId: new Uint8Array(0) } : { ...each, timeMs };
}

async function checkState(shard: Shard, model: ModelShard): Promise<void> {
  expect(shard.machine.revision).toBe(model.revision);
  expect(shard.machine.keyCount).toBe(model.keys.size);
  expect(await shard.eventTexts()).toEqual(model.events);
  for (const each of NAMES) {
    const live = model.live(each);
    const found = await shard.reader.get(key(each), model.revision);
    expect(text(found)).toBe(live?.value);
    if (live !== undefined) {
      expect(found).toMatchObject({
        createRevision: live.create,
        modRevision: live.mod,
        version: live.version,
      });
    }
  }
}

/** Reads at every older revision, which show what was there or say that it is compacted. */
async function checkPast(shard: Shard, model: ModelShard): Promise<void> {
  for (let revision = 0; revision < model.revision; revision++) {
    const then = model.snapshots[revision];
    for (const each of NAMES) {
      const unchanged = then?.get(each)?.mod === model.keys.get(each)?.mod;
      const found = await shard.reader.get(key(each), revision).catch((error: unknown) => {
        expect(isFlowError(error) && error.code).toBe('REVISION_COMPACTED');
        return 'compacted' as const;
      });
      // What is there still may have expired by now.
      if (found !== 'compacted' && !unchanged) expect(text(found)).toBe(then?.get(each)?.value);
    }
  }
}

describe('a shard', () => {
  it('does what its model does, with any grouping, cache and restart', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (history) => {
        const [grouped, single, model] = [new Shard(0), new Shard(), new ModelShard()];
        let timeMs = 1_000;
        for (const { steps, restart } of history) {
          const commands = steps.map((each) => commandOf(each.body, (timeMs += each.passedMs)));
          const replies = await grouped.chunk(commands);
          const expected = commands.map((command) => model.apply(command));
          expect(replies.map(replyText)).toEqual(expected);
          for (const command of commands) await single.chunk([command]);
          if (restart) await grouped.restart();
          await checkState(grouped, model);
          expect(grouped.machine.digest()).toBe(single.machine.digest());
          expect(grouped.state.dump()).toBe(single.state.dump());
        }
        await checkPast(grouped, model);
      }),
      { numRuns: 150 },
    );
  });

  it('removes of its log what retention allows, and the same everywhere', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 20 }), async (history, max) => {
        const [grouped, single] = [new Shard(0), new Shard()];
        const configure: KvCommand = {
          kind: 'configure',
          timeMs: 1_000,
          revision: 1,
          config: { 'history.retention.ms': '1000', 'history.depth': '2' },
        };
        for (const shard of [grouped, single]) await shard.run(configure);
        let timeMs = 1_000;
        for (const { steps, restart } of history) {
          const commands = steps.map((each) => {
            const command = commandOf(each.body, (timeMs += each.passedMs * 40));
            return command.kind === 'expire' ? { ...command, max } : command;
          });
          await grouped.chunk(commands);
          for (const command of commands) await single.chunk([command]);
          if (restart) await grouped.restart();
          expect(grouped.state.dump()).toBe(single.state.dump());
        }
        // What expires is a change itself, and its age is counted from then.
        for (let i = 0; i < 200; i++) await grouped.expire(timeMs + 10_000 * Math.floor(1 + i / 100), max);
        const kept = await Promise.all(NAMES.map((each) => grouped.get(each)));
        // For every key that is left: its head, its past, and the globals.
        expect(kept.filter((each) => each !== undefined)).toHaveLength(grouped.machine.keyCount);
        expect(await grouped.events(grouped.machine.compactedRevision + 1)).toEqual([]);
        for (let i = 0; i < 3; i++) {
          await grouped.run({ kind: 'lease-revoke', timeMs, id: i + 1, max: 100 }).catch(() => undefined);
        }
        await grouped.txn(timeMs, [
          { kind: 'delete-range', from: key(''), to: new Uint8Array(0), max: 100, partial: false },
        ]);
        for (let i = 0; i < 100; i++) await grouped.expire(timeMs + 30_000, max);
        expect(grouped.state.size).toBe(1);
      }),
      { numRuns: 60 },
    );
  });
});
