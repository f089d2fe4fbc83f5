import { isFlowError, METADATA_GROUP } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { checkResourceConfig, checkResourceName, levelOf, resolveStreamConfig } from '../../src/index.ts';
import { group, introduction, member, node, TestCatalog, uuid } from './cluster.ts';

describe('creating', () => {
  test('places every partition as the command says, under new groups', () => {
    const catalog = TestCatalog.initialised();
    const reply = catalog.done(catalog.create('orders', { uuid: uuid(50), partitions: 3 }));
    expect(reply).toEqual({ kind: 'stream-created', uuid: uuid(50), name: 'orders', revision: 2 });
    const stream = catalog.machine.streamByName('orders');
    expect(stream).toMatchObject({ uuid: uuid(50), revision: 2, createdAtMs: 1_002, groups: [1, 2, 3] });
    const members = [member(1, 2), member(2, 2), member(3, 2)];
    expect(catalog.machine.partitionOfGroup(group(1))).toEqual({
      group: 1,
      stream: uuid(50),
      partition: 0,
      initial: members,
      replicas: members,
      learners: [],
      move: undefined,
    });
    expect(catalog.machine.partitionOfGroup(group(2))?.replicas[0]).toBe(member(2, 2));
  });

  test('an existing name is refused and the living stream stays as it is', () => {
    const catalog = TestCatalog.initialised();
    catalog.run(catalog.create('orders'));
    const before = [catalog.machine.streamByName('orders'), catalog.machine.partitionOfGroup(group(1))];
    const dump = catalog.state.dump();
    expect(catalog.code(catalog.create('orders', { partitions: 5 }))).toBe('ALREADY_EXISTS');
    expect([catalog.machine.streamByName('orders'), catalog.machine.partitionOfGroup(group(1))]).toEqual(
      before,
    );
    expect(catalog.state.dump()).toBe(dump);
  });

  test('after a deletion the name is another stream with other groups', () => {
    const catalog = TestCatalog.initialised();
    catalog.run(catalog.create('orders', { uuid: uuid(50) }));
    catalog.run({ kind: 'delete-stream', uuid: uuid(50) });
    catalog.run(catalog.create('orders', { uuid: uuid(51) }));
    expect(catalog.machine.streamByName('orders')).toMatchObject({
      uuid: uuid(51),
      revision: 4,
      groups: [2],
    });
    expect(catalog.code({ kind: 'delete-stream', uuid: uuid(50) })).toBe('NOT_FOUND');
    expect(catalog.machine.streamByName('orders')?.uuid).toBe(uuid(51));
  });

  test('bad names, configurations and placements are refused', () => {
    const catalog = TestCatalog.initialised();
    const good = catalog.create('orders');
    expect(catalog.code({ ...good, name: 'a b' })).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ ...good, config: { 'retention.mss': '1' } })).toBe('INVALID_ARGUMENT');
    expect(
      catalog.code({
        ...good,
        replicationFactor: 2,
        placement: [[node(1), node(2)]],
        config: { 'min.insync.replicas': '3' },
      }),
    ).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ ...good, placement: [[node(1), node(1), node(2)]] })).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ ...good, placement: [[node(1), node(2), node(9)]] })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ ...good, replicationFactor: 4 })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ ...good, placementVersion: 2 })).toBe('UNSUPPORTED');
    expect(catalog.code(good)).toBe('ok');
  });

  test('a replaced node takes no replicas', () => {
    const catalog = TestCatalog.initialised();
    const before = catalog.create('orders');
    catalog.run({ kind: 'replace-node', oldNode: node(3), ...introduction(9) });
    expect(catalog.code(before)).toBe('PRECONDITION_FAILED');
  });
});

describe('deleting', () => {
  test('leaves a tombstone for every replica, those on their way out included', () => {
    const catalog = TestCatalog.initialised();
    catalog.run(catalog.create('orders', { uuid: uuid(50) }));
    catalog.run({ kind: 'replace-node', oldNode: node(2), ...introduction(9) });
    catalog.run({ kind: 'delete-stream', uuid: uuid(50) });
    const { machine } = catalog;
    for (const gone of [member(1, 2), member(2, 2), member(3, 2), member(4, 3)])
      expect(machine.isTombstoned(group(1), gone)).toBe(true);
    expect(machine.isTombstoned(group(1), member(1, 9))).toBe(false);
    expect(machine.isTombstoned(METADATA_GROUP, member(1, 1))).toBe(false);
    expect(machine.partitionOfGroup(group(1))).toBeUndefined();
    expect(machine.streamByName('orders')).toBeUndefined();
    expect(machine.membersWanted(node(1)).map((wanted) => wanted.group)).toEqual([0]);
  });
});

describe('a request id', () => {
  test('that is repeated gets the first result, though uuid, time and revision are others', () => {
    const catalog = TestCatalog.initialised();
    const first = catalog.done(catalog.create('orders', { uuid: uuid(50), requestId: 'once' }));
    expect(catalog.done(catalog.create('orders', { uuid: uuid(51), requestId: 'once' }))).toEqual(first);
    expect(catalog.machine.streams().length).toBe(1);
    expect(catalog.machine.resultOf('once')).toEqual(first);
  });

  test('that was used for something else is refused', () => {
    const catalog = TestCatalog.initialised();
    catalog.run(catalog.create('orders', { requestId: 'once' }));
    expect(catalog.code(catalog.create('others', { requestId: 'once' }))).toBe('INVALID_ARGUMENT');
  });

  test('whose request was refused may succeed later', () => {
    const catalog = TestCatalog.initialised();
    const wide = {
      ...catalog.create('orders', { requestId: 'once' }),
      replicationFactor: 4,
      placement: [[1, 2, 3, 4].map(node)],
    };
    expect(catalog.code(wide)).toBe('PRECONDITION_FAILED');
    catalog.run({ kind: 'register-node', ...introduction(9) });
    expect(catalog.code(wide)).toBe('ok');
  });

  test('is remembered after a restart', async () => {
    const catalog = TestCatalog.initialised();
    const first = catalog.done({ kind: 'allocate-producer-ids', count: 10, requestId: 'once' });
    await catalog.restart();
    expect(catalog.done({ kind: 'allocate-producer-ids', count: 10, requestId: 'once' })).toEqual(first);
  });
});

test('blocks of producer ids never overlap', async () => {
  const catalog = TestCatalog.initialised();
  expect(catalog.done({ kind: 'allocate-producer-ids', count: 100 })).toMatchObject({ first: 1, count: 100 });
  await catalog.restart();
  expect(catalog.done({ kind: 'allocate-producer-ids', count: 5 })).toMatchObject({ first: 101, count: 5 });
});

test('streams are listed by name', () => {
  const catalog = TestCatalog.initialised();
  for (const name of ['b', 'acme/shop/orders', 'a', 'Z']) catalog.run(catalog.create(name));
  expect(catalog.machine.streams().map((one) => one.name)).toEqual(['Z', 'a', 'acme/shop/orders', 'b']);
});

test('a preview tells what would come of a command and changes nothing', () => {
  const catalog = TestCatalog.initialised();
  const command = { requestId: 'once', timeMs: 1, ...catalog.create('orders') };
  const digest = catalog.machine.digest();
  expect(catalog.machine.preview(command)).toBeUndefined();
  expect(catalog.machine.preview({ ...command, name: '' })).toSatisfy(isFlowError);
  expect(catalog.machine.digest()).toBe(digest);
  const reply = catalog.done(command);
  expect(catalog.machine.preview(command)).toEqual(reply);
});

describe('names', () => {
  test.each(['a', 'a.b_c-D9', 'tenant/namespace/orders', 'x'.repeat(249)])('%s is good', (name) => {
    expect(checkResourceName('stream', name)).toBeUndefined();
  });

  test.each(['', '.', '..', 'a/b', 'a//b', 'a/../b', 'a/b/c/d', 'ä', 'a b', 'a\n', 'x'.repeat(250)])(
    '%j is refused',
    (name) => {
      expect(checkResourceName('stream', name)?.code).toBe('INVALID_ARGUMENT');
    },
  );
});

describe('configuration', () => {
  test('what is not given has its default', () => {
    expect(
      resolveStreamConfig({ 'min.insync.replicas': '2', 'message.timestamp.type': 'LogAppendTime' }),
    ).toEqual({
      maxMessageBytes: 1_048_588,
      minInsyncReplicas: 2,
      retentionMs: -1,
      retentionBytes: -1,
      retentionRecords: -1,
      compressionType: 'producer',
      messageTimestampType: 'LogAppendTime',
      timestampAfterMaxMs: 3_600_000,
      recordTtlMs: -1,
      recordHeaderLookup: 'uncompressed',
      compacts: false,
      deletes: true,
      minCleanableDirtyRatio: 0.5,
      minCompactionLagMs: 0,
      deleteRetentionMs: 86_400_000,
      delayedBatchesMax: 100_000,
      delayedBytesMax: 64 * 1024 * 1024,
    });
  });

  test('keys that earlier builds do not know need the level that they came with', () => {
    const alter = { kind: 'alter-stream', requestId: 'a', timeMs: 1, uuid: 'u' } as const;
    expect(levelOf({ ...alter, set: { 'retention.ms': '1' }, unset: [] })).toBe(2);
    expect(levelOf({ ...alter, set: { 'retention.records': '1' }, unset: [] })).toBe(3);
    expect(levelOf({ ...alter, set: {}, unset: ['retention.records'] })).toBe(3);
  });

  test('an unknown key is refused with the nearest known one', () => {
    expect(checkResourceConfig('stream', { 'retention.sm': '1' })?.hint).toBe('Did you mean retention.ms?');
    expect(checkResourceConfig('stream', { colour: 'red' })?.hint).toContain('max.message.bytes');
    expect(checkResourceConfig('stream', { constructor: 'x' })?.code).toBe('INVALID_ARGUMENT');
  });

  test.each([
    ['max.message.bytes', '0'],
    ['max.message.bytes', '1e3'],
    ['max.message.bytes', ' 100'],
    ['min.insync.replicas', '0'],
    ['retention.ms', '-2'],
    ['retention.bytes', '9007199254740993'],
    ['compression.type', 'brotli'],
    ['message.timestamp.type', 'createtime'],
  ])('%s = %j is refused', (key, value) => {
    expect(checkResourceConfig('stream', { [key]: value })?.code).toBe('INVALID_ARGUMENT');
  });
});
