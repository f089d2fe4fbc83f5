import { isFlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { SnapshotMeta } from '@flowmesh/raft';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GroupStore, KvEngine } from '../../src/index.ts';
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
  type World,
  writeState,
} from '../kit/worlds.ts';

const EVERYTHING = { from: new Uint8Array(0), to: Uint8Array.of(0xff) };

async function cut(group: GroupStore, bytesMax = 300): Promise<{ meta: SnapshotMeta; chunks: Uint8Array[] }> {
  const source = await group.openSnapshot();
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.next(bytesMax); chunk !== undefined; chunk = await source.next(bytesMax))
    chunks.push(chunk);
  source.close();
  return { meta: source.meta, chunks };
}

async function stateOf(group: GroupStore): Promise<string[]> {
  const pairs = await group.stateScan({ ...EVERYTHING, limit: 10_000 });
  return pairs.map(([key, value]) => `${utf8Decode(key)}=${utf8Decode(value)}`);
}

/** Every key of every family: what is really there. */
async function keysOf(engine: KvEngine): Promise<number> {
  let count = 0;
  for (const family of ['log', 'idx', 'sm'] as const) {
    const cursor = engine.cursor(family, EVERYTHING);
    for (let pairs = await cursor.next(1000); pairs.length > 0; pairs = await cursor.next(1000))
      count += pairs.length;
    cursor.close();
  }
  return count;
}

function pairsOf(prefix: string, count: number): (readonly [string, string])[] {
  return Array.from(
    { length: count },
    (_, i) => [`${prefix}${String(i).padStart(4, '0')}`, `v${i}`] as const,
  );
}

describe.each(ENGINE_HOMES)('snapshots on %s', (_name, make) => {
  let homes: EngineHome[] = [];
  let leader: World;
  let follower: World;
  let source: GroupStore;
  let target: GroupStore;

  beforeEach(async () => {
    homes = [await make(), await make()];
    leader = await startWorld(homes[0] as EngineHome);
    follower = await startWorld(homes[1] as EngineHome);
    source = await leader.store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    target = await follower.store.create({ group: GROUP, member: PEER, conf: EMPTY_CONF, machine: 'stream' });
    await append(leader.store, source, entries(2, 40, 1), hardState(1, 30));
    await append(leader.store, source, entries(41, 60, 4), hardState(4, 50));
    await writeState(leader.store, source, 50, pairsOf('k', 100));
    source.trim(20);
    leader.store.flush();
  });
  afterEach(async () => {
    for (const home of homes) await home.dispose();
  });

  it('carries state and log to a replica that has neither, over a restart', async () => {
    const { meta, chunks } = await cut(source);
    expect(meta).toMatchObject({ index: 50, term: 4, conf: CONF });
    expect(chunks.length).toBeGreaterThan(5);
    const sink = await target.receiveSnapshot(meta);
    for (const chunk of chunks) await sink.write(chunk);
    expect(sink.meta()).toMatchObject({ index: 50, term: 4, conf: CONF });
    expect(await stateOf(target)).toEqual([]);
    await sink.commit();
    const check = async (group: GroupStore): Promise<void> => {
      expect([group.firstIndex(), group.lastIndex(), group.applied().index]).toEqual([21, 50, 50]);
      expect([20, 21, 40, 41, 50].map((index) => group.term(index))).toEqual([1, 1, 1, 4, 4]);
      expect(group.initialState().conf).toEqual(CONF);
      expect(group.initialState().hardState.commit).toBe(50);
      expect(await stateOf(group)).toEqual(pairsOf('k', 100).map(([key, value]) => `${key}=${value}`));
      expect(await group.read(39, 42, 1e6)).toEqual([entry(39, 1), entry(40, 1), entry(41, 4)]);
    };
    await check(target);
    await append(follower.store, target, entries(51, 52, 4), hardState(4, 51));
    const again = await (await restartWorld(follower)).store.open(GROUP);
    expect(again.lastIndex()).toBe(52);
    expect((await again.read(49, 53, 1e6)).map(({ index }) => index)).toEqual([49, 50, 51, 52]);
  });

  it('keeps term and vote, forgets the conflicting log, and leaves nothing of the old incarnation', async () => {
    await append(follower.store, target, entries(1, 90, 2), hardState(3, 5, ME));
    await writeState(follower.store, target, 5, pairsOf('old', 50));
    const { meta, chunks } = await cut(source);
    const sink = await target.receiveSnapshot(meta);
    for (const chunk of chunks) await sink.write(chunk);
    await sink.commit();
    expect(target.initialState().hardState).toEqual({ term: 3, vote: ME, commit: 50 });
    expect([target.firstIndex(), target.lastIndex()]).toEqual([21, 50]);
    expect((await stateOf(target)).some((pair) => pair.startsWith('old'))).toBe(false);
    const fresh = await startWorld(await anotherHome());
    const twin = await fresh.store.create({
      group: GROUP,
      member: PEER,
      conf: EMPTY_CONF,
      machine: 'stream',
    });
    const second = await twin.receiveSnapshot(meta);
    for (const chunk of chunks) await second.write(chunk);
    await second.commit();
    const expected = async (): Promise<boolean> =>
      (await keysOf(follower.engine)) === (await keysOf(fresh.engine));
    await expect.poll(expected).toBe(true);
  });

  it('leaves a replica the machine that it was created with', async () => {
    const joining = await startWorld(await anotherHome());
    const queue = await joining.store.create({
      group: GROUP,
      member: PEER,
      conf: EMPTY_CONF,
      machine: 'queue',
    });
    const { meta, chunks } = await cut(source);
    const sink = await queue.receiveSnapshot(meta);
    for (const chunk of chunks) await sink.write(chunk);
    await sink.commit();
    expect(queue.applied().index).toBe(50);
    expect(queue.machine).toBe('queue');
    const again = await (await restartWorld(joining)).store.open(GROUP);
    expect(again.machine).toBe('queue');
  });

  async function anotherHome(): Promise<EngineHome> {
    const home = await make();
    homes.push(home);
    return home;
  }

  it('refuses missing, repeated, reordered, damaged and truncated chunks, and sweeps what came', async () => {
    const { meta, chunks } = await cut(source);
    const before = await keysOf(follower.engine);
    const flipped = (chunks[2] as Uint8Array).slice();
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] as number) ^ 1;
    const bad: Uint8Array[][] = [
      [...chunks.slice(0, 3), ...chunks.slice(4)],
      [...chunks.slice(0, 3), chunks[2] as Uint8Array, ...chunks.slice(3)],
      [chunks[0] as Uint8Array, chunks[2] as Uint8Array, chunks[1] as Uint8Array],
      [...chunks.slice(0, 2), flipped],
      chunks.slice(0, -1),
      chunks.slice(0, 1),
      [],
    ];
    for (const list of bad) {
      const sink = await target.receiveSnapshot(meta);
      const outcome = await (async () => {
        for (const chunk of list) await sink.write(chunk);
        await sink.commit();
        return 'committed';
      })().catch((error: unknown) => (isFlowError(error) ? error.code : error));
      expect(outcome).toBe('CORRUPTION');
      expect([target.firstIndex(), target.lastIndex(), target.applied().index]).toEqual([1, 0, 0]);
    }
    await expect.poll(() => keysOf(follower.engine)).toBe(before);
  });

  it('holds the log back from trimming while a source is open, and trims after', async () => {
    const opened = await source.openSnapshot();
    await opened.next(300);
    source.trim(45);
    leader.store.flush();
    expect(source.firstIndex()).toBe(21);
    let chunks = 0;
    while ((await opened.next(300)) !== undefined) chunks++;
    expect(chunks).toBeGreaterThan(3);
    opened.close();
    expect(source.firstIndex()).toBe(46);
  });

  it('cuts at one moment: what is written later is not in it', async () => {
    const opened = await source.openSnapshot();
    const chunks = [(await opened.next(100)) as Uint8Array];
    await writeState(leader.store, source, 55, [
      ['k0000', 'later'],
      ['zzz', 'later'],
    ]);
    for (let chunk = await opened.next(300); chunk !== undefined; chunk = await opened.next(300))
      chunks.push(chunk);
    opened.close();
    const sink = await target.receiveSnapshot(opened.meta);
    for (const chunk of chunks) await sink.write(chunk);
    await sink.commit();
    expect(target.applied().index).toBe(50);
    expect((await target.stateGet(utf8Encode('k0000'))) ?? []).toEqual(utf8Encode('v0'));
    expect(await target.stateGet(utf8Encode('zzz'))).toBeUndefined();
  });

  it('ends a source whose replica is removed', async () => {
    const opened = await source.openSnapshot();
    await opened.next(300);
    await leader.store.remove(GROUP, ME);
    await expect(opened.next(300)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    opened.close();
    await expect.poll(() => keysOf(leader.engine)).toBe(1);
  });

  it('sweeps an incarnation that a crash left half received', async () => {
    const { meta, chunks } = await cut(source);
    const before = await keysOf(follower.engine);
    const sink = await target.receiveSnapshot(meta);
    for (const chunk of chunks.slice(0, -1)) await sink.write(chunk);
    expect(await keysOf(follower.engine)).toBeGreaterThan(before);
    const again = await restartWorld(follower);
    await expect.poll(() => keysOf(again.engine)).toBe(before);
    expect((await again.store.open(GROUP)).applied().index).toBe(0);
  });
});
