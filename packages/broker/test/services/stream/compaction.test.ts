import { must } from '@flowmesh/base';
import { StreamMachine } from '@flowmesh/engines';
import { decodeRecords, encodeBatch, setProducer } from '@flowmesh/kafka';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamLimits } from '../../../src/services/stream/stream-service.ts';
import { caller, makeWorld } from '../fake-cluster.ts';

const never = new AbortController().signal;
const one = caller();

interface Read {
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly timestampMs: number;
}

function open(config: Record<string, string> = {}, limits: Partial<StreamLimits> = {}) {
  const world = makeWorld(limits);
  const all = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0', ...config };
  const replica = must(world.stream('s', { config: all })[0], 'a stream has a partition');
  world.streams.start();
  const turn = async (): Promise<void> => {
    world.time.settle();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    world,
    replica,
    /** Records of one batch; a value of undefined is a tombstone. */
    write: async (
      records: readonly (readonly [string | undefined, string | undefined])[],
      options: { readonly ageMs?: number; readonly transaction?: { id: number; epoch: number } } = {},
    ) => {
      const timestampMs = world.time.wall - (options.ageMs ?? 0);
      const batch = encodeBatch(
        records.map(([key, value]) => ({
          key: key === undefined ? undefined : Buffer.from(key),
          value: value === undefined ? undefined : Buffer.from(value),
          headers: [{ key: 'h', value: Buffer.from('1') }],
          timestampMs,
        })),
      );
      if (options.transaction !== undefined) {
        batch[22] = (batch[22] ?? 0) | 0x10;
        const { id: producerId, epoch: producerEpoch } = options.transaction;
        setProducer(batch, { producerId, producerEpoch, baseSequence: 0 });
        const transaction = { producerId, producerEpoch, round: producerEpoch };
        const admitted = world.streams.participant.admitTransaction?.(replica.group, transaction, never);
        world.time.settle();
        await admitted;
      }
      return await world.append(batch);
    },
    end: async (id: number, epoch: number, commit: boolean) => {
      const end = { producerId: id, producerEpoch: epoch, round: epoch, commit, coordinatorTerm: 1 };
      const ended = world.streams.participant.endTransaction(replica.group, end, never);
      world.time.settle();
      await ended;
    },
    /** Lets housekeeping do what is due. */
    clean: async (ms = 6_000) => {
      for (let passed = 0; passed < ms; passed += 1_000) {
        world.time.advance(1_000);
        for (let i = 0; i < 60; i++) await turn();
      }
      // What the machine needs no more is gone from the log.
      const needed = replica.machine.neededFrom(replica.applied);
      for (const [i, entry] of replica.entries.entries())
        if (entry.index < needed) replica.entries[i] = { ...entry, data: new Uint8Array(0) };
    },
    read: async (offset = replica.machine.logStartOffset, bytesMax = 1 << 20): Promise<Read[]> => {
      const found: Read[] = [];
      for (let next = offset; next < replica.machine.endOffset; ) {
        const request = { caller: one, stream: 's', partition: 0, offset: next, bytesMax, bytesMin: 0 };
        const reading = world.streams.read({ ...request, waitMs: 0, isolation: 'committed' }, never);
        const { batches, nextOffset } = await reading;
        for (const batch of batches) {
          for (const record of decodeRecords(batch)) {
            if (record.offset < next) continue;
            found.push({
              offset: record.offset,
              key: record.key === undefined ? undefined : Buffer.from(record.key).toString(),
              value: record.value === undefined ? undefined : Buffer.from(record.value).toString(),
              timestampMs: record.timestampMs,
            });
          }
        }
        if (nextOffset === next) break;
        next = nextOffset;
      }
      return found;
    },
  };
}

const LONG = 'x'.repeat(3_000);

describe('a compacted stream', () => {
  test('keeps the latest record of each key at its offset, and gives the head of the log up', async () => {
    const { replica, write, clean, read } = open();
    for (let i = 0; i < 30; i++) await write([[`k${i % 3}`, `${i}${LONG}`]], { ageMs: 30 - i });
    const before = await read();
    await clean();
    expect(replica.machine).toMatchObject({ cleanEnd: 30, logStartOffset: 0, endOffset: 30 });
    const after = await read();
    expect(after).toEqual(before.slice(-3));
    expect(after.map(({ offset }) => offset)).toEqual([27, 28, 29]);
    expect(replica.machine.neededFrom(replica.applied)).toBeGreaterThan(31);
    expect(replica.machine.sizeBytes).toBeLessThan(11_000);
    expect(replica.machine.dirtyBytes).toBe(0);
  });

  test('can be read from every offset, from memory and from disk, and by time', async () => {
    const { world, replica, write, clean, read } = open();
    for (let i = 0; i < 40; i++) await write([[`k${i % 7}`, LONG]], { ageMs: 4_000 - i * 100 });
    const all = await read();
    await clean();
    for (let i = 0; i < 3; i++) await write([[`k${i}`, 'later']]);
    const kept = [...all.slice(-7), ...(await read(40))];
    for (const cachedFrom of [1, Number.MAX_SAFE_INTEGER]) {
      replica.cachedFrom = cachedFrom;
      for (const offset of [0, 1, 20, 33, 34, 36, 39, 40, 42])
        expect(await read(offset, 4_000)).toEqual(kept.filter((record) => record.offset >= offset));
    }
    const name = { caller: one, stream: 's', partition: 0 };
    const timestampMs = must(all[36], 'a record').timestampMs;
    const question = { at: { kind: 'timestamp', timestampMs }, isolation: 'committed' } as const;
    expect(await world.streams.offsets(name, question, never)).toMatchObject({ offset: 36, timestampMs });
  });

  test('waits until enough is new, and then compacts old and new together', async () => {
    const { replica, write, clean, read } = open({ 'min.cleanable.dirty.ratio': '0.5' });
    for (let i = 0; i < 20; i++) await write([[`k${i}`, LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBe(20);
    for (let i = 0; i < 10; i++) await write([['k0', LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBe(20);
    for (let i = 0; i < 12; i++) await write([['k1', LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBe(42);
    expect((await read()).map(({ offset }) => offset)).toEqual([
      ...Array.from({ length: 18 }, (_, i) => i + 2),
      29,
      41,
    ]);
  });

  test('keeps tombstones until readers had time to see them', async () => {
    const { write, clean, read } = open({ 'delete.retention.ms': '60000' });
    await write([['gone', LONG]], { ageMs: 3_000_000 });
    await write([['gone', undefined]], { ageMs: 3_000_000 });
    for (let i = 0; i < 10; i++) await write([['other', LONG]]);
    await clean();
    const first = await read();
    expect(first.map(({ key, value }) => [key, value === undefined])).toEqual([
      ['gone', true],
      ['other', false],
    ]);
    for (let i = 0; i < 10; i++) await write([['other', LONG]]);
    await clean();
    expect(await read(0)).toHaveLength(2);
    expect((await read(0))[0]).toEqual(first[0]);
    await clean(60_000);
    for (let i = 0; i < 10; i++) await write([['other', LONG]]);
    await clean();
    expect((await read()).map(({ key }) => key)).toEqual(['other']);
  });

  test('leaves records alone that are younger than the lag', async () => {
    const { replica, write, clean } = open({ 'min.compaction.lag.ms': '3600000' });
    for (let i = 0; i < 20; i++) await write([['k', LONG]], { ageMs: 2 * 3_600_000 });
    for (let i = 0; i < 20; i++) await write([['k', LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBeGreaterThan(10);
    expect(replica.machine.cleanEnd).toBeLessThanOrEqual(20);
  });

  test('drops aborted records, and does not touch what is not decided', async () => {
    const { replica, write, end, clean, read } = open();
    await write([['a', `aborted${LONG}`]], { transaction: { id: 1, epoch: 0 } });
    await write([['a', `committed${LONG}`]], { transaction: { id: 2, epoch: 0 } });
    await end(1, 0, false);
    await end(2, 0, true);
    for (let i = 0; i < 10; i++) await write([['b', LONG]]);
    const open3 = replica.machine.endOffset;
    await write([['a', `open${LONG}`]], { transaction: { id: 3, epoch: 0 } });
    for (let i = 0; i < 10; i++) await write([['b', LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBeLessThanOrEqual(open3);
    expect(replica.machine.cleanEnd).toBeGreaterThan(4);
    await end(3, 0, false);
    await write([['b', 'last']]);
    await clean(12_000);
    const found = await read();
    expect(found.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(found[0]?.value?.startsWith('committed')).toBe(true);
  });

  test('takes several passes where the keys do not fit into memory', async () => {
    const { replica, write, clean, read } = open({}, { compactionKeyBytesMax: 500 });
    for (let i = 0; i < 60; i++) await write([[`k${i % 20}`, LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBeLessThan(60);
    await clean(120_000);
    expect(replica.machine.cleanEnd).toBeGreaterThanOrEqual(55);
    expect(new Set((await read()).map(({ key }) => key)).size).toBe(20);
  });

  test('is compacted by a new leader whose predecessor was lost on the way', async () => {
    const { replica, write, clean, read } = open();
    for (let i = 0; i < 30; i++) await write([[`k${i % 3}`, LONG]]);
    replica.autoCommit = false;
    await clean();
    replica.depose();
    replica.autoCommit = true;
    replica.lead();
    const all = await read();
    expect(all).toHaveLength(30);
    await clean(70_000);
    expect(replica.machine.cleanEnd).toBe(30);
    expect(await read()).toEqual(all.slice(-3));
  });

  test('refuses records without a key', async () => {
    const { write } = open();
    expect(await write([[undefined, 'x']])).toMatchObject({ ok: false, error: { code: 'INVALID_ARGUMENT' } });
  });

  test('with compact,delete also gives up what is too old', async () => {
    const { replica, write, clean, read } = open({
      'cleanup.policy': 'compact,delete',
      'retention.ms': '60000',
    });
    for (let i = 0; i < 20; i++) await write([[`k${i % 4}`, LONG]]);
    await clean();
    expect(replica.machine.cleanEnd).toBe(20);
    await clean(70_000);
    for (let i = 0; i < 20; i++) await write([[`k${i % 2}`, LONG]]);
    await clean(12_000);
    expect(replica.machine.logStartOffset).toBeGreaterThanOrEqual(20);
    expect((await read()).map(({ offset }) => offset)).toEqual([38, 39]);
  });
});

test('whatever is written and whenever it is compacted, the latest record of every key can be read', async () => {
  const step = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        keys: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }),
        tombstone: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('clean' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { world, replica, write, clean, read } = open();
      const latest = new Map<string, { offset: number; value: string | undefined }>();
      for (const [i, one] of steps.entries()) {
        if (one.kind === 'write') {
          const base = replica.machine.endOffset;
          const records = one.keys.map(
            (key, j) => [`k${key}`, one.tombstone && j === 0 ? undefined : `${i}.${j}${LONG}`] as const,
          );
          await write(records);
          for (const [j, [key, value]] of records.entries()) latest.set(key, { offset: base + j, value });
        } else if (one.kind === 'clean') await clean();
        else if (one.kind === 'truncate') {
          const before = Math.floor(replica.machine.endOffset / 4);
          await world.streams.truncate({ caller: caller(), stream: 's', partition: 0 }, before, 1_000);
        } else {
          const copy = new StreamMachine();
          await copy.load(replica.state);
          expect(copy.digest()).toBe(replica.machine.digest());
        }
        const { logStartOffset } = replica.machine;
        const found = await read();
        for (const [key, { offset, value }] of latest) {
          if (offset < logStartOffset) continue;
          expect(found.find((record) => record.offset === offset)).toMatchObject({ key });
          expect(found.find((record) => record.offset === offset)?.value).toBe(value);
        }
        expect(found.map(({ offset }) => offset)).toEqual(
          found.map(({ offset }) => offset).toSorted((a, b) => a - b),
        );
      }
    }),
    { numRuns: 25 },
  );
});
