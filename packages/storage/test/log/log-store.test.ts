import {
  groupId,
  isFlowError,
  type MemberId,
  memberId,
  METADATA_GROUP,
  nodeId,
  replicaId,
} from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryWatermark, openLogStore } from '../../src/index.ts';
import { ENGINE_HOMES, type EngineHome } from '../kit/engines.ts';
import {
  append,
  CONF,
  EMPTY_CONF,
  entries,
  entry,
  GROUP,
  hardState,
  ME,
  PEER,
  restartWorld,
  startWorld,
  writeState,
} from '../kit/worlds.ts';

describe.each(ENGINE_HOMES)('log store on %s', (_name, make) => {
  let home: EngineHome;
  beforeEach(async () => {
    home = await make();
  });
  afterEach(() => home.dispose());

  it('founds a group whose initial configuration counts as the entry before the first', async () => {
    const { store } = await startWorld(home);
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    expect(group.initialState()).toEqual({ hardState: { term: 1, vote: 0, commit: 1 }, conf: CONF });
    expect([group.firstIndex(), group.lastIndex(), group.term(1)]).toEqual([2, 1, 1]);
    expect(group.applied()).toEqual({ index: 1, conf: CONF });
    expect(group.snapshot()).toMatchObject({ index: 1, term: 1, conf: CONF });
  });

  it('starts a joining replica empty', async () => {
    const { store } = await startWorld(home);
    const group = await store.create({ group: GROUP, member: ME, conf: EMPTY_CONF, machine: 'stream' });
    expect([group.firstIndex(), group.lastIndex(), group.term(0)]).toEqual([1, 0, 0]);
    expect(group.initialState().hardState).toEqual({ term: 0, vote: 0, commit: 0 });
  });

  it('keeps what machine a group has, over changes of its head and a restart', async () => {
    const first = await startWorld(home);
    const kinds = ['stream', 'queue', 'bucket', 'coordinator'] as const;
    for (const [i, machine] of kinds.entries()) {
      const group = await first.store.create({ group: groupId(i + 1), member: ME, conf: CONF, machine });
      expect(group.machine).toBe(machine);
      await append(first.store, group, entries(2, 5, 1), hardState(1, 3));
    }
    await first.store.create({ group: METADATA_GROUP, member: ME, conf: CONF, machine: 'catalog' });
    await first.store.close();

    const second = await restartWorld(first);
    const found = await Promise.all(second.store.groups().map((group) => second.store.open(group)));
    expect(found.map((group) => group.machine)).toEqual(['catalog', ...kinds]);
  });

  it('keeps log, hard state and applied index over a restart', async () => {
    const first = await startWorld(home);
    const group = await first.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await append(first.store, group, entries(2, 5, 1), hardState(1, 3));
    await append(first.store, group, entries(6, 9, 3), hardState(3, 7, PEER));
    await writeState(first.store, group, 4, [['a', '1']]);
    await first.store.close();

    const second = await restartWorld(first);
    expect(second.store.groups()).toEqual([GROUP]);
    const again = await second.store.open(GROUP);
    expect(again.initialState()).toEqual({ hardState: { term: 3, vote: PEER, commit: 7 }, conf: CONF });
    expect([again.firstIndex(), again.lastIndex(), again.applied().index]).toEqual([2, 9, 4]);
    expect([2, 5, 6, 9].map((index) => again.term(index))).toEqual([1, 1, 3, 3]);
    expect(again.term(10)).toBeUndefined();
    expect(await again.read(2, 10, 1e6)).toEqual([...entries(2, 5, 1), ...entries(6, 9, 3)]);
  });

  it('tells the core what is pending, fetches it and wakes the replica once', async () => {
    const first = await startWorld(home);
    const group = await first.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await append(first.store, group, entries(2, 9, 1));
    const second = await restartWorld(first);
    const again = await second.store.open(GROUP);
    const woken: (MemberId | 'apply')[] = [];
    const waiting = new Promise<void>((resolve) => {
      second.store.onFetched(GROUP, (purpose) => {
        woken.push(purpose);
        resolve();
      });
    });
    expect(again.entries(1, 5, 1e6, 'apply')).toBe('compacted');
    expect(again.entries(3, 6, 1e6, PEER)).toBe('pending');
    expect(again.entries(3, 6, 1e6, PEER)).toBe('pending');
    await waiting;
    expect(again.entries(3, 6, 1e6, PEER)).toEqual(entries(3, 5, 1));
    expect(woken).toEqual([PEER]);
  });

  it('overwrites a suffix, in the middle of a chunk too, and forgets it for good', async () => {
    const first = await startWorld(home);
    const group = await first.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await append(first.store, group, entries(2, 10, 1));
    await append(first.store, group, entries(11, 14, 2));
    await append(first.store, group, entries(6, 7, 3), hardState(3, 1));
    const expected = [...entries(2, 5, 1), ...entries(6, 7, 3)];
    expect(await group.read(2, 8, 1e6)).toEqual(expected);
    expect([group.lastIndex(), group.term(7), group.term(8)]).toEqual([7, 3, undefined]);

    const again = await (await restartWorld(first)).store.open(GROUP);
    expect([again.lastIndex(), again.term(5), again.term(6)]).toEqual([7, 1, 3]);
    expect(await again.read(2, 8, 1e6)).toEqual(expected);
    expect(await again.read(6, 8, 1e6)).toEqual(expected.slice(4));
  });

  it('does not call an entry durable that a later write has overwritten', async () => {
    const { store } = await startWorld(home);
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    const seen: number[] = [];
    const done = new Promise<void>((resolve) => {
      group.append({ entries: entries(2, 9, 1), hardState: undefined, mustSync: true }, () =>
        seen.push(group.lastIndex()),
      );
      group.append({ entries: entries(5, 6, 2), hardState: hardState(2, 1), mustSync: true }, () => {
        seen.push(group.lastIndex());
        resolve();
      });
    });
    expect(group.lastIndex()).toBe(1);
    store.flush();
    await done;
    expect(seen).toEqual([4, 6]);
  });

  it('reads from memory and disk alike when the tail is tiny', async () => {
    const { store } = await startWorld(home, { tailBytesMax: 1000 });
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    for (let index = 2; index <= 400; index++)
      await append(store, group, [entry(index, 1 + (index >> 6))], hardState(8, index - 1));
    expect(group.readCached(2, 10, 1e6)).toBeUndefined();
    const seen: number[] = [];
    for (let low = 2; low <= 400; ) {
      const got = await group.read(low, 401, 100);
      for (const one of got) {
        expect(one).toEqual(entry(one.index, 1 + (one.index >> 6)));
        seen.push(one.index);
      }
      low += got.length;
    }
    expect(seen).toEqual(Array.from({ length: 399 }, (_, i) => i + 2));
  });

  it('trims only what the state on disk covers, and gives the space back', async () => {
    const { store } = await startWorld(home, { tailBytesMax: 0 });
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    for (let index = 2; index <= 50; index++)
      await append(store, group, [entry(index, 1, 100)], hardState(1, index));
    const before = group.sizeBytes();
    await writeState(store, group, 30);
    group.trim(45);
    store.flush();
    expect([group.firstIndex(), group.term(30), group.term(29)]).toEqual([31, 1, 'compacted']);
    await expect(group.read(30, 40, 1000)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
    expect((await group.read(31, 51, 1e6)).length).toBeGreaterThan(0);
    await expect.poll(() => group.sizeBytes()).toBeLessThan(before / 2);
  });

  it('refuses a group twice, and a removed replica for ever, but not its successor', async () => {
    const first = await startWorld(home);
    const group = await first.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await expect(
      first.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' }),
    ).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    await append(first.store, group, entries(2, 9, 1));
    await expect(first.store.remove(GROUP, PEER)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await first.store.remove(GROUP, ME);
    const second = await restartWorld(first);
    expect(second.store.groups()).toEqual([]);
    await expect(
      second.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' }),
    ).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    const successor = memberId({ node: nodeId(1), replica: replicaId(9) });
    const again = await second.store.create({
      group: GROUP,
      member: successor,
      conf: EMPTY_CONF,
      machine: 'stream',
    });
    expect([again.firstIndex(), again.lastIndex()]).toEqual([1, 0]);
  });

  it('keeps small records of the node', async () => {
    const first = await startWorld(home);
    expect(await first.store.getMeta('x')).toBeUndefined();
    await first.store.putMeta('x', Uint8Array.of(1, 2));
    const second = await restartWorld(first);
    expect(await second.store.getMeta('x')).toEqual(Uint8Array.of(1, 2));
  });

  it('scans machine state in both directions under the machine’s own keys', async () => {
    const { store } = await startWorld(home);
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await writeState(store, group, 1, [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const forward = await group.stateScan({ from: encode('a'), to: encode('c'), limit: 10 });
    expect(forward.map(([key]) => new TextDecoder().decode(key))).toEqual(['a', 'b']);
    const back = await group.stateScan({ from: encode('a'), to: encode('d'), reverse: true, limit: 2 });
    expect(back.map(([key]) => new TextDecoder().decode(key))).toEqual(['c', 'b']);
    expect(await group.stateGet(encode('b'))).toEqual(encode('2'));
  });

  it('refuses an engine that has lost what was durable', async () => {
    const { engine } = await startWorld(home);
    await expect(
      openLogStore(engine, new MemoryWatermark({ kind: 'saved', sequence: 99 })),
    ).rejects.toMatchObject({ code: 'AMNESIA' });
    const store = await openLogStore(engine, new MemoryWatermark({ kind: 'saved', sequence: 0 }));
    await store.putMeta('x', Uint8Array.of(1));
    for (const kind of ['missing', 'damaged'] as const) {
      const refused = await openLogStore(engine, new MemoryWatermark({ kind })).catch(
        (error: unknown) => error,
      );
      expect(isFlowError(refused) && refused.code).toBe('AMNESIA');
    }
  });

  it('opens two thousand groups quickly', async () => {
    const first = await startWorld(home);
    const ids = Array.from({ length: 2000 }, (_, i) => groupId(i + 1));
    await Promise.all(
      ids.map((group) => first.store.create({ group, member: ME, conf: CONF, machine: 'stream' })),
    );
    const second = await restartWorld(first);
    await Promise.all(second.store.groups().map((id) => second.store.open(id)));
    expect(second.store.groups().length).toBe(2000);
  });
});
