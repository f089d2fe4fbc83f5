/**
 * The ordered key-value engine below all storage: three column families, atomic batches, prefix-ordered keys.
 * Implemented by RocksDB (reads here, writes in the writer worker) and by the simulator's disk. Everything above it
 * (`LogStore`) is the same code in both, so that the simulation exercises it.
 */
import type { FlowError } from '@flowmesh/base';

/** `log`: entries. `idx`: hard states, positions, watermarks. `sm`: machine state. */
export type Family = 'log' | 'idx' | 'sm';
export const FAMILIES: readonly Family[] = ['log', 'idx', 'sm'];

export type WriteOp =
  | { readonly kind: 'put'; readonly family: Family; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'del'; readonly family: Family; readonly key: Uint8Array }
  /**
   * Only for whole dead prefixes: leaves a range tombstone that slows point reads inside it. Applied after the batch it
   * was queued with, and not atomic with it.
   */
  | {
      readonly kind: 'del-range';
      readonly family: Family;
      readonly from: Uint8Array;
      readonly to: Uint8Array;
    };

export interface KeyRange {
  /** Inclusive. */
  readonly from: Uint8Array;
  /** Exclusive. */
  readonly to: Uint8Array;
  readonly reverse?: boolean;
}

export type KeyValue = readonly [key: Uint8Array, value: Uint8Array];

/** A consistent view of one family, fixed when the cursor was opened. Must be closed. */
export interface Cursor {
  /** The next pairs, at most `limit`; empty at the end. Rejects with CORRUPTION or STORAGE_IO. */
  next(limit: number): Promise<readonly KeyValue[]>;
  close(): void;
}

export interface KvEngine {
  /**
   * Queues operations for one atomic batch with everything else queued before the next `flush`. `sync` makes the
   * whole batch durable. `done` is called once, in order of the calls: without an error when the batch is applied
   * (and durable, if any of it asked for sync), or with DISK_FULL or STORAGE_IO.
   */
  write(ops: readonly WriteOp[], sync: boolean, done: (error: FlowError | undefined) => void): void;
  /** Hands what is queued to the writer: to be called at the end of every event-loop turn. */
  flush(): void;
  get(family: Family, key: Uint8Array): Promise<Uint8Array | undefined>;
  cursor(family: Family, range: KeyRange): Cursor;
  /** The number of the last operation applied. Grows with every operation, never falls except by lost data. */
  sequence(): number;
  /**
   * The number of the last operation known to be durable: a crash may never take it back. At most `sequence()`, and at
   * least the sequence that the last batch with `sync` ended at when its `done` is called.
   */
  durableSequence(): number;
  close(): Promise<void>;
}
