/** A bit flipped and a tail cut in each kind of file: refused, or found in time, or of no consequence; never served. */
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type FlowError, groupId, isFlowError } from '@flowmesh/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NodeStorage, openNodeStorage } from '../../src/index.ts';
import { append, CONF, entries, entry, hardState, ME, writeState } from '../kit/worlds.ts';

const OPTIONS = { disk: { reserveBytes: 0 }, tailBytesMax: 0 };
const GROUPS = [groupId(1), groupId(2), groupId(3)];
const LAST = 60;
const ENTRY_BYTES = 700;
let home = '';
let whole = '';

async function fill(storage: NodeStorage, from: number, to: number): Promise<void> {
  for (const id of GROUPS) {
    const group = storage.logStore.groups().includes(id)
      ? await storage.logStore.open(id)
      : await storage.logStore.create({ group: id, member: ME, conf: CONF, machine: 'stream' });
    await append(storage.logStore, group, entries(from, to, 1 + id, ENTRY_BYTES), hardState(1 + id, from));
    await writeState(storage.logStore, group, from, [[`key-${from}`, `value-${id}`]]);
  }
}

/** Everything the directory holds is as it was written, or the answer is an error that says damage. */
async function examine(dir: string): Promise<string> {
  let storage: NodeStorage | undefined;
  try {
    storage = await openNodeStorage(dir, OPTIONS);
    if (storage.logStore.groups().length !== GROUPS.length) return 'groups lost without a word';
    for (const id of GROUPS) {
      const group = await storage.logStore.open(id);
      const { hardState: state } = group.initialState();
      if (state.term !== 1 + id || state.vote !== ME) return 'a vote was forgotten without a word';
      for (let index = 2; index <= LAST; ) {
        const got = await group.read(index, LAST + 1, 1e6);
        for (const one of got) expect(one).toEqual(entry(one.index, 1 + id, ENTRY_BYTES));
        index += got.length;
      }
      const pairs = await group.stateScan({ from: new Uint8Array(0), to: Uint8Array.of(255), limit: 100 });
      expect(pairs.length).toBe(3);
    }
    return 'whole';
  } catch (error) {
    if (!isFlowError(error)) throw error;
    return error.code;
  } finally {
    await storage?.close();
  }
}

async function filesUnder(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true });
  const out: string[] = [];
  for (const name of names.sort()) {
    const path = join(dir, name);
    if ((await stat(path)).isFile()) out.push(relative(dir, path));
  }
  return out;
}

function kindOf(file: string): string {
  const name = file.split('/').at(-1) ?? '';
  const known =
    /(\.sst|\.log)$/.exec(name) ?? /^(MANIFEST|OPTIONS|CURRENT|IDENTITY|LOCK|watermark|identity)/.exec(name);
  return known?.[1] ?? name;
}

/** At most two files of each kind: the first and the last. */
async function sample(dir: string): Promise<string[]> {
  const kinds = new Map<string, string[]>();
  for (const file of await filesUnder(dir))
    kinds.set(kindOf(file), [...(kinds.get(kindOf(file)) ?? []), file]);
  return [...kinds.values()].flatMap((files) => [...new Set([files[0] as string, files.at(-1) as string])]);
}

async function damaged(file: string, change: (bytes: Buffer) => Buffer): Promise<string> {
  const dir = join(home, 'damaged');
  await rm(dir, { recursive: true, force: true });
  await cp(whole, dir, { recursive: true });
  await writeFile(join(dir, file), change(await readFile(join(dir, file))));
  return examine(dir);
}

function flipAt(fraction: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const at = Math.floor(bytes.length * fraction);
    bytes[at] = (bytes[at] as number) ^ 0x10;
    return bytes;
  };
}

function cutTo(fraction: number): (bytes: Buffer) => Buffer {
  return (bytes) => bytes.subarray(0, Math.floor(bytes.length * fraction));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function compacted(storage: NodeStorage): Promise<void> {
  const busy = ['rocksdb.compaction-pending', 'rocksdb.num-running-compactions'];
  await expect.poll(() => busy.map((name) => storage.engine.property(name))).toEqual(['0', '0']);
}

describe('damage', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'flowmesh-damage-'));
    whole = join(home, 'whole');
    for (const [from, to] of [
      [2, 20],
      [21, 40],
      [41, LAST],
    ] as const) {
      // Each opening turns the write-ahead log of the one before into tables.
      const storage = await openNodeStorage(whole, OPTIONS);
      await fill(storage, from, to);
      await storage.close();
    }
    expect(await examine(join(whole))).toBe('whole');
    // Examined, it has been opened again; its last write-ahead log is that opening's. Write once more into it.
    const storage = await openNodeStorage(whole, OPTIONS);
    await storage.logStore.putMeta('filler', new Uint8Array(5000).fill(9));
    await storage.close();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('a flipped bit is never served', async () => {
    const seen: Record<string, Set<string>> = {};
    for (const file of await sample(whole)) {
      for (const fraction of [0.03, 0.5, 0.9]) {
        const found = await damaged(file, flipAt(fraction));
        (seen[kindOf(file)] ??= new Set()).add(found);
      }
    }
    for (const outcomes of Object.values(seen)) {
      for (const found of outcomes) expect(['whole', 'AMNESIA', 'CORRUPTION']).toContain(found);
    }
    expect([...(seen['.log'] ?? [])]).toEqual(['AMNESIA']);
    expect([...(seen['identity'] ?? [])]).toEqual(['CORRUPTION']);
    for (const kind of ['.sst', 'MANIFEST', 'CURRENT']) {
      expect([...(seen[kind] ?? [])].some((found) => found !== 'whole')).toBe(true);
    }
  });

  it('a tail cut off is never passed over', async () => {
    const seen: Record<string, Set<string>> = {};
    for (const file of await sample(whole)) {
      const size = (await stat(join(whole, file))).size;
      if (size === 0) continue;
      for (const fraction of [0, 0.6]) {
        const found = await damaged(file, cutTo(fraction));
        (seen[kindOf(file)] ??= new Set()).add(found);
      }
    }
    for (const outcomes of Object.values(seen)) {
      for (const found of outcomes) expect(['whole', 'AMNESIA', 'CORRUPTION']).toContain(found);
    }
    for (const kind of ['.sst', '.log', 'MANIFEST', 'CURRENT', 'identity']) {
      expect([...(seen[kind] ?? [])]).not.toContain('whole');
    }
  });

  it('lesson: a MANIFEST without its end is noticed, also where only that names what a start made of the log', async () => {
    const dir = join(home, 'started');
    const first = await openNodeStorage(dir, OPTIONS);
    await fill(first, 2, LAST);
    await first.close();
    const second = await openNodeStorage(dir, OPTIONS);
    await second.logStore.putMeta('filler', new Uint8Array(200));
    await second.close();
    const name = (await readFile(join(dir, 'db', 'CURRENT'), 'utf8')).trim();
    const cut = join(home, 'cut');
    for (const fraction of [0.97, 0.9, 0.8, 0.7, 0.6]) {
      await rm(cut, { recursive: true, force: true });
      await cp(dir, cut, { recursive: true });
      const path = join(cut, 'db', name);
      await writeFile(path, cutTo(fraction)(await readFile(path)));
      await expect(openNodeStorage(cut, OPTIONS)).rejects.toMatchObject({ code: 'CORRUPTION' });
    }
  });

  it('a file that is gone is missed', async () => {
    for (const file of await sample(whole)) {
      const dir = join(home, 'damaged');
      await rm(dir, { recursive: true, force: true });
      await cp(whole, dir, { recursive: true });
      await rm(join(dir, file));
      const found = await examine(dir);
      // Directories of earlier versions have no `manifest`.
      if (['OPTIONS', 'IDENTITY', 'LOCK', 'manifest'].includes(kindOf(file))) expect(found).toBe('whole');
      else expect(['AMNESIA', 'CORRUPTION']).toContain(found);
    }
  });

  it('met by a compaction is remembered: the directory is refused from the next opening on', async () => {
    const dir = join(home, 'compacted');
    // Every opening leaves a table of each family; RocksDB merges them once there are four.
    for (let opening = 0; opening < 3; opening++) {
      const storage = await openNodeStorage(dir, OPTIONS);
      await storage.logStore.putMeta('filler', new Uint8Array(200_000).fill(opening));
      await storage.close();
    }
    for (const file of await filesUnder(dir)) {
      if (file.endsWith('.sst'))
        await writeFile(join(dir, file), flipAt(0.5)(await readFile(join(dir, file))));
    }
    const fatal: FlowError[] = [];
    let refused = false;
    for (let opening = 0; opening < 6 && !refused; opening++) {
      const storage = await openNodeStorage(dir, { ...OPTIONS, onFatal: (error) => fatal.push(error) });
      await compacted(storage);
      refused = await storage.logStore.putMeta('filler', new Uint8Array(200_000)).then(
        () => false,
        () => true,
      );
      // Whoever hears of it may end the process there and then.
      if (refused) expect(await exists(join(dir, 'damaged'))).toBe(true);
      if (refused) await expect.poll(() => fatal.length).toBe(1);
      await storage.close().catch((error: unknown) => expect(isFlowError(error)).toBe(true));
    }
    expect(fatal[0]).toMatchObject({ code: 'STORAGE_IO', cause: { code: 'CORRUPTION' } });
    await expect(openNodeStorage(dir, OPTIONS)).rejects.toMatchObject({ code: 'CORRUPTION' });
  });
});
