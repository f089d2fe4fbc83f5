/**
 * The words of the key-value machine: what a transaction may ask and do, what it answers, what a watcher sees.
 * Revisions count per shard, from 1; 0 means "never". Times are machine time in milliseconds; an expiry of 0 means none.
 */

export const KV_KEY_BYTES_MAX = 1_024;
export const KV_VALUE_BYTES_MAX = 1_048_576;
export const KV_TXN_OPS_MAX = 128;
/** Values and keys of one transaction together: it is one entry of the log. */
export const KV_TXN_BYTES_MAX = 4_194_304;
/** Keys that one command deletes by range, or gives to the end of a lease. */
export const KV_RANGE_DELETE_MAX = 1_000;
/** Values compared in conditions: larger ones are told apart by their revision. */
export const KV_COMPARED_BYTES_MAX = 512;
/** Operations of one transaction that keep a value: each is read from the disk and written again. */
export const KV_KEEP_VALUE_MAX = 4;
export const KV_REQUEST_ID_BYTES_MAX = 64;
export const KV_LEASE_TTL_MIN_MS = 100;
export const KV_TTL_MAX_MS = 10 * 366 * 86_400_000;
/** A repeated request is answered as the first time for so long. */
export const KV_REQUEST_WINDOW_MS = 300_000;
/** Items that one expire command handles of each kind. */
export const KV_EXPIRE_ITEMS_MAX = 250;

/** When a written key goes away. `default`: the bucket's default; `keep`: what it had, its lease included. */
export type KvExpiry =
  | { readonly kind: 'default' }
  | { readonly kind: 'none' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'ttl'; readonly ttlMs: number }
  | { readonly kind: 'lease'; readonly lease: number };

export type KvComparison = 'equal' | 'not-equal' | 'less' | 'greater';

/** An absent key has version, create and mod revision 0, and no value: a comparison with its value never holds. */
export type KvCondition = {
  readonly key: Uint8Array;
  readonly comparison: KvComparison;
} & (
  | { readonly target: 'version' | 'create' | 'mod'; readonly number: number }
  | { readonly target: 'value'; readonly value: Uint8Array }
);

export type KvOp =
  | {
      readonly kind: 'put';
      readonly key: Uint8Array;
      /** Undefined: the value stays; PRECONDITION_FAILED where there is none. */
      readonly value: Uint8Array | undefined;
      readonly expiry: KvExpiry;
    }
  | { readonly kind: 'get'; readonly key: Uint8Array }
  | { readonly kind: 'delete'; readonly key: Uint8Array }
  | {
      readonly kind: 'delete-range';
      readonly from: Uint8Array;
      /** Exclusive; empty: to the end. */
      readonly to: Uint8Array;
      readonly max: number;
      /** False: refused where there are more than `max`. */
      readonly partial: boolean;
    }
  | {
      readonly kind: 'increment';
      readonly key: Uint8Array;
      /** May be negative. */
      readonly by: number;
      /** Of a counter that comes into being; an existing one keeps what it has. */
      readonly expiry: KvExpiry;
    }
  /** Changes when the key goes away, and nothing else: no revision, no event. `keep` is no change. */
  | { readonly kind: 'touch'; readonly key: Uint8Array; readonly expiry: KvExpiry };

/** One version of a key, without its key. */
export interface KvVersion {
  readonly createRevision: number;
  readonly modRevision: number;
  /** Counts the puts since it was created, from 1. */
  readonly version: number;
  readonly expiresAtMs: number;
  /** 0: none. */
  readonly lease: number;
  readonly valueBytes: number;
  /** Undefined where it is too large to travel in replies: read it by key and `modRevision`. */
  readonly value: Uint8Array | undefined;
}

export type KvOpResult =
  | { readonly kind: 'put'; readonly current: KvVersion; readonly previous: KvVersion | undefined }
  | { readonly kind: 'get'; readonly current: KvVersion | undefined }
  | { readonly kind: 'delete'; readonly previous: KvVersion | undefined }
  | { readonly kind: 'delete-range'; readonly deleted: number; readonly more: boolean }
  | { readonly kind: 'increment'; readonly number: number; readonly current: KvVersion }
  | { readonly kind: 'touch'; readonly current: KvVersion | undefined };

export interface KvTxnReply {
  readonly kind: 'txn';
  /** Of the shard after it; that of what it wrote, if it wrote. */
  readonly revision: number;
  /** Whether the conditions held. */
  readonly succeeded: boolean;
  readonly results: readonly KvOpResult[];
  /** The request was done before; this is its answer, whose values have to be read. */
  readonly repeated: boolean;
}

export interface KvLease {
  readonly id: number;
  readonly ttlMs: number;
  /** As the last keep-alive said; a change of the leader gives more. */
  readonly expiresAtMs: number;
}

export type KvReply =
  | KvTxnReply
  | { readonly kind: 'lease'; readonly lease: KvLease }
  | { readonly kind: 'leases-kept'; readonly kept: readonly KvLease[]; readonly gone: readonly number[] }
  /** `more`: keys beyond the bound go with the next commands. */
  | {
      readonly kind: 'lease-revoked';
      readonly deleted: number;
      readonly more: boolean;
      readonly revision: number;
    }
  | { readonly kind: 'compacted'; readonly compactedRevision: number }
  | { readonly kind: 'expired'; readonly keys: number; readonly leases: number; readonly revision: number }
  | { readonly kind: 'configured'; readonly revision: number };

export type KvEventKind = 'put' | 'delete' | 'expire';

/** One change of one key, as the revision log keeps it. */
export interface KvEvent {
  readonly kind: KvEventKind;
  readonly key: Uint8Array;
  readonly revision: number;
  /** Place among the changes of the same revision, from 0. */
  readonly index: number;
  readonly timeMs: number;
  /** Of a put; of what was removed otherwise. */
  readonly createRevision: number;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly lease: number;
  /** The version that this one replaced or removed; 0: there was none. */
  readonly previousRevision: number;
  readonly valueBytes: number;
  /** Of a put; undefined where it is large: read it by key and revision. */
  readonly value: Uint8Array | undefined;
}
