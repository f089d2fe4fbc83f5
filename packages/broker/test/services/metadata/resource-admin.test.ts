import { FlowError, nodeId } from '@flowmesh/base';
import type { ResourceKind } from '@flowmesh/engines';
import { expect, test } from 'vitest';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import { ClusterView } from '../../../src/services/metadata/cluster-view.ts';
import { Coordinators } from '../../../src/services/metadata/coordinators.ts';
import { ProducerIds } from '../../../src/services/metadata/producer-ids.ts';
import { ResourceAdmin } from '../../../src/services/metadata/resource-admin.ts';
import type { ResourceAdminPorts, WantedResource } from '../../../src/services/metadata/resource-admin.ts';
import { OPEN_DOOR } from '../../../src/services/ports.ts';
import type { Door } from '../../../src/services/ports.ts';
import { caller, FakeCatalog, FakeLeaders } from '../fake-cluster.ts';
import { FakeNodes } from '../fake-ops.ts';
import { ManualTime } from '../manual-time.ts';

const never = new AbortController().signal;
const one = caller();

interface Admin {
  readonly time: ManualTime;
  readonly catalog: FakeCatalog;
  readonly leaders: FakeLeaders;
  readonly admin: ResourceAdmin;
  readonly ports: ResourceAdminPorts;
}

function makeAdmin(
  options: {
    readonly nodes?: number;
    readonly elects?: boolean;
    readonly door?: Door;
    readonly kind?: ResourceKind;
  } = {},
): Admin {
  const time = new ManualTime();
  const catalog = new FakeCatalog(options.nodes ?? 3);
  const leaders = new FakeLeaders();
  const elect = (): void => {
    for (const stream of catalog.machine.streams()) for (const group of stream.groups) leaders.set(group, 1);
  };
  if (options.elects !== false) catalog.onApplied = elect;
  let uuids = 0;
  const newUuid = (): string => `20000000-0000-0000-0000-${String(++uuids).padStart(12, '0')}`;
  const wheel = new DeadlineWheel({ clock: time, scheduler: time });
  const door = options.door ?? OPEN_DOOR;
  const ports = { catalog, leaders, nodes: new FakeNodes(), door, clock: time, wheel, newUuid };
  return {
    time,
    catalog,
    leaders,
    ports,
    admin: new ResourceAdmin(ports, options.kind ?? 'stream'),
  };
}

function wanted(options: Partial<WantedResource> = {}): WantedResource {
  return {
    caller: one,
    name: 'orders',
    partitions: undefined,
    replicationFactor: undefined,
    config: {},
    requestId: 'r1',
    timeoutMs: 1_000,
    ...options,
  };
}

test('a stream gets one partition on three nodes unless asked otherwise, and fewer where there are fewer nodes', async () => {
  const three = await makeAdmin().admin.create(wanted(), never);
  expect(three.partitions).toHaveLength(1);
  expect(three.partitions[0]).toMatchObject({ leader: 1, leaderEpoch: 1 });
  expect(new Set(three.partitions[0]?.replicas)).toEqual(new Set([1, 2, 3]));
  const alone = await makeAdmin({ nodes: 1 }).admin.create(wanted({ partitions: 4 }), never);
  expect(alone.resource).toMatchObject({ replicationFactor: 1 });
  expect(alone.partitions).toHaveLength(4);
});

test('what a creation does not say is as the cluster is configured', async () => {
  const { admin, catalog } = makeAdmin();
  const set = { 'default.partitions': '3', 'default.replication.factor': '2' };
  catalog.apply({ kind: 'set-config', requestId: 'c', timeMs: 1, scope: 'cluster', set, unset: [] });
  const created = await admin.create(wanted(), never);
  expect(created.partitions.map(({ replicas }) => replicas.length)).toEqual([2, 2, 2]);
});

test('new partitions go to live nodes that take part, and to those that are away only for want of others', async () => {
  const { admin, catalog, leaders } = makeAdmin({ nodes: 4 });
  leaders.dead.add(nodeId(4));
  const created = await admin.create(wanted({ partitions: 8 }), never);
  expect(new Set(created.partitions.flatMap(({ replicas }) => replicas))).toEqual(new Set([1, 2, 3]));
  leaders.dead.add(nodeId(3));
  const short = await admin.create(wanted({ name: 'short', requestId: 'r2' }), never);
  expect(short.partitions[0]?.replicas).toHaveLength(3);
  const drain = { kind: 'set-node-mode', requestId: 'd', timeMs: 1, mode: 'draining' } as const;
  expect(catalog.apply({ ...drain, node: nodeId(1), force: true })).toMatchObject({ ok: true });
  const without = await admin.create(wanted({ name: 'without', requestId: 'r3', partitions: 4 }), never);
  expect(without.partitions.flatMap(({ replicas }) => replicas)).not.toContain(1);
});

test('creation is answered only when every partition has a leader', async () => {
  const { admin, catalog, leaders } = makeAdmin({ elects: false });
  let answered = false;
  const created = admin
    .create(wanted({ partitions: 2 }), never)
    .then((stream) => ((answered = true), stream));
  for (let i = 0; i < 20; i++) await Promise.resolve();
  const [first, second] = catalog.machine.streamByName('orders')?.groups ?? [];
  if (first === undefined || second === undefined) throw new Error('two groups');
  leaders.set(first, 1);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  expect(answered).toBe(false);
  leaders.set(second, 2);
  expect((await created).partitions.map(({ leader }) => leader)).toEqual([1, 2]);
  expect(leaders.listening).toBe(0);
});

test('without leaders in time the answer says that the stream is created', async () => {
  const { admin, time, catalog, leaders } = makeAdmin({ elects: false });
  const created = admin.create(wanted({ timeoutMs: 500 }), never);
  const outcome = expect(created).rejects.toMatchObject({
    code: 'TIMEOUT',
    details: { outcome: 'created', missingLeaders: 1 },
  });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  time.advance(600);
  await outcome;
  expect(catalog.machine.streamByName('orders')).toBeDefined();
  expect(leaders.listening).toBe(0);
});

test('a repeated request returns the first result, another one for the same name is refused', async () => {
  const { admin } = makeAdmin();
  const first = await admin.create(wanted(), never);
  const again = await admin.create(wanted(), never);
  expect(again.resource.uuid).toBe(first.resource.uuid);
  await expect(admin.create(wanted({ requestId: 'r2' }), never)).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  });
});

test('bad names, counts, keys and too large a replication factor are refused before anything is proposed', async () => {
  const { admin, catalog } = makeAdmin();
  const before = catalog.machine.revision;
  for (const [bad, code] of [
    [{ name: 'a b' }, 'INVALID_ARGUMENT'],
    [{ partitions: 5_000 }, 'INVALID_ARGUMENT'],
    [{ replicationFactor: 9 }, 'INVALID_ARGUMENT'],
    [{ replicationFactor: 5 }, 'PRECONDITION_FAILED'],
    [{ config: { 'retention.mss': '1' } }, 'INVALID_ARGUMENT'],
  ] as const) {
    await expect(admin.create(wanted(bad), never)).rejects.toMatchObject({ code });
  }
  expect(catalog.machine.revision).toBe(before);
});

test('a deleted stream is gone, deleting it again under the same request id succeeds, under another it is not found', async () => {
  const { admin } = makeAdmin();
  await admin.create(wanted(), never);
  await admin.delete(one, 'orders', 'd1', never);
  expect(() => admin.get(one, 'orders')).toThrow(FlowError);
  await admin.delete(one, 'orders', 'd1', never);
  await expect(admin.delete(one, 'orders', 'd2', never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a late repetition of a delete does not touch the successor of the same name', async () => {
  const { admin } = makeAdmin();
  await admin.create(wanted(), never);
  await admin.delete(one, 'orders', 'd1', never);
  const successor = await admin.create(wanted({ requestId: 'r3' }), never);
  await admin.delete(one, 'orders', 'd1', never);
  expect(admin.get(one, 'orders').resource.uuid).toBe(successor.resource.uuid);
});

test('streams are listed by name in pages', async () => {
  const { admin } = makeAdmin();
  for (const name of ['b', 'a', 'c', 'x']) await admin.create(wanted({ name, requestId: name }), never);
  const first = admin.list(one, { prefix: '', after: '', size: 3 });
  expect(first).toMatchObject({ resources: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], nextAfter: 'c' });
  const second = admin.list(one, { prefix: '', after: first.nextAfter ?? '', size: 3 });
  expect(second).toMatchObject({ resources: [{ name: 'x' }], nextAfter: undefined });
  expect(admin.list(one, { prefix: 'x', after: '', size: 3 }).resources).toHaveLength(1);
  expect(admin.list(one, { prefix: '', after: '', size: 4 }).nextAfter).toBeUndefined();
});

test('the door is asked before anything else', async () => {
  const door: Door = {
    authorise: (_caller, action) =>
      action === 'create' ? new FlowError('PRECONDITION_FAILED', 'closed') : undefined,
    charge: () => undefined,
  };
  const { admin, catalog } = makeAdmin({ door });
  await expect(admin.create(wanted(), never)).rejects.toMatchObject({ message: 'closed' });
  expect(catalog.machine.streams()).toHaveLength(0);
});

test('producer ids are unique, come in blocks, and a repeated request gets the same', async () => {
  const time = new ManualTime();
  const catalog = new FakeCatalog(1);
  let uuids = 0;
  const make = (): ProducerIds =>
    new ProducerIds({
      catalog,
      door: OPEN_DOOR,
      clock: time,
      newUuid: () => `block-${++uuids}`,
      lifetime: never,
    });
  const here = make();
  const there = make();
  const ids = await Promise.all(Array.from({ length: 1_500 }, (_, i) => here.take(one, `r${i}`)));
  ids.push(...(await Promise.all(Array.from({ length: 10 }, (_, i) => there.take(one, `r${i}`)))));
  expect(new Set(ids).size).toBe(1_510);
  expect(uuids).toBe(3);
  expect(await here.take(one, 'r3')).toBe(ids[3]);
});

test('a failed block of producer ids is asked for again by the next request', async () => {
  const catalog = new FakeCatalog(1);
  const ids = new ProducerIds({
    catalog,
    door: OPEN_DOOR,
    clock: new ManualTime(),
    newUuid: () => 'block',
    lifetime: never,
  });
  catalog.failure = new FlowError('NO_LEADER', 'no metadata leader');
  await expect(ids.take(one, 'a')).rejects.toMatchObject({ code: 'NO_LEADER' });
  catalog.failure = undefined;
  expect(await ids.take(one, 'a')).toBeGreaterThanOrEqual(0);
});

test('the cluster is shown with leaders, in-sync replicas, dead nodes and troubles', async () => {
  const { admin, catalog, leaders } = makeAdmin();
  const created = await admin.create(wanted({ partitions: 2 }), never);
  const [first, second] = created.resource.groups;
  if (first === undefined || second === undefined) throw new Error('two groups');
  const all = [nodeId(1), nodeId(2), nodeId(3)];
  leaders.summaries.set(first, { inSync: all, logStartOffset: 0, highWatermark: 9, sizeBytes: 1 });
  leaders.known.delete(second);
  leaders.dead.add(nodeId(3));
  const view = new ClusterView({
    catalog,
    leaders,
    door: OPEN_DOOR,
    node: { clusterId: 'test', nodeId: nodeId(1), version: '0' },
    nodes: new FakeNodes(),
    troubles: { troublesOf: (node) => (node === 3 ? ['its disk is full'] : []) },
    scheduler: new ManualTime(),
  });
  const metadata = view.metadata(one, ['orders', 'nope']);
  expect(metadata.nodes.map(({ node, alive }) => [node.id, alive])).toEqual([
    [1, true],
    [2, true],
    [3, false],
  ]);
  expect(metadata.streams.map(({ found }) => found?.partitions.length)).toEqual([2, undefined]);
  expect(view.metadata(one, 'all').streams).toHaveLength(1);
  expect(await view.status(one)).toMatchObject({
    partitions: 2,
    leaderless: 1,
    underReplicated: 1,
    nodes: [{ leaders: 1, replicas: 2 }, { replicas: 2 }, { replicas: 2, troubles: ['its disk is full'] }],
  });
});

test('kinds are made, found, listed and deleted on their own', async () => {
  const queues = makeAdmin({ kind: 'queue' });
  const { catalog } = queues;
  await queues.admin.create(wanted({ config: { 'min.insync.replicas': '2' } }), never);
  expect(queues.admin.get(one, 'orders').resource).toMatchObject({ kind: 'queue', name: 'orders' });
  expect(catalog.machine.resource('stream', 'orders')).toBeUndefined();
  expect(() => queues.admin.get(one, 'queue:orders')).toThrow('there is no queue queue:orders');
  expect(queues.admin.list(one, { prefix: '', after: '', size: 9 }).resources).toHaveLength(1);
  await expect(
    queues.admin.create(wanted({ requestId: 'r2', config: { 'retention.ms': '1' } }), never),
  ).rejects.toMatchObject({ message: "unknown queue configuration key 'retention.ms'" });
  await queues.admin.delete(one, 'orders', 'd1', never);
  expect(catalog.machine.streams()).toEqual([]);
});

test('a stream of the same name stays when a queue is deleted, and is all that streams are asked for', async () => {
  const { admin, ports, catalog } = makeAdmin();
  const queues = new ResourceAdmin(ports, 'queue');
  await admin.create(wanted(), never);
  await queues.create(wanted({ requestId: 'r2' }), never);
  expect(admin.list(one, { prefix: '', after: '', size: 9 }).resources.map(({ kind }) => kind)).toEqual([
    'stream',
  ]);
  expect(() => admin.get(one, 'queue:orders')).toThrow(FlowError);
  const view = new ClusterView({
    ...ports,
    node: { clusterId: 'c', nodeId: nodeId(1), version: '0' },
    troubles: { troublesOf: () => [] },
    scheduler: new ManualTime(),
  });
  expect(view.metadata(one, 'all').streams.map(({ name }) => name)).toEqual(['orders']);
  const asked = view.metadata(one, ['queue:orders', 'orders', 'bucket:orders']).streams;
  expect(asked.map(({ name, found }) => [name, found?.resource.kind])).toEqual([
    ['queue:orders', 'queue'],
    ['orders', 'stream'],
    ['bucket:orders', undefined],
  ]);
  await queues.delete(one, 'orders', 'd1', never);
  expect(catalog.machine.streams().map(({ kind }) => kind)).toEqual(['stream']);
});

test('the coordinators are made once, whoever needs them first', async () => {
  const { ports, catalog } = makeAdmin();
  const lifetime = never;
  const first = new Coordinators({ ...ports, lifetime });
  const second = new Coordinators({ ...ports, lifetime });
  expect(first.known()).toBeUndefined();
  const made = await Promise.all([first.ensure(), first.ensure(), second.ensure()]);
  expect(new Set(made.map(({ uuid }) => uuid)).size).toBe(1);
  expect(catalog.machine.streams()).toHaveLength(1);
  expect(catalog.machine.streamByName('coordinator:groups')).toMatchObject({
    kind: 'coordinator',
    replicationFactor: 3,
  });
  expect(first.known()?.groups).toHaveLength(8);
});

test('the coordinators have as many replicas as there are nodes, where there are few', async () => {
  const { ports } = makeAdmin({ nodes: 2 });
  expect((await new Coordinators({ ...ports, lifetime: never }).ensure()).replicationFactor).toBe(2);
});
