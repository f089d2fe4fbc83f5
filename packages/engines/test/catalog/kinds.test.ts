import { AssertionError, ByteWriter, FlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import {
  checkResourceName,
  CONFIG_TABLES,
  decodeCommand,
  encodeCommand,
  levelOf,
  partNoun,
  qualifiedName,
  type ResourceKind,
} from '../../src/index.ts';
import { group, node, TestCatalog, today, uuid } from './cluster.ts';

const OTHERS = ['queue', 'bucket', 'coordinator'] as const;

/** One of each kind, all with the same name. */
function mixed(): TestCatalog {
  const catalog = TestCatalog.modern();
  catalog.done(catalog.create('orders', { uuid: uuid(50), partitions: 2 }));
  for (const [i, resource] of OTHERS.entries())
    catalog.done(catalog.create('orders', { uuid: uuid(51 + i), resource, partitions: 2 }));
  return catalog;
}

describe('names', () => {
  test('are unique per kind and found qualified', () => {
    const { machine } = mixed();
    expect(machine.streams().map((one) => qualifiedName(one.kind, one.name))).toEqual([
      'bucket:orders',
      'coordinator:orders',
      'orders',
      'queue:orders',
    ]);
    expect(machine.streamByName('orders')?.kind).toBe('stream');
    for (const kind of OTHERS) {
      expect(machine.streamByName(`${kind}:orders`)).toMatchObject({ kind, name: 'orders' });
      expect(machine.resource(kind, 'orders')).toBe(machine.streamByName(`${kind}:orders`));
      expect(machine.resources(kind).map((one) => one.name)).toEqual(['orders']);
    }
    expect(machine.resources('stream').map((one) => one.name)).toEqual(['orders']);
  });

  test('that look like the qualified name of something else find nothing', () => {
    const { machine } = mixed();
    expect(machine.resource('stream', 'queue:orders')).toBeUndefined();
    expect(machine.resource('queue', 'queue:orders')).toBeUndefined();
    expect(checkResourceName('stream', 'queue:orders')?.code).toBe('INVALID_ARGUMENT');
  });

  test('are refused twice within a kind, and free again after deletion', () => {
    const catalog = mixed();
    const again = { uuid: uuid(60), resource: 'queue' as const };
    expect(catalog.error(catalog.create('orders', again)).message).toBe("queue 'orders' exists");
    catalog.done({ kind: 'delete-stream', uuid: uuid(51) });
    expect(catalog.machine.streamByName('queue:orders')).toBeUndefined();
    expect(catalog.machine.streamByName('orders')?.uuid).toBe(uuid(50));
    expect(catalog.code(catalog.create('orders', again))).toBe('ok');
    expect(catalog.machine.resource('queue', 'orders')?.uuid).toBe(uuid(60));
  });
});

describe('a group', () => {
  test('has the machine of its kind, and those that are added later too', () => {
    const catalog = mixed();
    const { machine } = catalog;
    expect(machine.machineKindOf(group(0))).toBe('catalog');
    const kinds = ['stream', 'stream', 'queue', 'queue', 'bucket', 'bucket', 'coordinator', 'coordinator'];
    expect(kinds.map((_, i) => machine.machineKindOf(group(i + 1)))).toEqual(kinds);
    expect(machine.machineKindOf(group(9))).toBeUndefined();
    const placed = { placement: [[node(1), node(2), node(3)]], placementVersion: 1 };
    catalog.done({ kind: 'add-partitions', uuid: uuid(51), count: 3, ...placed });
    expect(machine.machineKindOf(group(9))).toBe('queue');
  });
});

test('what messages and the audit call things fits their kind', () => {
  const catalog = mixed();
  const fewer = { kind: 'add-partitions' as const, uuid: uuid(51), count: 1, placement: [[node(1)]] };
  expect(catalog.error({ ...fewer, placementVersion: 1 }).message).toBe(
    "queue 'orders' has 2 shards and can only get more, not 1",
  );
  expect(partNoun('stream')).toBe('partition');
  catalog.done({ kind: 'alter-stream', uuid: uuid(51), set: { 'min.insync.replicas': '2' }, unset: [] });
  catalog.done({ kind: 'alter-stream', uuid: uuid(50), set: { 'min.insync.replicas': '2' }, unset: [] });
  expect([...catalog.machine.audit()].slice(-2).map((entry) => entry.subject)).toEqual([
    'queue orders',
    'stream orders',
  ]);
});

describe('configuration', () => {
  test.each(Object.keys(CONFIG_TABLES) as ResourceKind[])('of a %s has min.insync.replicas', (kind) => {
    const catalog = TestCatalog.modern();
    const wanted = catalog.create('orders', kind === 'stream' ? {} : { resource: kind });
    expect(catalog.code({ ...wanted, config: { 'min.insync.replicas': '4' } })).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ ...wanted, config: { 'min.insync.replicas': '2' } })).toBe('ok');
    expect(catalog.machine.resource(kind, 'orders')?.config).toEqual({ 'min.insync.replicas': '2' });
  });

  test('of a stream is none of a queue, when it is created and when it is changed', () => {
    const catalog = mixed();
    const set = { 'retention.ms': '1000' };
    const created = catalog.error({ ...catalog.create('more', { resource: 'queue' }), config: set });
    expect(created.message).toBe("unknown queue configuration key 'retention.ms'");
    expect(catalog.code({ kind: 'alter-stream', uuid: uuid(51), set, unset: [] })).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ kind: 'alter-stream', uuid: uuid(50), set, unset: [] })).toBe('ok');
  });
});

describe('builds that know only streams', () => {
  test('read the commands and values of streams as they always were', async () => {
    const catalog = TestCatalog.modern();
    const bare = { requestId: 'r', timeMs: 1, ...catalog.create('orders', { uuid: uuid(50) }) };
    expect(levelOf(bare)).toBe(1);
    expect(utf8Decode(encodeCommand(bare))).toBe(JSON.stringify({ v: 1, ...bare }));
    catalog.apply(encodeCommand(bare));
    const key = new ByteWriter(40)
      .u8(3)
      .raw(utf8Encode(uuid(50)))
      .finish();
    const stored = utf8Decode((await catalog.state.get(key)) ?? new Uint8Array());
    expect(stored).toBe(
      `{"uuid":"${uuid(50)}","name":"orders","revision":2,"changedRevision":2,"createdAtMs":1,"replicationFactor":3,"config":{},"groups":[1]}`,
    );
  });

  test('meet nothing of other kinds before level 3', () => {
    const catalog = TestCatalog.initialised();
    for (const n of [1, 2, 3]) catalog.done({ kind: 'update-node', node: node(n), ...today(n) });
    catalog.done({ kind: 'finalise-features', level: 2 });
    const refused = catalog.error(catalog.create('orders', { resource: 'queue' }));
    expect(refused).toMatchObject({
      code: 'UNSUPPORTED',
      message: 'a queue needs feature level 3; the cluster is at 2',
      hint: 'Every node knows it: flowmesh-admin upgrade finalise --level 3.',
    });
    expect(catalog.code(catalog.create('orders'))).toBe('ok');
    catalog.done({ kind: 'finalise-features', level: 3 });
    expect(catalog.code(catalog.create('orders', { resource: 'queue' }))).toBe('ok');
  });

  test('stop at a command that they would take for another one', () => {
    const catalog = TestCatalog.modern();
    const queue = { requestId: 'r', timeMs: 1, ...catalog.create('orders', { resource: 'queue' }) };
    const bytes = encodeCommand(queue);
    expect(JSON.parse(utf8Decode(bytes))).toMatchObject({ v: 2, resource: 'queue' });
    expect(decodeCommand(bytes)).toEqual(queue);
    expect(decodeCommand(utf8Encode(JSON.stringify({ ...queue, v: 1 })))).not.toHaveProperty('resource');
    expect(decodeCommand(utf8Encode(JSON.stringify({ ...queue, v: 2, resource: 'table' })))).toBeInstanceOf(
      FlowError,
    );
    expect(() => decodeCommand(utf8Encode(JSON.stringify({ ...queue, v: 3 })))).toThrow(AssertionError);
  });
});

test('a request id that made a stream makes no queue', () => {
  const catalog = TestCatalog.modern();
  catalog.done(catalog.create('orders', { requestId: 'once' }));
  expect(catalog.code(catalog.create('orders', { requestId: 'once', resource: 'queue' }))).toBe(
    'INVALID_ARGUMENT',
  );
});

test('kinds are there again after a restart', async () => {
  const catalog = mixed();
  const before = catalog.machine.digest();
  await catalog.restart();
  expect(catalog.machine.digest()).toBe(before);
  for (const kind of OTHERS) expect(catalog.machine.resource(kind, 'orders')?.kind).toBe(kind);
});
