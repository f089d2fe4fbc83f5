import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '@flowmesh/base';
import { RocksLevel } from '../../src/rocks/binding.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type DiskState,
  type KvEngine,
  MemoryWatermark,
  openLogStore,
  RocksEngine,
  type WriteOp,
} from '../../src/index.ts';
import { mountSmallDisk, type SmallDisk } from '../kit/small-disk.ts';
import { append, CONF, entries, entry, GROUP, hardState, ME } from '../kit/worlds.ts';

const MIB = 1024 * 1024;
const probe = await mountSmallDisk(1);
await probe?.dispose();
let disk: SmallDisk;
let engines: RocksEngine[] = [];

function key(i: number): Uint8Array {
  return Uint8Array.of(0, i >> 16, (i >> 8) & 255, i & 255);
}

function put(i: number, bytes: number): WriteOp {
  return { kind: 'put', family: 'log', key: key(i), value: new Uint8Array(bytes).fill(i) };
}

function write(engine: KvEngine, ops: readonly WriteOp[]): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.write(ops, true, (error) => (error === undefined ? resolve() : reject(error)));
    engine.flush();
  });
}

describe.skipIf(probe === undefined)('a full disk', () => {
  beforeAll(async () => {
    const mounted = await mountSmallDisk(512);
    if (mounted === undefined) throw new Error('mounting worked a moment ago');
    disk = mounted;
  });
  afterEach(async () => {
    for (const engine of engines) await engine.close();
    engines = [];
    await disk.vacate();
  });
  afterAll(() => disk.dispose());

  async function openEngine(name: string, onDiskState?: (state: DiskState) => void): Promise<RocksEngine> {
    const dir = join(disk.dir, name);
    await mkdir(dir);
    const engine = await RocksEngine.open(dir, {
      diskPollMs: 20,
      disk: { lowBytes: 24 * MIB, fullBytes: 6 * MIB, reserveBytes: 4 * MIB },
      ...(onDiskState === undefined ? {} : { onDiskState }),
    });
    engines.push(engine);
    return engine;
  }

  it('makes RocksDB refuse every later write even when there is room again', async () => {
    const column = { compression: false, cacheSize: 0 };
    const options = { createIfMissing: true, walCompression: false, columns: { default: column } };
    const database = new RocksLevel(join(disk.dir, 'raw'), options);
    await database.open();
    const tryWrite = (bytes: number): unknown => {
      try {
        const batch = database._chainedBatch();
        batch._put(key(1), new Uint8Array(bytes).fill(1), { column: database.columns['default'] as never });
        batch._writeSync({ sync: true });
        return 'written';
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    expect(tryWrite(10)).toBe('written');
    await disk.occupy(1 * MIB);
    // The write-ahead log has room laid out ahead, about the size of a memtable.
    for (let i = 0; i < 10 && tryWrite(8 * MIB) === 'written'; i++);
    expect(tryWrite(10)).toBe('LEVEL_IO_ERROR');
    await disk.vacate();
    expect(tryWrite(10)).toBe('LEVEL_IO_ERROR');
    await expect(database.close()).rejects.toMatchObject({ cause: { code: 'LEVEL_IO_ERROR' } });
  });

  it('holds writes back, goes on reading, and writes all of them once there is room', async () => {
    const states: string[] = [];
    const engine = await openEngine('held', (state) => states.push(state.kind));
    await write(engine, [put(0, 1000)]);
    await disk.occupy(0);
    const answers: number[] = [];
    const pending: Promise<void>[] = [];
    for (let i = 1; i <= 12; i++)
      pending.push(write(engine, [put(i, 8 * MIB)]).then(() => void answers.push(i)));
    await expect.poll(() => engine.diskState().writing, { timeout: 10_000 }).toBe(false);
    await expect.poll(() => states.includes('full')).toBe(true);
    // The reserve may let some through; the rest waits, in order.
    expect(answers.length).toBeLessThan(12);
    await expect
      .poll(() => engine.get('log', key(0)), { timeout: 10_000 })
      .toEqual(new Uint8Array(1000).fill(0));
    await disk.vacate();
    await Promise.all(pending);
    expect(answers).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    await expect.poll(() => engine.diskState().kind).toBe('ok');
    expect(states.at(-1)).toBe('ok');
    for (let i = 1; i <= 12; i++) expect((await engine.get('log', key(i)))?.length).toBe(8 * MIB);
  });

  it('says that room is low before it is gone', async () => {
    const engine = await openEngine('low');
    expect(engine.diskState().kind).toBe('ok');
    await disk.occupy(16 * MIB);
    await expect.poll(() => engine.diskState().kind).toBe('low');
    await disk.occupy(3 * MIB);
    await expect.poll(() => engine.diskState().kind).toBe('full');
    await disk.vacate();
    await expect.poll(() => engine.diskState().kind).toBe('ok');
  });

  it('answers DISK_FULL when it is closed while full', async () => {
    const engine = await openEngine('closed');
    await disk.occupy(0);
    const failing = write(engine, [put(1, 100 * MIB)]).catch((error: unknown) => error);
    await expect.poll(() => engine.diskState().writing, { timeout: 10_000 }).toBe(false);
    await engine.close();
    expect(await failing).toMatchObject({ code: 'DISK_FULL', retryable: true });
  });

  it('leaves a log store whole: every append is acknowledged in the end, and found after a restart', async () => {
    const watermark = new MemoryWatermark();
    const engine = await openEngine('store');
    const store = await openLogStore(engine, watermark, { tailBytesMax: 0 });
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await append(store, group, entries(2, 5, 1), hardState(1, 5));
    await disk.occupy(512 * 1024);
    const acknowledged: Promise<void>[] = [];
    for (let index = 6; index <= 20; index++) {
      acknowledged.push(append(store, group, [entry(index, 1, 8 * MIB)], hardState(1, index - 1)));
    }
    await expect.poll(() => engine.diskState().writing, { timeout: 10_000 }).toBe(false);
    expect((await group.read(2, 6, 1e6)).length).toBe(4);
    await disk.vacate();
    await Promise.all(acknowledged);
    await store.close();
    await engine.close();
    engines = [];
    const again = await RocksEngine.open(join(disk.dir, 'store'), { disk: { reserveBytes: 0 } });
    engines.push(again);
    const found = await (await openLogStore(again, watermark)).open(GROUP);
    expect(found.lastIndex()).toBe(20);
    const [last] = await found.read(20, 21, 10);
    expect(equalBytes(last?.data ?? new Uint8Array(0), entry(20, 1, 8 * MIB).data)).toBe(true);
  });
});
