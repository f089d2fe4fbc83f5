import { nodeId } from '@flowmesh/base';
import { FEATURES } from '@flowmesh/engines';
import { ClusterService } from '@flowmesh/proto';
import type { flowmesh } from '@flowmesh/proto';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { id, ask, groupsOf, summarise, withStream } from './cluster-world.ts';
import type { Loose } from './cluster-world.ts';
import { call, startWorld } from './gateway-world.ts';

type Calls = typeof flowmesh.v1;
type Method = Exclude<keyof typeof ClusterService, number | symbol>;

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
      metadataChanging: false,
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
    expect(document['users']).toEqual([]);
    const bundle = (await ask(world, 'diagnostics', { logLines: 5 })) as { nodeId: number; parts: Loose[] };
    expect(bundle.nodeId).toBe(1);
    expect(bundle.parts.map(({ name }) => name)).toEqual(['node.json']);
    await expect(ask(world, 'diagnostics', { logLines: 10_001 })).rejects.toMatchObject({
      metadata: { field: 'log_lines' },
    });
  });
});
