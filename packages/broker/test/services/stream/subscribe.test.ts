import type { FlowError } from '@flowmesh/base';
import { decodeRecords } from '@flowmesh/kafka';
import { expect, test } from 'vitest';
import type { Delivery, Subscription, SubscriptionSink } from '../../../src/services/stream/subscription.ts';
import { eventually } from '../eventually.ts';
import { batchOf, caller, makeWorld } from '../fake-cluster.ts';
import type { World } from '../fake-cluster.ts';

class Receiver implements SubscriptionSink {
  readonly deliveries: Delivery[] = [];
  readonly ended: { readonly partition: number; readonly error: FlowError }[] = [];
  writable = true;

  deliver(delivery: Delivery): boolean {
    this.deliveries.push(delivery);
    return this.writable;
  }

  partitionEnded(partition: number, error: FlowError): void {
    this.ended.push({ partition, error });
  }

  values(partition = 0): string[] {
    return this.deliveries
      .filter((delivery) => delivery.partition === partition)
      .flatMap((delivery) => delivery.batches.flatMap((batch) => [...decodeRecords(batch)]))
      .map((record) => Buffer.from(record.value ?? []).toString());
  }
}

function subscribe(
  world: World,
  positions: { partition: number; offset: number }[],
): { receiver: Receiver; subscription: Subscription } {
  const receiver = new Receiver();
  const subscription = world.streams.subscribe(
    { caller: caller(), stream: 's', positions, isolation: 'committed' },
    receiver,
  );
  return { receiver, subscription };
}

async function write(world: World, values: string[], partition = 0): Promise<void> {
  for (const value of values) await world.append(batchOf([value]), { partition });
}

const SIZE = batchOf(['0']).length;

test('what is there comes first, then what is appended, in order', async () => {
  const world = makeWorld();
  world.stream('s');
  await write(world, ['0', '1']);
  const { receiver, subscription } = subscribe(world, [{ partition: 0, offset: 1 }]);
  subscription.grant(10_000);
  world.time.settle();
  expect(receiver.values()).toEqual(['1']);
  await write(world, ['2', '3']);
  world.time.settle();
  expect(receiver.values()).toEqual(['1', '2', '3']);
  expect(receiver.deliveries.at(-1)).toMatchObject({ nextOffset: 4, highWatermark: 4 });
});

test('nothing is sent without credit, and no more than a batch beyond it', async () => {
  const world = makeWorld();
  world.stream('s');
  await write(world, ['0', '1', '2', '3']);
  const { receiver, subscription } = subscribe(world, [{ partition: 0, offset: 0 }]);
  world.time.settle();
  expect(receiver.deliveries).toHaveLength(0);
  subscription.grant(2 * SIZE);
  world.time.settle();
  expect(receiver.values()).toEqual(['0', '1']);
  expect(subscription.creditBytes).toBe(0);
  subscription.grant(1);
  world.time.settle();
  expect(receiver.values()).toEqual(['0', '1', '2']);
  expect(subscription.creditBytes).toBe(1 - SIZE);
  subscription.grant(SIZE);
  world.time.settle();
  expect(receiver.values()).toEqual(['0', '1', '2', '3']);
});

test('a receiver that is full gets nothing more until it resumes', async () => {
  const world = makeWorld();
  world.stream('s', { partitions: 2 });
  await write(world, ['0'], 0);
  await write(world, ['0'], 1);
  const { receiver, subscription } = subscribe(world, [
    { partition: 0, offset: 0 },
    { partition: 1, offset: 0 },
  ]);
  receiver.writable = false;
  subscription.grant(10_000);
  world.time.settle();
  expect(receiver.deliveries).toHaveLength(1);
  receiver.writable = true;
  subscription.resume();
  world.time.settle();
  expect(receiver.deliveries).toHaveLength(2);
});

test('partitions take turns, so that a full one does not starve the others', async () => {
  const world = makeWorld();
  world.stream('s', { partitions: 2 });
  const large = 'x'.repeat(200_000);
  await write(
    world,
    Array.from({ length: 10 }, () => large),
    0,
  );
  await write(world, ['small'], 1);
  const { receiver, subscription } = subscribe(world, [
    { partition: 0, offset: 0 },
    { partition: 1, offset: 0 },
  ]);
  subscription.grant(64 << 20);
  world.time.settle();
  expect(receiver.deliveries.slice(0, 2).map((delivery) => delivery.partition)).toEqual([0, 1]);
  expect(receiver.values(0)).toHaveLength(10);
});

test('a partition far behind is read from disk with bounded reads while others are served from memory', async () => {
  const world = makeWorld({ diskReadsMax: 1 });
  const [behind, tail] = world.stream('s', { partitions: 2 });
  if (behind === undefined || tail === undefined) throw new Error('two partitions');
  await write(world, ['0', '1', '2'], 0);
  let release: () => void = () => undefined;
  behind.cachedFrom = Number.MAX_SAFE_INTEGER;
  behind.beforeRead = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const { receiver, subscription } = subscribe(world, [
    { partition: 0, offset: 0 },
    { partition: 1, offset: 0 },
  ]);
  subscription.grant(600);
  world.time.settle();
  await eventually(() => expect(behind.diskReads).toBe(1));
  await write(world, ['new'], 1);
  subscription.grant(10_000);
  world.time.settle();
  expect(receiver.values(1)).toEqual(['new']);
  expect(receiver.values(0)).toEqual([]);
  release();
  await eventually(() => {
    world.time.settle();
    expect(receiver.values(0)).toEqual(['0', '1', '2']);
  });
  expect(subscription.creditBytes).toBe(10_600 - 3 * SIZE - batchOf(['new']).length);
});

test('a moved leadership ends that partition with the new leader and leaves the others', async () => {
  const world = makeWorld();
  const [first] = world.stream('s', { partitions: 2 });
  if (first === undefined) throw new Error('two partitions');
  const { receiver, subscription } = subscribe(world, [
    { partition: 0, offset: 0 },
    { partition: 1, offset: 0 },
  ]);
  subscription.grant(10_000);
  world.time.settle();
  world.leaders.set(first.group, 2, 8);
  first.depose();
  expect(receiver.ended).toMatchObject([
    { partition: 0, error: { code: 'NOT_LEADER', details: { leaderNode: 2 } } },
  ]);
  expect(subscription.openPartitions).toBe(1);
  await write(world, ['on'], 1);
  world.time.settle();
  expect(receiver.values(1)).toEqual(['on']);
});

test('partitions led elsewhere and offsets out of range end at once, each for itself', async () => {
  const world = makeWorld();
  const [, second] = world.stream('s', { partitions: 3 });
  if (second === undefined) throw new Error('three partitions');
  await write(world, ['0', '1'], 2);
  await world.streams.truncate({ caller: caller(), stream: 's', partition: 2 }, 1, 1_000);
  second.depose();
  world.leaders.set(second.group, 3);
  const { receiver, subscription } = subscribe(world, [
    { partition: 0, offset: 7 },
    { partition: 1, offset: 0 },
    { partition: 2, offset: 0 },
  ]);
  subscription.grant(1_000);
  await eventually(() => {
    world.time.settle();
    expect(new Map(receiver.ended.map(({ partition, error }) => [partition, error.code]))).toEqual(
      new Map([
        [0, 'OFFSET_OUT_OF_RANGE'],
        [1, 'NOT_LEADER'],
        [2, 'OFFSET_OUT_OF_RANGE'],
      ]),
    );
  });
});

test('records trimmed away under a slow reader end the partition instead of leaving a gap', async () => {
  const world = makeWorld();
  world.stream('s');
  await write(world, ['0', '1', '2']);
  const { receiver, subscription } = subscribe(world, [{ partition: 0, offset: 0 }]);
  subscription.grant(SIZE);
  world.time.settle();
  await world.streams.truncate({ caller: caller(), stream: 's', partition: 0 }, 2, 1_000);
  subscription.grant(SIZE);
  world.time.settle();
  expect(receiver.values()).toEqual(['0']);
  expect(receiver.ended).toMatchObject([{ partition: 0, error: { code: 'OFFSET_OUT_OF_RANGE' } }]);
});

test('a closed subscription gets nothing, not even what was being read', async () => {
  const world = makeWorld();
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a partition');
  await write(world, ['0']);
  let release: () => void = () => undefined;
  replica.cachedFrom = Number.MAX_SAFE_INTEGER;
  replica.beforeRead = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const { receiver, subscription } = subscribe(world, [{ partition: 0, offset: 0 }]);
  subscription.grant(1_000);
  world.time.settle();
  await eventually(() => expect(replica.diskReads).toBe(1));
  subscription.close();
  release();
  await write(world, ['1']);
  world.time.settle();
  expect(receiver.deliveries).toEqual([]);
  expect(receiver.ended).toEqual([]);
});
