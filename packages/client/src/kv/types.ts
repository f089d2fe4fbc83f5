/** What `mesh.kv` takes and gives. */
import type { CallOptions } from '../routing/router.ts';
import type { Lease } from './lease.ts';

/** Text is taken as UTF-8. */
export type Key = string | Uint8Array;

export interface KvEntry<T> {
  /** As text; `keyBytes` where it is none. */
  readonly key: string;
  readonly keyBytes: Uint8Array;
  readonly value: T;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Counts the puts since the key was created. */
  readonly version: number;
  /** Milliseconds until the key expires, when it was read; undefined: it does not. */
  readonly remainingMs: number | undefined;
  /** Undefined: it belongs to none. */
  readonly lease: number | undefined;
}

/** A key without its value. */
export type KvKey = Omit<KvEntry<unknown>, 'value'>;

/** When a key goes away: after a time, with a lease, as before (`keep`), or not at all, whatever the bucket's default. */
export type Expiry = { readonly ttlMs: number } | { readonly lease: Lease } | 'keep' | 'never';

export type Guard = 'absent' | 'present' | { readonly modRevision: number };

export interface PutOptions extends CallOptions {
  /** Default: the bucket's. Overwriting a key drops its old expiry. */
  readonly expiry?: Expiry | undefined;
  /** PRECONDITION_FAILED where it does not hold. */
  readonly onlyIf?: Guard | undefined;
}

export interface GetOptions extends CallOptions {
  readonly revision?: number | undefined;
  /** What the leader last told this replica is enough; else the newest value is read. */
  readonly stale?: boolean | undefined;
}

/** Keys that begin with `prefix`, or from `from` to `to` (not included); all without. */
export interface KeyRange {
  readonly prefix?: Key | undefined;
  readonly from?: Key | undefined;
  readonly to?: Key | undefined;
}

export interface ListOptions extends CallOptions, KeyRange {
  /** Entries in all; default: every one. */
  readonly limit?: number | undefined;
  /** CEL over key, value, revision, version, createRevision and expiresAt. */
  readonly filter?: string | undefined;
  /** So many more entries do not match because the filter could not be evaluated for them; `cause` says why, for the first of them. */
  readonly onFilterFailed?: ((entries: number, cause: string) => void) | undefined;
  readonly stale?: boolean | undefined;
}

export type Comparison = '=' | '!=' | '<' | '>';

export type Condition<T> = { readonly key: Key } & (
  | { readonly exists: boolean }
  | { readonly version: number; readonly is?: Comparison }
  | { readonly modRevision: number; readonly is?: Comparison }
  | { readonly createRevision: number; readonly is?: Comparison }
  | { readonly value: T; readonly is?: Comparison }
);

export type TxnOp<T> =
  | { readonly put: Key; readonly value: T; readonly expiry?: Expiry | undefined }
  | { readonly get: Key }
  | { readonly delete: Key }
  | { readonly increment: Key; readonly by?: number; readonly expiry?: Expiry | undefined }
  | { readonly touch: Key; readonly expiry: Expiry };

export interface Txn<T> {
  readonly if?: readonly Condition<T>[];
  readonly do: readonly TxnOp<T>[];
  /** Where a condition does not hold. */
  readonly else?: readonly TxnOp<T>[];
}

export type TxnResult<T> =
  | { readonly kind: 'put'; readonly modRevision: number; readonly version: number }
  | { readonly kind: 'get'; readonly entry: KvEntry<T> | undefined }
  | { readonly kind: 'delete'; readonly deleted: boolean }
  | { readonly kind: 'increment'; readonly number: number }
  | { readonly kind: 'touch'; readonly found: boolean };

export interface TxnOutcome<T> {
  /** Whether all conditions held. */
  readonly succeeded: boolean;
  readonly revision: number;
  readonly results: readonly TxnResult<T>[];
}

export interface HistoryEntry<T> {
  readonly revision: number;
  /** Undefined: the key was removed. */
  readonly entry: KvEntry<T> | undefined;
}

export interface WatchOptions extends KeyRange {
  readonly key?: Key | undefined;
  /** By shard; a number stands for the only one. Default: what comes from now on. */
  readonly fromRevision?: number | readonly number[] | undefined;
  /** With what was there before, where that is still known. */
  readonly previous?: boolean | undefined;
  readonly filter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface KvChange<T> {
  readonly kind: 'put' | 'delete' | 'expire';
  readonly key: string;
  readonly keyBytes: Uint8Array;
  /** Of a put. */
  readonly value: T | undefined;
  readonly previous: T | undefined;
  readonly shard: number;
  readonly revision: number;
  /** Place among the changes of one revision. */
  readonly index: number;
  readonly version: number;
  /** Milliseconds since the epoch, of the leader's clock. */
  readonly time: number;
}
