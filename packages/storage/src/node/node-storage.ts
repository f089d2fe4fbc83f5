/**
 * The data directory of a node and everything in it:
 *
 *   identity.json   who this directory is          watermark   what is known to be durable
 *   db/             RocksDB                        reserve     room that is given up when the disk is full (in db/)
 *   manifest        how far RocksDB's MANIFEST was
 *   damaged         there once the directory was found unfit for use (damaged, or an old copy), and why
 *
 * A directory that has lost anything, or cannot be believed, is refused with AMNESIA or CORRUPTION; `quarantine` sets it aside, so that
 * the node can start afresh as a new node. Nothing is ever deleted.
 */
import { writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FlowError, isFlowError, type NodeId } from '@flowmesh/base';
import type { LogStore } from '../group-store.ts';
import { type LogStoreOptions, openLogStore } from '../log/log-store.ts';
import { RocksEngine, type RocksEngineOptions } from '../rocks/rocks-engine.ts';
import type { DiskState } from '../rocks/disk-space.ts';
import { diskErrorOf, syncDirectoryOf } from './durable-file.ts';
import { FileWatermark } from './file-watermark.ts';
import { ManifestMark } from './manifest-mark.ts';
import { freshIdentity, type NodeIdentity, readIdentity, writeIdentity } from './identity.ts';
import { DISK_HINT } from '../disk-hint.ts';

export interface NodeStorageOptions extends RocksEngineOptions, LogStoreOptions {
  /** How often the watermark follows what is durable. Default 200 ms. */
  readonly watermarkMs?: number;
}

const WATERMARK_MS = 200;
const MANIFEST_MS = 1_000;
const QUARANTINES_MAX = 10_000;

export async function openNodeStorage(dir: string, options: NodeStorageOptions = {}): Promise<NodeStorage> {
  const paths = pathsOf(dir);
  await makeDirectory(paths.dir);
  const identity = await loadIdentity(paths);
  await refuseDamaged(paths);
  const manifest = new ManifestMark(paths.manifest, paths.database);
  await manifest.check();
  const engine = await openEngine(paths, {
    ...options,
    onDamaged: (error) => {
      noteDamage(paths.damaged, error.message);
      options.onDamaged?.(error);
    },
  });
  const watermark = new FileWatermark(paths.watermark);
  try {
    const logStore = await openLogStore(engine, watermark, options);
    await manifest.note();
    return new NodeStorage(paths, {
      identity,
      engine,
      logStore,
      watermark,
      manifest,
      watermarkMs: options.watermarkMs ?? WATERMARK_MS,
    });
  } catch (error) {
    await watermark.close();
    await engine.close();
    throw storageError(error);
  }
}

interface Paths {
  readonly dir: string;
  readonly identity: string;
  readonly watermark: string;
  readonly manifest: string;
  readonly database: string;
  readonly damaged: string;
}

function pathsOf(dir: string): Paths {
  const whole = resolve(dir);
  return {
    dir: whole,
    identity: join(whole, 'identity.json'),
    watermark: join(whole, 'watermark'),
    manifest: join(whole, 'manifest'),
    database: join(whole, 'db'),
    damaged: join(whole, 'damaged'),
  };
}

async function makeDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new FlowError('CONFIG_INVALID', `the data directory ${dir} cannot be made`, {
      hint: 'Name a directory that this user may write to.',
      cause,
    });
  }
}

/** Reads who the directory is; a wholly new one gets an identity before anything else is put into it. */
async function loadIdentity(paths: Paths): Promise<NodeIdentity> {
  const found = await readIdentity(paths.identity);
  if (found !== undefined) {
    if (await exists(paths.database)) return found;
    if (!(await exists(paths.watermark))) return found;
    throw new FlowError('AMNESIA', 'the database of this data directory is gone', { hint: HINT });
  }
  if ((await exists(paths.database)) || (await exists(paths.watermark))) {
    throw new FlowError('AMNESIA', 'identity.json is missing beside the data', { hint: HINT });
  }
  const identity = freshIdentity();
  await writeIdentity(paths.identity, identity);
  return identity;
}

const HINT =
  'This directory must never vote again. Set it aside and let the node join anew: the cluster still has the data.';

/** Synchronous, because the process ends at any moment now. */
function noteDamage(path: string, why: string): void {
  try {
    writeFileSync(path, `${why}\n`, { mode: 0o600, flush: true });
  } catch {
    // Where even that cannot be written, the next opening meets the damage again.
  }
}

/** A directory that was found damaged, or an old copy, opens as if all were well, and fails again: it is not opened any more. */
async function refuseDamaged(paths: Paths): Promise<void> {
  if (!(await exists(paths.damaged))) return;
  const why = await readFile(paths.damaged, 'utf8');
  throw new FlowError('CORRUPTION', `the directory was found unfit when it ran last: ${why.trim()}`, {
    hint: HINT,
  });
}

async function openEngine(paths: Paths, options: NodeStorageOptions): Promise<RocksEngine> {
  const founded = await exists(paths.watermark);
  await mkdir(paths.database, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw diskErrorOf(error);
  });
  if (founded && !(await exists(join(paths.database, 'CURRENT')))) {
    // RocksDB would found a new, empty database here.
    throw new FlowError('AMNESIA', 'the file CURRENT of the database is missing', { hint: HINT });
  }
  try {
    return await RocksEngine.open(paths.database, options);
  } catch (error) {
    throw storageError(error);
  }
}

function storageError(error: unknown): FlowError {
  if (isFlowError(error)) return error;
  return new FlowError('CORRUPTION', 'the stored data cannot be understood', { hint: HINT, cause: error });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new FlowError('STORAGE_IO', `${path} cannot be examined`, { cause: error, hint: DISK_HINT });
  }
}

interface Parts {
  readonly identity: NodeIdentity;
  readonly engine: RocksEngine;
  readonly logStore: LogStore;
  readonly watermark: FileWatermark;
  readonly manifest: ManifestMark;
  readonly watermarkMs: number;
}

export class NodeStorage {
  readonly dir: string;
  readonly logStore: LogStore;
  readonly engine: RocksEngine;
  private readonly paths: Paths;
  private readonly watermark: FileWatermark;
  private readonly manifest: ManifestMark;
  private readonly timers: readonly NodeJS.Timeout[];
  private who: NodeIdentity;
  private closing: Promise<void> | undefined;

  constructor(paths: Paths, parts: Parts) {
    this.dir = paths.dir;
    this.paths = paths;
    this.who = parts.identity;
    this.engine = parts.engine;
    this.logStore = parts.logStore;
    this.watermark = parts.watermark;
    this.manifest = parts.manifest;
    this.timers = [
      setInterval(() => this.logStore.saveWatermark(), parts.watermarkMs),
      setInterval(() => void this.manifest.note(), MANIFEST_MS),
    ];
    for (const timer of this.timers) timer.unref();
  }

  identity(): NodeIdentity {
    return this.who;
  }

  /** From now on the directory is not opened any more, and says why. Synchronous: the process may end at any moment. */
  condemn(why: string): void {
    noteDamage(this.paths.damaged, why);
  }

  /** Notes durably what the directory belongs to. IDENTITY_MISMATCH where it belongs to something else already. */
  async assign(place: { readonly clusterId: string; readonly nodeId: NodeId }): Promise<NodeIdentity> {
    const { clusterId, nodeId } = this.who;
    if ((clusterId ?? place.clusterId) !== place.clusterId || (nodeId ?? place.nodeId) !== place.nodeId) {
      throw new FlowError(
        'IDENTITY_MISMATCH',
        `this data directory is node ${nodeId} of cluster ${clusterId}`,
        {
          hint: 'Start the node with its own data directory.',
        },
      );
    }
    const next = { ...this.who, ...place };
    await writeIdentity(this.paths.identity, next);
    this.who = next;
    return next;
  }

  diskState(): DiskState {
    return this.engine.diskState();
  }

  close(): Promise<void> {
    this.closing ??= this.closeInOrder();
    return this.closing;
  }

  private async closeInOrder(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    try {
      await this.logStore.close();
    } finally {
      await this.watermark.close();
      await this.engine.close();
      await this.manifest.note();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Renames a directory that is not open to `<dir>.quarantined-<n>` and says where it went. Nothing is deleted. */
export async function quarantine(dir: string): Promise<string> {
  const whole = resolve(dir);
  const siblings = new Set(await readdir(dirname(whole)));
  for (let n = 1; n <= QUARANTINES_MAX; n++) {
    const name = `${basename(whole)}.quarantined-${n}`;
    if (siblings.has(name)) continue;
    const target = join(dirname(whole), name);
    try {
      await rename(whole, target);
    } catch (cause) {
      throw new FlowError('STORAGE_IO', `${whole} cannot be set aside as ${target}`, {
        cause,
        hint: DISK_HINT,
      });
    }
    await syncDirectoryOf(whole);
    return target;
  }
  throw new FlowError('STORAGE_IO', `${whole} was set aside too often`, {
    hint: 'Remove old quarantined directories.',
  });
}
