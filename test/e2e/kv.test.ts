/** Buckets on three real nodes whose leaders are killed: what was acknowledged stays, once; watches see all of it, once; time goes on. */
import { connect, type FlowMesh, textCodec } from '@flowmesh/client';
import { expect, it } from 'vitest';
import { Cluster, until } from './harness/cluster.ts';
import { leadersOf } from './proofs/watch.ts';

const PATIENCE_MS = 120_000;

/** Kills the node that leads the bucket's only shard, once there is one, and starts it again. */
async function killLeader(cluster: Cluster, mesh: FlowMesh, bucket: string): Promise<void> {
  const [leader = 0] = await leadersOf(mesh, `bucket:${bucket}`, 1);
  const node = cluster.node(leader);
  await node.stop('SIGKILL');
  node.start();
}

it('a counter that clients swap while leaders are killed is exact, and a watch sees each of its revisions once', async () => {
  await using cluster = await Cluster.start({ nodes: 3 });
  await using mesh = await connect({ endpoints: cluster.endpoints });
  await mesh.kv.create({ name: 'counters', replicationFactor: 3 });
  const kv = mesh.kv.bucket('counters', { codec: textCodec });
  await kv.put('n', '0');
  const [clients, rounds] = [4, 60];
  const total = clients * rounds;
  const watch = await kv.watch({ key: 'n', fromRevision: 1 });
  const seen: string[] = [];
  const watched = (async () => {
    for await (const change of watch) {
      seen.push(change.value ?? change.kind);
      if (seen.length === total + 1) return;
    }
  })();

  let done = 0;
  const increments = async (): Promise<void> => {
    await using own = await connect({ endpoints: cluster.endpoints });
    const bucket = own.kv.bucket('counters', { codec: textCodec });
    for (let i = 0; i < rounds; i++) {
      for (;;) {
        const found = await bucket.get('n', { timeoutMs: PATIENCE_MS });
        const next = String(Number(found?.value) + 1);
        const swap = { expected: found?.modRevision ?? 0, value: next };
        if ((await bucket.cas('n', swap, { timeoutMs: PATIENCE_MS })).swapped) break;
      }
      await bucket.increment('plain', 1, { timeoutMs: PATIENCE_MS });
      done++;
    }
  };
  const working = Promise.all(Array.from({ length: clients }, increments));
  for (const share of [0.2, 0.6]) {
    await until(
      () => done >= total * share,
      PATIENCE_MS,
      () => `${done} of ${total} increments are done`,
      5,
    );
    await killLeader(cluster, mesh, 'counters');
    await cluster.ready(PATIENCE_MS);
  }
  await working;
  expect((await kv.get('n'))?.value).toBe(String(total));
  expect((await kv.get('plain'))?.value).toBe(String(total));
  await watched;
  expect(seen).toEqual(Array.from({ length: total + 1 }, (_, i) => String(i)));
});

it('keys and leases expire after their leader was killed, leases not before their whole time', async () => {
  await using cluster = await Cluster.start({ nodes: 3 });
  await using mesh = await connect({ endpoints: cluster.endpoints });
  await mesh.kv.create({ name: 'sessions', replicationFactor: 3 });
  const kv = mesh.kv.bucket('sessions', { codec: textCodec });
  const watch = await kv.watch();
  await watch.ready();
  const kept = kv.lease({ ttlMs: 4_000 });
  const left = kv.lease({ ttlMs: 4_000 });
  await kv.put('timed', 'v', { expiry: { ttlMs: 4_000 } });
  await kv.put('kept', 'v', { expiry: { lease: kept } });
  await kv.put('left', 'v', { expiry: { lease: left } });
  left.abandon();
  await killLeader(cluster, mesh, 'sessions');
  const killedAt = performance.now();
  const expired = new Map<string, number>();
  for await (const { kind, key } of watch) {
    if (kind === 'expire') expired.set(key, performance.now() - killedAt);
    if (expired.size === 2) break;
  }
  expect([...expired.keys()].sort()).toEqual(['left', 'timed']);
  expect(expired.get('left')).toBeGreaterThan(3_500);
  expect(kept.lost).toBeUndefined();
  expect(await kv.exists('kept')).toBe(true);
  expect(await kv.exists('timed')).toBe(false);
  await kept.revoke();
  expect(await kv.exists('kept')).toBe(false);
});

it('lesson: what was acknowledged is there after all nodes were killed at once, expiries and leases with it', async () => {
  await using cluster = await Cluster.start({ nodes: 3 });
  await using mesh = await connect({ endpoints: cluster.endpoints });
  await mesh.kv.create({ name: 'safe', shards: 2, replicationFactor: 3 });
  const kv = mesh.kv.bucket('safe', { codec: textCodec });
  const lease = kv.lease({ ttlMs: 60_000 });
  for (let i = 0; i < 20; i++) await kv.put(`k${i}`, String(i));
  await kv.put('timed', 'v', { expiry: { ttlMs: 60_000 } });
  await kv.put('leased', 'v', { expiry: { lease } });
  await kv.put('k0', 'changed');
  await Promise.all(cluster.nodes.map((node) => node.stop('SIGKILL')));
  for (const node of cluster.nodes) node.start();
  await cluster.ready(PATIENCE_MS);
  const values: string[] = [];
  for await (const { value } of kv.list({ prefix: 'k', timeoutMs: PATIENCE_MS })) values.push(value);
  expect(values.sort()).toEqual(['changed', ...Array.from({ length: 19 }, (_, i) => String(i + 1))].sort());
  expect((await kv.describe('timed'))?.remainingMs).toBeLessThanOrEqual(60_000);
  expect((await kv.describe('leased'))?.lease).toBe(lease.id);
  expect((await kv.history('k0')).map(({ entry }) => entry?.value)).toEqual(['changed', '0']);
  await lease.revoke();
  expect(await kv.exists('leased')).toBe(false);
});
