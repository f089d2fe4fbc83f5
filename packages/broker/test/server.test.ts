import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ClusterClient, type flowmesh } from '@flowmesh/proto';
import { credentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { append, call, Cluster, freePorts, readAll, until } from './node-kit.ts';

let cluster: Cluster | undefined;

afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

async function createStream(on: Cluster, name: string, partitions: number): Promise<flowmesh.v1.IStream> {
  const id = [...on.nodes.keys()][0] as number;
  const client = on.client(id);
  const request = { name, partitions, requestId: `create-${name}` } as flowmesh.v1.ICreateStreamRequest;
  return await call(client, client.createStream, request, 15_000);
}

describe('a single node', () => {
  test('founds its cluster, serves, stops, and has everything again after a restart', async () => {
    cluster = await Cluster.prepare(1);
    await cluster.startAll();
    await createStream(cluster, 'orders', 2);
    expect(await append(cluster, 'orders', 0, 'one')).toBe(0);
    expect(await append(cluster, 'orders', 0, 'two')).toBe(1);
    await cluster.stop(1);
    await cluster.startAll();
    expect(await readAll(cluster, 'orders', 0)).toEqual(['one', 'two']);
    expect(await append(cluster, 'orders', 0, 'three')).toBe(2);
    expect(cluster.said('cluster founded')).toBe(1);
  });

  test('runs in memory', async () => {
    cluster = await Cluster.prepare(1, { memory: true });
    await cluster.startAll();
    await createStream(cluster, 'orders', 1);
    expect(await append(cluster, 'orders', 0, 'one')).toBe(0);
    expect(await readAll(cluster, 'orders', 0)).toEqual(['one']);
  });

  test('answers readiness and metrics over HTTP', async () => {
    cluster = await Cluster.prepare(1, { memory: true });
    await cluster.startAll();
    const { http } = cluster.member(1);
    await until(
      'readiness',
      async () => (await fetch(`http://127.0.0.1:${http}/readyz`)).status === 200 || undefined,
    );
    const metrics = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
    expect(metrics).toContain('flowmesh_raft_groups 1');
  });

  test('a start that waits for others ends when it is told to', async () => {
    cluster = await Cluster.prepare(3);
    const stop = new AbortController();
    const starting = cluster.start(2, {}, stop.signal);
    await until(
      'the wait',
      () => (cluster as Cluster).said('waiting for the other initial members') > 0 || undefined,
    );
    stop.abort();
    await expect(starting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('three nodes', () => {
  test('found one cluster, replicate, and go on when one of them is gone', async () => {
    cluster = await Cluster.prepare(3);
    await cluster.startAll();
    const stream = await createStream(cluster, 'orders', 3);
    expect(stream.replicationFactor).toBe(3);
    for (const partition of [0, 1, 2])
      expect(await append(cluster, 'orders', partition, `first ${partition}`)).toBe(0);
    await cluster.stop(1);
    for (const partition of [0, 1, 2])
      expect(await append(cluster, 'orders', partition, `second ${partition}`)).toBe(1);
    for (const partition of [0, 1, 2]) {
      expect(await readAll(cluster, 'orders', partition)).toEqual([
        `first ${partition}`,
        `second ${partition}`,
      ]);
    }
    await cluster.start(1);
    await cluster.nodes.get(1)?.ready;
    expect(await append(cluster, 'orders', 0, 'third')).toBe(2);
    expect(cluster.said('cluster founded')).toBe(1);
  });

  test('leaders of a new stream are spread over the nodes', async () => {
    cluster = await Cluster.prepare(3);
    await cluster.startAll();
    await createStream(cluster, 'spread', 6);
    const client = cluster.client(1);
    const leaders = await until('six leaders', async () => {
      const request = { name: 'spread' } as flowmesh.v1.IGetStreamRequest;
      const found: flowmesh.v1.IStream = await call(client, client.getStream, request);
      const ids = (found.partitionInfos ?? []).map((info) => info.leader ?? 0);
      return ids.every((id) => id > 0) ? ids : undefined;
    });
    for (const id of [1, 2, 3]) expect(leaders.filter((leader) => leader === id)).toHaveLength(2);
  });

  test('a wiped node comes back as a new one, gets all data, and its old identity is gone', async () => {
    cluster = await Cluster.prepare(3);
    await cluster.startAll();
    await createStream(cluster, 'orders', 1);
    expect(await append(cluster, 'orders', 0, 'one')).toBe(0);
    await cluster.stop(2);
    rmSync(cluster.dataDir(2), { recursive: true });
    const again = await cluster.start(2);
    expect(again.id).toBe(4);
    await again.ready;
    await inSync(cluster, 'orders', 4);
    await until(
      'the move to be finished',
      () => (cluster as Cluster).said('membership change finished') >= 2 || undefined,
    );
    await cluster.stop(1);
    expect(await append(cluster, 'orders', 0, 'two')).toBe(1);
    expect(await readAll(cluster, 'orders', 0)).toEqual(['one', 'two']);
  });

  test.each([
    ['its write-ahead log was cut', (dir: string) => cutLogs(path.join(dir, 'db'))],
    ['CURRENT is gone', (dir: string) => rmSync(path.join(dir, 'db', 'CURRENT'))],
    ['identity.json is damaged', (dir: string) => writeFileSync(path.join(dir, 'identity.json'), '{}')],
  ])('a directory is set aside and the node joins anew when %s', async (_, damage) => {
    cluster = await Cluster.prepare(3);
    await cluster.startAll();
    await createStream(cluster, 'orders', 1);
    expect(await append(cluster, 'orders', 0, 'one')).toBe(0);
    await cluster.stop(3);
    damage(cluster.dataDir(3));
    const again = await cluster.start(3);
    expect(again.id).toBe(4);
    await again.ready;
    expect(readdirSync(cluster.folder)).toContain('node-3.quarantined-1');
    await inSync(cluster, 'orders', 4);
    await cluster.stop(1);
    expect(await append(cluster, 'orders', 0, 'two')).toBe(1);
    expect(await readAll(cluster, 'orders', 0)).toEqual(['one', 'two']);
  });

  test('a node that is not in the list joins through a seed and follows the metadata', async () => {
    cluster = await Cluster.prepare(3);
    await cluster.startAll();
    await createStream(cluster, 'orders', 1);
    const late = await cluster.startLate();
    expect(late.id).toBe(4);
    await late.ready;
    const request = { name: 'orders' } as flowmesh.v1.IGetStreamRequest;
    const client = cluster.clientAt(late.addresses.grpc);
    const found: flowmesh.v1.IStream = await call(client, client.getStream, request);
    expect(found.partitionInfos).toHaveLength(1);
  });

  test('new addresses of a node are told to the cluster', async () => {
    cluster = await Cluster.prepare(3);
    await cluster.startAll();
    await cluster.stop(2);
    const [grpc] = await freePorts(1);
    const { peer, http } = cluster.member(2);
    await cluster.start(2, {
      node: { dataDir: cluster.dataDir(2) },
      listeners: { grpc: { port: grpc }, peer: { port: peer }, http: { port: http } },
    });
    const client = new ClusterClient(`127.0.0.1:${cluster.member(1).grpc}`, credentials.createInsecure());
    try {
      await until('the address in the metadata', async () => {
        const found = await new Promise<flowmesh.v1.IMetadataResponse>((resolve, reject) => {
          client.metadata({}, (error, response) =>
            error === null ? resolve(response ?? {}) : reject(error),
          );
        });
        return found.nodes?.find((node) => node.id === 2)?.grpcAddress === `127.0.0.1:${grpc}` || undefined;
      });
    } finally {
      client.close();
    }
  });

  test('a directory of another cluster is refused', async () => {
    cluster = await Cluster.prepare(1);
    await cluster.startAll();
    await cluster.stop(1);
    const other = { cluster: { id: 'other', seeds: ['127.0.0.1:1'] }, node: { dataDir: cluster.dataDir(1) } };
    await expect(cluster.start(1, other)).rejects.toMatchObject({ code: 'WRONG_CLUSTER' });
  });
});

function cutLogs(dir: string): void {
  for (const name of readdirSync(dir).filter((file) => file.endsWith('.log'))) {
    const file = path.join(dir, name);
    truncateSync(file, Math.floor(statSync(file).size / 2));
  }
}

async function inSync(on: Cluster, name: string, node: number): Promise<void> {
  const client = on.client(1);
  await until(`node ${node} in sync`, async () => {
    const request = { name } as flowmesh.v1.IGetStreamRequest;
    const found: flowmesh.v1.IStream = await call(client, client.getStream, request);
    return found.partitionInfos?.[0]?.inSyncReplicas?.includes(node) || undefined;
  });
}
