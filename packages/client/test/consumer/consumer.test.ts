import { encodeBatch } from '@flowmesh/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConsumedRecord,
  type ConsumeOptions,
  type ConsumerEvent,
  connect,
  type FlowMesh,
} from '../../src/index.ts';
import { until } from '../support/conditions.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { FakeLog } from '../support/fake-log.ts';

let cluster: FakeCluster;
let mesh: FlowMesh;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  mesh = await connect({ endpoints: cluster.endpoints });
});

afterEach(async () => {
  await mesh.close();
  await cluster[Symbol.asyncDispose]();
});

/** `count` records in batches of `size`; record i has the time 1000 · i. */
function fill(partition: number, count: number, size = 10, stream = 's'): void {
  const log = cluster.log(stream, partition);
  for (let left = count; left > 0; left -= size) {
    const first = log.end;
    const records = Array.from({ length: Math.min(size, left) }, (_, i) => ({
      key: undefined,
      value: Buffer.from(`p${partition}-${first + i}`),
      headers: [],
      timestampMs: (first + i) * 1_000,
    }));
    cluster.append(stream, partition, encodeBatch(records));
  }
}

const text = (record: ConsumedRecord): string => Buffer.from(record.value ?? []).toString();
const expected = (partition: number, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `p${partition}-${from + i}`);

async function collect(options: Omit<ConsumeOptions, 'stream'>): Promise<string[]> {
  const out: string[] = [];
  for await (const record of mesh.consume({ stream: 's', ...options })) out.push(text(record));
  return out;
}

describe('a consumer', () => {
  it('reads all partitions from the earliest record to the end there is at its start', async () => {
    cluster.addStream('s', 3);
    for (const partition of [0, 1, 2]) fill(partition, 25);
    const read = await collect({ from: 'earliest', to: 'latest' });
    for (const partition of [0, 1, 2]) {
      expect(read.filter((value) => value.startsWith(`p${partition}-`))).toEqual(expected(partition, 0, 25));
    }
    expect(read).toHaveLength(75);
  });

  it('starts and ends inside batches, by offset and by time', async () => {
    cluster.addStream('s');
    fill(0, 50);
    expect(await collect({ from: 13, to: 27 })).toEqual(expected(0, 13, 27));
    expect(await collect({ from: { timestamp: 21_500 }, to: { timestamp: 24_000 } })).toEqual(
      expected(0, 22, 24),
    );
    expect(await collect({ from: { offsets: { 0: 47 } }, to: 'latest' })).toEqual(expected(0, 47, 50));
    expect(await collect({ from: 5, count: 7 })).toEqual(expected(0, 5, 12));
    expect(await collect({ from: { timestamp: 999_000 }, to: 'latest' })).toEqual([]);
  });

  it('reads partitions that the stream is given later from their beginning', async () => {
    const stream = cluster.addStream('s');
    fill(0, 5);
    const stop = new AbortController();
    const events: ConsumerEvent[] = [];
    const out: string[] = [];
    const consumer = mesh.consume({
      stream: 's',
      from: 'earliest',
      signal: stop.signal,
      onEvent: (event) => events.push(event),
    });
    const reading = (async () => {
      for await (const record of consumer) out.push(text(record));
    })();
    await until(() => out.length === 5, 'the first partition is read');
    stream.partitions.push({ ...cluster.partition('s', 0), log: new FakeLog() });
    fill(1, 7);
    // Whatever makes the client look at the metadata again.
    cluster.setLeader('s', 0, 2);
    await until(() => out.length === 12, 'the second partition is read');
    expect(out.filter((value) => value.startsWith('p1-'))).toEqual(expected(1, 0, 7));
    expect(events).toContainEqual({ kind: 'partition-added', partition: 1 });
    expect(consumer.positions()).toEqual({ 0: 5, 1: 7 });
    stop.abort();
    await reading;
  });

  it('ends at once where there is nothing to read', async () => {
    cluster.addStream('s', 2);
    expect(await collect({ from: 'earliest', to: 'latest' })).toEqual([]);
    expect(await collect({ from: 'earliest', count: 0 })).toEqual([]);
  });

  it('gives new records as they come, from the latest on, and stops when told', async () => {
    cluster.addStream('s');
    fill(0, 10);
    const stop = new AbortController();
    const events: ConsumerEvent[] = [];
    const consumer = mesh.consume({
      stream: 's',
      signal: stop.signal,
      onEvent: (event) => events.push(event),
    });
    const out: string[] = [];
    const reading = (async () => {
      for await (const record of consumer) out.push(text(record));
    })();
    await until(() => events.length > 0, 'it subscribes');
    fill(0, 5);
    await until(() => out.length === 5, 'records arrive');
    expect(consumer.positions()).toEqual({ 0: 15 });
    expect(consumer.lag()).toEqual({ 0: 0 });
    stop.abort();
    await reading;
    fill(0, 5);
    expect(out).toEqual(expected(0, 10, 15));
    await until(() => cluster.nodes.every((node) => node.subscribers.size === 0), 'nodes are told');
  });

  it('leaves the event loop its turns while a full buffer is read', async () => {
    cluster.addStream('s');
    fill(0, 40_000, 100);
    let turns = 0;
    const count = (): void => {
      turns++;
      pending = setImmediate(count);
    };
    let pending = setImmediate(count);
    let atFirst = 0;
    let read = 0;
    for await (const _ of mesh.consume({
      stream: 's',
      from: 'earliest',
      count: 40_000,
      creditBytes: 64 << 20,
    })) {
      // The whole stream is under way or here once the first record is handled.
      if (read++ === 0) atFirst = turns;
      for (const until = performance.now() + 0.01; performance.now() < until; );
    }
    clearImmediate(pending);
    expect(read).toBe(40_000);
    expect(turns - atFirst).toBeGreaterThan(10);
  });

  it('stops when the loop is left', async () => {
    cluster.addStream('s');
    fill(0, 100);
    for await (const record of mesh.consume({ stream: 's', from: 'earliest' }))
      if (record.offset === 42) break;
    await until(() => cluster.nodes.every((node) => node.subscribers.size === 0), 'nodes are told');
  });

  it('gets no further ahead than its credit', async () => {
    cluster.addStream('s');
    fill(0, 2_000);
    const iterator = mesh
      .consume({ stream: 's', from: 'earliest', to: 'latest', creditBytes: 2_000 })
      [Symbol.asyncIterator]();
    expect(text((await iterator.next()).value as ConsumedRecord)).toBe('p0-0');
    const rest: string[] = [];
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      rest.push(text(next.value));
    expect(rest).toEqual(expected(0, 1, 2_000));
  });
});

describe('when leadership moves, a consumer', () => {
  it('goes on at the next record, without gap or duplicate', async () => {
    cluster.addStream('s', 2);
    for (const partition of [0, 1]) fill(partition, 1_000);
    const out: string[] = [];
    for await (const record of mesh.consume({
      stream: 's',
      from: 'earliest',
      to: 'latest',
      creditBytes: 3_000,
    })) {
      out.push(text(record));
      if (out.length % 150 === 0) cluster.setLeader('s', 0, (cluster.partition('s', 0).leader % 3) + 1);
    }
    for (const partition of [0, 1]) {
      expect(out.filter((value) => value.startsWith(`p${partition}-`))).toEqual(
        expected(partition, 0, 1_000),
      );
    }
  });

  it('goes on when the node it reads from is killed', async () => {
    cluster.addStream('s');
    fill(0, 1_000);
    const out: string[] = [];
    const events: ConsumerEvent[] = [];
    for await (const record of mesh.consume({
      stream: 's',
      from: 'earliest',
      to: 'latest',
      creditBytes: 3_000,
      onEvent: (event) => events.push(event),
    })) {
      out.push(text(record));
      if (out.length === 300) {
        cluster.setLeader('s', 0, 0);
        cluster.kill(1);
        setImmediate(() => cluster.setLeader('s', 0, 2));
      }
    }
    expect(out).toEqual(expected(0, 0, 1_000));
    expect(events.some((event) => event.kind === 'interrupted')).toBe(true);
  });
});

describe('what cannot be read', () => {
  it('is an error for a stream or partition that does not exist', async () => {
    cluster.addStream('s', 2);
    await expect(collect({ partitions: [2] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(async () => {
      for await (const _ of mesh.consume({ stream: 'missing' })) break;
    }).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is an error for offsets that are gone, unless told to go on elsewhere', async () => {
    cluster.addStream('s');
    fill(0, 30);
    cluster.log('s').logStart = 20;
    await expect(collect({ from: 5, to: 'latest' })).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
    const events: ConsumerEvent[] = [];
    const read = await collect({
      from: 5,
      to: 'latest',
      onOutOfRange: 'earliest',
      onEvent: (e) => events.push(e),
    });
    expect(read).toEqual(expected(0, 20, 30));
    expect(events).toContainEqual({ kind: 'reset', partition: 0, from: 5, to: 20 });
    expect(await collect({ from: 'earliest', to: 'latest' })).toEqual(expected(0, 20, 30));
  });
});
