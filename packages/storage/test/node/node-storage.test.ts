import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFlowError, nodeId } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NodeStorage, openNodeStorage, quarantine } from '../../src/index.ts';
import { append, CONF, entries, GROUP, hardState, ME } from '../kit/worlds.ts';

const OPTIONS = { disk: { reserveBytes: 0 } };
let home = '';
let dir = '';
const open: NodeStorage[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flowmesh-node-'));
  dir = join(home, 'data');
});
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close();
  await rm(home, { recursive: true, force: true });
});

async function start(): Promise<NodeStorage> {
  const storage = await openNodeStorage(dir, OPTIONS);
  open.push(storage);
  return storage;
}

async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'opened',
    (error: unknown) => (isFlowError(error) ? error.code : error),
  );
}

describe('node storage', () => {
  it('makes a directory with an identity that stays', async () => {
    const first = await start();
    const { uuid } = first.identity();
    expect(first.identity()).toMatchObject({ clusterId: undefined, nodeId: undefined });
    await first.assign({ clusterId: 'c1', nodeId: nodeId(3) });
    await first.close();
    const second = await start();
    expect(second.identity()).toMatchObject({ uuid, clusterId: 'c1', nodeId: 3 });
    await expect(second.assign({ clusterId: 'c2', nodeId: nodeId(3) })).rejects.toMatchObject({
      code: 'IDENTITY_MISMATCH',
    });
    await second.assign({ clusterId: 'c1', nodeId: nodeId(3) });
  });

  it.skipIf(process.platform !== 'linux')(
    'says that the disk is full where not even the identity fits',
    async () => {
      await mkdir(dir);
      await symlink('/dev/full', join(dir, 'identity.json.next'));
      await expect(openNodeStorage(dir, OPTIONS)).rejects.toMatchObject({ code: 'DISK_FULL' });
      await rm(join(dir, 'identity.json.next'));
      await start();
    },
  );

  it('refuses a directory that is open already, and says so', async () => {
    await start();
    const refused = await openNodeStorage(dir, OPTIONS).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('another process') as unknown,
    });
  });

  it('refuses a directory that another process has open', async () => {
    const module = new URL('../../src/index.ts', import.meta.url).href;
    const script = `const { openNodeStorage } = await import(${JSON.stringify(module)});
      await openNodeStorage(${JSON.stringify(dir)}, { disk: { reserveBytes: 0 } }); console.log('open'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await outcome(openNodeStorage(dir, OPTIONS))).toBe('UNAVAILABLE');
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    expect((await start()).identity().uuid).toMatch(/-/);
  });

  it('sets a directory aside without deleting anything, and starts afresh', async () => {
    const first = await start();
    const { uuid } = first.identity();
    await first.close();
    expect(await quarantine(dir)).toBe(`${dir}.quarantined-1`);
    const second = await start();
    expect(second.identity().uuid).not.toBe(uuid);
    await second.close();
    expect(await quarantine(dir)).toBe(`${dir}.quarantined-2`);
    expect((await readdir(home)).sort()).toEqual(['data.quarantined-1', 'data.quarantined-2']);
    expect(await readFile(`${dir}.quarantined-1/identity.json`, 'utf8')).toContain(uuid);
  });

  it('calls an older copy of the database amnesia', async () => {
    const first = await start();
    await first.logStore.putMeta('x', Uint8Array.of(1));
    await first.close();
    const old = await readFile(join(dir, 'watermark'));
    const second = await start();
    await second.logStore.putMeta('y', Uint8Array.of(1));
    await second.close();
    const newer = await readFile(join(dir, 'watermark'));
    expect(newer.equals(old)).toBe(false);
    await rm(join(dir, 'db'), { recursive: true });
    expect(await outcome(openNodeStorage(dir, OPTIONS))).toBe('AMNESIA');
  });

  it('saves the watermark by itself, and before a vote is acknowledged', async () => {
    const storage = await openNodeStorage(dir, { ...OPTIONS, watermarkMs: 3_600_000 });
    open.push(storage);
    const before = await readFile(join(dir, 'watermark'));
    const group = await storage.logStore.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
    await append(
      storage.logStore,
      group,
      entries(2, 9, 1),
      hardState(1, 1, group.initialState().hardState.vote),
    );
    expect((await readFile(join(dir, 'watermark'))).equals(before)).toBe(true);
    await append(storage.logStore, group, [], hardState(2, 1));
    const after = await readFile(join(dir, 'watermark'));
    expect(after.equals(before)).toBe(false);
    expect(after.readUInt32BE(16)).toBe(storage.engine.durableSequence());
    await storage.close();
    const timed = await openNodeStorage(dir, { ...OPTIONS, watermarkMs: 5 });
    open.push(timed);
    await timed.logStore.putMeta('z', Uint8Array.of(1));
    const saved = async (): Promise<number> => (await readFile(join(dir, 'watermark'))).readUInt32BE(16);
    await expect.poll(saved).toBe(timed.engine.durableSequence());
  });

  it('survives one torn slot of the watermark, and refuses two', async () => {
    const first = await start();
    await first.logStore.putMeta('x', Uint8Array.of(1));
    await first.close();
    const file = join(dir, 'watermark');
    const whole = await readFile(file);
    for (const at of [16, 4096 + 16]) {
      const torn = Buffer.from(whole);
      torn.fill(0xff, at, at + 6);
      await writeFile(file, torn);
      await (await start()).close();
      await writeFile(file, whole);
    }
    await writeFile(file, Buffer.alloc(whole.length));
    expect(await outcome(openNodeStorage(dir, OPTIONS))).toBe('AMNESIA');
    await rm(file);
    expect(await outcome(openNodeStorage(dir, OPTIONS))).toBe('AMNESIA');
  });

  it('refuses a directory of a later format', async () => {
    await (await start()).close();
    const { writeIdentity } = await import('../../src/node/identity.ts');
    const later = {
      uuid: '00000000-0000-4000-8000-000000000000',
      formatVersion: 99,
      clusterId: undefined,
      nodeId: undefined,
    };
    await writeIdentity(join(dir, 'identity.json'), later);
    expect(await outcome(openNodeStorage(dir, OPTIONS))).toBe('UNSUPPORTED');
  });
});
