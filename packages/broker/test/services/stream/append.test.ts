import { FlowError, groupId, nodeId, readBatchHeader } from '@flowmesh/base';
import { decodeRecords } from '@flowmesh/kafka';
import { expect, test } from 'vitest';
import type { AppendResult } from '../../../src/services/stream/pending-append.ts';
import { batchOf, caller, createStream, makeWorld } from '../fake-cluster.ts';
import type { FakeReplica } from '../fake-replicas.ts';

function only(replicas: readonly FakeReplica[]): FakeReplica {
  const [replica] = replicas;
  if (replica === undefined) throw new Error('a stream has a partition');
  return replica;
}

function errorOf(result: AppendResult): FlowError {
  if (result.ok) throw new Error('an error was expected');
  return result.error;
}

const idempotent = (
  baseSequence: number,
  epoch = 0,
): { producerId: number; producerEpoch: number; baseSequence: number } => ({
  producerId: 7,
  producerEpoch: epoch,
  baseSequence,
});

test('a batch is stamped in place with its offset and epoch and stored without being copied', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  await world.append(batchOf(['a', 'b']));
  const batch = batchOf(['c']);
  const result = await world.append(batch);
  expect(result).toMatchObject({
    ok: true,
    appended: {
      stream: 's',
      partition: 0,
      baseOffset: 2,
      recordCount: 1,
      timestampMs: 1_000,
      leaderEpoch: 1,
      duplicate: false,
    },
  });
  expect(replica.entries.at(-1)?.data).toBe(batch);
  expect(readBatchHeader(batch)).toMatchObject({ baseOffset: 2, leaderEpoch: 1 });
  expect(replica.machine.endOffset).toBe(3);
});

test('appends of one turn are proposed together and answered in order', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  const answers: number[] = [];
  for (const value of ['a', 'b', 'c']) {
    world.streams.append(
      { caller: caller(), stream: 's', partition: 0, batch: batchOf([value]), acks: 'all', timeoutMs: 1_000 },
      (result) => answers.push(result.ok ? result.appended.baseOffset : -1),
    );
  }
  expect(replica.proposeCalls).toBe(0);
  world.time.settle();
  expect(replica.proposeCalls).toBe(1);
  expect(answers).toEqual([0, 1, 2]);
});

test('an unknown stream and an unknown partition are refused by name', async () => {
  const world = makeWorld();
  world.stream('s');
  const unknown = errorOf(await world.append(batchOf(['a']), { stream: 'nope' }));
  expect(unknown).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  expect(unknown.hint).toContain('flowmesh stream create nope');
  expect(errorOf(await world.append(batchOf(['a']), { partition: 4 })).code).toBe('INVALID_ARGUMENT');
});

test('another leader is named with node, address and term', async () => {
  const world = makeWorld();
  const [group] = createStream(world.catalog, 's');
  world.leaders.set(group ?? groupId(0), 3, 9);
  expect(errorOf(await world.append(batchOf(['a'])))).toMatchObject({
    code: 'NOT_LEADER',
    details: { leader: '127.0.0.1:5002', leaderNode: 3, leaderEpoch: 9 },
  });
});

test('without a leader, or while this node is not ready to lead, the answer is NO_LEADER', async () => {
  const world = makeWorld();
  const [group] = createStream(world.catalog, 's');
  expect(errorOf(await world.append(batchOf(['a']))).code).toBe('NO_LEADER');
  world.leaders.set(group ?? groupId(0), 1);
  expect(errorOf(await world.append(batchOf(['a']))).code).toBe('NO_LEADER');
});

test('a damaged, an oversized and a trailing batch are refused and nothing is appended', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s', { config: { 'max.message.bytes': '200' } }));
  const damaged = batchOf(['a']);
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
  expect(errorOf(await world.append(damaged)).code).toBe('CORRUPT_BATCH');
  expect(errorOf(await world.append(batchOf(['x'.repeat(300)]))).code).toBe('BATCH_TOO_LARGE');
  expect(errorOf(await world.append(Buffer.concat([batchOf(['a']), batchOf(['b'])]))).code).toBe(
    'INVALID_ARGUMENT',
  );
  expect(errorOf(await world.append(new Uint8Array(3))).code).toBe('CORRUPT_BATCH');
  expect(replica.machine.endOffset).toBe(0);
  expect(replica.proposeCalls).toBe(0);
});

test('too few in-sync replicas refuse acks=all before appending, but not acks=leader', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s', { config: { 'min.insync.replicas': '2' } }));
  expect(errorOf(await world.append(batchOf(['a'])))).toMatchObject({
    code: 'NOT_ENOUGH_REPLICAS',
    details: { inSync: 1, minInsyncReplicas: 2 },
  });
  expect(replica.entries).toHaveLength(1);
  expect((await world.append(batchOf(['a']), { acks: 'leader' })).ok).toBe(true);
  replica.inSyncNodes = [nodeId(1), nodeId(2)];
  expect((await world.append(batchOf(['a']))).ok).toBe(true);
});

test('a full disk refuses producers and says how much room is needed; writing resumes by itself', async () => {
  const world = makeWorld();
  world.stream('s');
  world.disk.full = true;
  expect(errorOf(await world.append(batchOf(['a'])))).toMatchObject({
    code: 'DISK_FULL',
    retryable: true,
    details: { freeBytes: 5, neededBytes: 100 },
  });
  world.disk.full = false;
  expect((await world.append(batchOf(['a']))).ok).toBe(true);
});

test('acks=leader is answered before the batch is committed', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  const result = await world.append(batchOf(['a']), { acks: 'leader' });
  expect(result).toMatchObject({ ok: true, appended: { baseOffset: 0 } });
  expect(replica.machine.endOffset).toBe(0);
});

test('a batch sent again while the first is in flight waits for it and is stored once', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  const answered: string[] = [];
  const first = world
    .append(batchOf(['a'], { producer: idempotent(0) }))
    .then((r) => (answered.push('first'), r));
  const again = world
    .append(batchOf(['a'], { producer: idempotent(0) }))
    .then((r) => (answered.push('again'), r));
  await Promise.resolve();
  expect(answered).toEqual([]);
  replica.commit();
  expect(await first).toMatchObject({ ok: true, appended: { baseOffset: 0, duplicate: false } });
  expect(await again).toMatchObject({ ok: true, appended: { baseOffset: 0, duplicate: true } });
  expect(replica.machine.endOffset).toBe(1);
});

test('a batch sent again after it was committed answers at once with its place, also under a new leader', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  await world.append(batchOf(['z']));
  await world.append(batchOf(['a', 'b'], { producer: idempotent(0), timestampMs: 77 }));
  const duplicate = {
    ok: true,
    appended: { baseOffset: 1, recordCount: 2, timestampMs: 77, duplicate: true },
  };
  expect(await world.append(batchOf(['a', 'b'], { producer: idempotent(0) }))).toMatchObject(duplicate);
  replica.depose();
  replica.lead();
  expect(await world.append(batchOf(['a', 'b'], { producer: idempotent(0) }))).toMatchObject(duplicate);
  expect(replica.machine.endOffset).toBe(3);
});

test('a repetition with acks=all of a batch that only the leader has waits until it is committed', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  await world.append(batchOf(['a'], { producer: idempotent(0) }), { acks: 'leader' });
  let answered = false;
  const again = world.append(batchOf(['a'], { producer: idempotent(0) })).then((r) => ((answered = true), r));
  await Promise.resolve();
  expect(answered).toBe(false);
  replica.commit();
  expect(await again).toMatchObject({ ok: true, appended: { baseOffset: 0, duplicate: true } });
});

test('gaps in sequences and old epochs are refused', async () => {
  const world = makeWorld();
  world.stream('s');
  await world.append(batchOf(['a'], { producer: idempotent(0, 1) }));
  expect(errorOf(await world.append(batchOf(['c'], { producer: idempotent(2, 1) }))).code).toBe(
    'OUT_OF_ORDER_SEQUENCE',
  );
  expect(errorOf(await world.append(batchOf(['a'], { producer: idempotent(1, 0) }))).code).toBe(
    'PRODUCER_FENCED',
  );
});

test('a leader that cannot confirm that it still leads refuses no producer for good', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  await world.append(batchOf(['a'], { producer: idempotent(0) }));
  replica.barrierError = new FlowError('TIMEOUT', 'no quorum answered');
  const error = errorOf(await world.append(batchOf(['c'], { producer: idempotent(2) })));
  expect(error.retryable).toBe(true);
  expect(['NOT_LEADER', 'NO_LEADER']).toContain(error.code);
});

test('places of refused proposals are given back, so that the next batch follows without a hole', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  const first = world.append(batchOf(['a'], { producer: idempotent(0) }));
  replica.refusal = new FlowError('OVERLOADED', 'too much waits');
  expect(errorOf(await world.append(batchOf(['b'], { producer: idempotent(1) }))).code).toBe('OVERLOADED');
  replica.refusal = undefined;
  replica.autoCommit = true;
  expect(await world.append(batchOf(['b'], { producer: idempotent(1) }))).toMatchObject({
    ok: true,
    appended: { baseOffset: 1, duplicate: false },
  });
  expect(await first).toMatchObject({ ok: true });
  expect(replica.machine.endOffset).toBe(2);
});

test('an acknowledgement that does not come in time leaves the outcome open, and the answer comes once', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  let answers = 0;
  const result = new Promise<AppendResult>((resolve) => {
    world.streams.append(
      { caller: caller(), stream: 's', partition: 0, batch: batchOf(['a']), acks: 'all', timeoutMs: 100 },
      (each) => {
        answers++;
        resolve(each);
      },
    );
  });
  world.time.settle();
  world.time.advance(200);
  expect(errorOf(await result)).toMatchObject({ code: 'TIMEOUT', details: { outcome: 'unknown' } });
  replica.commit();
  expect(answers).toBe(1);
  expect(replica.machine.endOffset).toBe(1);
});

test('lost leadership fails what is in flight with an open outcome, repetitions included', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  const first = world.append(batchOf(['a'], { producer: idempotent(0) }));
  const again = world.append(batchOf(['a'], { producer: idempotent(0) }));
  replica.depose();
  expect(errorOf(await first)).toMatchObject({ code: 'UNAVAILABLE', details: { outcome: 'unknown' } });
  expect(errorOf(await again)).toMatchObject({ code: 'UNAVAILABLE', details: { outcome: 'unknown' } });
});

test('leadership lost between placing and proposing appends nothing and names the new leader', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  const answer = new Promise<AppendResult>((resolve) => {
    world.streams.append(
      { caller: caller(), stream: 's', partition: 0, batch: batchOf(['a']), acks: 'all', timeoutMs: 1_000 },
      resolve,
    );
  });
  world.leaders.set(replica.group, 2, 5);
  replica.depose();
  world.time.settle();
  expect(errorOf(await answer)).toMatchObject({ code: 'NOT_LEADER', details: { leaderNode: 2 } });
  expect(replica.entries).toHaveLength(1);
});

test('bytes in flight are bounded per node and per connection, and come back', async () => {
  const world = makeWorld({ appendBytesInFlightMax: 150 });
  const replica = only(world.stream('s'));
  replica.autoCommit = false;
  const first = world.append(batchOf(['x'.repeat(40)]));
  const refused = errorOf(await world.append(batchOf(['x'.repeat(40)])));
  expect(refused).toMatchObject({ code: 'OVERLOADED', retryable: true });
  expect(refused.hint).toBeTruthy();
  replica.autoCommit = true;
  replica.commit();
  await first;
  expect((await world.append(batchOf(['x'.repeat(40)]))).ok).toBe(true);

  const narrow = caller(100);
  replica.autoCommit = false;
  const held = world.append(batchOf(['x']), { caller: narrow });
  expect(errorOf(await world.append(batchOf(['x']), { caller: narrow })).code).toBe('OVERLOADED');
  replica.commit();
  await held;
  expect(narrow.inFlight.usedBytes).toBe(0);
});

test('under LogAppendTime the node sets the time of all records and the checksum stays right', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s', { config: { 'message.timestamp.type': 'LogAppendTime' } }));
  const result = await world.append(batchOf(['a', 'b'], { timestampMs: 5 }));
  expect(result).toMatchObject({ ok: true, appended: { timestampMs: world.time.wall } });
  const stored = replica.entries.at(-1)?.data ?? new Uint8Array(0);
  expect([...decodeRecords(stored)].map((record) => record.timestampMs)).toEqual([
    world.time.wall,
    world.time.wall,
  ]);
  expect((await world.append(Uint8Array.from(stored))).ok).toBe(true);
});

test('records given one by one are stored as a batch, and 0 as timestamp becomes now', async () => {
  const world = makeWorld();
  const replica = only(world.stream('s'));
  const records = [
    { key: undefined, value: Buffer.from('a'), headers: [], timestampMs: 0 },
    {
      key: new Uint8Array(0),
      value: undefined,
      headers: [{ key: 'h', value: Buffer.from('v') }],
      timestampMs: 9,
    },
  ];
  const result = await new Promise<AppendResult>((resolve) => {
    world.streams.appendRecords(
      { caller: caller(), stream: 's', partition: 0, acks: 'all', timeoutMs: 1_000 },
      records,
      resolve,
    );
    world.time.settle();
  });
  expect(result).toMatchObject({ ok: true, appended: { recordCount: 2 } });
  const stored = [...decodeRecords(replica.entries.at(-1)?.data ?? new Uint8Array(0))];
  expect(stored[0]).toMatchObject({ key: undefined, timestampMs: world.time.wall });
  expect(stored[1]).toMatchObject({ key: new Uint8Array(0), value: undefined, timestampMs: 9 });
});
