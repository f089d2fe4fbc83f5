import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryWatermark, openLogStore, RocksEngine } from '../../src/index.ts';
import { append, CONF, entries, GROUP, hardState, ME, writeState } from '../kit/worlds.ts';

const MIB = 1024 * 1024;
const STEP = 4;
const KEPT = 8;
const WRITTEN_MAX = 900;
const SHRUNK_BY = 60 * MIB;

/** Tables alone: the write-ahead log is of a size of its own. */
async function tableBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.sst')) continue;
    // One that was compacted away meanwhile.
    bytes += (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

it('what is trimmed goes from the disk: the tables of a log that keeps little shrink again while it is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flowmesh-reclaim-'));
  const engine = await RocksEngine.open(folder, { disk: { reserveBytes: 0 } });
  try {
    const store = await openLogStore(engine, new MemoryWatermark());
    const group = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    let most = 0;
    let now = 0;
    for (let index = 2; index < WRITTEN_MAX && most - now < SHRUNK_BY; index += STEP) {
      const last = index + STEP - 1;
      await append(store, group, entries(index, last, 1, MIB), hardState(1, last));
      await writeState(store, group, last);
      if (last > 2 * KEPT) group.trim(last - KEPT);
      now = await tableBytes(folder);
      most = Math.max(most, now);
    }
    expect(most - now).toBeGreaterThanOrEqual(SHRUNK_BY);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
