/**
 * Libraries that stand before the C library of a node's process: disks that fail (`test/e2e/faults/disk-faults.c`), bytes that a power cut
 * takes away, and a wall clock of its own. Compiled once a run; without a C compiler there are none, and the faults that need them are left out.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Random } from '@flowmesh/base';
import { type DiskFault, DiskFaults } from '../../test/e2e/harness/disk-faults.ts';

const SOURCES = path.join(import.meta.dirname, 'preload');
const SLOT_BYTES = 24;
const UNDO_HEADER_BYTES = 32;

function compile(name: string, folder: string): string {
  const library = path.join(folder, `${name}.so`);
  const compiler = process.env['CC'] ?? 'cc';
  const source = path.join(SOURCES, `${name}.c`);
  if (!existsSync(library))
    execFileSync(compiler, ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', library, source]);
  return library;
}

/** The wall clock of one process. */
export class WallClock {
  readonly env: Readonly<Record<string, string>>;
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
    this.env = { WALL_CLOCK_FILE: file };
    writeFileSync(file, Buffer.alloc(8));
  }

  /** From now on so far from the machine's clock. */
  set(offsetMs: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(offsetMs));
    // In place: the process has the file mapped.
    const file = openSync(this.file, 'r+');
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  }
}

export interface PowerCut {
  /** Files that lost something. */
  readonly files: number;
  readonly lostBytes: number;
}

interface Synced {
  readonly length: number;
  readonly generation: bigint;
}

interface Saved {
  readonly inode: bigint;
  readonly generation: bigint;
  readonly at: number;
  readonly bytes: Buffer;
}

/** What of a process's files is on the disk for good. */
export class UnsyncedWrites {
  readonly env: Readonly<Record<string, string>>;
  private readonly table: string;
  private readonly dataDir: string;

  /** `dataDir`: without symbolic links. */
  constructor(table: string, dataDir: string) {
    this.table = table;
    this.dataDir = dataDir;
    this.env = { UNSYNCED_WRITES_TABLE: table, UNSYNCED_WRITES_UNDER: `${dataDir}/` };
  }

  /** Before the process starts: all that is there is synced. */
  forget(): void {
    rmSync(this.table, { force: true });
    rmSync(`${this.table}.undo`, { force: true });
  }

  /** Of a process that was killed: takes away what was not synced, all of it or, by chance, behind some point. */
  cutPower(rng: Random): PowerCut {
    const synced = this.readTable();
    const saved = this.readUndo();
    let files = 0;
    let lostBytes = 0;
    for (const name of readdirSync(this.dataDir, { recursive: true, encoding: 'utf8' }).sort()) {
      const file = path.join(this.dataDir, name);
      const { size, ino } = lstatSync(file, { bigint: true });
      const state = synced.get(ino);
      if (state === undefined || !lstatSync(file).isFile()) continue;
      const stays =
        Number(size) > state.length ? stayingLength(state.length, Number(size), rng) : Number(size);
      let touched = stays < Number(size);
      if (touched) truncateSync(file, stays);
      lostBytes += Number(size) - stays;
      for (const undo of saved
        .filter((one) => one.inode === ino && one.generation === state.generation)
        .reverse()) {
        putBack(file, undo);
        lostBytes += undo.bytes.length;
        touched = true;
      }
      if (touched) files++;
    }
    this.forget();
    return { files, lostBytes };
  }

  private readTable(): ReadonlyMap<bigint, Synced> {
    const found = new Map<bigint, Synced>();
    if (!existsSync(this.table)) return found;
    const bytes = readFileSync(this.table);
    for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
      const inode = bytes.readBigUInt64LE(at);
      if (inode === 0n) continue;
      found.set(inode, {
        length: Number(bytes.readBigInt64LE(at + 8)),
        generation: bytes.readBigUInt64LE(at + 16),
      });
    }
    return found;
  }

  private readUndo(): readonly Saved[] {
    const file = `${this.table}.undo`;
    const found: Saved[] = [];
    if (!existsSync(file)) return found;
    const bytes = readFileSync(file);
    for (let at = 0; at + UNDO_HEADER_BYTES <= bytes.length; ) {
      const length = Number(bytes.readBigUInt64LE(at + 24));
      const from = at + UNDO_HEADER_BYTES;
      found.push({
        inode: bytes.readBigUInt64LE(at),
        generation: bytes.readBigUInt64LE(at + 8),
        at: Number(bytes.readBigInt64LE(at + 16)),
        bytes: bytes.subarray(from, from + length),
      });
      at = from + length;
    }
    return found;
  }
}

/** Half of the time nothing that was not synced stays; else some of it, as of a disk that was writing. */
function stayingLength(synced: number, size: number, rng: Random): number {
  return rng.unit() < 0.5 ? synced : synced + Math.floor(rng.unit() * (size - synced));
}

function putBack(file: string, { at, bytes }: Saved): void {
  const open = openSync(file, 'r+');
  writeSync(open, bytes, 0, bytes.length, at);
  closeSync(open);
}

/** The disk of one process; several faults may hold at once, each under its owner. */
export class DiskRules {
  private readonly disk: DiskFaults;
  private readonly owners = new Map<string, readonly DiskFault[]>();

  constructor(disk: DiskFaults) {
    this.disk = disk;
  }

  set(owner: string, faults: readonly DiskFault[]): void {
    this.owners.set(owner, faults);
    this.tell();
  }

  clear(owner: string): void {
    if (this.owners.delete(owner)) this.tell();
  }

  clearAll(): void {
    this.owners.clear();
    this.tell();
  }

  private tell(): void {
    const all = [...this.owners.values()].flat();
    if (all.length === 0) this.disk.clear();
    else this.disk.set(...all);
  }
}

export interface Preload {
  readonly disk: DiskRules;
  readonly clock: WallClock;
  readonly unsynced: UnsyncedWrites;
  /** All three together. */
  readonly env: Readonly<Record<string, string>>;
}

/** For one node. `libraries`: a folder of the run; `folder`: of the node. Undefined where there is no Linux with a C compiler. */
export function preloadFor(libraries: string, folder: string, dataDir: string): Preload | undefined {
  const disk = DiskFaults.prepare(folder);
  if (disk === undefined) return undefined;
  const clock = new WallClock(path.join(folder, 'wall-clock'));
  const unsynced = new UnsyncedWrites(path.join(folder, 'unsynced-writes'), dataDir);
  const first = disk.env['LD_PRELOAD'] as string;
  const all = [first, ...['unsynced-writes', 'wall-clock'].map((name) => compile(name, libraries))];
  const env = { ...disk.env, ...clock.env, ...unsynced.env, LD_PRELOAD: all.join(':') };
  return { disk: new DiskRules(disk), clock, unsynced, env };
}
