import { expect, test } from 'vitest';
import { group, introduction, member, node, TestCatalog } from './cluster.ts';

function withStream(): TestCatalog {
  const catalog = TestCatalog.initialised();
  catalog.run(catalog.create('orders'));
  return catalog;
}

test('a move ends when the group has the wanted members, and only then are the old ones given up', () => {
  const catalog = withStream();
  catalog.run({ kind: 'replace-node', oldNode: node(2), ...introduction(9) });
  const [old, successor] = [member(2, 2), member(4, 3)];
  const finish = (members: readonly ReturnType<typeof member>[]) =>
    catalog.code({ kind: 'finish-move', group: group(1), members });
  expect(finish([member(1, 2), old, member(3, 2)])).toBe('PRECONDITION_FAILED');
  expect(finish([member(1, 2), old, member(3, 2), successor])).toBe('PRECONDITION_FAILED');
  expect(catalog.machine.isTombstoned(group(1), old)).toBe(false);
  expect(finish([successor, member(3, 2), member(1, 2)])).toBe('ok');
  expect(catalog.machine.isTombstoned(group(1), old)).toBe(true);
  expect(catalog.machine.partitionOfGroup(group(1))?.move).toBeUndefined();
  expect(catalog.machine.membersWanted(node(2)).map((wanted) => wanted.group)).toEqual([0]);
});

test('finishing where nothing moves does nothing', () => {
  const catalog = withStream();
  const members = [member(1, 2), member(2, 2), member(3, 2)];
  expect(catalog.done({ kind: 'finish-move', group: group(1), members })).toEqual({
    kind: 'move-finished',
    group: 1,
    released: [],
  });
  expect(catalog.code({ kind: 'finish-move', group: group(7), members })).toBe('NOT_FOUND');
});

test('a second replacement before the first is finished releases both in the end', () => {
  const catalog = withStream();
  catalog.run({ kind: 'replace-node', oldNode: node(2), ...introduction(9) });
  catalog.run({ kind: 'replace-node', oldNode: node(4), ...introduction(10) });
  const partition = catalog.machine.partitionOfGroup(group(1));
  expect(partition?.replicas).toEqual([member(1, 2), member(5, 4), member(3, 2)]);
  expect(partition?.move?.releasing).toEqual([member(2, 2), member(4, 3)]);
  const reply = catalog.done({ kind: 'finish-move', group: group(1), members: partition?.replicas ?? [] });
  expect(reply).toMatchObject({ released: [member(2, 2), member(4, 3)] });
});

test('a damaged replica is given up at once and built again under a new id on the same node', () => {
  const catalog = withStream();
  const reply = catalog.done({ kind: 'replace-replica', group: group(1), member: member(3, 2) });
  expect(reply).toEqual({ kind: 'replica-replaced', group: 1, member: member(3, 3) });
  const { machine } = catalog;
  expect(machine.isTombstoned(group(1), member(3, 2))).toBe(true);
  expect(machine.isTombstoned(group(1), member(3, 3))).toBe(false);
  expect(machine.partitionOfGroup(group(1))?.replicas).toEqual([member(1, 2), member(2, 2), member(3, 3)]);
  expect(machine.membersWanted(node(3)).find((wanted) => wanted.group === 1)).toEqual({
    group: 1,
    member: member(3, 3),
    initial: [],
    releasing: false,
  });
});

test('a replica that is not wanted any more is not replaced again', () => {
  const catalog = withStream();
  catalog.run({ kind: 'replace-replica', group: group(1), member: member(3, 2) });
  expect(catalog.code({ kind: 'replace-replica', group: group(1), member: member(3, 2) })).toBe(
    'PRECONDITION_FAILED',
  );
  expect(catalog.code({ kind: 'replace-replica', group: group(5), member: member(3, 2) })).toBe('NOT_FOUND');
});

test('the configuration a group began with never changes, whoever comes late', () => {
  const catalog = withStream();
  const initial = catalog.machine.partitionOfGroup(group(1))?.initial;
  catalog.run({ kind: 'replace-replica', group: group(1), member: member(3, 2) });
  catalog.run({ kind: 'replace-node', oldNode: node(1), ...introduction(9) });
  expect(catalog.machine.partitionOfGroup(group(1))?.initial).toEqual(initial);
  expect(catalog.machine.membersWanted(node(2)).find((wanted) => wanted.group === 1)?.initial).toEqual(
    initial,
  );
});

test('tombstones stay in the order they came in, also after a restart', async () => {
  const catalog = TestCatalog.initialised();
  catalog.run(catalog.create('orders', { partitions: 2 }));
  catalog.run({ kind: 'replace-replica', group: group(2), member: member(3, 2) });
  catalog.run({ kind: 'replace-replica', group: group(1), member: member(1, 2) });
  const before = [...catalog.machine.tombstones()];
  expect(before.map((one) => one.group)).toEqual([2, 1]);
  await catalog.restart();
  expect([...catalog.machine.tombstones()]).toEqual(before);
});
