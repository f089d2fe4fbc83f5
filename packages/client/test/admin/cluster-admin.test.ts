import { FlowError } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type FlowMesh, type PartitionDetail } from '../../src/index.ts';
import { FakeCluster } from '../support/fake-cluster.ts';

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

async function listed(options: Parameters<FlowMesh['cluster']['partitions']['list']>[0]) {
  const rows: PartitionDetail[] = [];
  for await (const row of mesh.cluster.partitions.list(options)) rows.push(row);
  return rows;
}

describe('the cluster', () => {
  it('tells its status in plain values: absent things are undefined, lists are sorted', async () => {
    cluster.admin.metadataChanging = true;
    const status = await mesh.cluster.status();
    expect(status).toMatchObject({
      clusterId: 'fake',
      metadataLeader: 1,
      metadataVoters: [1, 2, 3],
      metadataChanging: true,
      metadataRevision: 42,
      offlinePartitions: 0,
      featureLevel: 1,
      featureLevelMax: 2,
    });
    expect(status.nodes[2]).toEqual({
      id: 3,
      alive: true,
      mode: 'normal',
      leaders: 1,
      preferredLeaders: 1,
      replicas: 2,
      movingIn: 0,
      movingOut: 0,
      troubles: [],
      address: cluster.node(3).address,
      peerAddress: '127.0.0.1:6003',
      httpAddress: '127.0.0.1:7003',
      rack: 'a',
      version: '0.1.0',
      uuid: '3'.repeat(32),
      metadataVoter: true,
      diskTotalBytes: 100 * 1024 ** 3,
      diskFreeBytes: 40 * 1024 ** 3,
      storedBytes: 10 * 1024 ** 3,
      featureMin: 1,
      featureMax: 2,
      downMs: 0,
    });
  });

  it('tells which node stands at an address, and asks no other one', async () => {
    expect((await mesh.cluster.statusAt(cluster.node(2).address)).answeredBy).toBe(2);
    cluster.kill(2);
    await expect(mesh.cluster.statusAt(cluster.node(2).address, { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('tells what is wrong and which command mends it', async () => {
    cluster.admin.findings = [
      { code: 'NODE_DOWN', severity: 'warning', subject: 'node 3', command: 'start it', count: 1 },
      { code: 'RF_1', severity: 'info', subject: 'stream x', cause: 'one copy' },
    ];
    const health = await mesh.cluster.health();
    expect(health).toMatchObject({ healthy: false, checks: 21 });
    expect(health.findings).toEqual([
      {
        code: 'NODE_DOWN',
        severity: 'warning',
        subject: 'node 3',
        cause: '',
        impact: '',
        command: 'start it',
        note: undefined,
        count: 1,
      },
    ]);
    expect((await mesh.cluster.health({ explain: true })).findings).toHaveLength(2);
  });

  it('hands out the audit trail, the metadata and the diagnostics of every node', async () => {
    expect(await mesh.cluster.audit({ limit: 1 })).toEqual([
      {
        revision: 9,
        time: 1_700_000_000_000,
        kind: 'drain',
        subject: 'node 3',
        detail: '',
        by: '127.0.0.1:4',
      },
    ]);
    const { json, revision } = await mesh.cluster.exportMetadata();
    expect([Buffer.from(json).toString(), revision]).toEqual(['{"clusterId":"fake"}\n', 42]);
    cluster.kill(2);
    const answers = await mesh.cluster.diagnostics({ logLines: 5 });
    expect(answers.map((answer) => [answer.node, answer.kind])).toEqual([
      [1, 'answered'],
      [2, 'failed'],
      [3, 'answered'],
    ]);
    const [first] = answers;
    const parts = first?.kind === 'answered' ? first.value.parts : [];
    expect(parts.map((part) => part.name)).toEqual(['config.json', 'log.jsonl']);
    expect(Buffer.from(parts[1]?.content ?? []).toString()).toBe('5 lines\n');
  });
});

describe('nodes', () => {
  it('are listed, found by id, drained, undrained, decommissioned and removed', async () => {
    expect((await mesh.cluster.nodes.list()).map((node) => node.id)).toEqual([1, 2, 3]);
    await expect(mesh.cluster.nodes.get(9)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await mesh.cluster.nodes.drain(3, { dryRun: true })).toMatchObject({ leaders: 1, replicas: 0 });
    expect(cluster.admin.state(3).mode).toBe('normal');
    expect((await mesh.cluster.nodes.drain(3)).node.mode).toBe('draining');
    expect((await mesh.cluster.nodes.undrain(3)).node.mode).toBe('normal');
    await expect(mesh.cluster.nodes.remove(3)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      hint: expect.stringContaining('decommission 3') as string,
    });
    expect((await mesh.cluster.nodes.decommission(3)).replicas).toBe(2);
    await mesh.cluster.nodes.remove(3, { force: true });
    expect((await mesh.cluster.nodes.list()).map((node) => node.id)).toEqual([1, 2]);
    expect((await mesh.cluster.nodes.list({ includeGone: true })).map((node) => node.mode)).toEqual([
      'normal',
      'normal',
      'removed',
    ]);
  });

  it('are changed once however often a dead node stands in the way', async () => {
    cluster.kill(1);
    cluster.kill(2);
    await mesh.cluster.nodes.drain(3);
    expect(cluster.admin.requests('drainNode')).toHaveLength(1);
  });
});

describe('partitions', () => {
  it('are listed over pages, counted and filtered', async () => {
    cluster.addStream('a', 3);
    cluster.addStream('b', 2);
    cluster.setLeader('b', 1, 0);
    expect((await listed({})).map((one) => `${one.stream}/${one.partition}`)).toEqual([
      'a/0',
      'a/1',
      'a/2',
      'b/0',
      'b/1',
    ]);
    expect(await listed({ state: 'leaderless' })).toMatchObject([
      { stream: 'b', partition: 1, leader: undefined, state: 'leaderless', move: undefined },
    ]);
    expect(await mesh.cluster.partitions.count({ streams: ['a'] })).toBe(3);
  });

  it('are described by their leader, wherever it has moved', async () => {
    cluster.addStream('a', 2);
    await mesh.metadata('all');
    cluster.setLeader('a', 1, 3);
    const described = await mesh.cluster.partitions.describe({ stream: 'a', partition: 1 });
    expect(described).toMatchObject({ leader: 3, epochs: [{ epoch: 1, startOffset: 0 }] });
    expect(described.replicaDetails[1]).toEqual({
      node: 2,
      member: 33,
      role: 'voter',
      inSync: true,
      lagEntries: 3,
      state: 'replicate',
    });
  });

  it('are described as far as known where nobody leads', async () => {
    cluster.addStream('a', 2);
    cluster.setLeader('a', 1, 0);
    expect(await mesh.cluster.partitions.describe({ stream: 'a', partition: 1 })).toMatchObject({
      leader: undefined,
      state: 'leaderless',
      epochs: [],
      replicaDetails: [],
    });
    await expect(mesh.cluster.partitions.describe({ stream: 'a', partition: 9 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(mesh.cluster.partitions.describe({ stream: 'no', partition: 0 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('are moved, and moves are cancelled', async () => {
    cluster.addStream('a');
    const moved = await mesh.cluster.partitions.move({ stream: 'a', partition: 0, to: [3, 2] });
    expect(moved).toMatchObject({
      bytes: 1024 ** 3,
      partition: { move: { adding: [3], removing: [1], step: 'catching up', cancellable: true } },
    });
    expect(cluster.admin.requests('movePartition')).toMatchObject([{ to: [3, 2], dryRun: false }]);
    expect(await mesh.cluster.partitions.cancelMoves({ stream: 'a', partitions: [0] })).toMatchObject({
      cancelled: 1,
      refused: [expect.stringContaining('orders/1') as string],
    });
  });

  it('change leaders at the leader, and prefer their first replica again at every node', async () => {
    cluster.addStream('a', 3);
    expect(await mesh.cluster.partitions.transferLeader({ stream: 'a', partition: 0, to: 2 })).toEqual({
      leader: 2,
      leaderEpoch: 2,
    });
    expect(await mesh.cluster.partitions.transferLeader({ stream: 'a', partition: 1 })).toMatchObject({
      leader: 3,
    });
    cluster.kill(1);
    const answers = await mesh.cluster.partitions.electPreferred();
    expect(answers.map((answer) => answer.kind)).toEqual(['failed', 'answered', 'answered']);
    expect(cluster.partition('a', 0).leader).toBe(1);
    expect(cluster.partition('a', 1).leader).toBe(2);
  });

  it('are recovered with what is at risk', async () => {
    cluster.addStream('a');
    const request = { stream: 'a', partition: 0, survivor: 1, reason: 'two disks lost' };
    const { risks } = await mesh.cluster.partitions.recover(request, { dryRun: true });
    expect(risks).toHaveLength(2);
    expect(cluster.admin.requests('recoverPartition')).toMatchObject([{ ...request, dryRun: true }]);
  });
});

describe('rebalancing, tokens, configuration and features', () => {
  it('plans, starts, follows and cancels a rebalance', async () => {
    const plan = await mesh.cluster.rebalance.plan();
    expect(plan).toMatchObject({ bytes: 1024 ** 3, truncated: false, before: { replicaSkew: 0.5 } });
    expect(plan.moves[0]).toEqual({
      stream: 'orders',
      partition: 0,
      from: [1, 2],
      to: [3, 2],
      reason: 'replicas',
      bytes: 1024 ** 3,
    });
    expect(await mesh.cluster.rebalance.status()).toMatchObject({ state: 'none', id: undefined });
    expect(await mesh.cluster.rebalance.start()).toMatchObject({ state: 'running', movesLeft: 2 });
    expect(await mesh.cluster.rebalance.status()).toMatchObject({ movesDone: 1, endedAt: undefined });
    expect(await mesh.cluster.rebalance.cancel()).toMatchObject({ state: 'cancelled' });
  });

  it('makes join tokens, lists them without their secret and revokes them', async () => {
    const { id, token } = await mesh.cluster.tokens.create({ ttlMs: 1_000, uses: 2, description: 'rack b' });
    expect(token).toContain(id);
    await mesh.cluster.tokens.revoke(id);
    expect(await mesh.cluster.tokens.list()).toEqual([
      {
        id,
        state: 'revoked',
        description: 'rack b',
        createdAt: 1_700_000_000_000,
        expiresAt: 1_700_000_001_000,
        usesMax: 2,
        usedBy: [],
      },
    ]);
    await expect(mesh.cluster.tokens.revoke('nope')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('reads and changes configuration, and tries changes without making them', async () => {
    const change = { scope: 'cluster', set: { 'retention.ms': '1' } };
    expect(await mesh.cluster.config.change({ ...change, dryRun: true })).toMatchObject([{ value: '1' }]);
    expect((await mesh.cluster.config.get('cluster'))[1]).toMatchObject({ source: 'default' });
    await mesh.cluster.config.change(change);
    expect((await mesh.cluster.config.get('cluster'))[1]).toEqual({
      key: 'retention.ms',
      value: '1',
      source: 'cluster',
      defaultValue: '604800000',
      description: 'About retention.ms.',
      type: 'text',
    });
    expect(await mesh.cluster.config.change({ scope: 'cluster', unset: ['retention.ms'] })).toMatchObject([
      { value: '604800000' },
    ]);
  });

  it('finalises a feature level, and passes on why not', async () => {
    expect(await mesh.cluster.features.finalise(2)).toEqual({ level: 2 });
    cluster.admin.fail.set('finaliseFeatures', new FlowError('PRECONDITION_FAILED', 'node 3 is older'));
    await expect(mesh.cluster.features.finalise(3)).rejects.toMatchObject({ message: 'node 3 is older' });
  });
});

describe('a stream', () => {
  it('is changed under one request id, or only tried', async () => {
    cluster.addStream('s', 1, { 'retention.ms': '5', 'max.x': '1' });
    const tried = await mesh.streams.update({ name: 's', partitions: 4, dryRun: true });
    expect(tried.partitions).toBe(4);
    const changed = await mesh.streams.update({
      name: 's',
      partitions: 2,
      replicationFactor: 1,
      setConfig: { 'retention.ms': '7' },
      unsetConfig: ['max.x'],
    });
    expect(changed).toMatchObject({ partitions: 2, replicationFactor: 1, config: { 'retention.ms': '7' } });
    expect(new Set(cluster.requestIds).size).toBe(2);
    await expect(mesh.streams.update({ name: 's', partitions: 1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
