/**
 * How much of the machine's memory the node's own caches take: a share of the limit that a container sets, where nothing is configured.
 * Without a limit the defaults are those of a laptop.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const MIB = 1_024 * 1_024;
/** cgroup v2, then v1. */
const LIMIT_FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

export interface MemoryShare {
  /** Recent entries of all groups. */
  readonly tailBytes: number;
  /** Blocks of the storage engine. */
  readonly blockCacheBytes: number;
  /** Appends under way to this node from all peers. */
  readonly receiveBudgetBytes: number;
}

/** Of the container this process runs in, bytes; undefined where there is none, or none below the machine's memory. */
export function containerMemoryLimit(
  readText: (file: string) => string = (file) => readFileSync(file, 'utf8'),
  machineBytes: number = totalmem(),
): number | undefined {
  for (const file of LIMIT_FILES) {
    try {
      const limit = Number(readText(file).trim());
      if (Number.isSafeInteger(limit) && limit > 0 && limit < machineBytes) return limit;
    } catch {
      // Another kind of machine, or no container: the next file, or no limit.
    }
  }
  return undefined;
}

/** Most of the memory is left to the JavaScript heap and to buffers on their way. */
export function memoryShare(limitBytes: number | undefined): MemoryShare {
  if (limitBytes === undefined)
    return { tailBytes: 64 * MIB, blockCacheBytes: 64 * MIB, receiveBudgetBytes: 128 * MIB };
  const share = (part: number, minMebibytes: number, maxMebibytes: number): number =>
    Math.min(maxMebibytes * MIB, Math.max(minMebibytes * MIB, Math.floor(limitBytes / part / MIB) * MIB));
  return {
    tailBytes: share(16, 8, 512),
    blockCacheBytes: share(16, 8, 1_024),
    receiveBudgetBytes: share(8, 16, 256),
  };
}
