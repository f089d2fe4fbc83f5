import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminWorld } from '../support/admin.ts';

let world: AdminWorld;

beforeEach(async () => {
  world = await AdminWorld.start();
  world.cluster.addStream('orders', 3);
  world.cluster.addStream('team/a/events');
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

describe('flowmesh-admin partitions', () => {
  it('lists with JSON that programs can rely on, filters and pages', async () => {
    const rows = (await world.json(['partitions', 'list'])) as object[];
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatchInlineSnapshot(`
      {
        "groupId": 2,
        "highWatermark": 0,
        "inSyncReplicas": [
          1,
          2,
          3,
        ],
        "leader": 2,
        "leaderEpoch": 1,
        "logStartOffset": 0,
        "minInsyncReplicas": 2,
        "offlineReplicas": [],
        "partition": 1,
        "replicas": [
          1,
          2,
          3,
        ],
        "sizeBytes": 1024,
        "state": "online",
        "stream": "orders",
      }
    `);
    expect(await world.json(['partitions', 'list', '--stream', 'orders'])).toHaveLength(3);
    world.cluster.setLeader('orders', 1, 0);
    expect(await world.json(['partitions', 'list', '--state', 'leaderless'])).toMatchObject([
      { stream: 'orders', partition: 1, state: 'leaderless' },
    ]);
    expect((await world.admin(['partitions', 'list', '--state', 'odd'])).code).toBe(2);
    const some = await world.admin(['partitions', 'list', '--limit', '2', '-o', 'raw']);
    expect(some).toMatchObject({ code: 0, stdout: 'orders/0\norders/1\n' });
    expect(some.stderr).toContain('4 in all');
    expect((await world.admin(['partitions', 'list', '--node', '2'])).code).toBe(0);
    expect(world.requests('listPartitions').at(-1)).toMatchObject({ node: 2 });
  });

  it('describes one, also with slashes in its name and without a leader', async () => {
    const found = await world.json(['partitions', 'describe', 'team/a/events/0']);
    expect(found).toMatchObject({
      stream: 'team/a/events',
      epochs: [{ epoch: 1, startOffset: 0 }],
      replicaDetails: [
        { role: 'leader' },
        { role: 'voter', lagEntries: 3, state: 'replicate', inSync: true },
      ],
    });
    const table = await world.admin(['partitions', 'describe', 'orders/0']);
    expect(table.stdout).toMatch(/\nNODE +ROLE +IN SYNC +LAG \(ENTRIES\) +SENT BY\n1 +leader +yes +0 +-\n/);
    world.cluster.setLeader('orders', 1, 0);
    const leaderless = await world.admin(['partitions', 'describe', 'orders/1']);
    expect(leaderless).toMatchObject({ code: 0 });
    expect(leaderless.stderr).toContain('Its leader does not answer');
    expect((await world.admin(['partitions', 'describe', 'nope/1'])).code).toBe(3);
    expect((await world.admin(['partitions', 'describe', 'orders'])).code).toBe(2);
    expect(await world.json(['partitions', 'describe', 'orders', '2'])).toMatchObject({ partition: 2 });
    expect((await world.admin(['partitions', 'describe', 'orders/1', 'orders/2'])).code).toBe(2);
  });

  it('moves: tells first, asks, and does', async () => {
    const tried = await world.json(['partitions', 'move', 'orders/0', '--to', '3,2', '--dry-run']);
    expect(tried).toMatchObject({
      to: [3, 2],
      dryRun: true,
      done: false,
      bytes: 1_073_741_824,
      partition: { stream: 'orders', partition: 0, move: { adding: [3], removing: [1], cancellable: true } },
    });
    expect((await world.admin(['partitions', 'move', 'orders/0', '--to', '3,2'])).stderr).toContain(
      'not confirmed: Move orders/0 from nodes 1,2,3 to 3,2? 1.0 GiB to copy.',
    );
    expect(
      await world.json(['partitions', 'move', 'orders/0', '--to', '1,2,3', '--yes', '--wait']),
    ).toMatchObject({
      done: true,
    });
    expect(world.requests('movePartition').at(-1)).toMatchObject({ to: [1, 2, 3], dryRun: false });
    expect((await world.admin(['partitions', 'move', 'orders/0', '--to', 'a'])).code).toBe(2);
    expect((await world.admin(['partitions', 'move', 'orders/0'])).code).toBe(2);
  });

  it('cancels moves by name, by stream or all, never by accident', async () => {
    expect(await world.json(['partitions', 'cancel-move', 'orders/0', 'orders', '2'])).toEqual({
      cancelled: 1,
      refused: ['orders/1: its change of members is under way'],
    });
    expect(world.requests('cancelMoves')).toMatchObject([{ stream: 'orders', partitions: [0, 2] }]);
    expect((await world.admin(['partitions', 'cancel-move'])).code).toBe(2);
    expect((await world.admin(['partitions', 'cancel-move', '--all'])).code).toBe(2);
    world.cluster.admin.moving = true;
    expect(await world.json(['partitions', 'cancel-move', 'orders/1', '--dry-run'])).toHaveLength(1);
    expect((await world.admin(['partitions', 'cancel-move', '--all'])).stderr).toContain('Cancel 4 moves?');
    expect((await world.admin(['partitions', 'cancel-move', '--all', '--yes'])).code).toBe(0);
    expect(world.requests('cancelMoves').at(-1)).toMatchObject({ stream: '', partitions: [] });
  });

  it('hands leaderships over, one or all that are elsewhere', async () => {
    expect(await world.json(['partitions', 'transfer-leader', 'orders/0', '--to', '2'])).toEqual({
      stream: 'orders',
      partition: 0,
      leader: 2,
      leaderEpoch: 2,
    });
    expect(await world.json(['partitions', 'elect-preferred', '--all', '--dry-run'])).toEqual({
      notPreferred: 1,
      dryRun: true,
    });
    expect((await world.admin(['partitions', 'elect-preferred', '--all'])).stderr).toContain(
      'not confirmed: Hand over 1 leadership?',
    );
    expect(await world.json(['partitions', 'elect-preferred', '--all', '--yes'])).toMatchObject([
      { node: 1, transferred: 0 },
      { node: 2, transferred: 1, already: 1, notPossible: 0 },
      { node: 3 },
    ]);
    expect(world.cluster.partition('orders', 0).leader).toBe(1);
    expect((await world.admin(['partitions', 'elect-preferred'])).code).toBe(2);
    world.cluster.kill(3);
    const partial = await world.admin(['partitions', 'elect-preferred', '--all', '--yes', '-o', 'json']);
    expect(partial.code).toBe(8);
    expect(JSON.parse(partial.stdout)).toMatchObject([
      {},
      {},
      { node: 3, error: expect.any(String) as string },
    ]);
  });
});

describe('flowmesh-admin recover', () => {
  const reason = ['--reason', 'two disks lost'];

  it('explains the risk and does nothing without an explicit acceptance', async () => {
    const refused = await world.admin(['recover', 'orders/0', '--survivor', '1', ...reason]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('gives up every other one for good');
    expect(refused.stderr).toContain('risk: node 3 is not reached');
    expect(refused.stderr).toContain('--yes-i-accept-data-loss');
    expect((await world.admin(['recover', 'orders/0', '--survivor', '1'])).code).toBe(2);
    const wrong = await world.admin(['recover', 'orders/0', '--survivor', '1', ...reason], {
      terminal: true,
      stdin: 'yes\n',
    });
    expect(wrong.code).toBe(2);
    expect(world.requests('recoverPartition').every((request) => 'dryRun' in request && request.dryRun)).toBe(
      true,
    );
  });

  it('goes on for those who typed the name or said so on the command line', async () => {
    const typed = await world.admin(['recover', 'orders/0', '--survivor', '1', ...reason], {
      terminal: true,
      stdin: 'orders/0\n',
    });
    expect(typed.code).toBe(0);
    expect(typed.stderr).toContain('Type orders/0 to accept that:');
    world.cluster.kill(2);
    world.cluster.kill(3);
    expect(await world.json(['recover', 'orders/0', '--yes-i-accept-data-loss', ...reason])).toMatchObject({
      dryRun: false,
      survivor: 1,
      reason: 'two disks lost',
      risks: ['node 2, with entries up to 90, is not reached', 'node 3 is not reached'],
      partition: { stream: 'orders', partition: 0 },
    });
    expect(world.requests('recoverPartition').at(-1)).toMatchObject({
      survivor: 1,
      reason: 'two disks lost',
      dryRun: false,
    });
  });

  it('asks which copy to keep where there is more than one', async () => {
    const outcome = await world.admin(['recover', 'orders/0', ...reason]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('--survivor 1 or 2 or 3');
  });
});
