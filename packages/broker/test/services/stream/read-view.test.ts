import { FlowError, isFlowError, must } from '@flowmesh/base';
import { decodeRecords, encodeBatch, type RecordHeader } from '@flowmesh/kafka';
import { describe, expect, test } from 'vitest';
import type { Delivery, SubscriptionSink } from '../../../src/services/stream/subscription.ts';
import type { ReadRequest, ReadResult } from '../../../src/services/stream/stream-service.ts';
import { caller, makeWorld } from '../fake-cluster.ts';
import type { World } from '../fake-cluster.ts';
import type { FakeReplica } from '../fake-replicas.ts';

const never = new AbortController().signal;
const one = caller();

interface Written {
  readonly value: string;
  readonly headers?: readonly RecordHeader[];
  readonly ageMs?: number;
}

function open(config: Record<string, string> = {}) {
  const world = makeWorld();
  const replica: FakeReplica = must(world.stream('s', { config })[0], 'a stream has a partition');
  const write = async (...records: readonly Written[]): Promise<FlowError | undefined> => {
    const batch = encodeBatch(
      records.map(({ value, headers = [], ageMs = 0 }) => ({
        key: undefined,
        value: Buffer.from(value),
        headers,
        timestampMs: world.time.wall - ageMs,
      })),
    );
    const result = await world.append(batch);
    return result.ok ? undefined : result.error;
  };
  const pass = (ms: number): void => world.time.advance(ms);
  return { world, replica, write, pass };
}

function ttl(text: string): RecordHeader {
  return { key: 'flowmesh-ttl-ms', value: Buffer.from(text) };
}

async function read(world: World, options: Partial<ReadRequest> = {}): Promise<ReadResult> {
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
  let ended = false;
  const result = world.streams.read({ ...request, ...options }, never).finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  while (!ended) {
    world.time.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return await result;
}

function values(batches: readonly Uint8Array[]): string[] {
  return batches.flatMap((batch) =>
    [...decodeRecords(batch)].map((record) => Buffer.from(record.value ?? []).toString()),
  );
}

function subscribe(world: World, filter?: string) {
  const deliveries: Delivery[] = [];
  const sink: SubscriptionSink = {
    deliver: (delivery) => deliveries.push(delivery) > 0,
    partitionEnded: (_, error) => {
      throw error;
    },
  };
  const positions = [{ partition: 0, offset: 0 }];
  const subscription = world.streams.subscribe(
    { caller: one, stream: 's', positions, isolation: 'committed', filter },
    sink,
  );
  return { deliveries, subscription };
}

describe('a record with a time to live', () => {
  test('is shown until it is over, and its neighbours in the batch longer', async () => {
    const { world, write, pass } = open();
    await write({ value: 'a' }, { value: 'short', headers: [ttl('5000')] }, { value: 'b' });
    expect(values((await read(world)).batches)).toEqual(['a', 'short', 'b']);
    pass(4_000);
    expect(values((await read(world)).batches)).toEqual(['a', 'short', 'b']);
    pass(2_000);
    const later = await read(world);
    expect(values(later.batches)).toEqual(['a', 'b']);
    expect([...decodeRecords(must(later.batches[0], 'a batch'))].map(({ offset }) => offset)).toEqual([0, 2]);
    expect(later.nextOffset).toBe(3);
  });

  test('takes what the stream says where it says nothing itself', async () => {
    const { world, write, pass } = open({ 'record.ttl.ms': '10000' });
    await write({ value: 'stream' }, { value: 'own', headers: [ttl('60000')] });
    await write({ value: 'old', ageMs: 8_000 }, { value: 'new' });
    pass(5_000);
    expect(values((await read(world)).batches)).toEqual(['stream', 'own', 'new']);
    pass(6_000);
    expect(values((await read(world)).batches)).toEqual(['own']);
    pass(60_000);
    expect(await read(world)).toMatchObject({ batches: [], nextOffset: 4 });
  });

  test('is not shown by any way of reading once it is over, and is counted', async () => {
    const { world, replica, write, pass } = open();
    await write({ value: 'gone', headers: [ttl('1000')] });
    await write({ value: 'kept' });
    pass(2_000);
    const { deliveries, subscription } = subscribe(world);
    subscription.grant(1_000);
    world.time.settle();
    expect(values(deliveries.flatMap(({ batches }) => batches))).toEqual(['kept']);
    subscription.close();
    replica.cachedFrom = Number.MAX_SAFE_INTEGER;
    expect(values((await read(world)).batches)).toEqual(['kept']);
    const name = { caller: one, stream: 's', partition: 0 };
    const question = { at: { kind: 'timestamp', timestampMs: 0 }, isolation: 'committed' } as const;
    expect(await world.streams.offsets(name, question, never)).toMatchObject({ offset: 1 });
  });

  test.each(['', '-1', 'soon', '1.5'])('is refused where %j is to be that time', async (text) => {
    const { replica, write } = open();
    expect(await write({ value: 'a', headers: [ttl(text)] })).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(replica.machine.endOffset).toBe(0);
  });

  test('takes effect at once where the configuration of the stream is changed', async () => {
    const { world, write, pass } = open();
    await write({ value: 'a' });
    pass(5_000);
    expect(values((await read(world)).batches)).toEqual(['a']);
    const stream = must(world.catalog.machine.streamByName('s'), 'the stream');
    const set = { 'record.ttl.ms': '1000' };
    world.catalog.apply({
      kind: 'alter-stream',
      requestId: 'a',
      timeMs: 1,
      uuid: stream.uuid,
      set,
      unset: [],
    });
    expect(values((await read(world)).batches)).toEqual([]);
  });
});

describe('a filter', () => {
  const total = (amount: number | string): Written => ({ value: JSON.stringify({ total: amount }) });

  test('compares numbers as numbers, and shows what matches with its offset', async () => {
    const { world, write } = open();
    await write(total(9), total(18), total(180));
    await write(total(5));
    const result = await read(world, { filter: 'payload.total > 10' });
    expect(values(result.batches)).toEqual(['{"total":18}', '{"total":180}']);
    expect(result).toMatchObject({ nextOffset: 4, filter: { evaluated: 4, matched: 2, failed: 0 } });
  });

  test('that cannot be evaluated for a record does not match it, and says so', async () => {
    const { world, write } = open();
    await write(total('many'), total(11));
    const result = await read(world, { filter: 'payload.total > 10' });
    expect(values(result.batches)).toEqual(['{"total":11}']);
    expect(result.filter).toMatchObject({ failed: 1 });
    expect(result.filter?.firstFailure).toBeTruthy();
  });

  test('that is none is refused with its place', async () => {
    const { world, write } = open();
    await write(total(1));
    const failure = await read(world, { filter: 'payload.total >' }).catch((error: unknown) => error);
    expect(isFlowError(failure) && failure.code).toBe('INVALID_ARGUMENT');
    expect(() => subscribe(world, 'payload.total >')).toThrow(FlowError);
  });

  test('lets a reader move on through records that do not match', async () => {
    const { world, write } = open();
    for (let i = 0; i < 50; i++) await write(total(i));
    expect(await read(world, { filter: 'payload.total > 100' })).toMatchObject({
      batches: [],
      nextOffset: 50,
    });
    const request = { filter: 'payload.total == 49', bytesMin: 1, waitMs: 1_000 };
    expect(values((await read(world, request)).batches)).toEqual(['{"total":49}']);
  });

  test('costs a subscription no credit for what does not match, and the receiver learns how far it is', async () => {
    const { world, write } = open();
    for (let i = 0; i < 50; i++) await write(total(i));
    const { deliveries, subscription } = subscribe(world, 'payload.total % 10 == 0');
    subscription.grant(500);
    world.time.settle();
    expect(values(deliveries.flatMap(({ batches }) => batches))).toHaveLength(5);
    const cost = deliveries.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(subscription.creditBytes).toBe(500 - cost);
    expect(deliveries.at(-1)).toMatchObject({ nextOffset: 50, filter: { evaluated: 50, matched: 5 } });
    await write(total(51));
    world.time.settle();
    expect(deliveries.at(-1)).toMatchObject({ batches: [], nextOffset: 51 });
    subscription.close();
  });

  test('that costs much is asked in portions, and no record is left out', async () => {
    const { world, write } = open();
    const list = Array.from({ length: 2_000 }, (_, i) => i);
    const records = Array.from({ length: 30 }, (_, i) => ({ value: JSON.stringify({ i, list }) }));
    await write(...records);
    const filter = 'payload.list.filter(n, n % 7 == 3).exists(n, n > 1000) && payload.i % 2 == 0';
    const result = await read(world, { filter, bytesMin: 1 << 20 });
    expect(values(result.batches).map((text) => JSON.parse(text).i)).toEqual(
      records.map((_, i) => i).filter((i) => i % 2 === 0),
    );
    expect(result.filter).toMatchObject({ evaluated: 30, matched: 15 });
    expect(result.nextOffset).toBe(30);
  });
});
