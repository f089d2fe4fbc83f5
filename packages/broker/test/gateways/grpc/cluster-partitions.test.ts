import { FlowError, memberIdFrom, nodeId } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { createStream } from '../../services/fake-cluster.ts';
import { all, ask, groupsOf, id, summarise, withStream } from './cluster-world.ts';
import type { Loose } from './cluster-world.ts';

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
