/**
 * The folder of a run, and what is left of runs whose runner was killed: each folder names its runner, and whoever starts next ends the nodes of
 * runners that are no more. Where the system kills children with their parent (`setpriv`) there are none.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { leaveGroup, MEMORY_GROUP_PREFIX, MEMORY_GROUPS } from '../nemeses/processes.ts';

const OWNER_FILE = 'runner.json';

interface Owner {
  readonly pid: number;
  /** When the kernel started it: a number of a process may be used again. */
  readonly startTime: string;
}

/** Undefined where there is no such process. */
function startTimeOf(pid: number): string | undefined {
  try {
    // The name of the program, in parentheses, may hold anything.
    const rest = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
    return rest.split(' ')[19];
  } catch {
    return undefined;
  }
}

function alive({ pid, startTime }: Owner): boolean {
  return startTimeOf(pid) === startTime;
}

/** Undefined: nobody's. */
function ownerOf(folder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, OWNER_FILE), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** Processes whose command line names a file of the folder. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid) || pid === process.pid) return false;
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${folder}${path.sep}`);
      } catch {
        return false;
      }
    });
}

/** What runners left behind that were killed is ended; their folders stay, without the nodes' data. Returns what was done. */
export function sweep(runs: string): readonly string[] {
  const done: string[] = [];
  if (!existsSync(runs) || !existsSync('/proc')) return done;
  for (const name of readdirSync(runs)) {
    const folder = path.join(runs, name);
    const owner = ownerOf(folder);
    if (owner === undefined || alive(owner)) continue;
    for (const pid of processesOf(folder)) {
      process.kill(pid, 'SIGKILL');
      done.push(`${name}: process ${pid} ended`);
    }
    sweepGroups(owner.pid);
    unmount(folder);
    dropData(folder);
    rmSync(path.join(folder, OWNER_FILE));
    done.push(`${name}: its runner was killed; what is left of it is history and logs`);
  }
  return done;
}

function unmount(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  for (const dir of mounts.map((line) => line.split(' ')[1] ?? ''))
    if (dir.startsWith(`${folder}${path.sep}`)) spawnSync('umount', ['-l', dir]);
}

function sweepGroups(pid: number): void {
  if (!existsSync(MEMORY_GROUPS)) return;
  for (const name of readdirSync(MEMORY_GROUPS))
    if (name.startsWith(`${MEMORY_GROUP_PREFIX}${pid}-`)) leaveGroup(path.join(MEMORY_GROUPS, name));
}

/** The nodes' data and what belongs to it; logs and configuration stay. */
export function dropData(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('node-')) continue;
    for (const kept of readdirSync(path.join(folder, name)))
      if (!/\.(log|yaml|prom)$/.test(kept)) rmSync(path.join(folder, name, kept), { recursive: true });
  }
}

/** A new folder, of this process. */
export function claimFolder(runs: string, name: string): string {
  const folder = path.join(runs, name);
  mkdirSync(folder, { recursive: true });
  const owner: Owner = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify(owner));
  return folder;
}

/** The run is over: whatever is in the folder is meant to be there. */
export function leaveFolder(folder: string): void {
  rmSync(path.join(folder, OWNER_FILE), { force: true });
}
