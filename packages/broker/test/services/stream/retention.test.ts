import { must } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { batchOf, caller, makeWorld } from '../fake-cluster.ts';
import type { World } from '../fake-cluster.ts';
import type { FakeReplica } from '../fake-replicas.ts';

const DAY_MS = 24 * 3_600_000;

interface Stream {
  readonly world: World;
  readonly replica: FakeReplica;
  /** A batch of one record of so many bytes, whose time lies so far back. */
  readonly write: (options?: { bytes?: number; ageMs?: number }) => Promise<void>;
  /** Lets housekeeping do what is due within so much time. */
  readonly pass: (ms?: number) => Promise<void>;
}

function open(config: Record<string, string>): Stream {
  const world = makeWorld();
  const replica = must(world.stream('s', { config })[0], 'a stream has a partition');
  world.streams.start();
  const pass = async (ms = 10_000): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      world.time.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    world,
    replica,
    pass,
    write: async ({ bytes = 10, ageMs = 0 } = {}) => {
      const timestampMs = world.time.wall - ageMs;
      const result = await world.append(batchOf(['x'.repeat(bytes)], { timestampMs }));
      if (!result.ok) throw result.error;
    },
  };
}

test('retention by count keeps that many records', async () => {
  const { replica, write, pass } = open({ 'retention.records': '3' });
  for (let i = 0; i < 10; i++) await write();
  await pass();
  expect(replica.machine).toMatchObject({ logStartOffset: 7, endOffset: 10 });
});

test('retention by size keeps at least that much, and hardly more', async () => {
  const { replica, write, pass } = open({ 'retention.bytes': '200000' });
  for (let i = 0; i < 100; i++) await write({ bytes: 10_000 });
  await pass();
  const kept = replica.machine.recordCount * 10_000;
  expect(kept).toBeGreaterThanOrEqual(190_000);
  expect(kept).toBeLessThan(240_000);
});

test('retention by time gives up what is older, also where nothing is written any more', async () => {
  const { replica, write, pass } = open({ 'retention.ms': String(DAY_MS) });
  for (let i = 0; i < 20; i++) await write({ bytes: 9_000, ageMs: 2 * DAY_MS });
  for (let i = 0; i < 20; i++) await write({ bytes: 9_000, ageMs: DAY_MS / 2 });
  await pass();
  const { logStartOffset } = replica.machine;
  expect(logStartOffset).toBeGreaterThanOrEqual(17);
  expect(logStartOffset).toBeLessThanOrEqual(20);
  // The machine's clock must believe that half a day has passed: it runs with the monotonic one.
  await pass(600_000);
  expect(replica.machine.logStartOffset).toBe(logStartOffset);
});

test('a stream that is silent for longer than its retention becomes empty', async () => {
  const { replica, write, pass } = open({ 'retention.ms': '60000' });
  for (let i = 0; i < 5; i++) await write();
  await pass(30_000);
  expect(replica.machine.logStartOffset).toBe(0);
  await pass(40_000);
  expect(replica.machine).toMatchObject({ logStartOffset: 5, endOffset: 5, recordCount: 0 });
});

test('timestamps from the far future are refused, so that they cannot keep old records for ever', async () => {
  const { world, write } = open({ 'retention.ms': '60000' });
  await expect(write({ ageMs: -2 * 3_600_000 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    retryable: false,
  });
  await write({ ageMs: -1_800_000 });
  const generous = makeWorld();
  generous.stream('s', { config: { 'message.timestamp.after.max.ms': String(DAY_MS) } });
  const timestampMs = world.time.wall + DAY_MS / 2;
  expect((await generous.append(batchOf(['x'], { timestampMs }))).ok).toBe(true);
});

test('a changed configuration takes effect at the next look, without a restart', async () => {
  const { world, replica, write, pass } = open({});
  for (let i = 0; i < 10; i++) await write();
  await pass(400_000);
  expect(replica.machine.logStartOffset).toBe(0);
  const stream = must(world.catalog.machine.streamByName('s'), 'the stream');
  const reply = world.catalog.apply({
    kind: 'alter-stream',
    requestId: 'a',
    timeMs: 1,
    uuid: stream.uuid,
    set: { 'retention.records': '4' },
    unset: [],
  });
  expect(reply.ok).toBe(true);
  await pass(2_000);
  expect(replica.machine.logStartOffset).toBe(6);
});

test('nothing is given up where nothing is configured, nor by a node that does not lead', async () => {
  const kept = open({});
  for (let i = 0; i < 10; i++) await kept.write({ ageMs: 365 * DAY_MS });
  await kept.pass(400_000);
  expect(kept.replica.machine.logStartOffset).toBe(0);
  const follower = open({ 'retention.records': '1' });
  for (let i = 0; i < 10; i++) await follower.write();
  follower.replica.depose();
  await follower.pass();
  expect(follower.replica.machine.logStartOffset).toBe(0);
});

test('a refused trim is tried again later', async () => {
  const { world, replica, write, pass } = open({ 'retention.records': '1' });
  for (let i = 0; i < 3; i++) await write();
  replica.autoCommit = false;
  await pass(20_000);
  expect(replica.machine.logStartOffset).toBe(0);
  replica.autoCommit = true;
  replica.commit();
  await pass(40_000);
  expect(replica.machine.logStartOffset).toBe(2);
  expect(world.time.pendingTimers).toBeGreaterThan(0);
  world.streams.close();
  expect(world.time.pendingTimers).toBe(0);
});

test('reading before what retention gave up is out of range, and says so', async () => {
  const { world, write, pass } = open({ 'retention.records': '1' });
  for (let i = 0; i < 3; i++) await write();
  await pass();
  const request = { caller: caller(), stream: 's', partition: 0, offset: 0, isolation: 'committed' as const };
  const read = world.streams.read(
    { ...request, bytesMax: 1_000, bytesMin: 0, waitMs: 0 },
    new AbortController().signal,
  );
  await expect(read).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE', details: { logStartOffset: 2 } });
});

test('a stream is told its time, so that producers that are silent for a week are forgotten', async () => {
  const { world, replica, pass } = open({});
  const producer = { producerId: 7, producerEpoch: 0, baseSequence: 0 };
  await world.append(batchOf(['a'], { producer }));
  await pass(310_000);
  expect(replica.machine.timeMs).toBeGreaterThan(0);
  expect(replica.machine.producerCount).toBe(1);
  const { timeMs } = replica.machine;
  const step = 3_600_000;
  for (let passed = 0; passed < 8 * DAY_MS; passed += step) {
    world.time.wall += step;
    world.time.nowMs += step;
    await pass(1_000);
  }
  expect(replica.machine.timeMs).toBeGreaterThan(timeMs + 7 * DAY_MS);
  expect(replica.machine.producerCount).toBe(0);
});
