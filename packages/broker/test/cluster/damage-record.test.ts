import { groupId, utf8Encode } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { DAMAGES_MAX, DamageRecord } from '../../src/cluster/damage-record.ts';
import { member, SILENT } from './fakes.ts';

function storeOf(values = new Map<string, Uint8Array>()) {
  return {
    values,
    getMeta: async (key: string) => values.get(key),
    putMeta: async (key: string, value: Uint8Array) => void values.set(key, value),
  };
}

const damage = (group: number) => ({ group: groupId(group), member: member(1), cause: 'checksum', atMs: 0 });

describe('the record of damaged replicas', () => {
  test('outlives a restart, and names each damage once', async () => {
    const store = storeOf();
    const record = new DamageRecord(store, SILENT);
    record.note(damage(7));
    record.note(damage(7));
    await record.saved();
    const after = new DamageRecord(store, SILENT);
    await after.load();
    expect(after.troubles()).toEqual([expect.stringContaining('group 7')]);
  });

  test('forgets a damage when its group is whole again, for good', async () => {
    const store = storeOf();
    const record = new DamageRecord(store, SILENT);
    for (const group of [7, 8]) record.note(damage(group));
    record.review((group) => group === 7);
    await record.saved();
    const after = new DamageRecord(store, SILENT);
    await after.load();
    expect(after.troubles()).toEqual([expect.stringContaining('group 8')]);
  });

  test('keeps what was noted while it was being read, is bounded, and does without a record that makes no sense', async () => {
    const store = storeOf();
    const first = new DamageRecord(store, SILENT);
    first.note(damage(1));
    await first.saved();
    const second = new DamageRecord(store, SILENT);
    second.note(damage(2));
    await second.load();
    expect(second.troubles()).toHaveLength(2);
    for (let group = 3; group < 100; group++) second.note(damage(group));
    expect(second.troubles()).toHaveLength(DAMAGES_MAX);
    await second.saved();
    for (const key of store.values.keys()) store.values.set(key, utf8Encode('{'));
    const third = new DamageRecord(store, SILENT);
    await third.load();
    expect(third.troubles()).toEqual([]);
  });
});
