import { type GroupId, groupId, type MemberId, METADATA_GROUP, nodeOf } from '@flowmesh/base';
import { type CatalogCommand, CatalogMachine, type CatalogPartition, type Reply } from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemberDriver } from '../../src/cluster/member-driver.ts';
import { type FakeReplica, FakeReplicas, ManualTime, member, SILENT } from './fakes.ts';

let time: ManualTime;
let replicas: FakeReplicas;
let partitions: Map<GroupId, CatalogPartition>;
let proposed: CatalogCommand[];
let answer: (command: CatalogCommand) => Promise<Reply>;
let away: Set<number>;
let driver: MemberDriver;

/** A group led by node 1 with voters on 1, 2, 3 that is to move from 3 to `to`. */
function moving(group: number, to: number): FakeReplica {
  const [own, second, third, arriving] = [1, 2, 3, to].map((node) => member(node)) as [
    MemberId,
    MemberId,
    MemberId,
    MemberId,
  ];
  const replica = replicas.add(groupId(group), own);
  replica.serving = true;
  replica.lastIndex = 1_000;
  replica.conf = { ...replica.conf, voters: [own, second, third] };
  progress(replica, [1_000, 1_000, 1_000]);
  partitions.set(replica.group, {
    group: replica.group,
    stream: 's',
    partition: 0,
    initial: [],
    replicas: [own, second, arriving],
    learners: [],
    recovery: undefined,
    move: {
      releasing: [third],
      revision: 5,
      reason: 'manual',
      startedAtMs: 0,
      previous: [own, second, third],
      replacing: [],
      rebalance: false,
    },
  });
  return replica;
}

function progress(replica: FakeReplica, matches: readonly number[]): void {
  replica.progress = [...replica.conf.voters, ...replica.conf.learners].map((one, at) => ({
    member: one,
    match: matches[at] ?? 0,
    next: 1,
    state: 'replicate',
    paused: false,
    recentActive: true,
    learner: replica.conf.learners.includes(one),
  }));
}

/** The group's last proposed change takes effect. */
function applied(replica: FakeReplica): void {
  let { voters, learners } = replica.conf;
  for (const change of replica.changes.at(-1) ?? []) {
    voters = voters.filter((one) => one !== change.member);
    learners = learners.filter((one) => one !== change.member);
    if (change.kind === 'add-voter') voters = [...voters, change.member];
    if (change.kind === 'add-learner') learners = [...learners, change.member];
  }
  replica.conf = { ...replica.conf, voters, learners };
  progress(replica, [1_000, 1_000, 1_000]);
}

const begun = (): number => [...replicas.all()].filter((replica) => replica.changes.length > 0).length;

beforeEach(() => {
  time = new ManualTime();
  replicas = new FakeReplicas(() => new CatalogMachine());
  partitions = new Map();
  proposed = [];
  away = new Set();
  answer = async () => ({ ok: true, value: undefined });
  driver = new MemberDriver({
    replicas,
    moving: () => [...partitions.values()].filter(({ move }) => move !== undefined),
    partitionOf: (group) => partitions.get(group),
    metadata: () => partitions.get(METADATA_GROUP),
    propose: (command) => {
      proposed.push(command);
      return answer(command);
    },
    clock: time,
    scheduler: time,
    log: SILENT,
    changesMax: () => 2,
    caughtUpEntriesMax: 10,
    connected: (node) => !away.has(node),
    mayLead: () => true,
    limits: {
      stepIntervalMs: 200,
      finishesMax: 2,
      finishRetryMs: 1_000,
      transferRetryMs: 2_000,
      transferRetryMaxMs: 60_000,
      stalledMs: 30_000,
      snapshotStalledMs: 600_000,
    },
  });
});

describe('the membership driver', () => {
  test('goes on by itself from step to step and reports the end', async () => {
    const replica = moving(1, 4);
    driver.pass();
    applied(replica);
    await time.advance(250);
    expect(driver.progressOf(replica.group)).toContain('node 4');
    progress(replica, [1_000, 1_000, 1_000, 995]);
    await time.advance(250);
    applied(replica);
    await time.advance(250);
    expect(proposed).toMatchObject([{ kind: 'finish-move', members: [member(1), member(2), member(4)] }]);
    partitions.clear();
    await time.advance(250);
    expect(driver.progressOf(replica.group)).toBeUndefined();
    driver.stop();
  });

  test('so many groups copy at a time; the next begins when one has caught up', async () => {
    const all = [1, 2, 3].map((group) => moving(group, 4));
    driver.pass();
    expect(begun()).toBe(2);
    expect(driver.progressOf(groupId(3))).toContain('waits for its turn');
    for (const replica of all) applied(replica);
    await time.advance(1_000);
    expect(begun()).toBe(2);
    progress(all[0] as FakeReplica, [1_000, 1_000, 1_000, 1_000]);
    await time.advance(250);
    expect(begun()).toBe(3);
    driver.stop();
  });

  test('a group that waits for a node that is away holds no turn', async () => {
    away.add(4);
    const stuck = [1, 2].map((group) => moving(group, 4));
    moving(3, 5);
    driver.pass();
    for (const replica of stuck) applied(replica);
    await time.advance(250);
    expect(begun()).toBe(3);
    driver.stop();
  });

  test('a group whose new member confirms nothing for long holds no turn either', async () => {
    const stuck = [1, 2].map((group) => moving(group, 4));
    moving(3, 5);
    driver.pass();
    for (const replica of stuck) applied(replica);
    await time.advance(29_000);
    expect(begun()).toBe(2);
    await time.advance(2_000);
    expect(begun()).toBe(3);
    driver.stop();
  });

  test('a hand-over that does not come about is tried again ever later', async () => {
    const replica = moving(1, 4);
    const partition = partitions.get(replica.group) as CatalogPartition;
    const wanted = [member(2), member(3), member(4)];
    partitions.set(replica.group, { ...partition, replicas: wanted });
    replica.conf = { ...replica.conf, learners: [member(4)] };
    progress(replica, [1_000, 1_000, 1_000, 1_000]);
    driver.pass();
    await time.advance(20_000);
    expect(replica.transfers.length).toBeGreaterThan(2);
    expect(replica.transfers.length).toBeLessThan(6);
    expect(new Set(replica.transfers)).toEqual(new Set([nodeOf(member(2))]));
    driver.stop();
  });

  test('reports are bounded and go on after a refusal, while others move on', async () => {
    let refuse = true;
    answer = async () =>
      refuse
        ? Promise.reject(Object.assign(new Error('no leader'), { code: 'NO_LEADER' }))
        : { ok: true, value: 0 };
    for (let group = 1; group <= 4; group++) {
      const replica = moving(group, 4);
      replica.conf = { ...replica.conf, voters: [member(1), member(2), member(4)] };
      progress(replica, [1_000, 1_000, 1_000]);
    }
    const other = moving(9, 5);
    driver.pass();
    expect(proposed).toHaveLength(2);
    expect(other.changes).toHaveLength(1);
    refuse = false;
    await time.advance(2_000);
    const groups = new Set(proposed.map((command) => (command.kind === 'finish-move' ? command.group : 0)));
    expect(groups.size).toBe(4);
    driver.stop();
  });

  test('a cancelled move goes back from where it is', async () => {
    const replica = moving(1, 4);
    driver.pass();
    applied(replica);
    const partition = partitions.get(replica.group) as CatalogPartition;
    const back = { ...partition.move, revision: 6, releasing: [member(4)], previous: [] };
    partitions.set(replica.group, {
      ...partition,
      replicas: [member(1), member(2), member(3)],
      move: back as CatalogPartition['move'],
    });
    await time.advance(250);
    expect(replica.changes.at(-1)).toEqual([{ kind: 'remove', member: member(4) }]);
    applied(replica);
    await time.advance(250);
    expect(proposed).toMatchObject([{ kind: 'finish-move', members: [member(1), member(2), member(3)] }]);
    driver.stop();
  });
});
