import { FlowError } from '@flowmesh/base';
import { encodeStreamCommand } from '@flowmesh/engines';
import { decodeRecords } from '@flowmesh/kafka';
import { expect, test } from 'vitest';
import type { ReadRequest, ReadResult } from '../../../src/services/stream/stream-service.ts';
import { batchOf, caller, makeWorld } from '../fake-cluster.ts';
import type { World } from '../fake-cluster.ts';
import type { FakeReplica } from '../fake-replicas.ts';

const never = new AbortController().signal;
const one = caller();

function read(world: World, options: Partial<ReadRequest> = {}, signal = never): Promise<ReadResult> {
  const request = {
    caller: one,
    stream: 's',
    partition: 0,
    offset: 0,
    bytesMax: 1 << 20,
    bytesMin: 0,
    waitMs: 0,
    isolation: 'committed' as const,
  };
  return world.streams.read({ ...request, ...options }, signal);
}

function values(result: ReadResult): string[] {
  return result.batches.flatMap((batch) =>
    [...decodeRecords(batch)].map((record) => Buffer.from(record.value ?? []).toString()),
  );
}

async function filled(batches: number): Promise<{ world: World; replica: FakeReplica }> {
  const world = makeWorld();
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a stream has a partition');
  for (let i = 0; i < batches; i++)
    await world.append(batchOf([`${i}a`, `${i}b`], { timestampMs: 1_000 + i * 10, stepMs: 5 }));
  return { world, replica };
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  for (let i = 0; i < 20; i++) await Promise.resolve();
  return !settled;
}

test('records are read from an offset up to the high watermark', async () => {
  const { world } = await filled(3);
  const result = await read(world, { offset: 2 });
  expect(values(result)).toEqual(['1a', '1b', '2a', '2b']);
  expect(result).toMatchObject({ nextOffset: 6, highWatermark: 6, logStartOffset: 0 });
});

test('an offset within a batch gives the whole batch', async () => {
  const { world } = await filled(2);
  expect(values(await read(world, { offset: 3 }))).toEqual(['1a', '1b']);
});

test('what is appended but not committed is not shown', async () => {
  const { world, replica } = await filled(1);
  replica.autoCommit = false;
  const pending = world.append(batchOf(['hidden']));
  expect(await read(world, { offset: 2 })).toMatchObject({ batches: [], nextOffset: 2, highWatermark: 2 });
  replica.commit();
  await pending;
  expect(values(await read(world, { offset: 2 }))).toEqual(['hidden']);
});

test('at least one batch is returned however large, and no more than the limit after it', async () => {
  const { world } = await filled(3);
  expect(values(await read(world, { bytesMax: 1 }))).toEqual(['0a', '0b']);
  expect(values(await read(world, { bytesMax: 2 * 81 }))).toEqual(['0a', '0b', '1a', '1b']);
});

test('entries that are no batches are passed over, from memory and from disk', async () => {
  const { world, replica } = await filled(1);
  replica.append(new Uint8Array(0));
  replica.append(Uint8Array.of(1, 2, 3), 'conf-change');
  for (let i = 0; i < 50; i++) replica.append(encodeStreamCommand({ kind: 'advance-time', timeMs: i }));
  replica.commit();
  await world.append(batchOf(['after']));
  expect(values(await read(world, { bytesMax: 100 }))).toEqual(['0a', '0b']);
  expect(values(await read(world, { offset: 2, bytesMax: 100 }))).toEqual(['after']);
  replica.cachedFrom = Number.MAX_SAFE_INTEGER;
  expect(values(await read(world))).toEqual(['0a', '0b', 'after']);
  expect(replica.diskReads).toBeGreaterThan(0);
});

test('an offset outside of the log is refused with the range, and one beyond the end only by a confirmed leader', async () => {
  const { world, replica } = await filled(2);
  await expect(read(world, { offset: 9 })).rejects.toMatchObject({
    code: 'OFFSET_OUT_OF_RANGE',
    details: { logStartOffset: 0, highWatermark: 4 },
  });
  expect(replica.readBarriers).toBe(1);
  world.leaders.set(replica.group, 2, 4);
  replica.barrierError = new FlowError('NOT_LEADER', 'deposed');
  await expect(read(world, { offset: 9 })).rejects.toMatchObject({
    code: 'NOT_LEADER',
    details: { leaderNode: 2 },
  });
});

test('truncation moves the log start, and reading before it is out of range', async () => {
  const { world } = await filled(3);
  const name = { caller: one, stream: 's', partition: 0 };
  const truncated = world.streams.truncate(name, 3, 1_000);
  expect(await truncated).toBe(3);
  expect(await world.streams.truncate(name, 1, 1_000)).toBe(3);
  await expect(read(world, { offset: 2 })).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
  expect(values(await read(world, { offset: 3 }))).toEqual(['1a', '1b', '2a', '2b']);
  await expect(world.streams.truncate(name, 99, 1_000)).rejects.toMatchObject({
    code: 'OFFSET_OUT_OF_RANGE',
  });
  expect(await world.streams.truncate(name, 'end', 1_000)).toBe(6);
});

test('damage found on the disk reaches the caller, never as data, and the replica is reported', async () => {
  const { world, replica } = await filled(1);
  replica.cachedFrom = Number.MAX_SAFE_INTEGER;
  replica.beforeRead = () => Promise.reject(new FlowError('CORRUPTION', 'checksum'));
  await expect(read(world)).rejects.toMatchObject({ code: 'CORRUPTION', retryable: true });
  expect(replica.damage).toHaveLength(1);
});

test('an entry out of its place is damage, not data', async () => {
  const { world, replica } = await filled(3);
  const [, , second, third] = replica.entries;
  if (second === undefined || third === undefined) throw new Error('three batches follow the first entry');
  replica.entries[2] = { ...second, data: third.data };
  await expect(read(world)).rejects.toMatchObject({ code: 'CORRUPTION' });
  expect(replica.damage).toHaveLength(1);
});

test('a read at the end waits for the next record and is woken by it', async () => {
  const { world } = await filled(1);
  const waiting = read(world, { offset: 2, waitMs: 10_000 });
  expect(await isPending(waiting)).toBe(true);
  await world.append(batchOf(['new']));
  expect(values(await waiting)).toEqual(['new']);
  world.time.advance(100);
  expect(world.time.pendingTimers).toBe(0);
});

test('a read waits for as many bytes as it asked for, and takes less when its time is up', async () => {
  const { world } = await filled(1);
  const size = batchOf(['x'.repeat(100)]).length;
  const waiting = read(world, { offset: 2, bytesMin: 3 * size, waitMs: 1_000 });
  await world.append(batchOf(['x'.repeat(100)]));
  await world.append(batchOf(['y'.repeat(100)]));
  expect(await isPending(waiting)).toBe(true);
  await world.append(batchOf(['z'.repeat(100)]));
  expect((await waiting).batches).toHaveLength(3);

  const short = read(world, { offset: 5, bytesMin: 1_000, waitMs: 500 });
  await world.append(batchOf(['late']));
  expect(await isPending(short)).toBe(true);
  world.time.advance(600);
  expect(values(await short)).toEqual(['late']);
  const empty = read(world, { offset: 6, waitMs: 500 });
  expect(await isPending(empty)).toBe(true);
  world.time.advance(600);
  expect(await empty).toMatchObject({ batches: [], nextOffset: 6 });
});

test('a waiting read ends when its caller leaves and when the leadership moves', async () => {
  const { world, replica } = await filled(1);
  const abort = new AbortController();
  const cancelled = read(world, { offset: 2, waitMs: 10_000 }, abort.signal);
  const moved = read(world, { offset: 2, waitMs: 10_000 });
  expect(await isPending(moved)).toBe(true);
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  world.leaders.set(replica.group, 3, 7);
  replica.depose();
  await expect(moved).rejects.toMatchObject({ code: 'NOT_LEADER', details: { leaderNode: 3 } });
});

test('more waiting reads than allowed are refused', async () => {
  const world = makeWorld({ parkedReadsMax: 1 });
  world.stream('s');
  const first = read(world, { waitMs: 1_000 });
  expect(await isPending(first)).toBe(true);
  await expect(read(world, { waitMs: 1_000 })).rejects.toMatchObject({ code: 'OVERLOADED' });
  await world.append(batchOf(['a']));
  await first;
});

test('offsets are found at both ends and by time, to the very record', async () => {
  const { world, replica } = await filled(4);
  const name = { caller: one, stream: 's', partition: 0 };
  const isolation = 'committed' as const;
  const at = (timestampMs: number): Promise<unknown> =>
    world.streams.offsets(name, { at: { kind: 'timestamp', timestampMs }, isolation }, never);
  const earliest = { at: { kind: 'earliest' }, isolation } as const;
  const latest = { at: { kind: 'latest' }, isolation } as const;
  expect(await world.streams.offsets(name, earliest, never)).toMatchObject({ offset: 0 });
  expect(replica.readBarriers).toBe(0);
  expect(await world.streams.offsets(name, latest, never)).toMatchObject({
    offset: 8,
    highWatermark: 8,
    leaderEpoch: 1,
  });
  expect(replica.readBarriers).toBe(1);
  expect(await at(0)).toMatchObject({ offset: 0, timestampMs: 1_000 });
  expect(await at(1_001)).toMatchObject({ offset: 1, timestampMs: 1_005 });
  expect(await at(1_006)).toMatchObject({ offset: 2, timestampMs: 1_010 });
  expect(await at(1_035)).toMatchObject({ offset: 7, timestampMs: 1_035 });
  expect(await at(1_036)).toMatchObject({ offset: -1, timestampMs: -1 });
  await world.streams.truncate(name, 3, 1_000);
  expect(await at(0)).toMatchObject({ offset: 3, timestampMs: 1_015 });
  replica.cachedFrom = Number.MAX_SAFE_INTEGER;
  expect(await at(1_021)).toMatchObject({ offset: 5, timestampMs: 1_025 });
});

test('an unknown stream cannot be read', async () => {
  await expect(read(makeWorld())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('timestamps made up at reply time: a record has the one that it was stored with, whenever it is read', async () => {
  const world = makeWorld();
  world.stream('s');
  await world.append(batchOf(['a'], { timestampMs: 0 }));
  await world.append(batchOf(['b'], { timestampMs: world.time.wall }));
  const stamps = async (): Promise<unknown[]> =>
    (await read(world)).batches.flatMap((batch) =>
      [...decodeRecords(batch)].map(({ timestampMs }) => timestampMs),
    );
  const atFirst = await stamps();
  world.time.wall += 3_600_000;
  expect(await stamps()).toEqual(atFirst);
  expect(atFirst).toHaveLength(2);
  expect(atFirst[1]).toBe(world.time.wall - 3_600_000);
});
