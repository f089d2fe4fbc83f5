import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { membersOf } from '../../../src/services/group/group-views.ts';
import { regexOfWildcard, wildcardOfRegex } from '../../../src/services/group/topic-regex.ts';
import { OPEN_DOOR } from '../../../src/services/ports.ts';
import { batchOf, caller, createStream } from '../fake-cluster.ts';
import { coordinationWorld } from './coordination-world.ts';

const CALLER = caller();

describe('groups at their coordinator', () => {
  it('have real members, with partitions assigned to them and given on when they are given up', async () => {
    const world = coordinationWorld();
    world.stream('s', { partitions: 4 });
    await world.join('a');
    await world.pass(200);
    const a = await world.run(world.heartbeat('a'));
    expect(a.partitions).toHaveLength(4);
    await world.join('b');
    await world.pass(200);
    expect((await world.run(world.heartbeat('b'))).partitions).toEqual([]);
    const less = await world.run(world.heartbeat('a', { epoch: a.epoch, confirmedEpoch: a.epoch }));
    expect(less).toMatchObject({ partitions: ['s:0', 's:1'], stable: false });
    await world.run(world.heartbeat('a', { epoch: less.epoch, confirmedEpoch: less.epoch }));
    expect(await world.run(world.heartbeat('b'))).toMatchObject({ partitions: ['s:2', 's:3'], stable: true });
  });

  it('answer a heartbeat that waits as soon as there is something new, and otherwise when its time is over', async () => {
    const world = coordinationWorld();
    world.stream('s', { partitions: 2 });
    await world.join('a');
    await world.pass(200);
    const { epoch } = await world.run(world.heartbeat('a'));
    const waiting = world.heartbeat('a', { epoch, confirmedEpoch: epoch, waitMs: 3_000 });
    await world.join('b');
    expect((await world.run(waiting)).epoch).toBeGreaterThan(epoch);
    const now = await world.run(world.heartbeat('a'));
    let answered = false;
    const idle = world.heartbeat('a', { epoch: now.epoch, waitMs: 3_000 }).then(() => {
      answered = true;
    });
    await world.pass(2_500);
    expect(answered).toBe(false);
    await world.pass(1_000);
    await world.run(idle);
    expect(answered).toBe(true);
  });

  it('let silent members go when their session is over, and tell them so', async () => {
    const world = coordinationWorld();
    world.stream('s', { partitions: 2 });
    await world.join('a');
    await world.join('b');
    for (let i = 0; i < 12; i++) {
      await world.pass(1_000);
      const { epoch } = await world.run(world.heartbeat('b'));
      await world.run(world.heartbeat('b', { epoch, confirmedEpoch: epoch }));
    }
    await expect(world.run(world.heartbeat('a'))).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
    expect((await world.run(world.heartbeat('b'))).partitions).toEqual(['s:0', 's:1']);
  });

  it('keep every member over a failover of the coordinator, each with a full session anew', async () => {
    const world = coordinationWorld();
    world.stream('s', { partitions: 2 });
    await world.join('a');
    await world.join('b');
    await world.pass(9_000);
    const rebalances = world.shard.machine.groups.get('g')?.head.rebalances;
    world.shard.depose();
    await expect(world.run(world.heartbeat('a'))).rejects.toMatchObject({ code: 'NO_LEADER' });
    world.shard.lead();
    await world.pass(9_000);
    await world.run(world.heartbeat('a'));
    await world.run(world.heartbeat('b'));
    expect(world.shard.machine.groups.get('g')?.head.rebalances).toBe(rebalances);
    await world.pass(11_000);
    expect(world.shard.machine.groups.size).toBe(0);
  });

  it('let a member go that does not give up in time what was revoked, although it is alive', async () => {
    const world = coordinationWorld();
    world.stream('s', { partitions: 2 });
    await world.join('a');
    await world.pass(200);
    await world.join('b');
    for (let i = 0; i < 25; i++) {
      await world.pass(1_000);
      await world.run(world.heartbeat('b'));
      await world.run(world.heartbeat('a')).catch(() => undefined);
    }
    expect((await world.run(world.heartbeat('b'))).partitions).toEqual(['s:0', 's:1']);
  });

  it('give a member that has given up what it had to its full time again for what is revoked next', async () => {
    const world = coordinationWorld();
    world.stream('s', { partitions: 4 });
    await world.join('a');
    await world.pass(200);
    await world.join('b');
    for (let i = 0; i < 18; i++) {
      await world.pass(1_000);
      for (const member of ['a', 'b']) await world.run(world.heartbeat(member));
    }
    const { epoch } = await world.run(world.heartbeat('a'));
    await world.run(world.heartbeat('a', { epoch, confirmedEpoch: epoch }));
    await world.join('c');
    for (let i = 0; i < 5; i++) {
      await world.pass(1_000);
      for (const member of ['a', 'b', 'c']) await world.run(world.heartbeat(member));
    }
    expect(Object.keys(world.shard.machine.groups.get('g')?.members.get('a')?.revoking ?? {})).toHaveLength(
      1,
    );
  });

  it('fence the former process of a static member', async () => {
    const world = coordinationWorld();
    world.stream('s');
    await world.join('a1', { instanceId: 'a' });
    await world.pass(200);
    const again = await world.join('a2', { instanceId: 'a' });
    expect(again.partitions).toEqual(['s:0']);
    await expect(world.run(world.heartbeat('a1', { instanceId: 'a' }))).rejects.toMatchObject({
      code: 'MEMBER_FENCED',
    });
  });

  it('notice streams that are made later, by name and by pattern', async () => {
    const world = coordinationWorld();
    await world.join('a', { streams: ['late'], pattern: 'new.*' });
    await world.pass(400);
    expect((await world.run(world.heartbeat('a'))).partitions).toEqual([]);
    createStream(world.catalog, 'late');
    createStream(world.catalog, 'new.one', { partitions: 2 });
    await world.join('b', { streams: ['other'] });
    await world.pass(400);
    expect((await world.run(world.heartbeat('a'))).partitions).toEqual(['late:0', 'new.one:0', 'new.one:1']);
  });
});

describe('a subscription by pattern', () => {
  it('finds only streams that the member may read, early and late ones, and is shown as it was asked for', async () => {
    const world = coordinationWorld({
      ...OPEN_DOOR,
      authorise: (_, right, resource) =>
        resource.startsWith('shop.secret') ? new FlowError('PERMISSION_DENIED', right) : undefined,
    });
    for (const name of ['shop.a', 'shop.secret', 'shopping']) createStream(world.catalog, name);
    await world.join('a', { streams: [], pattern: 'shop.*' });
    await world.pass(400);
    expect((await world.run(world.heartbeat('a'))).partitions).toEqual(['shop.a:0']);
    for (const name of ['shop.b', 'shop.secret.b']) createStream(world.catalog, name);
    await world.pass(400);
    await world.pass(400);
    expect((await world.run(world.heartbeat('a'))).partitions).toEqual(['shop.a:0', 'shop.b:0']);
    const group = world.shard.machine.groups.get('g');
    expect(group === undefined ? [] : membersOf(group).map(({ pattern }) => pattern)).toEqual(['shop.*']);
  });

  it('finds streams only, not what queues and groups are stored in', async () => {
    const world = coordinationWorld();
    createStream(world.catalog, 'only');
    await world.join('a', { streams: [], pattern: '*' });
    await world.pass(400);
    expect((await world.run(world.heartbeat('a'))).partitions).toEqual(['only:0']);
  });

  it.each([
    ['*', '.*'],
    ['a*b', 'a.*b'],
    ['logs.*', String.raw`logs\..*`],
    ['plain', 'plain'],
  ])('%s is the regular expression %s, and back', (pattern, regex) => {
    expect(regexOfWildcard(pattern)).toBe(regex);
    expect(wildcardOfRegex(regex)).toBe(pattern);
    expect(wildcardOfRegex(`${regex}+`)).toBeUndefined();
  });
});

describe('offsets of groups', () => {
  const commit = (offset: number, metadata = '') => ({
    caller: CALLER,
    group: 'g',
    by: undefined,
    offsets: [{ stream: 's', partition: 0, offset, leaderEpoch: -1, metadata }],
    transaction: undefined,
  });
  const all = { caller: CALLER, group: 'g', partitions: undefined };

  it('are read as they were written, metadata included, after a failover too', async () => {
    const world = coordinationWorld();
    world.stream('s');
    await world.run(world.coordination.groups.commit(commit(7, 'note')));
    world.shard.depose();
    world.shard.lead();
    const [offset] = await world.run(world.coordination.groups.fetch(all));
    expect(offset).toMatchObject({ stream: 's', partition: 0, offset: 7, metadata: 'note' });
  });

  it('are not told while a transaction is about to commit them', async () => {
    const world = coordinationWorld();
    world.stream('s');
    const { transactions, groups } = world.coordination;
    const init = { caller: CALLER, id: 't', timeoutMs: 0, waitMs: 0 };
    const transaction = await world.run(transactions.init(init));
    const target = { kind: 'offsets', group: 'g' } as const;
    await world.run(transactions.add({ caller: CALLER, id: 't', ...transaction }, [target]));
    await world.run(groups.commit({ ...commit(9), transaction }));
    await expect(world.run(world.coordination.groups.fetch(all))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
  });

  it('come with the lag in records and in time', async () => {
    const world = coordinationWorld();
    world.stream('s');
    await world.append(batchOf(['a', 'b', 'c'], { timestampMs: world.time.wall - 5_000, stepMs: 1_000 }));
    await world.run(world.coordination.groups.commit(commit(1)));
    const signal = new AbortController().signal;
    const { partitions } = await world.run(world.coordination.groupAdmin.describe(CALLER, 'g', signal));
    expect(partitions).toMatchObject([{ lag: 2, lagMs: 4_000, owner: '' }]);
  });

  it('are measured for all groups now and then', async () => {
    const world = coordinationWorld();
    const [partition] = world.stream('s');
    await world.append(batchOf(['a', 'b', 'c'], { timestampMs: world.time.wall - 5_000, stepMs: 1_000 }));
    await world.run(world.coordination.groups.commit(commit(1)));
    expect(world.coordination.lags.figures()).toEqual([]);
    const told = { inSync: [], logStartOffset: 0, highWatermark: 3, sizeBytes: 0 };
    world.leaders.summaries.set((partition as NonNullable<typeof partition>).group, told);
    await world.run(world.coordination.lags.look());
    expect(world.coordination.lags.figures()).toEqual([
      { group: 'g', members: 0, rebalances: 0, lagRecords: 2, lagSeconds: 4 },
    ]);
  });

  it('are reset to a time, an offset or by a shift, after a rehearsal that changes nothing, and back', async () => {
    const world = coordinationWorld();
    world.stream('s');
    await world.append(batchOf(['a', 'b', 'c'], { timestampMs: 10_000, stepMs: 1_000 }));
    const { groupAdmin, groups } = world.coordination;
    await world.run(groups.commit(commit(3)));
    const reset = (to: Parameters<typeof groupAdmin.reset>[0]['to'], dryRun = false) =>
      world.run(
        groupAdmin.reset(
          { caller: CALLER, group: 'g', to, streams: [], dryRun, force: false },
          new AbortController().signal,
        ),
      );
    const place = (before: number, after: number) => [{ stream: 's', partition: 0, before, after }];
    expect(await reset({ kind: 'timestamp', timestampMs: 10_500 }, true)).toEqual(place(3, 1));
    expect(await reset({ kind: 'timestamp', timestampMs: 10_500 })).toEqual(place(3, 1));
    expect(await world.run(groupAdmin.undoReset(CALLER, 'g', false))).toEqual(place(1, 3));
    expect(await reset({ kind: 'shift', by: -2 })).toEqual(place(3, 1));
    expect(await reset({ kind: 'offset', offset: 99 })).toEqual(place(1, 3));
    expect(await reset({ kind: 'latest' })).toEqual(place(3, 3));
  });
});
