/** `mesh.kv` against a real node: everything that the SDK offers of buckets. */
import { FlowError } from '@flowmesh/base';
import { type Bucket, type FlowMesh, jsonCodec, type KvChange, textCodec } from '@flowmesh/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../src/index.ts';

interface Order {
  readonly total: number;
}

const orderCodec = jsonCodec({
  parse: (value): Order => {
    const total = (value as { readonly total?: unknown }).total;
    if (typeof total !== 'number') throw new TypeError('no order');
    return { total };
  },
});

let broker: TestBroker;
let mesh: FlowMesh;
let names = 0;

beforeAll(async () => {
  broker = await startBroker({ memory: true });
  mesh = await broker.mesh();
});

afterAll(async () => {
  await broker.stop();
});

async function bucket(shards = 1, config: Record<string, string> = {}): Promise<Bucket<string>> {
  const name = `b${++names}`;
  await mesh.kv.create({ name, shards, config });
  return mesh.kv.bucket(name, { codec: textCodec });
}

async function take<T>(from: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const each of from) {
    taken.push(each);
    if (taken.length === count) break;
  }
  return taken;
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  return await take(from, Number.POSITIVE_INFINITY);
}

function told({ kind, key, value }: KvChange<string>): string {
  return value === undefined ? `${kind} ${key}` : `${kind} ${key}=${value}`;
}

describe('buckets', () => {
  it('are made, described, changed, listed and deleted', async () => {
    await mesh.kv.create({ name: 'orders', shards: 2, config: { 'history.depth': '3' } });
    expect(await mesh.kv.get('orders')).toMatchObject({ shards: 2, config: { 'history.depth': '3' } });
    await expect(mesh.kv.create({ name: 'orders' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(mesh.kv.create({ name: 'x', config: { 'history.dept': '3' } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: expect.stringContaining('history.depth'),
    });
    const updated = await mesh.kv.update({ name: 'orders', setConfig: { 'ttl.default.ms': '5000' } });
    expect(updated.config).toMatchObject({ 'ttl.default.ms': '5000' });
    expect((await all(mesh.kv.list({ prefix: 'ord' }))).map(({ name }) => name)).toEqual(['orders']);
    await mesh.kv.delete('orders');
    await expect(mesh.kv.get('orders')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(mesh.kv.bucket('orders').get('a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('hold values of the type that their codec reads, and refuse others', async () => {
    const plain = await bucket();
    const orders = mesh.kv.bucket(plain.name, { codec: orderCodec });
    await orders.put('7', { total: 9 });
    const found = await orders.get('7');
    expect(found?.value.total).toBe(9);
    await plain.put('8', '{"total":"nine"}');
    await expect(orders.get('8')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('keys', () => {
  it('are put, read, guarded, swapped, counted and deleted', async () => {
    const kv = await bucket(4);
    expect(await kv.get('a')).toBeUndefined();
    const { modRevision } = await kv.put('a', '1');
    expect(await kv.get('a')).toMatchObject({ key: 'a', value: '1', modRevision, version: 1 });
    await expect(kv.put('a', '2', { onlyIf: 'absent' })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      details: { modRevision },
    });
    expect(await kv.cas('a', { expected: modRevision, value: '2' })).toMatchObject({ swapped: true });
    const refused = await kv.cas('a', { expected: modRevision, value: '3' });
    expect(refused).toMatchObject({ swapped: false, current: { value: '2' } });
    expect(await kv.cas('new', { expected: 0, value: '3' })).toMatchObject({ swapped: true });
    expect(await kv.increment('n', 5)).toBe(5);
    expect(await kv.increment('n', -7)).toBe(-2);
    expect(await kv.delete('a')).toBe(true);
    expect(await kv.delete('a')).toBe(false);
    expect(await kv.exists('a')).toBe(false);
    const history = await kv.history('a');
    expect(history.map(({ entry }) => entry?.value)).toEqual([undefined, '2', '1']);
    expect(await kv.get('a', { revision: modRevision })).toMatchObject({ value: '1' });
  });

  it('are written all or none, where a tag holds them together', async () => {
    const kv = await bucket(4);
    await kv.txn({ do: [{ put: '{o}state', value: 'open' }, { increment: '{o}count' }] });
    const outcome = await kv.txn({
      if: [
        { key: '{o}state', value: 'open' },
        { key: '{o}other', exists: false },
      ],
      do: [{ put: '{o}state', value: 'closed' }, { delete: '{o}count' }],
      else: [{ get: '{o}state' }],
    });
    expect(outcome).toMatchObject({
      succeeded: true,
      results: [{ kind: 'put' }, { kind: 'delete', deleted: true }],
    });
    await expect(
      kv.txn({ do: ['a', 'b', 'c', 'd', 'e'].map((key) => ({ put: key, value: '1' })) }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', hint: expect.stringContaining('tag') });
  });

  it('are listed in order over all shards, counted, filtered and deleted by range', async () => {
    const kv = await bucket(4);
    const keys = Array.from({ length: 60 }, (_, i) => `k${String(i).padStart(2, '0')}`);
    for (const key of keys) await kv.put(key, key);
    await kv.put('other', 'x');
    expect((await all(kv.list({ prefix: 'k' }))).map(({ value }) => value)).toEqual(keys);
    expect((await all(kv.keys({ from: 'k10', to: 'k13' }))).map(({ key }) => key)).toEqual([
      'k10',
      'k11',
      'k12',
    ]);
    expect(await all(kv.list({ prefix: 'k', limit: 7 }))).toHaveLength(7);
    expect(await all(kv.keys({ filter: 'key == "k07" || key == "k08"' }))).toHaveLength(2);
    await expect(all(kv.keys({ filter: 'key ==' }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await kv.count({ prefix: 'k' })).toBe(60);
    expect(await kv.deleteRange({ prefix: 'k' })).toBe(60);
    expect(await kv.count()).toBe(1);
  });

  it('expire, unless they are touched in time', async () => {
    const kv = await bucket();
    await kv.put('a', '1', { expiry: { ttlMs: 200 } });
    await kv.put('b', '1', { expiry: { ttlMs: 200 } });
    expect(await kv.touch('b', 'never')).toBe(true);
    expect((await kv.describe('a'))?.remainingMs).toBeLessThanOrEqual(200);
    const watch = await kv.watch({ fromRevision: 1 });
    expect((await take(watch, 3)).map(told)).toEqual(['put a=1', 'put b=1', 'expire a']);
    expect(await kv.exists('a')).toBe(false);
    expect((await kv.describe('b'))?.remainingMs).toBeUndefined();
    expect(await kv.touch('a', { ttlMs: 100 })).toBe(false);
  });
});

describe('leases', () => {
  it('keep their keys for longer than their time, until they are revoked', async () => {
    const kv = await bucket(3);
    const lease = kv.lease({ ttlMs: 300 });
    for (const key of ['a', 'b', 'c', 'd']) await kv.put(key, 'v', { expiry: { lease } });
    const until = performance.now() + 900;
    while (performance.now() < until) expect(await kv.count()).toBe(4);
    expect(lease.lost).toBeUndefined();
    await lease.revoke();
    expect(await kv.count()).toBe(0);
    await expect(kv.put('a', 'v', { expiry: { lease } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that are abandoned take their keys away when their time is up', async () => {
    const kv = await bucket();
    const watch = await kv.watch({ key: 'a' });
    await watch.ready();
    const lease = kv.lease({ ttlMs: 200 });
    await kv.put('a', 'v', { expiry: { lease } });
    lease.abandon();
    expect((await take(watch, 2)).map(told)).toEqual(['put a=v', 'expire a']);
  });
});

describe('watches', () => {
  it('give every change of a prefix once, with what was there before, until they are aborted', async () => {
    const kv = await bucket(3);
    const stop = new AbortController();
    const watch = await kv.watch({ prefix: 'a/', previous: true, signal: stop.signal });
    await watch.ready();
    await kv.put('a/1', '1');
    await kv.put('b/1', '1');
    await kv.put('a/1', '2');
    await kv.delete('a/1');
    const seen: KvChange<string>[] = [];
    for await (const change of watch) {
      seen.push(change);
      if (seen.length === 3) stop.abort();
    }
    expect(seen.map(told)).toEqual(['put a/1=1', 'put a/1=2', 'delete a/1']);
    expect(seen.map(({ previous }) => previous)).toEqual([undefined, '1', '2']);
  });

  it('from a revision that is compacted fail with the earliest one', async () => {
    const kv = await bucket(1, { 'history.retention.bytes': '65536' });
    for (let i = 0; i < 30; i++) await kv.put('a', 'x'.repeat(5_000));
    await expect.poll(async () => await firstError(kv), { timeout: 20_000 }).toBe('REVISION_COMPACTED');
  });
});

async function firstError(kv: Bucket<string>): Promise<string> {
  try {
    await take(await kv.watch({ fromRevision: 1 }), 1);
    return 'none';
  } catch (error) {
    return error instanceof FlowError ? error.code : String(error);
  }
}
