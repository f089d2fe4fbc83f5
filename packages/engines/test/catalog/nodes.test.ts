import { METADATA_GROUP, NODE_ID_MAX } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { group, introduction, member, node, TestCatalog, uuid } from './cluster.ts';

test('nothing but initialising is done before the cluster is initialised', () => {
  const catalog = new TestCatalog();
  expect(catalog.code({ kind: 'register-node', ...introduction(4) })).toBe('PRECONDITION_FAILED');
  expect(catalog.machine.clusterId).toBeUndefined();
});

test('the first nodes are the voters of the metadata group', () => {
  const { machine } = TestCatalog.initialised();
  expect(machine.clusterId).toBe('test');
  expect(machine.nodes().map((one) => one.id)).toEqual([1, 2, 3]);
  const voters = [member(1, 1), member(2, 1), member(3, 1)];
  expect(machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
    initial: voters,
    replicas: voters,
    learners: [],
  });
  expect(machine.membersWanted(node(2))).toEqual([
    { group: METADATA_GROUP, member: member(2, 1), initial: voters, releasing: false },
  ]);
});

test('a cluster is initialised once', () => {
  const catalog = TestCatalog.initialised();
  const nodes = [1, 2, 3].map((n) => ({ id: node(n), ...introduction(n) }));
  expect(catalog.code({ kind: 'init-cluster', clusterId: 'other', nodes })).toBe('PRECONDITION_FAILED');
  expect(catalog.code({ kind: 'init-cluster', clusterId: 'test', nodes })).toBe('ok');
  expect(
    catalog.code({ kind: 'init-cluster', clusterId: 'test', nodes: [{ id: node(1), ...introduction(8) }] }),
  ).toBe('PRECONDITION_FAILED');
  expect(catalog.machine.clusterId).toBe('test');
});

test('first nodes that share an address are refused', () => {
  const nodes = [1, 2].map((n) => ({ id: node(n), ...introduction(1), uuid: uuid(n) }));
  expect(new TestCatalog().code({ kind: 'init-cluster', clusterId: 'test', nodes })).toBe('INVALID_ARGUMENT');
});

test('a new node gets a fresh id and is a learner of the metadata group', () => {
  const catalog = TestCatalog.initialised();
  expect(catalog.done({ kind: 'register-node', ...introduction(9) })).toEqual({
    kind: 'node-registered',
    node: 4,
    revision: 2,
  });
  expect(catalog.machine.partitionOfGroup(METADATA_GROUP)?.learners).toEqual([member(4, 2)]);
  expect(catalog.machine.membersWanted(node(4))[0]).toMatchObject({ member: member(4, 2), initial: [] });
});

test('a known data directory keeps its id and may have moved', () => {
  const catalog = TestCatalog.initialised();
  catalog.run({ kind: 'register-node', ...introduction(9) });
  const moved = { ...introduction(9), addresses: { peer: 'a:1', grpc: 'a:2', http: 'a:3' } };
  expect(catalog.done({ kind: 'register-node', ...moved })).toMatchObject({ node: 4, revision: 2 });
  expect(catalog.machine.node(node(4))?.addresses.peer).toBe('a:1');
  expect(catalog.machine.nodes().length).toBe(4);
});

test('an address is changed only by the data directory the node belongs to', () => {
  const catalog = TestCatalog.initialised();
  const moved = { ...introduction(2), rack: 'r' };
  expect(catalog.code({ kind: 'update-node', node: node(2), ...moved, uuid: uuid(77) })).toBe(
    'IDENTITY_MISMATCH',
  );
  expect(catalog.code({ kind: 'update-node', node: node(7), ...moved })).toBe('NOT_FOUND');
  expect(catalog.code({ kind: 'update-node', node: node(2), ...moved })).toBe('ok');
  expect(catalog.machine.node(node(2))?.rack).toBe('r');
});

test('an update that says nothing new is no new revision', () => {
  const catalog = TestCatalog.initialised();
  expect(catalog.code({ kind: 'update-node', node: node(2), ...introduction(2) })).toBe('ok');
  expect(catalog.machine.revision).toBe(1);
});

test('node ids come to an end without wrapping', () => {
  const catalog = new TestCatalog();
  catalog.run({
    kind: 'init-cluster',
    clusterId: 'test',
    nodes: [{ id: node(NODE_ID_MAX), ...introduction(1) }],
  });
  expect(catalog.code({ kind: 'register-node', ...introduction(2) })).toBe('PRECONDITION_FAILED');
});

test('a new node takes the place of an old one in every partition, and the old members wait for their release', () => {
  const catalog = TestCatalog.initialised();
  catalog.run(catalog.create('a', { partitions: 2 }));
  const reply = catalog.done({ kind: 'replace-node', oldNode: node(2), ...introduction(9) });
  expect(reply).toMatchObject({ kind: 'node-replaced', node: 4 });
  const { machine } = catalog;
  expect(machine.node(node(2))).toMatchObject({ state: 'replaced', replacedBy: 4 });
  for (const id of [METADATA_GROUP, group(1), group(2)]) {
    const partition = machine.partitionOfGroup(id);
    const placedAt = id === METADATA_GROUP ? 1 : 2;
    expect(partition?.replicas).toContain(member(4, 3));
    expect(partition?.replicas).not.toContain(member(2, placedAt));
    expect(partition?.move?.releasing).toEqual([member(2, placedAt)]);
    expect(machine.isTombstoned(id, member(2, placedAt))).toBe(false);
  }
  expect(machine.membersWanted(node(4)).every((wanted) => wanted.initial.length === 0)).toBe(true);
  expect(machine.membersWanted(node(2)).every((wanted) => wanted.releasing)).toBe(true);
});

test('the place in the list of replicas is kept, so that the preferred leader stays', () => {
  const catalog = TestCatalog.initialised();
  catalog.run(catalog.create('a'));
  const before = catalog.machine.partitionOfGroup(group(1))?.replicas ?? [];
  catalog.run({ kind: 'replace-node', oldNode: node(1), ...introduction(9) });
  const after = catalog.machine.partitionOfGroup(group(1))?.replicas ?? [];
  expect(after.map((one, i) => one === before[i])).toEqual(before.map((one) => one !== member(1, 2)));
});

test('replacing again gives the same node; by another one it is refused', () => {
  const catalog = TestCatalog.initialised();
  catalog.run({ kind: 'replace-node', oldNode: node(2), ...introduction(9) });
  expect(catalog.done({ kind: 'replace-node', oldNode: node(2), ...introduction(9) })).toMatchObject({
    node: 4,
  });
  expect(catalog.code({ kind: 'replace-node', oldNode: node(2), ...introduction(8) })).toBe(
    'PRECONDITION_FAILED',
  );
  expect(catalog.code({ kind: 'replace-node', oldNode: node(3), ...introduction(3) })).toBe(
    'PRECONDITION_FAILED',
  );
});

test('a replaced node does not come back', () => {
  const catalog = TestCatalog.initialised();
  catalog.run({ kind: 'replace-node', oldNode: node(2), ...introduction(9) });
  expect(catalog.code({ kind: 'register-node', ...introduction(2) })).toBe('IDENTITY_MISMATCH');
  expect(catalog.code({ kind: 'update-node', node: node(2), ...introduction(2) })).toBe('IDENTITY_MISMATCH');
  expect(catalog.code({ kind: 'replace-node', oldNode: node(3), ...introduction(2) })).toBe(
    'IDENTITY_MISMATCH',
  );
});

test('a registered node without replicas can take a place, as the learner it is', () => {
  const catalog = TestCatalog.initialised();
  catalog.run({ kind: 'register-node', ...introduction(9) });
  expect(catalog.done({ kind: 'replace-node', oldNode: node(3), ...introduction(9) })).toMatchObject({
    node: 4,
  });
  expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
    replicas: [member(1, 1), member(2, 1), member(4, 2)],
    learners: [],
    move: { releasing: [member(3, 1)] },
  });
});

test('a node that has a replica of the same partition cannot take the place of another', () => {
  const catalog = TestCatalog.initialised();
  expect(catalog.code({ kind: 'replace-node', oldNode: node(3), ...introduction(1) })).toBe(
    'PRECONDITION_FAILED',
  );
  expect(catalog.machine.node(node(3))?.state).toBe('active');
});

test('a learner of the metadata group is followed by a learner', () => {
  const catalog = TestCatalog.initialised();
  catalog.run({ kind: 'register-node', ...introduction(9) });
  catalog.run({ kind: 'replace-node', oldNode: node(4), ...introduction(10) });
  expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
    replicas: [member(1, 1), member(2, 1), member(3, 1)],
    learners: [member(5, 3)],
    move: { releasing: [member(4, 2)] },
  });
});
