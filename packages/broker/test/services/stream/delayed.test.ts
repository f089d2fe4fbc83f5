import { crc32c, FlowError, must } from '@flowmesh/base';
import { StreamMachine } from '@flowmesh/engines';
import { decodeRecords, encodeBatch } from '@flowmesh/kafka';
import { expect, test } from 'vitest';
import type { AppendResult } from '../../../src/services/stream/pending-append.ts';
import { batchOf, caller, makeWorld } from '../fake-cluster.ts';

const never = new AbortController().signal;
const one = caller();

function open(config: Record<string, string> = {}) {
  const world = makeWorld();
  const replica = must(world.stream('s', { config })[0], 'a stream has a partition');
  world.streams.start();
  return {
    world,
    replica,
    write: (
      values: readonly (readonly [value: string, delayMs: number | undefined])[],
      sequence?: number,
    ): Promise<AppendResult> => {
      const records = values.map(([value, delayMs]) => ({
        key: undefined,
        value: Buffer.from(value),
        headers:
          delayMs === undefined ? [] : [{ key: 'flowmesh-delay-ms', value: Buffer.from(String(delayMs)) }],
        timestampMs: world.time.wall,
      }));
      const producer = { producerId: 7, producerEpoch: 0, baseSequence: sequence ?? 0 };
      return world.append(encodeBatch(records, sequence === undefined ? {} : { producer }));
    },
    pass: async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 100) {
        world.time.advance(100);
        await new Promise((resolve) => setImmediate(resolve));
        world.time.settle();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    read: async (): Promise<string[]> => {
      const request = { caller: one, stream: 's', partition: 0, offset: 0, bytesMax: 1 << 20, bytesMin: 0 };
      const { batches } = await world.streams.read({ ...request, waitMs: 0, isolation: 'committed' }, never);
      return batches.flatMap((batch) =>
        [...decodeRecords(batch)].map(({ value }) => Buffer.from(value ?? []).toString()),
      );
    },
  };
}

function codeOf(result: AppendResult): string {
  return result.ok ? 'ok' : result.error.code;
}

test('delayed records are seen once their time has come, in due order, once', async () => {
  const { replica, world, write, pass, read } = open();
  expect(await write([['late', 5_000]])).toMatchObject({ ok: true, appended: { baseOffset: -1 } });
  await write([
    ['soon', 2_000],
    ['also late', 5_000],
  ]);
  await write([['now', undefined]]);
  expect(await read()).toEqual(['now']);
  expect(replica.machine).toMatchObject({ endOffset: 1, delayedCount: 3 });
  const name = { caller: one, stream: 's', partition: 0 };
  const latest = { at: { kind: 'latest' }, isolation: 'committed' } as const;
  expect(await world.streams.offsets(name, latest, never)).toMatchObject({ delayedBatches: 3 });
  await pass(1_000);
  expect(await read()).toEqual(['now']);
  await pass(2_000);
  expect(await read()).toEqual(['now', 'soon']);
  await pass(10_000);
  expect(await read()).toEqual(['now', 'soon', 'late', 'also late']);
  expect(replica.machine).toMatchObject({ endOffset: 4, delayedCount: 0, delayedBytes: 0 });
});

test('survive a restart and a change of leaders, and are released exactly once', async () => {
  const { replica, write, pass, read } = open();
  await write([['a', 2_000]]);
  await write([['b', 2_000]]);
  const copy = new StreamMachine();
  await copy.load(replica.state);
  expect(copy.digest()).toBe(replica.machine.digest());
  replica.autoCommit = false;
  await pass(3_000);
  replica.depose();
  replica.autoCommit = true;
  replica.lead();
  await pass(3_000);
  expect(await read()).toEqual(['a', 'b']);
});

test('are not proposed again while their release is on its way, however long that takes', async () => {
  const { replica, write, pass, read } = open();
  await write([['a', 1_000]]);
  replica.autoCommit = false;
  await pass(70_000);
  replica.autoCommit = true;
  replica.commit();
  await pass(1_000);
  expect(await read()).toEqual(['a']);
});

test('that are sent again are stored once, also when their time has come meanwhile', async () => {
  const { replica, world, write, pass, read } = open();
  const wall = world.time.wall;
  const batch = (): Uint8Array =>
    encodeBatch(
      [
        {
          key: undefined,
          value: Buffer.from('a'),
          headers: [{ key: 'flowmesh-deliver-at-ms', value: Buffer.from(String(wall + 2_000)) }],
          timestampMs: wall,
        },
      ],
      { producer: { producerId: 7, producerEpoch: 0, baseSequence: 0 } },
    );
  expect(await world.append(batch())).toMatchObject({
    ok: true,
    appended: { baseOffset: -1, duplicate: false },
  });
  expect(await world.append(batch())).toMatchObject({
    ok: true,
    appended: { baseOffset: -1, duplicate: true },
  });
  expect(replica.machine.delayedCount).toBe(1);
  expect((await write([['b', undefined]], 1)).ok).toBe(true);
  await pass(4_000);
  expect(await world.append(batch())).toMatchObject({
    ok: true,
    appended: { baseOffset: -1, duplicate: true },
  });
  expect(await read()).toEqual(['b', 'a']);
});

test('delayed and other batches of one turn keep their places, also where all of them are refused', async () => {
  const { replica, write, pass, read } = open();
  const results = [
    write([['x', undefined]], 0),
    write([['later', 1_000]], 1),
    write([['y', undefined]], 2),
    write([['later too', 1_000]], 3),
  ];
  expect((await Promise.all(results)).map(codeOf)).toEqual(['ok', 'ok', 'ok', 'ok']);
  replica.refusal = new FlowError('OVERLOADED', 'full');
  const refused = [write([['no', 1_000]], 4), write([['no', undefined]], 5), write([['no', 1_000]], 6)];
  expect((await Promise.all(refused)).map(codeOf)).toEqual([
    'OVERLOADED',
    'OUT_OF_ORDER_SEQUENCE',
    'OUT_OF_ORDER_SEQUENCE',
  ]);
  replica.refusal = undefined;
  expect(codeOf(await write([['z', undefined]], 4))).toBe('ok');
  await pass(3_000);
  expect(await read()).toEqual(['x', 'y', 'z', 'later', 'later too']);
});

test('a batch that cannot be delayed as a whole is refused', async () => {
  const { write } = open();
  expect(
    codeOf(
      await write([
        ['a', 1_000],
        ['b', undefined],
      ]),
    ),
  ).toBe('INVALID_ARGUMENT');
  expect(codeOf(await write([['a', 400 * 24 * 3_600_000]]))).toBe('INVALID_ARGUMENT');
});

test('there are no more of them than the stream allows', async () => {
  const { write, pass } = open({ 'delayed.batches.max': '2' });
  await write([['a', 1_000]]);
  await write([['b', 1_000]]);
  expect(codeOf(await write([['c', 1_000]]))).toBe('OVERLOADED');
  await pass(3_000);
  expect(codeOf(await write([['c', 1_000]]))).toBe('ok');
});

test('a producer cannot pretend that its batch is a released one', async () => {
  const { world, replica } = open();
  const batch = batchOf(['a']);
  batch[21] = 0x02;
  new DataView(batch.buffer).setUint32(17, crc32c(batch.subarray(21)));
  expect(codeOf(await world.append(batch))).toBe('INVALID_ARGUMENT');
  expect(replica.machine.endOffset).toBe(0);
});

test('come in time also where the wall clock of the next leader is ahead', async () => {
  const { replica, world, write, pass, read } = open();
  expect((await write([['a', 60_000]])).ok).toBe(true);
  replica.depose();
  world.time.wall += 3_600_000;
  replica.lead();
  await pass(10_000);
  expect(await read()).toEqual([]);
  await pass(60_000);
  expect(await read()).toEqual(['a']);
});
