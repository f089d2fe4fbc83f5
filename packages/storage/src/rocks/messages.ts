/** What crosses between the main thread and the two workers of the RocksDB engine. */
import type { Family } from '../kv-engine.ts';
import type { RocksFault } from './rocks-errors.ts';

export interface WorkerData {
  readonly handle: bigint;
}

export type ToWriter =
  | { readonly kind: 'write'; readonly ops: Uint8Array<ArrayBuffer>; readonly sync: boolean }
  | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'written';
      /** How many `write` messages this answers, oldest first. */
      readonly turns: number;
      readonly sequence: number;
      readonly synced: boolean;
      readonly durationMs: number;
      readonly bytes: number;
      /** Memory of those messages, given back to be written again. */
      readonly spent: readonly ArrayBuffer[];
    }
  /** Nothing was or will be written from the oldest unanswered message on. */
  | { readonly kind: 'failed'; readonly fault: RocksFault; readonly message: string };

export type ToReader =
  | {
      readonly kind: 'get';
      readonly id: number;
      readonly family: Family;
      readonly keys: readonly Uint8Array[];
    }
  | {
      readonly kind: 'open';
      readonly cursor: number;
      readonly family: Family;
      readonly from: Uint8Array;
      readonly to: Uint8Array;
      readonly reverse: boolean;
    }
  | { readonly kind: 'next'; readonly id: number; readonly cursor: number; readonly limit: number }
  | { readonly kind: 'end'; readonly cursor: number }
  | { readonly kind: 'close' };

export type FromReader =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: RocksFault; readonly message: string };
