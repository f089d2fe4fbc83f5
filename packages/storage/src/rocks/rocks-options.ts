/**
 * How the database is opened. Measured choices are explained in docs/adr/0001: compression off for log and index (record batches come
 * compressed), the write-ahead log uncompressed, memtables and caches bounded so that a node stays small.
 */
import type { ColumnOptions, DatabaseOptions } from './binding.ts';

export interface RocksTuning {
  /** Block size of the log family. Default 16 KiB. */
  readonly logBlockBytes?: number;
  /** Block cache for machine state. Default 32 MiB. */
  readonly stateCacheBytes?: number;
  /** Memtables of idx and sm, each family. Default 32 MiB. */
  readonly memtableBytes?: number;
  /** Compaction preset of the log family; undefined: RocksDB's own leveled defaults. */
  readonly logCompaction?: 'level' | 'universal';
}

const MIB = 1024 * 1024;

export function databaseOptions(tuning: RocksTuning): DatabaseOptions {
  const memtableMemoryBudget = tuning.memtableBytes ?? 32 * MIB;
  const log: ColumnOptions = {
    compression: false,
    cacheSize: 8 * MIB,
    blockSize: tuning.logBlockBytes ?? 16 * 1024,
    ...(tuning.logCompaction === undefined
      ? {}
      : { compaction: tuning.logCompaction, memtableMemoryBudget: 256 * MIB }),
  };
  return {
    createIfMissing: true,
    walCompression: false,
    columns: {
      // Holds nothing, but must be named with the others.
      default: { compression: false, cacheSize: 0, compaction: 'level', memtableMemoryBudget: 1 * MIB },
      log,
      // Indexes and filters of tables lie in the cache too: beside it they would grow with what is stored.
      idx: {
        compression: false,
        cacheSize: 16 * MIB,
        cacheIndexAndFilterBlocks: true,
        compaction: 'level',
        memtableMemoryBudget,
      },
      sm: {
        compression: false,
        cacheSize: tuning.stateCacheBytes ?? 32 * MIB,
        cacheIndexAndFilterBlocks: true,
        compaction: 'level',
        memtableMemoryBudget,
      },
    },
  };
}
