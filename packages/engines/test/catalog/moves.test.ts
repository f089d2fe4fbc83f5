import { METADATA_GROUP } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { FEATURES } from '../../src/index.ts';
import { group, introduction, member, node, TestCatalog, today, uuid } from './cluster.ts';

/** Five nodes (revisions 1 to 3) and a stream of three partitions, groups 1 to 3, created at revision 4 on nodes 1, 2, 3 and so on. */
function withStream(rf = 3): TestCatalog {
  const catalog = TestCatalog.modern(5);
  catalog.done(catalog.create('orders', { uuid: uuid(50), partitions: 3, rf }));
  return catalog;
}

describe('a move', () => {
  test('wants new members under new ids, keeps those that stay, and releases the others only when it is finished', () => {
    const catalog = withStream();
    expect(catalog.placed(1)).toEqual([1, 2, 3]);
    expect(catalog.done(catalog.move(1, [4, 2, 1]))).toEqual({
      kind: 'replicas-moved',
      accepted: [1],
      refused: [],
    });
    const partition = catalog.machine.partitionOfGroup(group(1));
    expect(partition).toMatchObject({
      replicas: [member(4, 5), member(2, 4), member(1, 4)],
      move: {
        releasing: [member(3, 4)],
        revision: 5,
        reason: 'manual',
        startedAtMs: 1_005,
        previous: [member(1, 4), member(2, 4), member(3, 4)],
      },
    });
    expect(catalog.machine.isTombstoned(group(1), member(3, 4))).toBe(false);
    expect([...catalog.machine.moving()].map((one) => one.group)).toEqual([1]);
    expect(catalog.machine.membersWanted(node(4)).find((one) => one.group === 1)).toEqual({
      group: 1,
      member: member(4, 5),
      initial: [],
      releasing: false,
    });
    expect(catalog.machine.membersWanted(node(3)).find((one) => one.group === 1)?.releasing).toBe(true);
    expect(catalog.finish(1)).toMatchObject({ released: [member(3, 4)] });
    expect(catalog.machine.isTombstoned(group(1), member(3, 4))).toBe(true);
    expect([...catalog.machine.moving()]).toEqual([]);
  });

  test('of the order alone begins nothing and is done at once', () => {
    const catalog = withStream();
    expect(catalog.code(catalog.move(1, [3, 1, 2], 'leaders'))).toBe('ok');
    expect(catalog.placed(1)).toEqual([3, 1, 2]);
    expect(catalog.machine.partitionOfGroup(group(1))?.move).toBeUndefined();
  });

  test('back to a node that has given its replica up gets another id there', () => {
    const catalog = withStream();
    catalog.done(catalog.move(1, [1, 2, 4]));
    catalog.finish(1);
    catalog.done(catalog.move(1, [1, 2, 3]));
    const back = catalog.machine.partitionOfGroup(group(1))?.replicas[2];
    expect(back).toBe(member(3, 7));
    expect(catalog.machine.isTombstoned(group(1), member(3, 7))).toBe(false);
    expect(catalog.machine.isTombstoned(group(1), member(3, 4))).toBe(true);
  });

  test('is refused where it cannot be', () => {
    const catalog = withStream();
    const planned = catalog.move(1, [1, 2, 4]);
    expect(
      catalog.code({ ...catalog.move(1, [1, 2, 4]), moves: [{ ...planned.moves[0]!, group: group(9) }] }),
    ).toBe('NOT_FOUND');
    expect(catalog.code(catalog.move(METADATA_GROUP, [1, 2, 4]))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(catalog.move(1, [1, 2, 2]))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(catalog.move(1, [1, 2]))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(catalog.move(1, [1, 2, 3, 4]))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(catalog.move(1, [1, 2, 9]))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(planned)).toBe('ok');
    // Planned from what is not wanted any more, and while it moves.
    expect(catalog.code(planned)).toBe('PRECONDITION_FAILED');
    expect(catalog.code(catalog.move(1, [1, 2, 5]))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(catalog.move(1, [2, 1, 4]))).toBe('PRECONDITION_FAILED');
  });

  test('goes to no draining node, but may leave a replica there', () => {
    const catalog = withStream();
    catalog.done({ kind: 'set-node-mode', node: node(4), mode: 'draining' });
    expect(catalog.code(catalog.move(1, [1, 2, 4]))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'set-node-mode', node: node(3), mode: 'draining' });
    expect(catalog.code(catalog.move(1, [3, 1, 5]))).toBe('ok');
  });

  test('of many is accepted in part, and tells what was refused and why', () => {
    const catalog = withStream();
    const one = catalog.move(1, [1, 2, 4]).moves;
    const two = catalog.move(2, [2, 9, 1]).moves;
    const reply = catalog.done({ kind: 'move-replicas', reason: 'balance', moves: [...one, ...two, ...one] });
    expect(reply).toMatchObject({
      accepted: [1],
      refused: [
        { group: 2, code: 'PRECONDITION_FAILED' },
        { group: 1, code: 'INVALID_ARGUMENT' },
      ],
    });
    expect(catalog.placed(2)).not.toContain(9);
  });

  test('with the same request id answers the same and moves nothing again', () => {
    const catalog = withStream();
    const planned = { ...catalog.move(1, [1, 2, 4]), requestId: 'once' };
    const first = catalog.done(planned);
    const { revision } = catalog.machine;
    expect(catalog.done(planned)).toEqual(first);
    expect(catalog.machine.revision).toBe(revision);
    expect(catalog.code({ ...planned, reason: 'balance' })).toBe('INVALID_ARGUMENT');
  });
});

describe('a move in progress', () => {
  test('is taken over by a repair: what it wanted is released, and cancelling still goes back', () => {
    const catalog = withStream();
    catalog.done(catalog.move(1, [1, 2, 4]));
    expect(catalog.code(catalog.move(1, [1, 2, 5], 'repair'))).toBe('ok');
    const previous = [member(1, 4), member(2, 4), member(3, 4)];
    expect(catalog.machine.partitionOfGroup(group(1))).toMatchObject({
      replicas: [member(1, 4), member(2, 4), member(5, 6)],
      move: { releasing: [member(3, 4), member(4, 5)], revision: 6, reason: 'repair', previous },
    });
    catalog.done({ kind: 'cancel-moves', groups: [group(1)] });
    expect(catalog.machine.partitionOfGroup(group(1))).toMatchObject({
      replicas: previous,
      move: { releasing: [member(4, 5), member(5, 6)], previous: [] },
    });
    // Not even what cannot be cancelled waits for ever.
    expect(catalog.code(catalog.move(1, [1, 2, 4], 'decommission'))).toBe('ok');
    expect(catalog.machine.partitionOfGroup(group(1))).toMatchObject({
      replicas: [member(1, 4), member(2, 4), member(4, 5)],
      move: { releasing: [member(3, 4), member(5, 6)], previous: [] },
    });
    expect(catalog.finish(1)).toMatchObject({ released: [member(3, 4), member(5, 6)] });
  });

  test('towards a successor is taken over, and only successors that are still wanted count as empty', () => {
    const catalog = withStream();
    catalog.done({ kind: 'replace-replica', group: group(1), member: member(3, 4) });
    catalog.done(catalog.move(1, [1, 2, 4], 'repair'));
    expect(catalog.machine.partitionOfGroup(group(1))).toMatchObject({
      replicas: [member(1, 4), member(2, 4), member(4, 6)],
      move: { releasing: [member(3, 5)], previous: [], replacing: [] },
    });
  });

  test('has no way back over a node that is gone', () => {
    const catalog = withStream();
    catalog.done(catalog.move(1, [1, 2, 4]));
    catalog.done({ kind: 'remove-node', node: node(3), force: true });
    catalog.done(catalog.move(1, [1, 2, 5], 'repair'));
    expect(catalog.machine.partitionOfGroup(group(1))?.move).toMatchObject({
      releasing: [member(3, 4), member(4, 5)],
      previous: [],
    });
  });

  test('of a recovery is left to its end: the survivor is all that there is', () => {
    const catalog = withStream();
    catalog.done({ kind: 'recover-group', group: group(1), survivor: member(3, 4), reason: 'fire' });
    expect(catalog.code(catalog.move(1, [4], 'repair'))).toBe('PRECONDITION_FAILED');
  });
});

describe('cancelling', () => {
  test('goes back to what was wanted, under the old ids, and what was new is released', () => {
    const catalog = withStream();
    catalog.done(catalog.move(1, [4, 5, 1]));
    expect(catalog.done({ kind: 'cancel-moves', groups: [group(1)] })).toEqual({
      kind: 'moves-cancelled',
      cancelled: [1],
      refused: [],
    });
    const partition = catalog.machine.partitionOfGroup(group(1));
    expect(partition).toMatchObject({
      replicas: [member(1, 4), member(2, 4), member(3, 4)],
      move: { releasing: [member(4, 5), member(5, 5)], revision: 6, previous: [] },
    });
    expect(catalog.code({ kind: 'cancel-moves', groups: [group(1)] })).toBe('PRECONDITION_FAILED');
    catalog.finish(1);
    expect(catalog.machine.isTombstoned(group(1), member(4, 5))).toBe(true);
    expect(catalog.machine.isTombstoned(group(1), member(2, 4))).toBe(false);
  });

  test('is refused where nothing moves, and where the way back leads to a node that is gone', () => {
    const catalog = withStream();
    expect(catalog.code({ kind: 'cancel-moves', groups: [group(1)] })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ kind: 'cancel-moves', groups: [group(9)] })).toBe('NOT_FOUND');
    catalog.done(catalog.move(1, [1, 2, 4]));
    catalog.done({ kind: 'remove-node', node: node(3), force: true });
    expect(catalog.code({ kind: 'cancel-moves', groups: [group(1)] })).toBe('PRECONDITION_FAILED');
    expect(catalog.placed(1)).toEqual([1, 2, 4]);
  });

  test('of a move in which a replica was replaced goes back to the successor, never to what was given up', () => {
    const catalog = withStream();
    catalog.done(catalog.move(1, [1, 2, 4]));
    catalog.done({ kind: 'replace-replica', group: group(1), member: member(2, 4) });
    catalog.done({ kind: 'cancel-moves', groups: [group(1)] });
    expect(catalog.machine.partitionOfGroup(group(1))?.replicas).toEqual([
      member(1, 4),
      member(2, 6),
      member(3, 4),
    ]);
  });

  test('tells which of several could not go back', () => {
    const catalog = withStream();
    catalog.done(catalog.move(2, [2, 3, 5]));
    const reply = catalog.done({ kind: 'cancel-moves', groups: [group(1), group(2)] });
    expect(reply).toMatchObject({ cancelled: [2], refused: [{ group: 1, code: 'PRECONDITION_FAILED' }] });
  });
});

describe('the replication factor', () => {
  const assignments = (catalog: TestCatalog, to: Readonly<Record<number, readonly number[]>>) =>
    Object.entries(to).map(([id, nodes]) => ({
      group: group(Number(id)),
      from: catalog.placed(Number(id)).map(node),
      to: nodes.map(node),
    }));

  test('goes up and down again, and every partition with it', () => {
    const catalog = withStream(1);
    const homes = [1, 2, 3].map((id) => catalog.placed(id)[0] ?? 0);
    const wide = Object.fromEntries(
      homes.map((home, i) => [i + 1, [home, (home % 5) + 1, ((home + 1) % 5) + 1]]),
    );
    catalog.done({
      kind: 'set-replication-factor',
      uuid: uuid(50),
      replicationFactor: 3,
      assignments: assignments(catalog, wide),
    });
    expect(catalog.machine.streamByName('orders')).toMatchObject({
      replicationFactor: 3,
      changedRevision: 5,
    });
    expect(catalog.machine.partitionOfGroup(group(2))?.move).toMatchObject({
      releasing: [],
      reason: 'replication-factor',
    });
    for (const id of [1, 2, 3]) catalog.finish(id);
    const narrow = Object.fromEntries(homes.map((home, i) => [i + 1, [home]]));
    catalog.done({
      kind: 'set-replication-factor',
      uuid: uuid(50),
      replicationFactor: 1,
      assignments: assignments(catalog, narrow),
    });
    expect(catalog.finish(1)).toMatchObject({ released: [expect.anything(), expect.anything()] });
  });

  test('changes for all partitions or for none', () => {
    const catalog = withStream(1);
    const all = assignments(catalog, { 1: [1, 4], 2: [2, 4], 3: [3, 4] });
    const set = { kind: 'set-replication-factor' as const, uuid: uuid(50), replicationFactor: 2 };
    expect(catalog.code({ ...set, uuid: uuid(51), assignments: all })).toBe('NOT_FOUND');
    expect(catalog.code({ ...set, assignments: all.slice(1) })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ ...set, assignments: [all[0]!, all[0]!, all[1]!] })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ ...set, replicationFactor: 3, assignments: all })).toBe('INVALID_ARGUMENT');
    const digest = catalog.machine.digest();
    expect(
      catalog.code({ ...set, assignments: [all[0]!, all[1]!, { ...all[2]!, to: [node(3), node(9)] }] }),
    ).toBe('PRECONDITION_FAILED');
    expect(catalog.machine.digest()).toBe(digest);
    expect(catalog.code({ ...set, assignments: all })).toBe('ok');
  });

  test('does not go below what writes need in sync', () => {
    const catalog = withStream(2);
    catalog.done({ kind: 'alter-stream', uuid: uuid(50), set: { 'min.insync.replicas': '2' }, unset: [] });
    const narrow = [1, 2, 3].map((id) => ({
      group: group(id),
      from: catalog.placed(id).map(node),
      to: catalog.placed(id).slice(0, 1).map(node),
    }));
    expect(
      catalog.code({
        kind: 'set-replication-factor',
        uuid: uuid(50),
        replicationFactor: 1,
        assignments: narrow,
      }),
    ).toBe('INVALID_ARGUMENT');
  });
});

describe('two damaged replicas of a group', () => {
  test('are not given up at the same time', () => {
    const catalog = withStream();
    catalog.done({ kind: 'replace-replica', group: group(1), member: member(2, 4) });
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 4) })).toBe(
      'PRECONDITION_FAILED',
    );
    // The first successor may fail in its turn: nothing is lost with it.
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(2, 5) })).toBe('ok');
    catalog.finish(1);
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 4) })).toBe('ok');
  });

  test('are where a majority of five has its data', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(catalog.create('wide', { rf: 5 }));
    catalog.done({ kind: 'replace-replica', group: group(1), member: member(2, 4) });
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 4) })).toBe('ok');
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(4, 4) })).toBe(
      'PRECONDITION_FAILED',
    );
  });

  test('nor is one while the successor of a replaced node is still empty', () => {
    const catalog = withStream();
    catalog.done({
      kind: 'replace-node',
      oldNode: node(2),
      ...introduction(9),
      features: FEATURES,
    });
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 4) })).toBe(
      'PRECONDITION_FAILED',
    );
  });

  test('were at level 1, as its builds did it', () => {
    const catalog = TestCatalog.initialised();
    catalog.run(catalog.create('orders'));
    catalog.done({ kind: 'replace-replica', group: group(1), member: member(2, 2) });
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 2) })).toBe('ok');
  });
});

describe('recovery', () => {
  test('makes one member the group, and gives all others up at once', () => {
    const catalog = withStream();
    catalog.done(catalog.move(1, [1, 2, 4]));
    expect(
      catalog.done({
        kind: 'recover-group',
        group: group(1),
        survivor: member(3, 4),
        reason: 'fire',
        by: 'op',
      }),
    ).toEqual({ kind: 'group-recovered', group: 1, survivor: member(3, 4) });
    expect(catalog.machine.partitionOfGroup(group(1))).toMatchObject({
      replicas: [member(3, 4)],
      move: { releasing: [], reason: 'recovery', previous: [] },
      recovery: { survivor: member(3, 4), revision: 6 },
    });
    for (const gone of [member(1, 4), member(2, 4), member(4, 5)])
      expect(catalog.machine.isTombstoned(group(1), gone)).toBe(true);
    expect(catalog.machine.isTombstoned(group(1), member(3, 4))).toBe(false);
    expect([...catalog.machine.audit()].at(-1)).toMatchObject({
      revision: 6,
      kind: 'recover-group',
      subject: 'partition orders/0',
      by: 'op',
    });
    expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 4) })).toBe(
      'PRECONDITION_FAILED',
    );
    catalog.finish(1);
    expect(catalog.machine.partitionOfGroup(group(1))).toMatchObject({
      move: undefined,
      recovery: undefined,
    });
    expect(catalog.code(catalog.move(1, [3, 4, 5], 'repair'))).toBe('ok');
  });

  test('is refused for the metadata, for strangers and for nodes that are gone', () => {
    const catalog = withStream();
    const recover = (id: number, survivor: ReturnType<typeof member>) =>
      catalog.code({ kind: 'recover-group', group: group(id), survivor, reason: '' });
    expect(recover(METADATA_GROUP, member(1, 1))).toBe('PRECONDITION_FAILED');
    expect(recover(9, member(1, 4))).toBe('NOT_FOUND');
    expect(recover(1, member(4, 4))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'remove-node', node: node(3), force: true });
    expect(recover(1, member(3, 4))).toBe('IDENTITY_MISMATCH');
    expect(recover(1, member(1, 4))).toBe('ok');
  });
});

describe('the voters of the metadata', () => {
  const voters = (...ids: number[]) => ({ kind: 'set-metadata-voters' as const, voters: ids.map(node) });

  test('are chosen among its members, who keep their ids', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(voters(4, 1, 2));
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      replicas: [member(4, 2), member(1, 1), member(2, 1)],
      learners: [member(3, 1), member(5, 3)],
      move: {
        releasing: [],
        reason: 'metadata-voters',
        previous: [member(1, 1), member(2, 1), member(3, 1)],
      },
    });
    expect(catalog.code(voters(1, 2, 3))).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ kind: 'cancel-moves', groups: [METADATA_GROUP] })).toBe('ok');
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      replicas: [member(1, 1), member(2, 1), member(3, 1)],
      learners: [member(4, 2), member(5, 3)],
      move: { releasing: [] },
    });
    catalog.finish(METADATA_GROUP);
    expect(catalog.code(voters(1, 2, 3, 4, 5))).toBe('ok');
  });

  test('are an odd number of distinct active members', () => {
    const catalog = TestCatalog.modern(5);
    expect(catalog.code(voters(1, 2))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(voters(1, 2, 2))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(voters(1, 2, 9))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'set-node-mode', node: node(4), mode: 'decommissioning' });
    expect(catalog.code(voters(1, 2, 4))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(voters(2, 1, 3))).toBe('ok');
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)?.move).toBeUndefined();
  });

  test('keep the node of a former voter until their change is finished, unless by force', () => {
    const catalog = TestCatalog.modern(5);
    const remove = { kind: 'remove-node' as const, node: node(3) };
    catalog.done(voters(1, 2, 4));
    expect(catalog.code(remove)).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'cancel-moves', groups: [METADATA_GROUP] });
    expect(catalog.code({ ...remove, node: node(4) })).toBe('PRECONDITION_FAILED');
    catalog.finish(METADATA_GROUP);
    expect(catalog.code({ ...remove, node: node(4) })).toBe('ok');
    expect(catalog.code({ ...remove, force: true })).toBe('ok');
  });

  test('lesson: are chosen anew while they change, where that waits for a successor that never comes', () => {
    const catalog = TestCatalog.modern(5);
    const ghost = 6;
    const arriving = member(ghost, 4);
    catalog.done({ kind: 'replace-node', oldNode: node(3), ...today(ghost) });
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)?.replicas).toContain(arriving);
    // A voter that is alive and has a vote is not given up before the change has come to its end.
    expect(catalog.code(voters(1, 4, 6))).toBe('PRECONDITION_FAILED');
    catalog.done(voters(1, 2, 4));
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      replicas: [member(1, 1), member(2, 1), member(4, 2)],
      learners: [member(5, 3), arriving],
      move: { releasing: [member(3, 1)], replacing: [arriving], reason: 'metadata-voters' },
    });
    catalog.done({ kind: 'remove-node', node: node(ghost), force: true });
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      learners: [member(5, 3)],
      move: { releasing: [member(3, 1), arriving], replacing: [] },
    });
    catalog.finish(METADATA_GROUP);
    for (const released of [member(3, 1), arriving])
      expect(catalog.machine.isTombstoned(METADATA_GROUP, released)).toBe(true);
  });

  test('lesson: are chosen anew while they change, where that waits for a node that was removed', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(voters(1, 2, 4));
    expect(catalog.code(voters(1, 2, 5))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'remove-node', node: node(4), force: true });
    catalog.done(voters(1, 2, 5));
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      replicas: [member(1, 1), member(2, 1), member(5, 3)],
      learners: [member(3, 1)],
      move: { releasing: [member(4, 2)] },
    });
    catalog.finish(METADATA_GROUP);
    expect(catalog.machine.isTombstoned(METADATA_GROUP, member(4, 2))).toBe(true);
  });

  test('lose the member of a node that is gone for good', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done({ kind: 'remove-node', node: node(3), force: true });
    catalog.done(voters(1, 2, 4));
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      learners: [member(5, 3)],
      move: { releasing: [member(3, 1)] },
    });
    catalog.finish(METADATA_GROUP);
    expect(catalog.machine.isTombstoned(METADATA_GROUP, member(3, 1))).toBe(true);
  });
});
