import { FlowError, readBatchHeader } from '@flowmesh/base';
import { partitionForKey } from '@flowmesh/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type FlowMesh, type Producer, type RecordMetadata } from '../../src/index.ts';
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

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);

/** Sends one value after the other without waiting, in many small batches. */
async function sendAll(
  producer: Producer,
  values: readonly string[],
  stream = 's',
): Promise<RecordMetadata[]> {
  const sends: Promise<RecordMetadata>[] = [];
  for (const [i, value] of values.entries()) {
    sends.push(producer.send({ stream, value, partition: 0 }));
    if (i % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
  }
  return await Promise.all(sends);
}

function expectStoredOnceInOrder(values: readonly string[], sent: readonly RecordMetadata[]): void {
  expect(cluster.log('s').values()).toEqual(values);
  expect(sent.map((metadata) => metadata.offset)).toEqual(values.map((_, i) => i));
}

describe('a producer', () => {
  it('tells where each record lies', async () => {
    cluster.addStream('s', 3);
    const producer = mesh.producer();
    const metadata = await producer.send({ stream: 's', key: 'k1', value: 'hello', timestamp: 1_234 });
    expect(metadata).toEqual({
      stream: 's',
      partition: partitionForKey(Buffer.from('k1'), 3),
      offset: 0,
      timestamp: 1_234,
      keySize: 2,
      valueSize: 5,
      leaderEpoch: 1,
    });
    const empty = await producer.send({ stream: 's', partition: 0 });
    expect([empty.keySize, empty.valueSize]).toEqual([-1, -1]);
  });

  it('writes to partitions that the stream is given later', async () => {
    const stream = cluster.addStream('grows');
    const producer = mesh.producer();
    const send = () => producer.send({ stream: 'grows', partition: 1, value: Buffer.from('a') });
    await producer.send({ stream: 'grows', partition: 0, value: Buffer.from('a') });
    await expect(send()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    stream.partitions.push({ ...cluster.partition('grows', 0), log: new FakeLog() });
    // Without a leader the client looks at the metadata again.
    cluster.setLeader('grows', 0, 0);
    const waiting = producer.send({ stream: 'grows', partition: 0, value: Buffer.from('b') });
    let sent: RecordMetadata | undefined;
    const attempts = (async () => {
      for (let left = 100_000; sent === undefined && left > 0; left--) {
        sent = await send().catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await until(() => sent !== undefined, 'the second partition is written to');
    await attempts;
    expect(sent).toMatchObject({ partition: 1, offset: 0 });
    cluster.setLeader('grows', 0, 2);
    expect(await waiting).toMatchObject({ partition: 0, offset: 1 });
  });

  it('keeps keys, headers and absent values as they are', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ compression: 'zstd' });
    await producer.send({ stream: 's', key: '', headers: { trace: 'abc', none: undefined } });
    const [record] = cluster.log('s').records();
    expect(record?.key).toEqual(new Uint8Array(0));
    expect(record?.value).toBeUndefined();
    expect(
      record?.headers.map((header) => [header.key, header.value && Buffer.from(header.value).toString()]),
    ).toEqual([
      ['trace', 'abc'],
      ['none', undefined],
    ]);
  });

  it('sends records of one turn as one batch, spreads keyless ones over partitions, keeps keys together', async () => {
    cluster.addStream('s', 3);
    const producer = mesh.producer();
    await Promise.all(numbers(100).map((value) => producer.send({ stream: 's', value, partition: 1 })));
    expect(cluster.log('s', 1).batches).toHaveLength(1);
    for (let i = 0; i < 9; i++) await producer.send({ stream: 's', value: 'x' });
    const counts = [0, 1, 2].map((partition) => cluster.log('s', partition).end);
    expect(counts).toEqual([3, 103, 3]);
    const keyed = await Promise.all(numbers(50).map(() => producer.send({ stream: 's', key: 'same' })));
    expect(new Set(keyed.map((metadata) => metadata.partition)).size).toBe(1);
  });

  it('goes on to the next partition with each full batch of keyless records', async () => {
    cluster.addStream('s', 3);
    const producer = mesh.producer({ batchBytesMax: 2_000 });
    await Promise.all(numbers(300).map((value) => producer.send({ stream: 's', value: value.padEnd(100) })));
    const counts = [0, 1, 2].map((partition) => cluster.log('s', partition).end);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(30);
    for (const partition of [0, 1, 2]) {
      const { batches } = cluster.log('s', partition);
      for (const { bytes } of batches.slice(0, -1)) expect(bytes.length).toBeGreaterThan(1_500);
    }
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('compresses with %s', async (compression) => {
    cluster.addStream('s');
    const producer = mesh.producer({ compression });
    await Promise.all(numbers(500).map((value) => producer.send({ stream: 's', value })));
    expect(cluster.log('s').values()).toEqual(numbers(500));
    expect(readBatchHeader(cluster.log('s').batches[0]?.bytes as Uint8Array)?.attributes).toBeGreaterThan(0);
  });

  it('has at most five batches of a partition under way, and one until the broker knows the producer', async () => {
    cluster.addStream('s');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    cluster.fate = () => ({ after: gate });
    const producer = mesh.producer({ lingerMs: 0, batchBytesMax: 1 });
    const sends = numbers(20).map((value) => producer.send({ stream: 's', value }));
    await until(() => cluster.appends === 1, 'the first batch arrives');
    let arrived = 0;
    cluster.fate = () => {
      arrived++;
      return 'serve';
    };
    expect(cluster.appends).toBe(1);
    open();
    await Promise.all(sends);
    expect(arrived).toBe(19);
    expect(cluster.log('s').values()).toEqual(numbers(20));
  });

  it('makes larger batches while answers are slow, instead of queueing many small ones', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ lingerMs: 0 });
    await producer.send({ stream: 's', value: 'first' });
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    cluster.fate = () => ({ after: gate });
    const sends: Promise<RecordMetadata>[] = [];
    for (const value of numbers(60)) {
      sends.push(producer.send({ stream: 's', value }));
      // Records come one by one, each after the time that a batch would wait for company.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    open();
    await Promise.all(sends);
    expect(cluster.log('s').values()).toEqual(['first', ...numbers(60)]);
    // One before, five in the window, and the rest of the records together.
    expect(cluster.appends).toBeLessThan(12);
  });

  it('fails with NOT_FOUND and says how to create the stream, then works once it is there', async () => {
    const producer = mesh.producer();
    const failure = await producer.send({ stream: 'missing', value: 'x' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NOT_FOUND', hint: 'Create it: flowmesh stream create missing' });
    cluster.addStream('missing');
    expect((await producer.send({ stream: 'missing', value: 'x' })).offset).toBe(0);
  });

  it('refuses partitions that the stream does not have and arguments that make no sense', async () => {
    cluster.addStream('s', 2);
    const producer = mesh.producer();
    await expect(producer.send({ stream: 's', partition: 2 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(producer.send({ stream: 's', partition: -1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(producer.send({ stream: 's', timestamp: 0.5 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(producer.send({ stream: '' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('flushes what it holds when it is closed and takes nothing afterwards', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ lingerMs: 60_000 });
    const sends = numbers(10).map((value) => producer.send({ stream: 's', value }));
    await producer.close();
    expect(await Promise.all(sends)).toHaveLength(10);
    await expect(producer.send({ stream: 's' })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('when leadership moves, a producer', () => {
  it('follows NOT_LEADER to the new leader without loss, duplicate or reordering', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ batchBytesMax: 300 });
    const values = numbers(2_000);
    cluster.fate = ({ seen }) => {
      if (seen % 40 === 20) cluster.setLeader('s', 0, (cluster.partition('s').leader % 3) + 1);
      return 'serve';
    };
    expectStoredOnceInOrder(values, await sendAll(producer, values));
    expect(cluster.partition('s').epoch).toBeGreaterThan(3);
  });

  it.each(['die', 'store-and-die'] as const)('survives a leader that does: %s', async (fate) => {
    cluster.addStream('s');
    const producer = mesh.producer({ batchBytesMax: 300 });
    const values = numbers(1_000);
    cluster.fate = ({ seen, node }) => {
      if (seen !== 30) return 'serve';
      setImmediate(() => cluster.setLeader('s', 0, (node % 3) + 1));
      return fate;
    };
    expectStoredOnceInOrder(values, await sendAll(producer, values));
  });

  it('resumes within half a second of a new leader being elected', async () => {
    cluster.addStream('s');
    const producer = mesh.producer();
    await producer.send({ stream: 's', value: 'before' });
    cluster.setLeader('s', 0, 0);
    cluster.kill(1);
    const send = producer.send({ stream: 's', value: 'after' });
    const asked = cluster.metadataCalls;
    await until(() => cluster.metadataCalls > asked + 3, 'other nodes are asked');
    const electedAt = performance.now();
    cluster.setLeader('s', 0, 2);
    await send;
    expect(performance.now() - electedAt).toBeLessThan(500);
    expect(cluster.log('s').values()).toEqual(['before', 'after']);
  });

  it('is not led astray by a node that is behind', async () => {
    cluster.addStream('s');
    const producer = mesh.producer();
    await producer.send({ stream: 's', value: 'a' });
    cluster.staleLeader = (node) => (node === 3 ? { leader: 1, epoch: 1 } : undefined);
    cluster.setLeader('s', 0, 2);
    for (const value of ['b', 'c', 'd']) await producer.send({ stream: 's', value });
    expect(cluster.log('s').values()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves a leader that has stopped answering once another one leads', async () => {
    cluster.addStream('s');
    const producer = mesh.producer();
    await producer.send({ stream: 's', value: 'a' });
    cluster.fate = ({ node }) => (node === 1 ? 'store-in-silence' : 'serve');
    const send = producer.send({ stream: 's', value: 'b' });
    await until(() => cluster.appends === 2, 'the silent leader has the batch');
    cluster.setLeader('s', 0, 3);
    expect((await send).offset).toBe(1);
    expect(cluster.log('s').values()).toEqual(['a', 'b']);
  });

  it('keeps order when single batches are refused for a while', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ batchBytesMax: 200 });
    const values = numbers(1_500);
    cluster.fate = ({ seen }) => {
      if (seen % 13 === 5) return { refuse: new FlowError('OVERLOADED', 'too much under way') };
      if (seen % 17 === 3) return { refuse: new FlowError('TIMEOUT', 'not committed in time') };
      return 'serve';
    };
    expectStoredOnceInOrder(values, await sendAll(producer, values));
    expect(producer.stats().retries).toBeGreaterThan(5);
  });

  it('survives kills at random, one after the other', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ batchBytesMax: 250 });
    const values = numbers(3_000);
    let next = 25;
    const revived: Promise<void>[] = [];
    cluster.fate = ({ seen, node }) => {
      if (seen < next) return 'serve';
      next = seen + 25 + ((seen * 7) % 20);
      setImmediate(() => {
        cluster.setLeader('s', 0, (node % 3) + 1);
        revived.push(cluster.restart(node));
      });
      return seen % 2 === 0 ? 'die' : 'store-and-die';
    };
    const sent = await sendAll(producer, values);
    await Promise.all(revived);
    expectStoredOnceInOrder(values, sent);
  });
});

describe('when the broker refuses for good, a producer', () => {
  it('fails only the batch concerned and goes on with the others, in order', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ batchBytesMax: 1 });
    await producer.send({ stream: 's', value: 'v' });
    cluster.fate = ({ seen }) =>
      seen === 3 ? { refuse: new FlowError('CORRUPT_BATCH', 'checksum mismatch') } : 'serve';
    const results = await Promise.allSettled(
      numbers(10).map((value) => producer.send({ stream: 's', value })),
    );
    expect(results.map((result) => result.status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect(results[2]).toMatchObject({ status: 'rejected', reason: { code: 'CORRUPT_BATCH' } });
    expect(cluster.log('s').values()).toEqual(['v', ...numbers(10).filter((value) => value !== 'v2')]);
  });

  it('splits a batch that is too large for the stream instead of failing it', async () => {
    cluster.addStream('s');
    cluster.log('s').maxBatchBytes = 400;
    const producer = mesh.producer();
    const values = numbers(300);
    const sent = await Promise.all(values.map((value) => producer.send({ stream: 's', value })));
    expectStoredOnceInOrder(values, sent);
  });

  it('fails a single record that is too large', async () => {
    cluster.addStream('s');
    cluster.log('s').maxBatchBytes = 400;
    const producer = mesh.producer();
    await expect(producer.send({ stream: 's', value: 'x'.repeat(500) })).rejects.toMatchObject({
      code: 'BATCH_TOO_LARGE',
    });
    expect((await producer.send({ stream: 's', value: 'y' })).offset).toBe(0);
  });

  it('says so when the broker has lost acknowledged records, and goes on under a new id', async () => {
    cluster.addStream('s');
    const producer = mesh.producer();
    await producer.send({ stream: 's', value: 'a' });
    cluster.fate = ({ seen }) =>
      seen === 1 ? { refuse: new FlowError('OUT_OF_ORDER_SEQUENCE', 'gap') } : 'serve';
    await expect(producer.send({ stream: 's', value: 'b' })).rejects.toMatchObject({
      code: 'OUT_OF_ORDER_SEQUENCE',
    });
    expect((await producer.send({ stream: 's', value: 'c' })).offset).toBe(1);
    expect(cluster.producerIds).toBe(1_002);
  });
});

describe('a producer under load', () => {
  it('holds no more bytes than its buffer allows and lets senders wait', async () => {
    cluster.addStream('s');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    cluster.fate = () => ({ after: gate });
    const producer = mesh.producer({ bufferBytesMax: 10_000, waitingSendsMax: 50 });
    const sends = numbers(80).map((value) => producer.send({ stream: 's', value: value.padEnd(300) }));
    const refused = Promise.allSettled(sends);
    await until(() => cluster.appends === 1, 'the first batch arrives');
    expect(producer.stats().bufferedBytes).toBeLessThanOrEqual(10_000);
    expect(producer.hasRoom).toBe(false);
    const room = producer.room();
    open();
    await room;
    const results = await refused;
    const overloaded = results.filter(
      (result) => result.status === 'rejected' && (result.reason as FlowError).code === 'OVERLOADED',
    );
    expect(overloaded).toHaveLength(30);
    expect(
      cluster
        .log('s')
        .values()
        .map((value) => value.trim()),
    ).toEqual(numbers(50));
  });

  it('fails records that cannot be delivered in time and says whether they may be stored', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ deliveryTimeoutMs: 1_500 });
    await producer.send({ stream: 's', value: 'a' });
    cluster.fate = () => 'store-in-silence';
    await expect(producer.send({ stream: 's', value: 'b' })).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { outcome: 'unknown' },
    });
    cluster.fate = () => ({ refuse: new FlowError('NOT_ENOUGH_REPLICAS', 'too few') });
    await expect(producer.send({ stream: 's', value: 'c' })).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { outcome: 'not-stored' },
    });
    cluster.fate = () => 'serve';
    await producer.send({ stream: 's', value: 'd' });
    expect(cluster.log('s').values()).toEqual(['a', 'b', 'd']);
  });

  it('tells records that waited behind a failing one what it failed for', async () => {
    cluster.addStream('s');
    const producer = mesh.producer({ deliveryTimeoutMs: 1_500, batchBytesMax: 1 });
    cluster.fate = () => ({ refuse: new FlowError('DISK_FULL', 'no room') });
    const sends = await Promise.allSettled(numbers(20).map((value) => producer.send({ stream: 's', value })));
    for (const send of sends) {
      expect(send).toMatchObject({
        status: 'rejected',
        reason: { code: 'TIMEOUT', cause: { code: 'DISK_FULL' } },
      });
    }
  });

  it('lets a single send be aborted', async () => {
    cluster.addStream('s');
    cluster.setLeader('s', 0, 0);
    const producer = mesh.producer();
    const stop = new AbortController();
    const send = producer.send({ stream: 's', value: 'a' }, { signal: stop.signal });
    stop.abort();
    await expect(send).rejects.toMatchObject({ code: 'CANCELLED' });
    cluster.setLeader('s', 0, 2);
    await producer.send({ stream: 's', value: 'b' });
  });
});
