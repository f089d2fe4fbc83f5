/** KV and TTL: what lessons.md says that others got wrong, and the rest of what time does. */
import { describe, expect, it } from 'vitest';
import { encodeKvCommand, KvMachine } from '../../src/index.ts';
import { first, key, put, remove, Shard, ttl, txn } from './shard.ts';

const lease = (id: number) => ({ kind: 'lease', lease: id }) as const;

describe('a key with a time to live', () => {
  it('lesson: overwriting it removes the old expiry, which deletes nothing later', async () => {
    const shard = new Shard();
    await shard.txn(1_000, [put('a', 'old', ttl(100))]);
    await shard.txn(1_050, [put('a', 'new')]);
    await shard.expire(5_000);
    expect(await shard.get('a')).toBe('new');
    expect(first(await shard.txn(5_001, [{ kind: 'get', key: key('a') }]))).toMatchObject({
      current: { expiresAtMs: 0 },
    });
  });

  it('lesson: it does not exist once its time is up, though nothing has deleted it yet', async () => {
    const shard = new Shard();
    await shard.txn(1_000, [put('a', '1', ttl(100))]);
    const exists = { key: key('a'), target: 'version', comparison: 'greater', number: 0 } as const;
    const reply = await shard.txn(1_100, [], { conditions: [exists] });
    expect(reply.succeeded).toBe(false);
    expect(await shard.get('a')).toBeUndefined();
    expect(first(await shard.txn(1_100, [remove('a')]))).toMatchObject({ previous: undefined });
  });

  it('lesson: an update that asks to keep the expiry keeps it', async () => {
    const shard = new Shard();
    await shard.txn(1_000, [put('a', '1', ttl(100))]);
    await shard.txn(1_050, [put('a', '2', { kind: 'keep' })]);
    expect(await shard.get('a')).toBe('2');
    expect(await shard.expire(1_100)).toMatchObject({ keys: 1 });
    expect(await shard.eventTexts(2)).toEqual(['2 put a=2', '3 expire a']);
  });

  it('lesson: its expiry is in the state, not in memory alone', async () => {
    const shard = new Shard();
    await shard.txn(1_000, [put('a', '1', ttl(100))]);
    await shard.restart();
    expect(shard.machine.dueAtMs()).toBe(1_100);
    await shard.expire(1_100);
    expect(shard.machine.keyCount).toBe(0);
  });

  it('is given another one, or none, without a new revision', async () => {
    const shard = new Shard();
    await shard.txn(1_000, [put('a', '1', ttl(100))]);
    const touch = (expiry: ReturnType<typeof ttl> | { kind: 'none' }) =>
      txn(1_010, [{ kind: 'touch', key: key('a'), expiry }]);
    expect(await shard.run(touch(ttl(1_000)))).toMatchObject({
      revision: 1,
      results: [{ current: { expiresAtMs: 2_010, modRevision: 1 } }],
    });
    await shard.expire(1_500);
    expect(await shard.get('a')).toBe('1');
    await shard.run(touch({ kind: 'none' }));
    expect(await shard.expire(9_000)).toMatchObject({ keys: 0 });
  });

  it('is seen to expire before it is written again', async () => {
    const shard = new Shard();
    await shard.txn(1_000, [put('a', '1', ttl(100))]);
    const again = await shard.txn(2_000, [put('a', '2')]);
    expect(first(again)).toMatchObject({ current: { createRevision: 3, version: 1 }, previous: undefined });
    expect(await shard.eventTexts()).toEqual(['1 put a=1', '2 expire a', '3 put a=2']);
  });

  it('gets the default of the bucket where nothing else is said', async () => {
    const shard = new Shard();
    const config = { 'ttl.default.ms': '500' };
    await shard.run({ kind: 'configure', timeMs: 1, revision: 3, config });
    await shard.txn(1_000, [put('a', '1'), put('b', '2', { kind: 'none' })]);
    expect(await shard.expire(1_500)).toMatchObject({ keys: 1 });
    expect(await shard.get('b')).toBe('2');
  });

  it('expires with two thousand others in several small commands', async () => {
    const shard = new Shard(0);
    for (let i = 0; i < 20; i++) {
      await shard.txn(
        1_000,
        Array.from({ length: 100 }, (_, j) => put(`key-${i}-${j}`, 'v', ttl(100))),
      );
    }
    let commands = 0;
    while ((shard.machine.dueAtMs() ?? Number.POSITIVE_INFINITY) <= 2_000) {
      const reply = await shard.expire(2_000);
      expect(reply.kind === 'expired' && reply.keys).toBeLessThanOrEqual(1_000);
      commands++;
    }
    expect(shard.machine.keyCount).toBe(0);
    expect(commands).toBeGreaterThan(2);
  });
});

describe('a lease', () => {
  it('takes its keys away when it is not kept alive', async () => {
    const shard = new Shard(0);
    await shard.run({ kind: 'lease-grant', timeMs: 1_000, id: 0, ttlMs: 500 });
    await shard.txn(1_100, [put('a', '1', lease(1)), put('b', '2', lease(1)), put('c', '3')]);
    await shard.run({ kind: 'lease-keep-alive', timeMs: 1_400, ids: [1, 9] });
    expect(await shard.expire(1_600)).toMatchObject({ keys: 0, leases: 0 });
    expect(await shard.expire(1_900)).toMatchObject({ keys: 2, leases: 1 });
    expect(await shard.eventTexts(2)).toEqual(['2 expire a', '2 expire b']);
    expect(shard.machine.leaseCount).toBe(0);
    expect((await shard.chunk([txn(2_000, [put('a', '1', lease(1))])]))[0]).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('has its full time again after a change of the leader, never less', async () => {
    const shard = new Shard();
    await shard.run({ kind: 'lease-grant', timeMs: 1_000, id: 77, ttlMs: 500 });
    await shard.txn(1_000, [put('a', '1', lease(77))]);
    shard.term = 2;
    await shard.restart();
    expect(await shard.expire(1_500)).toMatchObject({ leases: 0 });
    expect(shard.machine.dueAtMs()).toBe(2_000);
    expect(await shard.get('a')).toBe('1');
    expect(await shard.expire(2_000)).toMatchObject({ leases: 1, keys: 1 });
  });

  it('lets go of a key that is written without it', async () => {
    const shard = new Shard();
    await shard.run({ kind: 'lease-grant', timeMs: 1_000, id: 5, ttlMs: 500 });
    await shard.txn(1_000, [put('a', '1', lease(5))]);
    await shard.txn(1_000, [put('a', '2')]);
    expect(await shard.run({ kind: 'lease-revoke', timeMs: 1_001, id: 5, max: 100 })).toMatchObject({
      deleted: 0,
    });
    expect(await shard.get('a')).toBe('2');
  });

  it('that is revoked with more keys than one command takes goes on ending, and takes no keys meanwhile', async () => {
    const shard = new Shard(0);
    await shard.run({ kind: 'lease-grant', timeMs: 1_000, id: 5, ttlMs: 500 });
    await shard.txn(
      1_000,
      Array.from({ length: 10 }, (_, i) => put(`k${i}`, 'v', lease(5))),
    );
    const revoke = { kind: 'lease-revoke', timeMs: 1_001, id: 5, max: 4 } as const;
    expect(await shard.run(revoke)).toMatchObject({ deleted: 4, more: true });
    expect((await shard.chunk([txn(1_002, [put('n', '1', lease(5))])]))[0]).toMatchObject({
      code: 'NOT_FOUND',
    });
    await shard.restart();
    expect(shard.machine.dueAtMs()).toBe(0);
    expect(await shard.expire(1_003)).toMatchObject({ keys: 6, leases: 1 });
    expect((await shard.eventTexts(3)).every((event) => event.includes('delete'))).toBe(true);
  });

  it('is granted, used, due and gone within one chunk of commands', async () => {
    const shard = new Shard(0);
    const replies = await shard.chunk([
      { kind: 'lease-grant', timeMs: 1_000, id: 5, ttlMs: 500 },
      txn(1_000, [put('a', '1', lease(5))]),
      { kind: 'expire', timeMs: 2_000, max: 10 },
    ]);
    expect(replies[2]).toMatchObject({ keys: 1, leases: 1 });
  });
});

it('an expire command weighs what it may take away, a put what it is', () => {
  const machine = new KvMachine();
  expect(machine.weigh(encodeKvCommand({ kind: 'expire', timeMs: 1, max: 250 }))).toBe(250);
  expect(machine.weigh(encodeKvCommand(txn(1, [put('a', '1')])))).toBe(1);
});
