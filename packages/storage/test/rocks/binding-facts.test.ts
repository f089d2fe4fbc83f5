/** What the design states about the binding. A test that fails after an upgrade says which decision to look at again. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type DatabaseOptions, RocksLevel } from '../../src/rocks/binding.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const COLUMN = { compression: false, cacheSize: 0 } as const;
const OPTIONS: DatabaseOptions = {
  createIfMissing: true,
  walCompression: false,
  columns: { default: COLUMN, log: COLUMN },
};

function key(i: number): Uint8Array {
  const out = Buffer.alloc(8);
  out.writeUInt32BE(i, 4);
  return out;
}

function noise(bytes: number, seed: number): Uint8Array {
  const out = new Uint8Array(bytes);
  let state = seed + 1;
  for (let i = 0; i < bytes; i++) {
    state = Math.imul(state, 1103515245) + 12345;
    out[i] = state >>> 24;
  }
  return out;
}

let dir = '';
const open: RocksLevel[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flowmesh-binding-'));
});
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
  await rm(dir, { recursive: true, force: true });
});

async function openDatabase(options: DatabaseOptions = OPTIONS): Promise<RocksLevel> {
  const database = new RocksLevel(join(dir, 'db'), options);
  await database.open();
  open.push(database);
  return database;
}

async function closeDatabase(database: RocksLevel): Promise<void> {
  open.splice(open.indexOf(database), 1);
  await database.close();
}

function columnOf(database: RocksLevel): { column: NonNullable<RocksLevel['columns'][string]> } {
  const column = database.columns['log'];
  if (column === undefined) throw new Error('no column');
  return { column };
}

function write(database: RocksLevel, from: number, to: number, sync: boolean, bytes = 100): void {
  const batch = database._chainedBatch();
  for (let i = from; i < to; i++) batch._put(key(i), noise(bytes, i), columnOf(database));
  batch._writeSync({ sync });
}

async function filesOf(suffix: string): Promise<string[]> {
  const names = await readdir(join(dir, 'db'));
  return names
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(dir, 'db', name))
    .sort();
}

/** Runs `script` in a process of its own, with `db` opened, and waits for its end. */
async function inProcess(script: string): Promise<{ output: string; signal: string | null }> {
  const binding = import.meta.resolve('@nxtedition/rocksdb');
  const source = `import { RocksLevel } from ${JSON.stringify(binding)};
    const COLUMN = { compression: false, cacheSize: 0 };
    const db = new RocksLevel(${JSON.stringify(join(dir, 'db'))}, { createIfMissing: true, walCompression: false, columns: { default: COLUMN, log: COLUMN } });
    await db.open();
    const column = db.columns.log;
    const key = (i) => { const out = Buffer.alloc(8); out.writeUInt32BE(i, 4); return out; };
    const write = (from, to, sync) => { const b = db._chainedBatch(); for (let i = from; i < to; i++) b._put(key(i), Buffer.alloc(100, i), { column }); b._writeSync({ sync }); };
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return new Promise((resolve) => child.on('close', (_code, signal) => resolve({ output, signal })));
}

describe('binding facts', () => {
  it('a batch is written within the call, on the calling thread', async () => {
    const database = await openDatabase();
    write(database, 0, 10, true);
    expect(database.sequence).toBe(10);
  });

  it('put and del write in a batch that drops `sync`: only a batch can be durable', async () => {
    const source = await readFile(new URL(import.meta.resolve('@nxtedition/rocksdb')), 'utf8');
    const put = source.slice(source.indexOf('_put (key'), source.indexOf('_get (key'));
    expect(put).toContain('batch.write(callback)');
    expect(put).not.toContain('sync');
  });

  it('the handle opens in a worker and both threads see one database', async () => {
    const database = await openDatabase();
    write(database, 0, 5, false);
    const source = `
      const { workerData, parentPort } = require('node:worker_threads');
      const { RocksLevel } = require('@nxtedition/rocksdb');
      const db = new RocksLevel(workerData);
      db.open().then(() => {
        const b = db._chainedBatch();
        b._put(Buffer.from('from-worker'), Buffer.from('yes'), { column: db.columns.log });
        b._writeSync({ sync: true });
        parentPort.postMessage(db.sequence);
      });`;
    const file = join(dir, 'worker.cjs');
    const binding = new URL(import.meta.resolve('@nxtedition/rocksdb')).pathname;
    await writeFile(file, source.replace("'@nxtedition/rocksdb'", JSON.stringify(binding)));
    const worker = new Worker(file, { workerData: database.handle });
    const seen = await new Promise((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => worker.once('exit', resolve));
    expect(seen).toBe(6);
    const options = { ...columnOf(database), valueEncoding: 'buffer', fillCache: false } as const;
    expect(database._getManySync([Buffer.from('from-worker')], options)[0]).toEqual(Buffer.from('yes'));
  });

  it('closing any handle closes the shared database: who still uses another one crashes the process', async () => {
    const file = join(dir, 'close.cjs');
    await writeFile(
      file,
      `const { RocksLevel } = require(${JSON.stringify(new URL(import.meta.resolve('@nxtedition/rocksdb')).pathname)});
      (async () => {
        const columns = { default: { compression: false } };
        const first = new RocksLevel(${JSON.stringify(join(dir, 'shared'))}, { createIfMissing: true, columns });
        await first.open();
        const second = new RocksLevel(first.handle, { columns });
        await second.open();
        console.log('both open');
        await second.close();
        first._getManySync([Buffer.from('k')], { column: first.columns.default });
        console.log('still open');
      })();`,
    );
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(output).toContain('both open');
    expect(output).not.toContain('still open');
  });

  it('the sequence counts operations and survives kill -9 without a sync', async () => {
    const { signal } = await inProcess(
      `write(0, 10, true); write(10, 17, false); process.kill(process.pid, 'SIGKILL');`,
    );
    expect(signal).toBe('SIGKILL');
    const database = await openDatabase();
    expect(database.sequence).toBe(17);
  });

  it('reopening neither adds to the sequence nor takes from it', async () => {
    const first = await openDatabase();
    write(first, 0, 500, true);
    await closeDatabase(first);
    for (let i = 0; i < 3; i++) {
      const again = await openDatabase();
      expect(again.sequence).toBe(500);
      await closeDatabase(again);
    }
  });

  it('compression is on unless switched off: in the write-ahead log and in the families', async () => {
    const big = async (walCompression: boolean | undefined): Promise<number> => {
      const columns = { default: COLUMN, log: COLUMN };
      const options = {
        createIfMissing: true,
        columns,
        ...(walCompression === undefined ? {} : { walCompression }),
      };
      const database = await openDatabase(options as DatabaseOptions);
      const batch = database._chainedBatch();
      for (let i = 0; i < 100; i++) batch._put(key(i), new Uint8Array(10_000).fill(7), columnOf(database));
      batch._writeSync({ sync: true });
      const [log] = await filesOf('.log');
      const size = (await readFile(log ?? '')).length;
      await closeDatabase(database);
      await rm(join(dir, 'db'), { recursive: true });
      return size;
    };
    expect(await big(undefined)).toBeLessThan(100_000);
    expect(await big(false)).toBeGreaterThan(1_000_000);
  });

  it('`default` must be named among the columns', async () => {
    const database = new RocksLevel(join(dir, 'db'), {
      createIfMissing: true,
      walCompression: false,
      columns: { log: COLUMN },
    });
    const error: unknown = await database.open().catch((failure: unknown) => failure);
    expect(String((error as { cause?: unknown }).cause)).toContain('Default column family not specified');
  });

  it('recovery silently drops what was synced, from a flipped bit in the middle of the write-ahead log on', async () => {
    await inProcess(
      `for (let i = 0; i < 20; i++) write(i * 10, i * 10 + 10, true); process.kill(process.pid, 'SIGKILL');`,
    );
    const [log] = await filesOf('.log');
    const bytes = await readFile(log ?? '');
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] as number) ^ 1;
    await writeFile(log ?? '', bytes);
    const database = await openDatabase();
    expect(database.sequence).toBeLessThan(200);
    expect(database.sequence).toBeGreaterThan(0);
  });

  it('an iterator and a synchronous get report a damaged block; the asynchronous get throws past its caller', async () => {
    const first = await openDatabase();
    write(first, 0, 1000, true);
    await closeDatabase(first);
    await closeDatabase(await openDatabase());
    const [table] = await filesOf('.sst');
    const bytes = await readFile(table ?? '');
    bytes[1000] = (bytes[1000] as number) ^ 1;
    await writeFile(table ?? '', bytes);
    const damaged = await openDatabase();
    const options = { ...columnOf(damaged), valueEncoding: 'buffer', fillCache: false } as const;
    expect(() => damaged._getManySync([key(3)], options)).toThrow(
      expect.objectContaining({ code: 'LEVEL_CORRUPTION' }),
    );
    const range = { ...columnOf(damaged), gte: key(0), lt: key(9), reverse: false } as const;
    const iterator = damaged._iterator({
      ...range,
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      highWaterMarkBytes: 1e6,
    });
    expect(() => iterator._nextvSync(5, {})).toThrow(expect.objectContaining({ code: 'LEVEL_CORRUPTION' }));
    iterator._closeSync();
    await closeDatabase(damaged);
    const { output } = await inProcess(`
      process.on('uncaughtException', (error) => { console.log('uncaught', error.code); process.exit(0); });
      await db._getManyAsync([key(3)], { column, valueEncoding: 'buffer' }).then(() => console.log('value'), () => console.log('rejected'));
    `);
    expect(output.trim()).toBe('uncaught LEVEL_CORRUPTION');
  });

  it('clear without a limit is one range tombstone, not a delete for each key', async () => {
    const database = await openDatabase();
    write(database, 0, 1000, false);
    database._clear({ ...columnOf(database), gte: key(100), lt: key(900) }, () => undefined);
    expect(database.sequence).toBe(1001);
  });

  it('a batch object can be used again after it was written', async () => {
    const database = await openDatabase();
    const batch = database._chainedBatch();
    for (let i = 0; i < 3; i++) {
      batch._put(key(i), key(i), columnOf(database));
      batch._writeSync({ sync: false });
      batch._clear();
    }
    expect(database.sequence).toBe(3);
  });

  it('a second opening of the directory is refused by its lock', async () => {
    await openDatabase();
    const second = new RocksLevel(join(dir, 'db'), OPTIONS);
    const error: unknown = await second.open().catch((failure: unknown) => failure);
    expect((error as { cause?: unknown }).cause).toMatchObject({ code: 'LEVEL_LOCKED' });
  });

  it('walTotalSizeLimit does not bound the write-ahead log', async () => {
    const limited = { ...OPTIONS, walTotalSizeLimit: 1 } as DatabaseOptions;
    const database = await openDatabase(limited);
    for (let i = 0; i < 40; i++) write(database, i * 100, i * 100 + 100, false, 1000);
    const sizes = await Promise.all(
      (await filesOf('.log')).map(async (file) => (await readFile(file)).length),
    );
    expect(Math.max(...sizes)).toBeGreaterThan(3_000_000);
  });
});
