/** The unary calls of `flowmesh.v1.KV`, sessions and watches, as any gRPC client makes them. */
import { utf8Decode } from '@flowmesh/base';
import { KvMachine } from '@flowmesh/engines';
import { type flowmesh, KvClient } from '@flowmesh/proto';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { createStream } from '../../services/fake-cluster.ts';
import { call, startWorld } from './gateway-world.ts';

type Loose = Readonly<Record<string, unknown>>;
const bytes = (text: string): Uint8Array => Buffer.from(text);

async function withBucket() {
  const world = await startWorld();
  const replicas = createStream(world.catalog, 'bucket:b').map((group) => {
    world.leaders.set(group, 1);
    return world.replicas.placeWith(group, new KvMachine());
  });
  const client = world.client(KvClient);
  const ask = (method: string, request: Loose): Promise<Loose> =>
    call<Loose>((done) => {
      const methods = client as unknown as Record<string, (request: Loose, done: unknown) => unknown>;
      return methods[method]?.({ bucket: 'b', ...request }, done);
    });
  return { ...world, shards: replicas, client, ask };
}

function text(entry: unknown): string {
  return utf8Decode((entry as flowmesh.v1.KvEntry).value);
}

describe('keys over gRPC', () => {
  test('are put under a guard, read, touched and deleted', async () => {
    const { ask } = await withBucket();
    const put = { key: bytes('a'), value: bytes('1'), expiry: { ttlMs: 60_000 } };
    await ask('put', { put, guard: { absent: true } });
    await expect(ask('put', { put, guard: { absent: true } })).rejects.toMatchObject({
      status: status.FAILED_PRECONDITION,
    });
    const replaced = await ask('put', {
      put: { ...put, value: bytes('2') },
      guard: { modRevision: 1 },
      returnPrevious: true,
    });
    expect(text(replaced['previous'])).toBe('1');
    const found = await ask('get', { key: bytes('a') });
    expect(found).toMatchObject({ revision: 2, entry: { modRevision: 2, createRevision: 1, version: 2 } });
    expect((found['entry'] as flowmesh.v1.KvEntry).remainingMs).toBeGreaterThan(1_000);
    expect(await ask('touch', { touch: { key: bytes('a'), expiry: { never: true } } })).toMatchObject({
      entry: { expiresAtMs: 0, remainingMs: -1 },
    });
    expect(await ask('history', { key: bytes('a') })).toMatchObject({
      entries: [{ revision: 2 }, { revision: 1 }],
    });
    expect(await ask('delete', { key: bytes('a'), returnPrevious: true })).toMatchObject({ deleted: 1 });
    expect((await ask('get', { key: bytes('a') }))['entry']).toBeNull();
  });

  test('are counted once per request, read and deleted by range, and compacted', async () => {
    const { ask } = await withBucket();
    const increment = { increment: { key: bytes('n'), by: 3 }, requestId: 'once' };
    expect(await ask('increment', increment)).toMatchObject({ number: 3 });
    expect(await ask('increment', increment)).toMatchObject({ number: 3 });
    for (const name of ['k1', 'k2']) await ask('put', { put: { key: bytes(name), value: bytes('v') } });
    const range = { prefix: bytes('k') };
    expect(await ask('range', { range, keysOnly: true })).toMatchObject({ count: 2 });
    expect(await ask('delete', { range })).toMatchObject({ deleted: 2, more: false });
    expect(await ask('compact', { revision: 3 })).toMatchObject({ compactedRevision: 3 });
    const past = ask('get', { key: bytes('n'), revision: 1 });
    await expect(past).rejects.toMatchObject({ status: status.OUT_OF_RANGE });
  });

  test('that are missing or too long are refused, and so are unknown buckets', async () => {
    const { ask } = await withBucket();
    await expect(ask('put', {})).rejects.toMatchObject({ status: status.INVALID_ARGUMENT });
    await expect(ask('get', { key: bytes('') })).rejects.toMatchObject({ status: status.INVALID_ARGUMENT });
    const backwards = { from: bytes('z'), to: bytes('a') };
    await expect(ask('range', { range: backwards })).rejects.toMatchObject({
      status: status.INVALID_ARGUMENT,
    });
    await expect(ask('delete', { range: backwards })).rejects.toMatchObject({
      status: status.INVALID_ARGUMENT,
    });
    await expect(ask('txn', { success: [{}] })).rejects.toMatchObject({ status: status.INVALID_ARGUMENT });
    await expect(ask('get', { bucket: 'none', key: bytes('a') })).rejects.toMatchObject({
      status: status.NOT_FOUND,
    });
    await expect(ask('txn', { success: [{ get: bytes('a') }], shard: 3 })).rejects.toMatchObject({
      status: status.INVALID_ARGUMENT,
    });
  });
});

test('leases over gRPC are granted, kept alive, shown and revoked', async () => {
  const { ask } = await withBucket();
  const lease = await ask('leaseGrant', { ttlMs: 60_000 });
  await ask('put', { put: { key: bytes('a'), value: bytes('1'), expiry: { lease: lease['id'] } } });
  expect(await ask('leaseKeepAlive', { ids: [lease['id'], 99] })).toMatchObject({ kept: [{}], gone: [99] });
  const shown = await ask('getLease', { id: lease['id'] });
  expect((shown['keys'] as Uint8Array[]).map(utf8Decode)).toEqual(['a']);
  expect(await ask('leaseRevoke', { id: lease['id'] })).toMatchObject({ deleted: 1, more: false });
  await expect(ask('getLease', { id: lease['id'] })).rejects.toMatchObject({ status: status.NOT_FOUND });
});

test('a session answers every request with its correlation, failures among them', async () => {
  const { client } = await withBucket();
  const session = client.session();
  const answers: flowmesh.v1.KvSessionResponse[] = [];
  session.on('data', (answer: flowmesh.v1.KvSessionResponse) => answers.push(answer));
  const put = { key: bytes('a'), value: bytes('1') };
  session.write({ correlation: 1, txn: { bucket: 'b', success: [{ put }, { get: bytes('a') }] } });
  session.write({ correlation: 2, txn: { bucket: 'b', success: [{ put: { ...put, key: bytes('') } }] } });
  session.write({ correlation: 3 });
  await eventually(() => expect(answers).toHaveLength(3));
  session.write({ correlation: 4, get: { bucket: 'b', key: bytes('a') } });
  await eventually(() => expect(answers).toHaveLength(4));
  const by = new Map(answers.map((answer) => [answer.correlation, answer]));
  expect(text(by.get(1)?.txn?.results?.[1]?.get?.entry)).toBe('1');
  expect(by.get(2)?.error?.code).toBe('INVALID_ARGUMENT');
  expect(by.get(3)?.error?.code).toBe('INVALID_ARGUMENT');
  expect(text(by.get(4)?.get?.entry)).toBe('1');
  const ended = new Promise((resolve) => session.on('end', resolve));
  session.end();
  await ended;
});

describe('requests that travel together in a session', () => {
  const open = async () => {
    const { client } = await withBucket();
    const session = client.session();
    const messages: flowmesh.v1.KvSessionResponse[] = [];
    const failed = new Promise<{ readonly code: number }>((resolve) => session.on('error', resolve));
    session.on('data', (message: flowmesh.v1.KvSessionResponse) => messages.push(message));
    const answers = (): flowmesh.v1.KvSessionResponse.$Properties[] =>
      messages.flatMap((message) => (message.batch.length > 0 ? message.batch : [message]));
    return { session, messages, answers, failed };
  };
  const putOf = (name: string, value: string): flowmesh.v1.KvTxnRequest.$Properties => ({
    bucket: 'b',
    success: [{ put: { key: bytes(name), value: bytes(value) } }],
  });
  const getOf = (name: string): flowmesh.v1.KvGetRequest.$Properties => ({ bucket: 'b', key: bytes(name) });

  test('are done in their order, and each is answered for itself', async () => {
    const { session, messages, answers } = await open();
    session.write({ correlation: 1, txn: putOf('a', '1'), batches: true });
    await eventually(() => expect(answers()).toHaveLength(1));
    expect(messages[0]).toMatchObject({ correlation: 1, batches: true });
    const batch = [
      { correlation: 2, txn: putOf('a', '2') },
      { correlation: 3, txn: putOf('', 'no key') },
      { correlation: 4, txn: putOf('a', '4') },
      { correlation: 5, batch: [{ correlation: 6, get: getOf('a') }] },
    ];
    session.write({ batch });
    await eventually(() => expect(answers()).toHaveLength(5));
    const by = new Map(answers().map((answer) => [answer.correlation, answer]));
    expect(by.get(2)?.txn?.results?.[0]?.put?.entry?.version).toBe(2);
    expect(by.get(3)?.error?.code).toBe('INVALID_ARGUMENT');
    expect(by.get(4)?.txn?.results?.[0]?.put?.entry?.version).toBe(3);
    expect(by.get(5)?.error?.code).toBe('INVALID_ARGUMENT');
    session.write({ batch: [7, 8, 9].map((correlation) => ({ correlation, get: getOf('a') })) });
    await eventually(() => expect(answers()).toHaveLength(8));
    expect(messages.at(-1)?.batch).toHaveLength(3);
    expect(
      answers()
        .slice(5)
        .map(({ get }) => text(get?.entry)),
    ).toEqual(['4', '4', '4']);
    session.end();
  });

  test('are answered one by one to a client that does not take batches', async () => {
    const { session, messages } = await open();
    session.write({ batch: [1, 2].map((correlation) => ({ correlation, get: getOf('none') })) });
    await eventually(() => expect(messages).toHaveLength(2));
    expect(messages.map(({ batch }) => batch.length)).toEqual([0, 0]);
    session.end();
  });

  test('are answered in several messages where values are large', async () => {
    const { session, messages, answers } = await open();
    session.write({ correlation: 1, txn: putOf('large', 'x'.repeat(200_000)), batches: true });
    await eventually(() => expect(answers()).toHaveLength(1));
    session.write({ batch: [2, 3].map((correlation) => ({ correlation, get: getOf('large') })) });
    await eventually(() => expect(answers()).toHaveLength(3));
    expect(messages).toHaveLength(3);
    session.end();
  });

  test('end the session where they are too many', async () => {
    const { session, failed } = await open();
    session.write({ batch: Array.from({ length: 1_001 }, (_, i) => ({ correlation: i, get: getOf('a') })) });
    expect((await failed).code).toBe(status.INVALID_ARGUMENT);
  });
});

test('a watch says where it begins, gives what changes, and ends with NOT_LEADER when leadership moves', async () => {
  const { client, ask, shards, leaders } = await withBucket();
  const watch = client.watch({ bucket: 'b', range: { prefix: bytes('a/') } });
  const answers: flowmesh.v1.KvWatchResponse[] = [];
  let failure: { code?: number } | undefined;
  watch.on('data', (answer: flowmesh.v1.KvWatchResponse) => answers.push(answer));
  watch.on('error', (error: { code?: number }) => {
    failure = error;
  });
  await eventually(() => expect(answers).toHaveLength(1));
  await ask('put', { put: { key: bytes('b/1'), value: bytes('x') } });
  await ask('put', { put: { key: bytes('a/1'), value: bytes('y') } });
  await eventually(() => expect(answers).toHaveLength(2));
  expect(answers[1]).toMatchObject({ events: [{ revision: 2, index: 0 }], progressRevision: 2 });
  for (const shard of shards) {
    leaders.set(shard.group, 2, 5);
    shard.depose();
  }
  await eventually(() => expect(failure?.code).toBe(status.UNAVAILABLE));
});
