/**
 * How much room the volume has, and the reserve that is given up when it has none: a file that is deleted so that the database can be
 * opened again, trimmed and compacted. It is laid down anew once there is plenty.
 */
import { type FileHandle, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskState {
  /** `low`: producers should be refused. `full`: writing has stopped or is about to. */
  readonly kind: 'ok' | 'low' | 'full';
  readonly freeBytes: number;
  /** Used and free ones together, without what the file system keeps back. */
  readonly totalBytes: number;
  /** False while writes wait for room. */
  readonly writing: boolean;
}

export interface DiskLimits {
  /** Free bytes below which the disk counts as low. Default 5 % of the volume, at most 2 GiB. */
  readonly lowBytes?: number;
  /** Free bytes below which it counts as full. Default 2 % of the volume, at most 512 MiB. */
  readonly fullBytes?: number;
  /** Size of the reserve. Default 1 % of the volume, at most 128 MiB; 0 for none. */
  readonly reserveBytes?: number;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const FILL_BYTES = 1 * MIB;
const RECOVERY_SLACK_BYTES = 8 * MIB;

export class DiskSpace {
  private readonly dir: string;
  private readonly limits: DiskLimits;
  private last: DiskState = { kind: 'ok', freeBytes: 0, totalBytes: 0, writing: true };

  constructor(dir: string, limits: DiskLimits) {
    this.dir = dir;
    this.limits = limits;
  }

  /** As of the last `poll`. */
  state(): DiskState {
    return this.last;
  }

  get reserveBytes(): number {
    return this.limits.reserveBytes ?? Math.min(Math.floor(this.last.totalBytes / 100), 128 * MIB);
  }

  async poll(): Promise<DiskState> {
    const { bavail, bfree, blocks, bsize } = await statfs(this.dir);
    const freeBytes = bavail * bsize;
    // What the file system keeps back for others is neither used nor ours: as `df` counts.
    const totalBytes = (blocks - bfree + bavail) * bsize;
    const lowBytes = this.limits.lowBytes ?? Math.min(totalBytes * 0.05, 2 * GIB);
    const fullBytes = this.limits.fullBytes ?? Math.min(totalBytes * 0.02, 0.5 * GIB);
    const kind = freeBytes < fullBytes ? 'full' : freeBytes < lowBytes ? 'low' : 'ok';
    this.last = { kind, freeBytes, totalBytes, writing: true };
    return this.last;
  }

  /** Lays the reserve down where it is missing and there is plenty of room. A failure is no matter: there is no room then. */
  async layReserve(): Promise<void> {
    const size = this.reserveBytes;
    const path = this.reservePath();
    if (size === 0 || this.last.kind !== 'ok') return;
    const there = await stat(path).catch(() => undefined);
    if (there !== undefined && there.size >= size) return;
    try {
      const file = await open(path, 'w', 0o600);
      try {
        await fill(file, size);
      } finally {
        await file.close();
      }
    } catch {
      await rm(path, { force: true });
    }
  }

  /** Gives the reserve up. */
  async spendReserve(): Promise<void> {
    await rm(this.reservePath(), { force: true });
    await this.poll();
  }

  /** Room that there is, with what giving up the reserve would free. */
  async attainableBytes(): Promise<number> {
    const reserve = await stat(this.reservePath()).catch(() => undefined);
    return this.last.freeBytes + (reserve?.size ?? 0);
  }

  /** Room that opening the database takes: recovery writes out what the write-ahead log holds. */
  async recoveryBytes(): Promise<number> {
    let bytes = RECOVERY_SLACK_BYTES;
    for (const name of await readdir(this.dir)) {
      if (name.endsWith('.log')) bytes += (await stat(join(this.dir, name))).size;
    }
    return bytes;
  }

  private reservePath(): string {
    return join(this.dir, 'reserve');
  }
}

async function fill(file: FileHandle, size: number): Promise<void> {
  // Zeros would do on most file systems; some compress them away, so the block is not all alike.
  const block = Buffer.alloc(FILL_BYTES);
  for (let i = 0; i < block.length; i += 4) block.writeUInt32LE(Math.imul(i + 1, 0x9e3779b9) >>> 0, i);
  for (let at = 0; at < size; at += FILL_BYTES) await file.write(block, 0, Math.min(FILL_BYTES, size - at));
  await file.datasync();
}
