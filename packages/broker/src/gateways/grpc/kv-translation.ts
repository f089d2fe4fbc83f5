/** Messages of `flowmesh.v1.KV` and what the service takes and gives. Fields are checked as far as they choose between forms; bounds are the service's. */
import { afterPrefix } from '@flowmesh/engines';
import type { KvComparison, KvCondition, KvExpiry, KvOp, KvOpResult, KvVersion } from '@flowmesh/engines';
import { flowmesh } from '@flowmesh/proto';
import type { BucketPlace, TxnOutcome } from '../../services/kv/kv-service.ts';
import type { TxnContent } from '../../services/kv/kv-checks.ts';
import type { WatchTarget } from '../../services/kv/watch-index.ts';
import type { Caller } from '../../services/ports.ts';
import { integer, invalid, known, streamName } from './request-checks.ts';

type Wire = typeof flowmesh.v1;
type Given<Name extends keyof Wire> = Wire[Name] extends {
  encode(message: infer Message, ...rest: never[]): unknown;
}
  ? Message
  : never;

const EMPTY = new Uint8Array(0);
const SHARD_MAX = 1_000_000;
const RANGE_DELETE_MAX = 1_000;
const { KV_TARGET_VERSION, KV_TARGET_CREATE_REVISION, KV_TARGET_MOD_REVISION, KV_TARGET_VALUE } =
  flowmesh.v1.KvTarget;
const COMPARISONS: readonly KvComparison[] = ['equal', 'not-equal', 'less', 'greater'];

export function placeOf(
  request: { readonly bucket?: string | null; readonly shard?: number | null },
  caller: Caller,
): BucketPlace {
  const { shard } = request;
  return {
    caller,
    bucket: streamName(request.bucket ?? '', 'bucket'),
    shard:
      shard === undefined || shard === null || shard === -1
        ? undefined
        : integer(shard, 'shard', { min: 0, max: SHARD_MAX }),
  };
}

export function requestIdOf(text: string | null | undefined): Uint8Array {
  return Buffer.from(text ?? '');
}

/** From a range or a prefix; neither: all keys. */
export function rangeOf(range: Given<'KvKeyRange'> | null | undefined): {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
} {
  const [from, to, prefix] = [range?.from ?? EMPTY, range?.to ?? EMPTY, range?.prefix ?? EMPTY];
  if (prefix.length === 0) return { from, to };
  if (to.length > 0) throw invalid('range', 'has a prefix and an end: give one of them');
  return { from: from.length > 0 ? from : prefix, to: endOfPrefix(prefix) };
}

function endOfPrefix(prefix: Uint8Array): Uint8Array {
  return prefix.every((byte) => byte === 0xff) ? EMPTY : afterPrefix(prefix);
}

export function targetOf(request: flowmesh.v1.KvWatchRequest): WatchTarget {
  const { key, range } = request;
  if (key !== undefined && key !== null && key.length > 0) return { kind: 'key', key: new Uint8Array(key) };
  const prefix = range?.prefix ?? EMPTY;
  const { from, to } = rangeOf(range);
  if (prefix.length > 0 && (range?.from ?? EMPTY).length === 0)
    return { kind: 'prefix', prefix: new Uint8Array(prefix) };
  return { kind: 'range', from: new Uint8Array(from), to: new Uint8Array(to) };
}

export function txnOf(request: Given<'KvTxnRequest'>): TxnContent & { readonly previous: boolean } {
  return {
    conditions: (request.conditions ?? []).map(conditionOf),
    success: (request.success ?? []).map(opOf),
    failure: (request.failure ?? []).map(opOf),
    requestId: requestIdOf(request.requestId),
    previous: request.returnPrevious ?? false,
  };
}

function conditionOf(condition: Given<'KvCondition'>): KvCondition {
  const key = condition.key ?? EMPTY;
  const comparison = COMPARISONS[condition.comparison ?? 0];
  if (comparison === undefined) throw invalid('comparison', 'has an unknown value');
  const number = condition.number ?? 0;
  const target = known(condition.target ?? KV_TARGET_VERSION, 'target', [
    KV_TARGET_VERSION,
    KV_TARGET_CREATE_REVISION,
    KV_TARGET_MOD_REVISION,
    KV_TARGET_VALUE,
  ]);
  switch (target) {
    case KV_TARGET_VERSION:
      return { key, comparison, target: 'version', number };
    case KV_TARGET_CREATE_REVISION:
      return { key, comparison, target: 'create', number };
    case KV_TARGET_MOD_REVISION:
      return { key, comparison, target: 'mod', number };
    case KV_TARGET_VALUE:
      return { key, comparison, target: 'value', value: condition.value ?? EMPTY };
  }
}

function opOf(op: Given<'KvOp'>): KvOp {
  if (op.put) return putOf(op.put);
  if (op.get) return { kind: 'get', key: op.get };
  if (op.delete) return { kind: 'delete', key: op.delete };
  if (op.increment) return incrementOf(op.increment);
  if (op.touch) return touchOf(op.touch);
  if (op.deleteRange) {
    const { range, max, partial } = op.deleteRange;
    return {
      kind: 'delete-range',
      ...rangeOf(range),
      max: (max ?? 0) === 0 ? RANGE_DELETE_MAX : (max ?? 0),
      partial: partial ?? false,
    };
  }
  throw invalid('op', 'is missing: put, get, delete, delete_range, increment or touch');
}

export function putOf(put: Given<'KvPut'>): KvOp {
  return { kind: 'put', key: put.key ?? EMPTY, value: put.value ?? undefined, expiry: expiryOf(put.expiry) };
}

export function incrementOf(increment: Given<'KvIncrement'>): KvOp {
  const { key, by, expiry } = increment;
  return { kind: 'increment', key: key ?? EMPTY, by: by ?? 0, expiry: expiryOf(expiry) };
}

export function touchOf(touch: Given<'KvTouch'>): KvOp {
  return { kind: 'touch', key: touch.key ?? EMPTY, expiry: expiryOf(touch.expiry) };
}

function expiryOf(expiry: Given<'KvExpiry'> | null | undefined): KvExpiry {
  const { ttlMs, lease, keep, never } = expiry ?? {};
  if (typeof ttlMs === 'number') return { kind: 'ttl', ttlMs };
  if (typeof lease === 'number') return { kind: 'lease', lease };
  if (keep === true) return { kind: 'keep' };
  return never === true ? { kind: 'none' } : { kind: 'default' };
}

/** What a guard asks of its key. */
export function guardOf(
  guard: Given<'KvGuard'> | null | undefined,
  key: Uint8Array,
): KvCondition | undefined {
  const { absent, present, modRevision } = guard ?? {};
  if (absent === true) return { key, comparison: 'equal', target: 'version', number: 0 };
  if (present === true) return { key, comparison: 'greater', target: 'version', number: 0 };
  if (typeof modRevision === 'number')
    return { key, comparison: 'equal', target: 'mod', number: modRevision };
  return undefined;
}

// ---- answers

export function wireEntry(
  key: Uint8Array,
  version: KvVersion,
  nowMs: number,
): flowmesh.v1.KvEntry.$Properties {
  const { expiresAtMs } = version;
  return {
    key,
    value: version.value ?? EMPTY,
    createRevision: version.createRevision,
    modRevision: version.modRevision,
    version: version.version,
    expiresAtMs,
    lease: version.lease,
    remainingMs: expiresAtMs === 0 ? -1 : Math.max(0, expiresAtMs - nowMs),
    valueBytes: version.valueBytes,
  };
}

function optional(
  key: Uint8Array,
  version: KvVersion | undefined,
  nowMs: number,
): flowmesh.v1.KvGetResult.$Properties {
  return version === undefined ? {} : { entry: wireEntry(key, version, nowMs) };
}

export function wireTxn(
  outcome: TxnOutcome,
  txn: TxnContent & { readonly previous: boolean },
): flowmesh.v1.KvTxnResponse.$Properties {
  const { reply, nowMs } = outcome;
  const ops = reply.succeeded ? txn.success : txn.failure;
  return {
    succeeded: reply.succeeded,
    revision: reply.revision,
    results: reply.results.map((result, i) => {
      const op = ops[i];
      return wireResult(result, op !== undefined && 'key' in op ? op.key : EMPTY, {
        nowMs,
        previous: txn.previous,
      });
    }),
  };
}

function wireResult(
  result: KvOpResult,
  key: Uint8Array,
  how: { readonly nowMs: number; readonly previous: boolean },
): flowmesh.v1.KvOpResult.$Properties {
  const { nowMs, previous } = how;
  switch (result.kind) {
    case 'put':
      return {
        put: {
          entry: wireEntry(key, { ...result.current, value: undefined }, nowMs),
          ...(result.previous === undefined
            ? {}
            : { previous: wireEntry(key, shown(result.previous, previous), nowMs) }),
        },
      };
    case 'get':
      return { get: optional(key, result.current, nowMs) };
    case 'delete':
      return { delete: optional(key, result.previous && shown(result.previous, previous), nowMs) };
    case 'delete-range':
      return { deleteRange: { deleted: result.deleted, more: result.more } };
    case 'increment':
      return { increment: result.number };
    case 'touch':
      return { touch: optional(key, result.current && shown(result.current, false), nowMs) };
  }
}

function shown(version: KvVersion, withValue: boolean): KvVersion {
  return withValue ? version : { ...version, value: undefined };
}
