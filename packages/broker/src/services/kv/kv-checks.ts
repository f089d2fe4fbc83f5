/**
 * What requests to a bucket may hold, before anything of them reaches a machine: bounds of keys, values, times and transactions, and that
 * all keys of a transaction lie in one shard.
 */
import { compareBytes, FlowError, shardOfKey } from '@flowmesh/base';
import {
  KV_COMPARED_BYTES_MAX,
  KV_KEEP_VALUE_MAX,
  KV_KEY_BYTES_MAX,
  KV_LEASE_TTL_MIN_MS,
  KV_RANGE_DELETE_MAX,
  KV_REQUEST_ID_BYTES_MAX,
  KV_TTL_MAX_MS,
  KV_TXN_BYTES_MAX,
  KV_TXN_OPS_MAX,
  type KvCondition,
  type KvExpiry,
  type KvOp,
} from '@flowmesh/engines';

export interface TxnContent {
  readonly conditions: readonly KvCondition[];
  readonly success: readonly KvOp[];
  readonly failure: readonly KvOp[];
  readonly requestId: Uint8Array;
}

export function checkKey(key: Uint8Array): FlowError | undefined {
  if (key.length >= 1 && key.length <= KV_KEY_BYTES_MAX) return undefined;
  return invalid('key', `a key has ${key.length} bytes; 1 to ${KV_KEY_BYTES_MAX} are allowed`);
}

/** `to` is exclusive; empty: to the end. */
export function checkRange(from: Uint8Array, to: Uint8Array): FlowError | undefined {
  if (from.length > KV_KEY_BYTES_MAX || to.length > KV_KEY_BYTES_MAX)
    return invalid('range', `an end of the range has more than ${KV_KEY_BYTES_MAX} bytes`);
  if (to.length === 0 || compareBytes(from, to) < 0) return undefined;
  return invalid('range', 'the range ends before it begins');
}

export function checkTtl(ttlMs: number, minMs = 1): FlowError | undefined {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= minMs && ttlMs <= KV_TTL_MAX_MS) return undefined;
  return invalid('ttl_ms', `a time to live is ${ttlMs} ms; ${minMs} to ${KV_TTL_MAX_MS} are allowed`);
}

export function checkLeaseTtl(ttlMs: number): FlowError | undefined {
  return checkTtl(ttlMs, KV_LEASE_TTL_MIN_MS);
}

/** `valueBytesMax` is the bucket's. */
export function checkTxn(txn: TxnContent, valueBytesMax: number): FlowError | undefined {
  const { conditions, success, failure, requestId } = txn;
  if (requestId.length > KV_REQUEST_ID_BYTES_MAX)
    return invalid('request_id', `the request id has more than ${KV_REQUEST_ID_BYTES_MAX} bytes`);
  const count = Math.max(conditions.length, success.length, failure.length);
  if (count > KV_TXN_OPS_MAX) {
    return invalid('success', `a transaction has ${count} operations; at most ${KV_TXN_OPS_MAX} are allowed`);
  }
  const ops = [...success, ...failure];
  for (const condition of conditions) {
    const bad = checkKey(condition.key) ?? checkCompared(condition);
    if (bad !== undefined) return bad;
  }
  for (const op of ops) {
    const bad = checkOp(op, valueBytesMax);
    if (bad !== undefined) return bad;
  }
  if (ops.filter((op) => op.kind === 'put' && op.value === undefined).length > KV_KEEP_VALUE_MAX) {
    return invalid(
      'put',
      `more than ${KV_KEEP_VALUE_MAX} operations keep their value; touch the keys instead`,
    );
  }
  const bytes = [...conditions, ...ops].reduce((sum, each) => sum + sizeOf(each), 0);
  if (bytes <= KV_TXN_BYTES_MAX) return undefined;
  return invalid('success', `the transaction has ${bytes} bytes; at most ${KV_TXN_BYTES_MAX} are allowed`);
}

function checkCompared(condition: KvCondition): FlowError | undefined {
  if (condition.target !== 'value') return checkNumber(condition.number, 'number');
  if (condition.value.length <= KV_COMPARED_BYTES_MAX) return undefined;
  return new FlowError(
    'INVALID_ARGUMENT',
    `a value of ${condition.value.length} bytes is compared; at most ${KV_COMPARED_BYTES_MAX} are allowed`,
    { hint: 'Compare the mod revision instead: it changes with every value.', details: { field: 'value' } },
  );
}

function checkOp(op: KvOp, valueBytesMax: number): FlowError | undefined {
  if (op.kind === 'delete-range') {
    const bad = checkRange(op.from, op.to);
    if (bad !== undefined) return bad;
    return op.max >= 1 && op.max <= KV_RANGE_DELETE_MAX
      ? undefined
      : invalid('max', `max is ${op.max}, allowed are 1 to ${KV_RANGE_DELETE_MAX}`);
  }
  const bad = checkKey(op.key);
  if (bad !== undefined) return bad;
  switch (op.kind) {
    case 'get':
    case 'delete':
      return undefined;
    case 'put':
      if (op.value !== undefined && op.value.length > valueBytesMax)
        return valueTooLarge(op.value.length, valueBytesMax);
      return checkExpiry(op.expiry);
    case 'increment':
      return Number.isSafeInteger(op.by)
        ? checkExpiry(op.expiry)
        : invalid('by', 'a counter is incremented by an integer of at most ±(2^53 - 1)');
    case 'touch':
      return checkExpiry(op.expiry);
  }
}

function checkExpiry(expiry: KvExpiry): FlowError | undefined {
  if (expiry.kind === 'ttl') return checkTtl(expiry.ttlMs);
  return expiry.kind === 'lease' ? checkNumber(expiry.lease, 'lease') : undefined;
}

export function checkNumber(value: number, field: string): FlowError | undefined {
  if (Number.isSafeInteger(value) && value >= 0) return undefined;
  return invalid(field, `${field} is ${value}, allowed are 0 to 2^53 - 1`);
}

function sizeOf(each: KvOp | KvCondition): number {
  const fixed = 32 + ('key' in each ? each.key.length : each.from.length + each.to.length);
  return fixed + ('value' in each && each.value !== undefined ? each.value.length : 0);
}

/** The one shard that all keys lie in, or `named` where there are none. */
export function shardOf(
  keys: readonly Uint8Array[],
  shards: number,
  named: number | undefined,
): number | FlowError {
  const [first] = keys;
  if (first === undefined) {
    if (named !== undefined || shards === 1) return named ?? 0;
    return new FlowError('INVALID_ARGUMENT', `no shard is named, and the bucket has ${shards}`, {
      hint: `Name one of 0 to ${shards - 1}; whoever wants the whole bucket asks each.`,
      details: { field: 'shard', shards },
    });
  }
  const shard = named ?? shardOfKey(first, shards);
  if (keys.every((key) => shardOfKey(key, shards) === shard)) return shard;
  return named === undefined ? spansShards() : otherShard(named, shards);
}

function spansShards(): FlowError {
  return new FlowError('INVALID_ARGUMENT', 'the keys of the transaction lie in several shards', {
    hint: 'Transactions are atomic within one shard: give the keys a common tag, as in {order-7}/state and {order-7}/lines, or use a bucket of one shard.',
    details: { field: 'key' },
  });
}

function otherShard(named: number, shards: number): FlowError {
  return new FlowError('INVALID_ARGUMENT', `shard ${named} is named, but not all keys lie in it`, {
    hint: 'Leave the shard out: keys tell it. A key lies in crc32c(key) mod shards; of a key with a {tag} the tag alone counts.',
    details: { field: 'shard', shards },
  });
}

function valueTooLarge(bytes: number, bytesMax: number): FlowError {
  return new FlowError(
    'INVALID_ARGUMENT',
    `a value has ${bytes} bytes; the bucket takes at most ${bytesMax}`,
    {
      hint: 'Raise max.value.bytes of the bucket (up to 1 MiB), or keep large objects elsewhere.',
      details: { field: 'value', bytes, bytesMax },
    },
  );
}

function invalid(field: string, message: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message, {
    hint: `Correct ${field} in the request.`,
    details: { field },
  });
}
