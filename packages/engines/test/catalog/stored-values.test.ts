import { AssertionError, ByteWriter, utf8Encode } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { CatalogMachine } from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';
import { group, introduction, member, node, TestCatalog, uuid } from './cluster.ts';

function key(tag: number, id: number): Uint8Array {
  return new ByteWriter(9).u8(tag).u64(id).finish();
}

function json(value: unknown): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}

/** As builds of level 1 wrote it. */
function oldStore(): MemoryState {
  const state = new MemoryState();
  const members = [member(1, 1)];
  state.put(
    Uint8Array.of(1),
    json({ clusterId: 'old', revision: 9, nextNode: 2, nextGroup: 2, nextProducerId: 5 }),
  );
  state.put(key(2, 1), json({ id: 1, ...introduction(1), state: 'active', registeredRevision: 1 }));
  const stream = { uuid: uuid(7), name: 'orders', revision: 2, createdAtMs: 3, replicationFactor: 1 };
  state.put(
    new ByteWriter(40)
      .u8(3)
      .raw(utf8Encode(uuid(7)))
      .finish(),
    json({ ...stream, config: {}, groups: [1] }),
  );
  const metadata = { group: 0, partition: 0, initial: members, replicas: members, learners: [] };
  state.put(key(4, 0), json(metadata));
  const moving = { releasing: [member(1, 2)], revision: 9 };
  state.put(
    key(4, 1),
    json({ ...metadata, group: 1, stream: uuid(7), replicas: [member(1, 9)], move: moving }),
  );
  return state;
}

test('values of earlier builds are loaded with defaults for what they did not know', async () => {
  const machine = new CatalogMachine();
  await machine.load(oldStore());
  expect(machine.featureLevel).toBe(1);
  expect(machine.node(node(1))).toEqual({
    ...introduction(1),
    id: 1,
    state: 'active',
    registeredRevision: 1,
    replacedBy: undefined,
    mode: 'normal',
    modeRevision: 0,
    version: '',
    features: { min: 1, max: 1 },
    capacityBytes: 0,
  });
  expect(machine.streamByName('orders')).toMatchObject({ revision: 2, changedRevision: 2 });
  expect(machine.partitionOfGroup(group(1))).toMatchObject({
    move: { reason: 'replacement', startedAtMs: 0, previous: [], replacing: [], rebalance: false },
    recovery: undefined,
  });
  expect([...machine.moving()].map((one) => one.group)).toEqual([1]);
  expect([...machine.audit()]).toEqual([]);
});

test('a level that this build does not know stops it', async () => {
  const state = oldStore();
  state.put(
    Uint8Array.of(1),
    json({ clusterId: 'new', revision: 9, nextNode: 2, nextGroup: 2, nextProducerId: 5, featureLevel: 99 }),
  );
  await expect(new CatalogMachine().load(state)).rejects.toThrow(AssertionError);
});

test('copies that were kept by builds of level 1 learn from the finalising command what the nodes know', () => {
  const catalog = TestCatalog.initialised();
  const features = { min: 1, max: 2 };
  const known = [1, 2, 3].map((n) => ({ node: node(n), features }));
  expect(catalog.code({ kind: 'finalise-features', level: 2, nodes: known.slice(1) })).toBe('UNSUPPORTED');
  expect(catalog.code({ kind: 'finalise-features', level: 2, nodes: known })).toBe('ok');
  expect(catalog.machine.node(node(1))?.features).toEqual(features);
});
