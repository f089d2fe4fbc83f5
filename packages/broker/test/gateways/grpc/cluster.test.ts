import { FlowError, memberIdFrom, METADATA_GROUP, nodeId } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { FEATURES } from '@flowmesh/engines';
import { ClusterService } from '@flowmesh/proto';
import type { flowmesh } from '@flowmesh/proto';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { createStream } from '../../services/fake-cluster.ts';
import { call, startWorld } from './gateway-world.ts';
import type { GatewayWorld } from './gateway-world.ts';

type Calls = typeof flowmesh.v1;
type Method = Exclude<keyof typeof ClusterService, number | symbol>;
type Loose = Readonly<Record<string, unknown>>;

/** Any call of the service by name; what comes back is read by the test as plain data. */
async function ask(world: GatewayWorld, method: string, request: Loose = {}): Promise<Loose> {
  const client = world.cluster as unknown as Record<
    string,
    (request: Loose, done: (error: never, response?: Loose) => void) => unknown
  >;
  return await call<Loose>((done) =>
    (client[method] as NonNullable<(typeof client)[string]>).call(client, request, done as never),
  );
}

const all = [nodeId(1), nodeId(2), nodeId(3)];
let requests = 0;
const id = () => ({ requestId: `r${++requests}` });

function summarise(world: GatewayWorld, group: GroupId, inSync = all): void {
  world.leaders.summaries.set(group, { inSync, logStartOffset: 2, highWatermark: 10, sizeBytes: 500 });
}

/** A stream of two partitions on three nodes, all in sync, led by node 1. */
async function withStream(config: Record<string, string> = {}): Promise<GatewayWorld> {
  const world = await startWorld();
  for (const { group } of world.stream('orders', { partitions: 2, config })) summarise(world, group);
  world.leaders.set(METADATA_GROUP, 1, 3);
  return world;
}

function groupsOf(world: GatewayWorld): readonly GroupId[] {
  return world.catalog.machine.streamByName('orders')?.groups ?? [];
}

describe('every call', () => {
  test('refuses bytes that are no message, and the node goes on', async () => {
    const world = await startWorld();
    const names = Object.keys(ClusterService) as (Method & keyof Calls)[];
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) {
      const method = ClusterService[name as never] as { path: string };
      const failure = await call((done) =>
        world.cluster.makeUnaryRequest(
          method.path,
          () => Buffer.from([0x0a, 0xff]),
          (bytes) => bytes,
          undefined,
          done,
        ),
      ).catch((error: unknown) => error);
      expect(failure).toMatchObject({ status: status.INVALID_ARGUMENT, reason: 'INVALID_ARGUMENT' });
    }
    expect(world.faults).toEqual([]);
  });

  test('that changes something needs a request id', async () => {
    const world = await withStream();
    const changes: [string, Loose][] = [
      ['drainNode', { node: 1 }],
      ['removeNode', { node: 1 }],
      ['movePartition', { stream: 'orders', to: [1] }],
      ['cancelMoves', {}],
      ['startRebalance', {}],
      ['createJoinToken', {}],
      ['setConfig', { scope: 'cluster', set: { 'balancer.enabled': 'false' } }],
      ['finaliseFeatures', { level: 2 }],
      ['recoverPartition', { stream: 'orders', survivor: 1, reason: 'x' }],
    ];
    for (const [method, request] of changes) {
      await expect(ask(world, method, request), method).rejects.toMatchObject({
        status: status.INVALID_ARGUMENT,
        metadata: { field: 'request_id' },
      });
    }
  });
});

describe('nodes', () => {
  test('are listed with what they carry', async () => {
    const world = await withStream();
    world.leaders.dead.add(nodeId(3));
    world.nodes.down.set(nodeId(3), 5_000);
    const { nodes } = (await ask(world, 'listNodes')) as { nodes: Loose[] };
    expect(nodes).toHaveLength(3);
    expect(nodes[0]).toMatchObject({
      id: 1,
      alive: true,
      leaders: 2,
      replicas: 2,
      storedBytes: 1_000,
      mode: 'normal',
    });
    expect(nodes[2]).toMatchObject({ id: 3, alive: false, downMs: 5_000, metadataVoter: true });
  });

  test('are drained and undrained, and a repetition finds it done', async () => {
    const world = await withStream();
    const request = { node: 1, ...id() };
    const drained = await ask(world, 'drainNode', request);
    expect(drained).toMatchObject({ node: { mode: 'draining' }, leaders: 2, replicas: 0 });
    expect(drained['warnings']).toEqual(['2 leaderships move to other nodes']);
    expect(await ask(world, 'drainNode', request)).toMatchObject({ node: { mode: 'draining' } });
    expect(await ask(world, 'undrainNode', { node: 1, ...id() })).toMatchObject({
      node: { mode: 'normal' },
      leaders: 0,
    });
    const { entries } = (await ask(world, 'listAudit')) as { entries: Loose[] };
    expect(entries.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['set-node-mode', 'node 1'],
      ['set-node-mode', 'node 1'],
    ]);
    expect(entries[0]?.['by']).toContain('grpc 127.0.0.1:');
  });

  test('are not drained where too few in-sync replicas would be left, unless forced', async () => {
    const world = await withStream({ 'min.insync.replicas': '2' });
    for (const group of groupsOf(world)) summarise(world, group, [nodeId(1), nodeId(2)]);
    await expect(ask(world, 'drainNode', { node: 2, ...id() })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
      metadata: { stream: 'orders', partition: '0', count: '2', minInsyncReplicas: '2' },
      hint: expect.stringContaining('nodes drain 2 --force'),
    });
    const forced = await ask(world, 'drainNode', { node: 2, force: true, ...id() });
    expect(forced['warnings']).toEqual([expect.stringContaining('forced: this leaves 2 partitions below')]);
  });

  test('are rehearsed without being changed', async () => {
    const world = await withStream();
    const before = world.catalog.machine.revision;
    expect(await ask(world, 'drainNode', { node: 1, dryRun: true, ...id() })).toMatchObject({
      node: { mode: 'normal' },
    });
    await expect(ask(world, 'decommissionNode', { node: 1, dryRun: true, ...id() })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
    });
    expect(world.catalog.machine.revision).toBe(before);
  });

  test('of which the metadata needs three are let go by force alone, with a warning', async () => {
    const world = await startWorld();
    for (const dryRun of [true, false]) {
      await expect(ask(world, 'decommissionNode', { node: 3, dryRun, ...id() })).rejects.toMatchObject({
        status: status.FAILED_PRECONDITION,
        message: expect.stringContaining('metadata would be left with one voter and tolerate no failed node'),
        hint: expect.stringContaining('flowmesh-admin nodes decommission 3 --force'),
      });
    }
    const forced = await ask(world, 'decommissionNode', { node: 3, force: true, ...id() });
    expect(forced).toMatchObject({ node: { mode: 'decommissioning' } });
    expect(forced['warnings']).toContain(
      'forced: metadata is left with 2 nodes and tolerates no failed node until one is added',
    );
  });

  test('that hold something are removed by force alone, with what that means', async () => {
    const world = await withStream();
    world.leaders.dead.add(nodeId(3));
    await expect(ask(world, 'removeNode', { node: 3, ...id() })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
    });
    const forced = { node: 3, force: true };
    const rehearsed = await ask(world, 'removeNode', { ...forced, dryRun: true, ...id() });
    expect(rehearsed).toMatchObject({ node: { mode: 'normal' }, replicas: 2 });
    expect(rehearsed['warnings']).toEqual([
      expect.stringContaining('2 replicas are lost with it'),
      expect.stringContaining('forced: metadata is left with 2 nodes'),
    ]);
    expect(await ask(world, 'removeNode', { ...forced, ...id() })).toMatchObject({
      node: { mode: 'removed' },
    });
    await expect(ask(world, 'drainNode', { node: 3, ...id() })).rejects.toMatchObject({
      message: expect.stringContaining('it was removed'),
    });
    const shown = async (includeGone: boolean) =>
      ((await ask(world, 'listNodes', { includeGone })) as { nodes: Loose[] }).nodes.map(
        (node) => node['id'],
      );
    expect(await shown(false)).toEqual([1, 2]);
    expect(await shown(true)).toEqual([1, 2, 3]);
  });

  test('that there are not are refused with where to look', async () => {
    const world = await withStream();
    await expect(ask(world, 'drainNode', { node: 9, ...id() })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
      hint: expect.stringContaining('nodes list'),
    });
    await expect(ask(world, 'drainNode', { node: 0, ...id() })).rejects.toMatchObject({
      metadata: { field: 'node' },
    });
  });
});

describe('partitions', () => {
  test('are listed page by page and by state', async () => {
    const world = await withStream({ 'min.insync.replicas': '2' });
    const [first] = groupsOf(world) as [GroupId];
    summarise(world, first, [nodeId(1)]);
    const page = await ask(world, 'listPartitions', { pageSize: 1 });
    expect(page).toMatchObject({
      total: 2,
      partitions: [{ stream: 'orders', partition: 0, state: 'under-min-isr' }],
    });
    const rest = await ask(world, 'listPartitions', { pageSize: 1, pageToken: page['nextPageToken'] });
    expect(rest).toMatchObject({
      nextPageToken: '',
      partitions: [
        { partition: 1, state: 'online', minInsyncReplicas: 2, highWatermark: 10, sizeBytes: 500 },
      ],
    });
    expect(await ask(world, 'listPartitions', { state: 'under-min-isr' })).toMatchObject({ total: 1 });
    expect(await ask(world, 'listPartitions', { streams: ['orders'], node: 2 })).toMatchObject({ total: 2 });
    createStream(world.catalog, 'queue:orders');
    expect(await ask(world, 'listPartitions', { streams: ['queue:orders'] })).toMatchObject({
      partitions: [{ stream: 'queue:orders', partition: 0 }],
      total: 1,
    });
    const place = { stream: 'queue:orders', partition: 3 };
    await expect(ask(world, 'describePartition', place)).rejects.toMatchObject({
      message: expect.stringContaining('queue orders has no shard 3'),
    });
    const names: unknown[] = [];
    for (let pageToken: unknown = ''; names.length === 0 || pageToken !== ''; ) {
      const part = await ask(world, 'listPartitions', { pageSize: 1, pageToken });
      names.push(...(part['partitions'] as Loose[]).map(({ stream }) => stream));
      pageToken = part['nextPageToken'];
    }
    expect(names).toEqual(['orders', 'orders', 'queue:orders']);
  });

  test('are not listed for what there is not', async () => {
    const world = await withStream();
    await expect(ask(world, 'listPartitions', { state: 'sleepy' })).rejects.toMatchObject({
      metadata: { field: 'state' },
    });
    await expect(ask(world, 'listPartitions', { streams: ['nope'] })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
    await expect(ask(world, 'listPartitions', { pageToken: 'x' })).rejects.toMatchObject({
      metadata: { field: 'page_token' },
    });
  });

  test('are described by their leader, and others name it', async () => {
    const world = await withStream();
    const [first, second] = groupsOf(world) as [GroupId, GroupId];
    world.ops.details.set(first, [
      {
        node: nodeId(1),
        member: memberIdFrom(65_537),
        role: 'leader',
        inSync: true,
        lagEntries: 0,
        state: 'replicate',
      },
      {
        node: nodeId(2),
        member: memberIdFrom(65_538),
        role: 'voter',
        inSync: true,
        lagEntries: 4,
        state: 'probe',
      },
    ]);
    world.ops.starts.set(first, [{ epoch: 1, startOffset: 0 }]);
    expect(await ask(world, 'describePartition', { stream: 'orders' })).toMatchObject({
      leader: 1,
      epochs: [{ epoch: 1, startOffset: 0 }],
      replicaDetails: [
        { node: 1, role: 'leader', state: '' },
        { node: 2, lagEntries: 4, state: 'probe' },
      ],
    });
    world.leaders.set(second, 2, 7);
    await expect(ask(world, 'describePartition', { stream: 'orders', partition: 1 })).rejects.toMatchObject({
      reason: 'NOT_LEADER',
      metadata: { leader: '127.0.0.1:5001', leaderNode: '2' },
    });
    await expect(ask(world, 'describePartition', { stream: 'orders', partition: 5 })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      hint: 'Its partitions are 0 to 1.',
    });
  });

  test('are moved by naming nodes, preferred leader first; what is wrong is said', async () => {
    const world = await withStream();
    const place = { stream: 'orders', partition: 0 };
    const wanted = (await ask(world, 'listPartitions', {})) as { partitions: { replicas: number[] }[] };
    const now = wanted.partitions[0]?.replicas ?? [];
    await expect(ask(world, 'movePartition', { ...place, to: now, ...id() })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
      message: expect.stringContaining('already'),
    });
    await expect(ask(world, 'movePartition', { ...place, to: [1, 1, 2], ...id() })).rejects.toMatchObject({
      metadata: { field: 'to' },
    });
    await expect(ask(world, 'movePartition', { ...place, to: [], ...id() })).rejects.toMatchObject({
      metadata: { field: 'to' },
    });
    await expect(ask(world, 'movePartition', { ...place, to: [1, 2], ...id() })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
    });
    const to = [...now].reverse();
    const request = { ...place, to, ...id() };
    expect(await ask(world, 'movePartition', { ...request, dryRun: true })).toMatchObject({ bytes: 0 });
    expect(await ask(world, 'movePartition', request)).toMatchObject({
      partition: { replicas: to },
      bytes: 0,
    });
    expect(await ask(world, 'movePartition', request)).toMatchObject({ partition: { replicas: to } });
  });

  test('that are not moving have nothing to cancel', async () => {
    const world = await withStream();
    expect(await ask(world, 'cancelMoves', id())).toMatchObject({ cancelled: 0, refused: [] });
    await expect(
      ask(world, 'cancelMoves', { stream: 'orders', partitions: [1], ...id() }),
    ).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
      message: 'orders/1 is not being moved',
    });
    await expect(ask(world, 'cancelMoves', { partitions: [1], ...id() })).rejects.toMatchObject({
      metadata: { field: 'partitions' },
    });
  });

  test('change their leader at the leader, to the best one if nobody is named', async () => {
    const world = await withStream();
    const [first] = groupsOf(world) as [GroupId];
    world.ops.transferred = { leader: nodeId(2), term: 9 };
    expect(await ask(world, 'transferLeader', { stream: 'orders' })).toMatchObject({
      leader: 2,
      leaderEpoch: 9,
    });
    expect(world.ops.transfers).toEqual([[first, undefined]]);
    expect(await ask(world, 'transferLeader', { stream: 'orders', to: 1 })).toMatchObject({ leader: 1 });
    world.leaders.set(first, 3, 4);
    await expect(ask(world, 'transferLeader', { stream: 'orders', to: 2 })).rejects.toMatchObject({
      reason: 'NOT_LEADER',
    });
  });

  test('elect their preferred leaders, of one stream or of all', async () => {
    const world = await withStream();
    world.ops.counts = { transferred: 1, already: 2, notPossible: 3 };
    expect(await ask(world, 'electPreferred')).toMatchObject({ transferred: 1, already: 2, notPossible: 3 });
    await ask(world, 'electPreferred', { stream: 'orders' });
    expect(world.ops.elections).toEqual([undefined, new Set(groupsOf(world))]);
    await expect(ask(world, 'electPreferred', { stream: 'nope' })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });
});

describe('recovery', () => {
  const request = { stream: 'orders', partition: 0, survivor: 1, reason: 'the others burnt' };

  test('is refused while the group lives, or could', async () => {
    const world = await withStream();
    await expect(ask(world, 'recoverPartition', { ...request, ...id() })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
      message: 'the group is alive: node 1 leads orders/0',
    });
    world.leaders.known.clear();
    await expect(ask(world, 'recoverPartition', { ...request, ...id() })).rejects.toMatchObject({
      message: expect.stringContaining('the group is alive: a majority'),
    });
  });

  test('says what is at risk, keeps to a survivor that lives, and is on record', async () => {
    const world = await withStream();
    world.leaders.known.clear();
    for (const node of [2, 3]) world.leaders.dead.add(nodeId(node));
    await expect(ask(world, 'recoverPartition', { ...request, survivor: 2, ...id() })).rejects.toMatchObject({
      message: 'node 2 cannot be reached, so its replica cannot carry on',
    });
    await expect(ask(world, 'recoverPartition', { ...request, reason: '', ...id() })).rejects.toMatchObject({
      metadata: { field: 'reason' },
    });
    const rehearsed = (await ask(world, 'recoverPartition', { ...request, dryRun: true, ...id() })) as {
      risks: string[];
    };
    expect(rehearsed.risks.join('\n')).toContain('node 2 cannot be reached');
    expect(rehearsed.risks.join('\n')).toContain('reach offset 10');
    const repeated = { ...request, ...id() };
    expect(await ask(world, 'recoverPartition', repeated)).toMatchObject({ partition: { replicas: [1] } });
    expect(await ask(world, 'recoverPartition', repeated)).toMatchObject({ risks: [] });
    const { entries } = (await ask(world, 'listAudit', { limit: 1 })) as { entries: Loose[] };
    expect(entries).toMatchObject([
      { kind: 'recover-group', detail: expect.stringContaining('the others burnt') },
    ]);
  });
});

describe('a rebalance', () => {
  test('is planned with names, or refused as cluster control says', async () => {
    const world = await withStream();
    const [first] = groupsOf(world) as [GroupId];
    const balance = { nodes: [], replicaSkew: 0.5, leaderSkew: 0.25 };
    const move = { group: first, from: all, to: [nodeId(2)], reason: 'balance', bytes: 7 };
    world.ops.plan = { moves: [move], before: balance, after: balance, truncated: false };
    expect(await ask(world, 'planRebalance')).toMatchObject({
      moves: [{ stream: 'orders', partition: 0, from: [1, 2, 3], to: [2], reason: 'balance', bytes: 7 }],
      bytes: 7,
      before: { replicaSkew: 0.5 },
    });
    world.ops.plan = new FlowError('PRECONDITION_FAILED', 'sizes are not known yet', { hint: 'Wait.' });
    await expect(ask(world, 'planRebalance')).rejects.toMatchObject({ reason: 'PRECONDITION_FAILED' });
  });

  test('is planned once new partitions have told their sizes', async () => {
    const world = await withStream();
    const { plan } = world.ops;
    world.ops.plan = new FlowError('UNAVAILABLE', 'sizes are not known yet');
    const asked = ask(world, 'planRebalance');
    await eventually(() => expect(world.ops.plansAsked).toBeGreaterThan(1));
    world.ops.plan = plan;
    expect(await asked).toMatchObject({ moves: [] });
  });

  test('begins, is repeated, and is cancelled', async () => {
    const world = await withStream();
    expect(await ask(world, 'getRebalance')).toMatchObject({ state: 'none', id: '' });
    await expect(ask(world, 'cancelRebalance', id())).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
    });
    const request = id();
    const started = await ask(world, 'startRebalance', request);
    expect(started).toMatchObject({ state: 'running', movesDone: 0, movesRunning: 0 });
    expect(await ask(world, 'startRebalance', request)).toMatchObject({ id: started['id'] });
    await expect(ask(world, 'startRebalance', id())).rejects.toMatchObject({ reason: 'PRECONDITION_FAILED' });
    expect(await ask(world, 'cancelRebalance', id())).toMatchObject({
      id: started['id'],
      state: 'cancelled',
    });
  });
});

describe('join tokens', () => {
  test('are shown once; the cluster keeps a hash', async () => {
    const world = await withStream();
    const request = { uses: 2, description: 'rack 7', ...id() };
    const made = (await ask(world, 'createJoinToken', request)) as { id: string; token: string };
    expect(made.token).toMatch(/^fmjt_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(await ask(world, 'createJoinToken', request)).toEqual(made);
    const listed = (await ask(world, 'listJoinTokens')) as { tokens: Loose[] };
    expect(listed.tokens).toMatchObject([{ id: made.id, usesMax: 2, description: 'rack 7', state: 'valid' }]);
    const secret = made.token.split('_')[2] as string;
    const { json } = (await ask(world, 'exportMetadata')) as { json: Uint8Array };
    expect(Buffer.from(json).toString()).not.toContain(secret);
    await ask(world, 'revokeJoinToken', { id: made.id, ...id() });
    expect(((await ask(world, 'listJoinTokens')) as { tokens: Loose[] }).tokens).toMatchObject([
      { state: 'revoked' },
    ]);
  });

  test('have bounds', async () => {
    const world = await withStream();
    const bad: Loose[] = [{ ttlMs: 31 * 86_400_000 }, { uses: 1_001 }, { description: 'x'.repeat(201) }];
    for (const request of bad) {
      await expect(ask(world, 'createJoinToken', { ...request, ...id() })).rejects.toMatchObject({
        status: status.INVALID_ARGUMENT,
      });
    }
    await expect(ask(world, 'revokeJoinToken', { id: 'zz', ...id() })).rejects.toMatchObject({
      metadata: { field: 'id' },
    });
    await expect(ask(world, 'revokeJoinToken', { id: '0123456789abcdef', ...id() })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });
});

describe('configuration', () => {
  const find = (entries: unknown, key: string) => (entries as Loose[]).find((entry) => entry['key'] === key);

  test('says where every value comes from', async () => {
    const world = await withStream({ 'min.insync.replicas': '2' });
    await ask(world, 'setConfig', { scope: 'cluster', set: { 'move.concurrency.per.node': '9' }, ...id() });
    await ask(world, 'setConfig', { scope: 'node:2', set: { 'log.level': 'debug' }, ...id() });
    const node = (await ask(world, 'getConfig', { scope: 'node:2' }))['entries'];
    expect(find(node, 'log.level')).toMatchObject({ value: 'debug', source: 'node' });
    expect(find(node, 'move.concurrency.per.node')).toMatchObject({
      value: '9',
      source: 'cluster',
      defaultValue: '4',
    });
    expect(find(node, 'balancer.enabled')).toBeUndefined();
    const stream = (await ask(world, 'getConfig', { scope: 'stream:orders' }))['entries'];
    expect(find(stream, 'min.insync.replicas')).toMatchObject({
      value: '2',
      source: 'stream',
      type: 'integer from 1 to 7',
    });
    expect(find(stream, 'retention.ms')).toMatchObject({ value: '-1', source: 'default' });
  });

  test('tells what a change changes, and with a rehearsal only that', async () => {
    const world = await withStream();
    const change = { scope: 'cluster', set: { 'balancer.enabled': 'false', 'default.partitions': '1' } };
    const rehearsed = (await ask(world, 'setConfig', { ...change, dryRun: true, ...id() })) as {
      changed: Loose[];
    };
    expect(rehearsed.changed.map((entry) => entry['key'])).toEqual([
      'balancer.enabled',
      'default.partitions',
    ]);
    expect(world.catalog.machine.config('cluster')).toEqual({});
    await ask(world, 'setConfig', { ...change, ...id() });
    expect(world.catalog.machine.config('cluster')).toEqual({
      'balancer.enabled': 'false',
      'default.partitions': '1',
    });
    const unset = (await ask(world, 'setConfig', {
      scope: 'cluster',
      unset: ['balancer.enabled'],
      ...id(),
    })) as {
      changed: Loose[];
    };
    expect(unset.changed).toMatchObject([{ key: 'balancer.enabled', value: 'true', source: 'default' }]);
  });

  test('of a stream lives with the stream', async () => {
    const world = await withStream();
    const set = { 'min.insync.replicas': '2' };
    await ask(world, 'setConfig', { scope: 'stream:orders', set, ...id() });
    expect(world.catalog.machine.streamByName('orders')?.config).toEqual(set);
    await expect(
      ask(world, 'setConfig', { scope: 'stream:orders', set: { 'min.insync.replicas': '5' }, ...id() }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  test('of a queue lives with the queue, and has its own keys', async () => {
    const world = await withStream();
    createStream(world.catalog, 'queue:orders');
    const set = { 'min.insync.replicas': '2' };
    await ask(world, 'setConfig', { scope: 'queue:orders', set, ...id() });
    expect(world.catalog.machine.streamByName('queue:orders')?.config).toEqual(set);
    expect(world.catalog.machine.streamByName('orders')?.config).toEqual({});
    const entries = (await ask(world, 'getConfig', { scope: 'queue:orders' }))['entries'] as Loose[];
    expect(entries.find(({ key }) => key === 'min.insync.replicas')).toMatchObject({
      value: '2',
      source: 'queue',
    });
    await expect(
      ask(world, 'setConfig', { scope: 'queue:orders', set: { 'retention.ms': '1' }, ...id() }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    await expect(ask(world, 'getConfig', { scope: 'bucket:orders' })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });

  test('refuses unknown scopes, keys and values, with what is meant', async () => {
    const world = await withStream();
    await expect(ask(world, 'getConfig', { scope: 'cloud' })).rejects.toMatchObject({
      hint: expect.stringContaining('node:ID'),
    });
    await expect(ask(world, 'getConfig', { scope: 'node:8' })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(
      ask(world, 'setConfig', { scope: 'cluster', set: { 'balancer.enable': 'true' }, ...id() }),
    ).rejects.toMatchObject({ hint: 'Did you mean balancer.enabled?' });
    await expect(
      ask(world, 'setConfig', {
        scope: 'cluster',
        set: { 'balancer.enabled': 'maybe' },
        dryRun: true,
        ...id(),
      }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    await expect(ask(world, 'setConfig', { scope: 'cluster', ...id() })).rejects.toMatchObject({
      message: 'no key is to be set or unset',
    });
  });
});

describe('the cluster as a whole', () => {
  test('has a status with counts, features and voters', async () => {
    const world = await withStream();
    expect(await ask(world, 'status')).toMatchObject({
      partitions: 2,
      leaderlessPartitions: 0,
      underReplicatedPartitions: 0,
      offlinePartitions: 0,
      featureLevel: FEATURES.max,
      metadataVoters: [1, 2, 3],
      metadataLeader: 1,
    });
  });

  test('is healthy, and unhealthy with the reason once a node is down', async () => {
    const world = await withStream();
    expect(await ask(world, 'health')).toMatchObject({ healthy: true, findings: [] });
    world.leaders.dead.add(nodeId(3));
    world.nodes.down.set(nodeId(3), 90_000);
    for (const group of groupsOf(world)) summarise(world, group, [nodeId(1), nodeId(2)]);
    const { healthy, findings, checks } = (await ask(world, 'health', { explain: true })) as Loose & {
      findings: Loose[];
    };
    expect(healthy).toBe(false);
    expect(checks).toBeGreaterThan(15);
    expect(findings.map(({ code }) => code)).toEqual([
      'METADATA_AT_RISK',
      'NODE_DOWN',
      'UNDER_REPLICATED',
      'LEADERS_UNBALANCED',
    ]);
    expect(findings[1]).toMatchObject({ subject: 'node 3', command: 'flowmesh start --config node.yaml' });
  });

  test('has its feature level finalised only as far as all nodes know it', async () => {
    const world = await withStream();
    world.nodes.silent.add(nodeId(2));
    const level = FEATURES.max;
    await expect(ask(world, 'finaliseFeatures', { level, ...id() })).rejects.toMatchObject({
      reason: 'UNAVAILABLE',
    });
    world.nodes.silent.clear();
    expect(await ask(world, 'finaliseFeatures', { level, ...id() })).toMatchObject({ level });
    await expect(ask(world, 'finaliseFeatures', { level: 99, ...id() })).rejects.toMatchObject({
      reason: 'UNSUPPORTED',
    });
    await expect(ask(world, 'finaliseFeatures', { level: 0, ...id() })).rejects.toMatchObject({
      metadata: { field: 'level' },
    });
  });

  test('is exported as one document, and tells of itself for a bundle', async () => {
    const world = await withStream();
    const { json, revision } = (await ask(world, 'exportMetadata')) as { json: Uint8Array; revision: number };
    const document = JSON.parse(Buffer.from(json).toString()) as Loose;
    expect(document).toMatchObject({ format: 'flowmesh-metadata', clusterId: 'test', revision });
    expect(document['streams']).toHaveLength(1);
    const bundle = (await ask(world, 'diagnostics', { logLines: 5 })) as { nodeId: number; parts: Loose[] };
    expect(bundle.nodeId).toBe(1);
    expect(bundle.parts.map(({ name }) => name)).toEqual(['node.json']);
    await expect(ask(world, 'diagnostics', { logLines: 10_001 })).rejects.toMatchObject({
      metadata: { field: 'log_lines' },
    });
  });
});

describe('a stream', () => {
  const update = (world: GatewayWorld, request: flowmesh.v1.UpdateStreamRequest.$Properties) =>
    call<flowmesh.v1.Stream.$Properties>((done) =>
      world.streams.updateStream({ name: 'orders', requestId: `u${++requests}`, ...request }, done),
    );

  test('gets more partitions, other configuration and replicas at once', async () => {
    const world = await withStream();
    const changed = await update(world, {
      partitions: 4,
      replicationFactor: 2,
      setConfig: { 'min.insync.replicas': '2' },
    });
    expect(changed).toMatchObject({
      partitions: 4,
      replicationFactor: 2,
      config: { 'min.insync.replicas': '2' },
    });
    expect(changed.partitionInfos?.map((info) => info.replicas?.length)).toEqual([2, 2, 2, 2]);
  });

  test('is the same after a repetition', async () => {
    const world = await withStream();
    const request = { partitions: 3, requestId: 'again' };
    await update(world, request);
    const { revision } = world.catalog.machine;
    expect(await update(world, request)).toMatchObject({ partitions: 3 });
    expect(world.catalog.machine.revision).toBe(revision);
  });

  test('is rehearsed without being changed', async () => {
    const world = await withStream();
    const { revision } = world.catalog.machine;
    expect(await update(world, { partitions: 5, replicationFactor: 1, dryRun: true })).toMatchObject({
      partitions: 5,
      replicationFactor: 1,
    });
    await expect(update(world, { replicationFactor: 5, dryRun: true })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
    });
    expect(world.catalog.machine.revision).toBe(revision);
  });

  test('is not changed into what cannot be', async () => {
    const world = await withStream();
    await expect(update(world, { partitions: 1 })).rejects.toMatchObject({
      hint: 'Partitions are only added: dropping one would lose what is in it.',
    });
    await expect(update(world, {})).rejects.toMatchObject({ message: 'nothing is to be changed' });
    await expect(update(world, { replicationFactor: 8 })).rejects.toMatchObject({
      metadata: { field: 'replication_factor' },
    });
    await expect(update(world, { setConfig: { 'min.insync.replica': '1' } })).rejects.toMatchObject({
      hint: 'Did you mean min.insync.replicas?',
    });
    await expect(
      update(world, { replicationFactor: 1, setConfig: { 'min.insync.replicas': '2' }, dryRun: true }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    await expect(update(world, { name: 'nope', partitions: 2 })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });
});
