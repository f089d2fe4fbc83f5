import { groupId, type NodeId, nodeId } from '@flowmesh/base';
import { CatalogMachine, type CatalogPartition } from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { LeaderBalancer } from '../../src/cluster/leader-balancer.ts';
import { type FakeReplica, FakeReplicas, ManualTime, member, SILENT } from './fakes.ts';

const SELF = nodeId(1);
const NO_SIGNAL = new AbortController().signal;

let time: ManualTime;
let replicas: FakeReplicas;
let partitions: Map<number, CatalogPartition>;
let leave: string | undefined;
let enabled: boolean;
let mayNotLead: Set<number>;
let upMs: number;
let balancer: LeaderBalancer;

/** A group led here, with its wanted nodes, all of them in sync voters. */
function led(group: number, ...nodes: number[]): FakeReplica {
  const members = nodes.map((node) => member(node));
  const replica = replicas.add(groupId(group), member(1));
  replica.serving = true;
  replica.inSyncNodes = nodes.map((node) => nodeId(node));
  replica.conf = { ...replica.conf, voters: members };
  partitions.set(group, {
    group: replica.group,
    stream: 's',
    partition: 0,
    initial: members,
    replicas: members,
    learners: [],
    move: undefined,
    recovery: undefined,
  });
  return replica;
}

function takenOver(replica: FakeReplica, by: number): void {
  replica.serving = false;
  balancer.onStopServing(replica);
  balancer.onLeader(replica, member(by), 7);
}

beforeEach(() => {
  time = new ManualTime();
  replicas = new FakeReplicas(() => new CatalogMachine());
  partitions = new Map();
  leave = undefined;
  enabled = true;
  mayNotLead = new Set();
  upMs = 60_000;
  balancer = new LeaderBalancer({
    self: SELF,
    replicas,
    partitionOf: (group) => partitions.get(group),
    leave: () => leave,
    mayLead: (node) => !mayNotLead.has(node),
    upMs: () => upMs,
    enabled: () => enabled,
    clock: time,
    scheduler: time,
    log: SILENT,
    limits: {
      intervalMs: 1_000,
      evacuationsMax: 3,
      transfersMax: 2,
      settledMs: 5_000,
      retryMs: 2_000,
      retryMaxMs: 60_000,
      timeoutMs: 5_000,
    },
  });
  balancer.start();
});

const transfers = (): readonly (readonly NodeId[])[] =>
  [...replicas.all()].map((replica) => replica.transfers);

describe('preferred leaders', () => {
  test('get their groups once they have been well and in sync for a while', async () => {
    const replica = led(1, 2, 1, 3);
    await time.advance(4_900);
    expect(replica.transfers).toEqual([]);
    await time.advance(2_000);
    expect(replica.transfers).toEqual([2]);
  });

  test('get nothing while they are behind, may not lead, came just now, or the balancer is off', async () => {
    const replica = led(1, 2, 1, 3);
    replica.inSyncNodes = [nodeId(1), nodeId(3)];
    await time.advance(20_000);
    replica.inSyncNodes = [nodeId(1), nodeId(2)];
    mayNotLead.add(2);
    await time.advance(20_000);
    mayNotLead.clear();
    upMs = 1_000;
    await time.advance(20_000);
    upMs = 60_000;
    enabled = false;
    await time.advance(20_000);
    expect(replica.transfers).toEqual([]);
    enabled = true;
    await time.advance(1_100);
    expect(replica.transfers).toEqual([2]);
  });

  test('a preferred leader that falls behind in between begins to wait anew', async () => {
    const replica = led(1, 2, 1, 3);
    await time.advance(4_000);
    replica.inSyncNodes = [nodeId(1), nodeId(3)];
    await time.advance(1_000);
    replica.inSyncNodes = [nodeId(1), nodeId(2)];
    await time.advance(4_000);
    expect(replica.transfers).toEqual([]);
  });

  test('so many at a time, and one that does not take over is offered it ever more rarely', async () => {
    for (let group = 1; group <= 5; group++) led(group, 2, 1, 3);
    await time.advance(6_500);
    expect(transfers().flat()).toHaveLength(2);
    const first = replicas.get(groupId(1));
    await time.advance(200_000);
    expect(transfers().every((to) => to.length >= 3)).toBe(true);
    expect(first?.transfers.length).toBeLessThan(10);
  });

  test('its own groups stay where they are', async () => {
    const replica = led(1, 1, 2, 3);
    await time.advance(30_000);
    expect(replica.transfers).toEqual([]);
  });
});

describe('a node that is to lead nothing', () => {
  test('hands over in batches, to the first wanted replica that can lead', async () => {
    for (let group = 1; group <= 5; group++) led(group, 1, 2, 3);
    mayNotLead.add(2);
    leave = 'this node is draining';
    balancer.kick();
    await time.advance(1);
    expect(transfers()).toEqual([[3], [3], [3], [], []]);
    for (let group = 1; group <= 3; group++) takenOver(replicas.get(groupId(group)) as FakeReplica, 3);
    await time.advance(1_000);
    expect(transfers()).toEqual([[3], [3], [3], [3], [3]]);
  });

  test('hands an election that it won on at once', async () => {
    leave = 'this node is draining';
    const replica = led(1, 1, 2, 3);
    balancer.onServing();
    await time.advance(1);
    expect(replica.transfers).toEqual([2]);
  });

  test('keeps what nobody else could lead', async () => {
    leave = 'this node is draining';
    const replica = led(1, 1, 2, 3);
    replica.inSyncNodes = [SELF];
    await time.advance(5_000);
    expect(replica.transfers).toEqual([]);
  });

  test('is given nothing back while that holds', async () => {
    leave = 'this node is draining';
    led(1, 1, 2, 3);
    await time.advance(1_000);
    takenOver(replicas.get(groupId(1)) as FakeReplica, 2);
    await time.advance(30_000);
    expect(replicas.get(groupId(1))?.transfers).toEqual([2]);
  });
});

describe('what operators ask for', () => {
  test('a transfer is answered by the leader that took over', async () => {
    const replica = led(1, 1, 2, 3);
    const done = balancer.transfer(groupId(1), nodeId(3), NO_SIGNAL);
    await time.settle();
    expect(replica.transfers).toEqual([3]);
    takenOver(replica, 3);
    await expect(done).resolves.toEqual({ leader: 3, term: 7 });
  });

  test('without a target the first wanted in-sync replica is chosen', async () => {
    const replica = led(1, 1, 2, 3);
    replica.inSyncNodes = [SELF, nodeId(3)];
    const done = balancer.transfer(groupId(1), undefined, NO_SIGNAL);
    await time.settle();
    expect(replica.transfers).toEqual([3]);
    takenOver(replica, 3);
    await done;
  });

  test.each([
    ['NOT_LEADER', (replica: FakeReplica) => void (replica.serving = false)],
    ['PRECONDITION_FAILED', (replica: FakeReplica) => void (replica.inSyncNodes = [SELF, nodeId(3)])],
    ['PRECONDITION_FAILED', () => void mayNotLead.add(2)],
  ])('is refused with %s and a hint', async (code, spoil) => {
    const replica = led(1, 1, 2, 3);
    spoil(replica);
    const refused = await balancer
      .transfer(groupId(1), nodeId(2), NO_SIGNAL)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code, hint: expect.any(String) });
    expect(replica.transfers).toEqual([]);
  });

  test('a transfer that nobody takes up ends in a timeout, one that is given up in a cancellation', async () => {
    led(1, 1, 2, 3);
    const late = balancer.transfer(groupId(1), nodeId(2), NO_SIGNAL).catch((error: unknown) => error);
    const caller = new AbortController();
    const ended = balancer.transfer(groupId(1), nodeId(2), caller.signal).catch((error: unknown) => error);
    caller.abort();
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    await time.advance(5_001);
    expect(await late).toMatchObject({ code: 'TIMEOUT' });
  });

  test('preferred leaders are elected at once and counted', () => {
    led(1, 2, 1, 3);
    led(2, 1, 2, 3);
    led(3, 3, 1, 2).inSyncNodes = [SELF];
    expect(balancer.electPreferred(new Set([groupId(2)]))).toEqual({
      transferred: 0,
      already: 1,
      notPossible: 0,
    });
    expect(balancer.electPreferred(undefined)).toEqual({ transferred: 1, already: 1, notPossible: 1 });
    expect(transfers()).toEqual([[2], [], []]);
  });
});
