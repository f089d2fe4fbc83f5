/** Which nodes are asked first: those whose connection failed lately come last, those that merely refuse do not. */
import { FlowError } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callLeader } from '../../src/routing/leader-call.ts';
import { Router } from '../../src/routing/router.ts';
import { systemSurroundings } from '../../src/system.ts';
import { fromErrorMessage } from '../../src/wire/errors.ts';
import { ConnectionPool } from '../../src/wire/node-connection.ts';
import { FakeCluster } from '../support/fake-cluster.ts';

let cluster: FakeCluster;
let pool: ConnectionPool;
let router: Router;
const surroundings = systemSurroundings();

beforeEach(async () => {
  cluster = await FakeCluster.start(3);
  pool = new ConnectionPool();
  router = new Router({ endpoints: cluster.endpoints, pool, surroundings });
});

afterEach(async () => {
  await router.close();
  pool.close();
  await cluster[Symbol.asyncDispose]();
});

/** The nodes that the next calls, as many as there are nodes, begin with. */
function firstAsked(): number[] {
  const firsts = cluster.nodes.map(() => router.candidates()[0]);
  return cluster.nodes.filter((node) => firsts.includes(node.address)).map(({ id }) => id);
}

const starting = new FlowError('UNAVAILABLE', 'this node is still starting');

it('asks nobody but the endpoints where what the caller shows is good for them alone', async () => {
  await router.close();
  const endpoints = cluster.endpoints.slice(1, 2);
  router = new Router({ endpoints, endpointsOnly: true, pool, surroundings });
  for (let i = 0; i < 3; i++) await router.metadata([]);
  expect(firstAsked()).toEqual([2]);
});

describe('a node', () => {
  it('that refuses with UNAVAILABLE is asked like any other', async () => {
    cluster.refuseMetadata = (node) => (node === 2 ? starting : undefined);
    for (let i = 0; i < 3; i++) await router.metadata([]);
    expect(cluster.metadataCalls).toBeGreaterThan(3);
    expect(firstAsked()).toEqual([1, 2, 3]);
  });

  it('that cannot be reached is asked last', async () => {
    await router.close();
    // Time stands still: a node that failed is tried again after tens of milliseconds, and calls may take longer than that.
    const clock = { wallMs: () => 0, monotonicMs: () => 0 };
    router = new Router({ endpoints: cluster.endpoints, pool, surroundings: { ...surroundings, clock } });
    cluster.kill(2);
    for (let i = 0; i < 3; i++) await router.metadata([]);
    expect(firstAsked()).toEqual([1, 3]);
  });

  it('that leads and refuses with UNAVAILABLE is no worse for it', async () => {
    cluster.addStream('orders');
    await router.stream('orders');
    const failures = [fromErrorMessage({ code: 'UNAVAILABLE', message: 'starting', retryable: true })];
    const where = { stream: 'orders', partition: 0 };
    const asked = (address: string): Promise<string> => {
      const failure = failures.pop();
      return failure === undefined ? Promise.resolve(address) : Promise.reject(failure);
    };
    const answer = await callLeader({ router, pool, surroundings }, where, {}, (_, { address }) =>
      asked(address),
    );
    expect(answer).toBe(cluster.node(1).address);
    expect(firstAsked()).toEqual([1, 2, 3]);
  });
});

describe('a qualified name', () => {
  it('is routed as the name of a stream is', async () => {
    cluster.addStream('orders');
    cluster.addStream('queue:orders', 2);
    expect((await router.stream('queue:orders')).partitions).toHaveLength(2);
    expect((await router.stream('orders')).partitions).toHaveLength(1);
    const where = { stream: 'queue:orders', partition: 1 };
    const address = await callLeader(
      { router, pool, surroundings },
      where,
      {},
      async (_, { address: at }) => at,
    );
    expect(cluster.nodes.map((node) => node.address)).toContain(address);
  });

  it('is told in words where there is nothing of that name, or no such shard', async () => {
    await expect(router.stream('queue:orders')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'queue orders does not exist',
      hint: 'Create it: flowmesh queue create orders',
    });
    await expect(router.stream('bucket:carts')).rejects.toMatchObject({
      hint: 'Create it: flowmesh kv create carts',
    });
    cluster.addStream('queue:orders');
    const where = { stream: 'queue:orders', partition: 4 };
    await expect(
      callLeader({ router, pool, surroundings }, where, {}, async () => 'called'),
    ).rejects.toMatchObject({ message: 'queue orders has no shard 4' });
  });
});
