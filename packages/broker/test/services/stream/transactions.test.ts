import { FlowError, must, readBatchHeader } from '@flowmesh/base';
import { ATTRIBUTE_TRANSACTIONAL } from '@flowmesh/engines';
import { decodeRecords, encodeBatch, setProducer } from '@flowmesh/kafka';
import { expect, test } from 'vitest';
import type { Delivery, SubscriptionSink } from '../../../src/services/stream/subscription.ts';
import type { ReadRequest, ReadResult } from '../../../src/services/stream/stream-service.ts';
import { batchOf, caller, makeWorld } from '../fake-cluster.ts';
import type { World } from '../fake-cluster.ts';
import type { FakeReplica } from '../fake-replicas.ts';

const never = new AbortController().signal;
const one = caller();

interface Stream {
  readonly world: World;
  readonly replica: FakeReplica;
  readonly write: (
    producerId: number,
    value: string,
    options?: { epoch?: number; sequence?: number },
  ) => Promise<number>;
  readonly admit: (producerId: number, epoch?: number) => Promise<void>;
  readonly end: (producerId: number, commit: boolean, epoch?: number) => Promise<void>;
}

function open(): Stream {
  const world = makeWorld();
  const replica = must(world.stream('s')[0], 'a stream has a partition');
  const begun = new Set<string>();
  const admit = async (producerId: number, epoch = 0): Promise<void> => {
    const transaction = { producerId, producerEpoch: epoch, round: epoch };
    const admitted = world.streams.participant.admitTransaction?.(replica.group, transaction, never);
    world.time.settle();
    await admitted;
  };
  return {
    world,
    replica,
    admit,
    write: async (producerId, value, { epoch = 0, sequence = 0 } = {}) => {
      const name = `${producerId}/${epoch}`;
      if (!begun.has(name)) await admit(producerId, epoch);
      begun.add(name);
      const result = await world.append(transactional(value, { producerId, producerEpoch: epoch, sequence }));
      if (!result.ok) throw result.error;
      return result.appended.baseOffset;
    },
    end: async (producerId, commit, epoch = 0) => {
      const end = { producerId, producerEpoch: epoch, round: epoch, commit, coordinatorTerm: 1 };
      const ended = world.streams.participant.endTransaction(replica.group, end, never);
      world.time.settle();
      await ended;
    },
  };
}

function transactional(
  value: string,
  producer: { readonly producerId: number; readonly producerEpoch: number; readonly sequence: number },
): Uint8Array {
  const record = { key: undefined, value: Buffer.from(value), headers: [], timestampMs: 1_000 };
  const batch = encodeBatch([record]);
  batch[22] = (batch[22] ?? 0) | ATTRIBUTE_TRANSACTIONAL;
  setProducer(batch, { ...producer, baseSequence: producer.sequence });
  return batch;
}

function read(world: World, options: Partial<ReadRequest> = {}): Promise<ReadResult> {
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
  return world.streams.read({ ...request, ...options }, never);
}

function values(batches: readonly Uint8Array[]): string[] {
  return batches.flatMap((batch) =>
    [...decodeRecords(batch)].map((record) => Buffer.from(record.value ?? []).toString()),
  );
}

test('readers of what is committed end where the oldest open transaction begins', async () => {
  const { world, write, end } = open();
  await world.append(batchOf(['plain']));
  await write(1, 'open');
  await world.append(batchOf(['later']));
  expect(await read(world)).toMatchObject({ nextOffset: 1, lastStableOffset: 1, highWatermark: 3 });
  const uncommitted = await read(world, { isolation: 'uncommitted' });
  expect(values(uncommitted.batches)).toEqual(['plain', 'open', 'later']);
  await end(1, true);
  const all = await read(world);
  expect(values(all.batches)).toEqual(['plain', 'open', 'later']);
  expect(all).toMatchObject({ nextOffset: 4, lastStableOffset: 4 });
});

test('aborted records are not read', async () => {
  const { world, replica, write, end } = open();
  await write(1, 'aborted');
  await write(2, 'committed');
  await write(1, 'aborted too', { sequence: 1 });
  await end(1, false);
  await end(2, true);
  await write(1, 'of the next', { epoch: 1 });
  await end(1, true, 1);
  for (const cachedFrom of [1, Number.MAX_SAFE_INTEGER]) {
    replica.cachedFrom = cachedFrom;
    expect(values((await read(world)).batches)).toEqual(['committed', 'of the next']);
    expect(values((await read(world, { offset: 2 })).batches)).toEqual(['of the next']);
  }
  const uncommitted = await read(world, { isolation: 'uncommitted' });
  expect(values(uncommitted.batches)).toEqual(['aborted', 'committed', 'aborted too', 'of the next']);
  expect(uncommitted.batches).toHaveLength(4);
});

test('clients that leave aborted records out themselves get the batches as they are, and the list', async () => {
  const { world, write, end } = open();
  await write(1, 'aborted');
  await write(2, 'committed');
  await end(1, false);
  await end(2, true);
  const result = await read(world, { verbatim: true });
  expect(result.batches).toHaveLength(4);
  expect(result.aborted).toEqual([{ producerId: 1, firstOffset: 0, lastOffset: 2 }]);
  const control = result.batches.map((batch) => (readBatchHeader(batch)?.attributes ?? 0) & 0x20);
  expect(control).toEqual([0, 0, 0x20, 0x20]);
});

test('a long poll is woken by the commit, and told how far it came where all was aborted', async () => {
  const { world, write, end } = open();
  await write(1, 'a');
  const waiting = read(world, { waitMs: 1_000 });
  await end(1, true);
  expect(values((await waiting).batches)).toEqual(['a']);
  await write(1, 'b', { epoch: 1 });
  await end(1, false, 1);
  const later = read(world, { offset: 2, waitMs: 500 });
  await new Promise((resolve) => setImmediate(resolve));
  world.time.advance(600);
  expect(await later).toMatchObject({ batches: [], nextOffset: 4 });
});

test('a subscription shows committed records, and its receiver learns that it has passed the others', async () => {
  const { world, write, end } = open();
  const deliveries: Delivery[] = [];
  const sink: SubscriptionSink = {
    deliver: (delivery) => deliveries.push(delivery) > 0,
    partitionEnded: (_, error) => {
      throw error;
    },
  };
  const request = { caller: one, stream: 's', positions: [{ partition: 0, offset: 0 }] };
  const subscription = world.streams.subscribe({ ...request, isolation: 'committed' }, sink);
  subscription.grant(1_000);
  await write(1, 'aborted');
  await write(2, 'committed');
  world.time.settle();
  expect(deliveries).toEqual([]);
  await end(1, false);
  await end(2, true);
  world.time.settle();
  expect(values(deliveries.flatMap(({ batches }) => batches))).toEqual(['committed']);
  expect(deliveries.at(-1)?.nextOffset).toBe(4);
  const shown = deliveries.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(subscription.creditBytes).toBe(1_000 - shown);
  subscription.close();
});

test('the latest offset of what is committed is the last stable one', async () => {
  const { world, write } = open();
  await world.append(batchOf(['plain']));
  await write(1, 'open');
  const name = { caller: one, stream: 's', partition: 0 };
  const latest = (isolation: 'committed' | 'uncommitted') =>
    world.streams.offsets(name, { at: { kind: 'latest' }, isolation }, never);
  expect(await latest('committed')).toMatchObject({ offset: 1, lastStableOffset: 1, highWatermark: 2 });
  expect(await latest('uncommitted')).toMatchObject({ offset: 2 });
  const byTime = await world.streams.offsets(
    name,
    { at: { kind: 'timestamp', timestampMs: 1_000 }, isolation: 'committed' },
    never,
  );
  expect(byTime).toMatchObject({ offset: 0 });
});

test('a delayed commit does not hit a later transaction, and a repeated end writes nothing', async () => {
  const { world, replica, write, end } = open();
  await write(1, 'aborted');
  await end(1, false);
  await write(1, 'open', { epoch: 1 });
  const { endOffset } = replica.machine;
  await end(1, true);
  await end(1, false);
  expect(replica.machine.endOffset).toBe(endOffset);
  expect(values((await read(world)).batches)).toEqual([]);
  await end(1, true, 1);
  expect(values((await read(world)).batches)).toEqual(['open']);
});

test('a batch that comes after the end of its transaction is refused for good', async () => {
  const { write, end } = open();
  await write(1, 'a');
  await end(1, true);
  await expect(write(1, 'late', { sequence: 1 })).rejects.toMatchObject({ code: 'PRODUCER_FENCED' });
});

test('a batch of a transaction that was not added is refused, and holds no reader up', async () => {
  const { world, write } = open();
  const batch = transactional('never added', { producerId: 5, producerEpoch: 0, sequence: 0 });
  expect(await world.append(batch)).toMatchObject({
    ok: false,
    error: { code: 'PRECONDITION_FAILED', details: { transaction: 'not-added' } },
  });
  await world.append(batchOf(['plain']));
  expect(values((await read(world)).batches)).toEqual(['plain']);
  await write(1, 'open');
  expect(await read(world)).toMatchObject({ lastStableOffset: 1 });
});

test('that nothing was added is said only by a leader that has confirmed that it leads', async () => {
  const { world, replica } = open();
  const batch = transactional('admitted elsewhere', { producerId: 5, producerEpoch: 0, sequence: 0 });
  replica.barrierError = new FlowError('UNAVAILABLE', 'another node leads');
  expect(await world.append(batch)).toMatchObject({ ok: false, error: { code: 'NO_LEADER' } });
});

test('an admission that is repeated is confirmed, and one of an ended transaction is refused', async () => {
  const { write, admit, end } = open();
  await admit(1);
  await admit(1);
  await write(1, 'a');
  await end(1, true);
  await expect(admit(1)).rejects.toMatchObject({ code: 'PRODUCER_FENCED' });
});

test('a marker and appends of one turn lie in the log in the order of their calls', async () => {
  const { world, replica, write } = open();
  await write(1, 'a');
  replica.autoCommit = false;
  const before = world.append(batchOf(['before']));
  const end = { producerId: 1, producerEpoch: 0, round: 0, commit: true, coordinatorTerm: 1 };
  const ended = world.streams.participant.endTransaction(replica.group, end, never);
  const after = world.append(batchOf(['after']));
  replica.commit();
  await ended;
  expect(await before).toMatchObject({ ok: true, appended: { baseOffset: 1 } });
  expect(await after).toMatchObject({ ok: true, appended: { baseOffset: 3 } });
});

test('the end of a transaction is not confirmed by a leader that loses its place on the way', async () => {
  const { world, replica, write, end } = open();
  await write(1, 'a');
  replica.autoCommit = false;
  const first = end(1, true);
  const again = end(1, true);
  replica.depose();
  await expect(first).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(again).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  replica.autoCommit = true;
  replica.lead();
  await end(1, true);
  expect(values((await read(world)).batches)).toEqual(['a']);
});

test('whoever asks for a group that is gone is told that there is nothing to end', async () => {
  const { world, replica } = open();
  const end = { producerId: 1, producerEpoch: 0, round: 0, commit: true, coordinatorTerm: 1 };
  const { group } = replica;
  const gone = world.streams.participant.endTransaction((group + 999) as typeof group, end, never);
  await expect(gone).rejects.toBeInstanceOf(FlowError);
  await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
