/**
 * The part of the binding that the engine uses, with types, which the package does not ship. Underscored calls are its own synchronous
 * ones.
 */
// @ts-expect-error -- the package has no type declarations
import { RocksLevel as untyped } from '@nxtedition/rocksdb';

export interface ColumnHandle {
  readonly __brand: 'ColumnHandle';
}

export interface ColumnOptions {
  readonly compression: boolean;
  readonly cacheSize: number;
  readonly blockSize?: number;
  readonly compaction?: 'level' | 'universal';
  readonly memtableMemoryBudget?: number;
  readonly cacheIndexAndFilterBlocks?: boolean;
}

export interface DatabaseOptions {
  readonly createIfMissing?: boolean;
  readonly errorIfExists?: boolean;
  readonly walCompression: boolean;
  readonly parallelism?: number;
  readonly columns: Readonly<Record<string, ColumnOptions>>;
}

export interface RangeOptions {
  readonly column: ColumnHandle;
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
}

export interface RocksBatch {
  _put(key: Uint8Array, value: Uint8Array, options: { readonly column: ColumnHandle }): void;
  _del(key: Uint8Array, options: { readonly column: ColumnHandle }): void;
  _clear(): void;
  _writeSync(options: { readonly sync: boolean }): void;
  readonly length: number;
}

export interface RocksIterator {
  _nextvSync(
    size: number,
    options: object,
  ): { readonly rows: readonly (Uint8Array | undefined)[]; readonly finished: boolean };
  _closeSync(): void;
}

export interface RocksLevel {
  open(): Promise<void>;
  close(): Promise<void>;
  readonly handle: bigint;
  readonly sequence: number;
  readonly columns: Readonly<Record<string, ColumnHandle>>;
  getProperty(name: string): string;
  _chainedBatch(): RocksBatch;
  _iterator(
    options: RangeOptions & {
      readonly reverse: boolean;
      readonly keyEncoding: 'buffer';
      readonly valueEncoding: 'buffer';
      readonly highWaterMarkBytes: number;
    },
  ): RocksIterator;
  _getManySync(
    keys: readonly Uint8Array[],
    options: {
      readonly column: ColumnHandle;
      readonly valueEncoding: 'buffer';
      readonly fillCache: boolean;
    },
  ): readonly (Uint8Array | undefined)[];
  _clear(options: RangeOptions, callback: (error: unknown) => void): void;
}

/** `location`: a directory, or the handle of a database that another thread has open. */
export const RocksLevel = untyped as {
  new (location: string | bigint, options?: DatabaseOptions): RocksLevel;
};
