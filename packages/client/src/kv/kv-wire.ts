/** Between the messages of `flowmesh.v1.KV` and what `mesh.kv` gives. */
import { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { ValueCodec } from '../value-codecs.ts';
import type {
  Comparison,
  Condition,
  Expiry,
  Guard,
  Key,
  KeyRange,
  KvEntry,
  KvKey,
  TxnOp,
  TxnResult,
} from './types.ts';

const { KV_TARGET_VERSION, KV_TARGET_CREATE_REVISION, KV_TARGET_MOD_REVISION, KV_TARGET_VALUE } =
  flowmesh.v1.KvTarget;
const COMPARISONS: Readonly<Record<Comparison, flowmesh.v1.KvComparison>> = {
  '=': flowmesh.v1.KvComparison.KV_COMPARISON_EQUAL,
  '!=': flowmesh.v1.KvComparison.KV_COMPARISON_NOT_EQUAL,
  '<': flowmesh.v1.KvComparison.KV_COMPARISON_LESS,
  '>': flowmesh.v1.KvComparison.KV_COMPARISON_GREATER,
};
const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function keyBytes(key: Key): Uint8Array {
  return typeof key === 'string' ? encoder.encode(key) : key;
}

export function keyText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function wireRange(range: KeyRange): flowmesh.v1.KvKeyRange.$Properties {
  const { prefix, from, to } = range;
  return {
    ...(prefix === undefined ? {} : { prefix: keyBytes(prefix) }),
    ...(from === undefined ? {} : { from: keyBytes(from) }),
    ...(to === undefined ? {} : { to: keyBytes(to) }),
  };
}

/** Leases are granted in the shard of the key before: see `Lease.idIn`. */
export function wireExpiry(expiry: Expiry | undefined): flowmesh.v1.KvExpiry.$Properties {
  if (expiry === undefined) return {};
  if (expiry === 'keep') return { keep: true };
  if (expiry === 'never') return { never: true };
  return 'ttlMs' in expiry ? { ttlMs: expiry.ttlMs } : { lease: expiry.lease.id };
}

export function wireGuard(key: Uint8Array, guard: Guard): flowmesh.v1.KvCondition.$Properties {
  if (guard === 'absent') return { key, target: KV_TARGET_VERSION, comparison: COMPARISONS['='], number: 0 };
  if (guard === 'present') return { key, target: KV_TARGET_VERSION, comparison: COMPARISONS['>'], number: 0 };
  return { key, target: KV_TARGET_MOD_REVISION, comparison: COMPARISONS['='], number: guard.modRevision };
}

export function wireCondition<T>(
  condition: Condition<T>,
  codec: ValueCodec<T>,
): flowmesh.v1.KvCondition.$Properties {
  const key = keyBytes(condition.key);
  if ('exists' in condition) {
    const comparison = COMPARISONS[condition.exists ? '>' : '='];
    return { key, target: KV_TARGET_VERSION, comparison, number: 0 };
  }
  const comparison = COMPARISONS[condition.is ?? '='];
  if ('version' in condition)
    return { key, comparison, target: KV_TARGET_VERSION, number: condition.version };
  if ('modRevision' in condition)
    return { key, comparison, target: KV_TARGET_MOD_REVISION, number: condition.modRevision };
  if ('createRevision' in condition)
    return { key, comparison, target: KV_TARGET_CREATE_REVISION, number: condition.createRevision };
  return { key, comparison, target: KV_TARGET_VALUE, value: codec.encode(condition.value) };
}

export function keyOfOp<T>(op: TxnOp<T>): Uint8Array {
  if ('put' in op) return keyBytes(op.put);
  if ('get' in op) return keyBytes(op.get);
  if ('delete' in op) return keyBytes(op.delete);
  return keyBytes('increment' in op ? op.increment : op.touch);
}

export function wireOp<T>(op: TxnOp<T>, codec: ValueCodec<T>): flowmesh.v1.KvOp.$Properties {
  const key = keyOfOp(op);
  if ('put' in op) return { put: { key, value: codec.encode(op.value), expiry: wireExpiry(op.expiry) } };
  if ('get' in op) return { get: key };
  if ('delete' in op) return { delete: key };
  if ('increment' in op) return { increment: { key, by: op.by ?? 1, expiry: wireExpiry(op.expiry) } };
  return { touch: { key, expiry: wireExpiry(op.expiry) } };
}

export function toKey(entry: flowmesh.v1.KvEntry.$Properties): KvKey {
  const bytes = Uint8Array.from(entry.key ?? EMPTY);
  const { remainingMs, lease } = entry;
  return {
    key: keyText(bytes),
    keyBytes: bytes,
    createRevision: entry.createRevision ?? 0,
    modRevision: entry.modRevision ?? 0,
    version: entry.version ?? 0,
    remainingMs: typeof remainingMs !== 'number' || remainingMs < 0 ? undefined : remainingMs,
    lease: typeof lease !== 'number' || lease === 0 ? undefined : lease,
  };
}

export function toEntry<T>(entry: flowmesh.v1.KvEntry.$Properties, codec: ValueCodec<T>): KvEntry<T> {
  const key = toKey(entry);
  return { ...key, value: decoded(entry.value ?? EMPTY, key.key, codec) };
}

export function decoded<T>(bytes: Uint8Array, key: string, codec: ValueCodec<T>): T {
  try {
    // The message's memory is reused: what is handed out must not alias it.
    return codec.decode(Uint8Array.from(bytes));
  } catch (cause) {
    throw new FlowError(
      'INVALID_ARGUMENT',
      `the value of key '${key}' is not what the codec of the bucket reads`,
      {
        hint: 'Open the bucket with the codec that it was written with; bytesCodec reads everything.',
        cause,
      },
    );
  }
}

export function toResult<T>(result: flowmesh.v1.KvOpResult.$Properties, codec: ValueCodec<T>): TxnResult<T> {
  if (result.put) {
    const { modRevision, version } = toKey(result.put.entry ?? {});
    return { kind: 'put', modRevision, version };
  }
  if (result.get) {
    const { entry } = result.get;
    return { kind: 'get', entry: entry ? toEntry(entry, codec) : undefined };
  }
  if (result.delete) return { kind: 'delete', deleted: !!result.delete.entry };
  if (result.touch) return { kind: 'touch', found: !!result.touch.entry };
  return { kind: 'increment', number: result.increment ?? 0 };
}
