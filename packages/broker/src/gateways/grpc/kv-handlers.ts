/** The unary calls of `flowmesh.v1.KV` on keys and leases: translation, nothing else. */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { KvCondition, KvOp, KvOpResult, KvVersion } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import { compileFilter, type CompiledFilter } from '../../services/filter/compile-filter.ts';
import type { BucketPlace, KvService, TxnOutcome } from '../../services/kv/kv-service.ts';
import type { CallContext } from './calls.ts';
import {
  guardOf,
  incrementOf,
  placeOf,
  putOf,
  rangeOf,
  requestIdOf,
  touchOf,
  txnOf,
  wireEntry,
  wireTxn,
} from './kv-translation.ts';
import * as check from './request-checks.ts';

type V1 = typeof flowmesh.v1;
type Sent<Name extends keyof V1> = V1[Name] extends { decode(...rest: never[]): infer Message }
  ? Message
  : never;
type Made<Name extends keyof V1> = V1[Name] extends {
  encode(message: infer Message, ...rest: never[]): unknown;
}
  ? Message
  : never;

const RANGE_LIMIT_MAX = 1_000;
const RANGE_LIMIT_DEFAULT = 100;
const HISTORY_LIMIT_MAX = 1_000;
const RANGE_DELETE_MAX = 1_000;
const EMPTY = new Uint8Array(0);

export function filterOf(text: string): CompiledFilter<'kv'> | undefined {
  if (text === '') return undefined;
  const filter = compileFilter(text, 'kv');
  if (isFlowError(filter)) throw filter;
  return filter;
}

/** Answers one get: also for sessions. */
export async function answerGet(
  kv: KvService,
  request: Made<'KvGetRequest'>,
  caller: CallContext['caller'],
): Promise<Made<'KvGetResponse'>> {
  const key = request.key ?? EMPTY;
  const { value, revision, nowMs } = await kv.get(placeOf(request, caller), key, {
    revision: check.offset(request.revision ?? 0, 'revision'),
    stale: request.stale ?? false,
    keysOnly: request.keysOnly ?? false,
  });
  return { revision, ...entryOf(key, value, nowMs) };
}

function entryOf(
  key: Uint8Array,
  version: KvVersion | undefined,
  nowMs: number,
): { entry?: flowmesh.v1.KvEntry.$Properties } {
  return version === undefined ? {} : { entry: wireEntry(key, version, nowMs) };
}

export class KvHandlersOverGrpc {
  private readonly kv: KvService;

  constructor(kv: KvService) {
    this.kv = kv;
  }

  get(request: Sent<'KvGetRequest'>, context: CallContext): Promise<Made<'KvGetResponse'>> {
    return answerGet(this.kv, request, context.caller);
  }

  async put(request: Sent<'KvPutRequest'>, context: CallContext): Promise<Made<'KvPutResponse'>> {
    if (!request.put) throw check.invalid('put', 'is missing');
    const op = putOf(request.put);
    const { result, outcome } = await this.single(request, op, context);
    if (result.kind !== 'put') throw unanswered();
    const key = keyOf(op);
    const { nowMs } = outcome;
    const previous = request.returnPrevious ? result.previous : undefined;
    return {
      revision: outcome.reply.revision,
      entry: wireEntry(key, { ...result.current, value: undefined }, nowMs),
      ...(previous === undefined ? {} : { previous: wireEntry(key, previous, nowMs) }),
    };
  }

  async delete(request: Sent<'KvDeleteRequest'>, context: CallContext): Promise<Made<'KvDeleteResponse'>> {
    const { key, range } = request;
    if (range !== undefined && range !== null) {
      const op: KvOp = { kind: 'delete-range', ...rangeOf(range), max: RANGE_DELETE_MAX, partial: true };
      const { result, outcome } = await this.single(unguarded(request), op, context);
      if (result.kind !== 'delete-range') throw unanswered();
      return { deleted: result.deleted, more: result.more, revision: outcome.reply.revision };
    }
    if (key === undefined || key === null) throw check.invalid('what', 'is missing: key or range');
    const { result, outcome } = await this.single(
      { ...guarded(request), returnPrevious: request.returnPrevious },
      { kind: 'delete', key },
      context,
    );
    if (result.kind !== 'delete') throw unanswered();
    const { previous } = result;
    return {
      deleted: previous === undefined ? 0 : 1,
      revision: outcome.reply.revision,
      ...(request.returnPrevious && previous !== undefined
        ? { previous: wireEntry(key, previous, outcome.nowMs) }
        : {}),
    };
  }

  async increment(
    request: Sent<'KvIncrementRequest'>,
    context: CallContext,
  ): Promise<Made<'KvIncrementResponse'>> {
    if (!request.increment) throw check.invalid('increment', 'is missing');
    const { result, outcome } = await this.single(request, incrementOf(request.increment), context);
    if (result.kind !== 'increment') throw unanswered();
    return { number: result.number, revision: outcome.reply.revision };
  }

  async touch(request: Sent<'KvTouchRequest'>, context: CallContext): Promise<Made<'KvTouchResponse'>> {
    if (!request.touch) throw check.invalid('touch', 'is missing');
    const op = touchOf(request.touch);
    const { result, outcome } = await this.single(request, op, context);
    if (result.kind !== 'touch') throw unanswered();
    const { current } = result;
    return entryOf(keyOf(op), current && { ...current, value: undefined }, outcome.nowMs);
  }

  async txn(request: Sent<'KvTxnRequest'>, context: CallContext): Promise<Made<'KvTxnResponse'>> {
    const txn = txnOf(request);
    return wireTxn(await this.kv.txn(placeOf(request, context.caller), txn), txn);
  }

  async range(request: Sent<'KvRangeRequest'>, context: CallContext): Promise<Made<'KvRangeResponse'>> {
    const filter = filterOf(request.filter);
    const wish = {
      ...rangeOf(request.range),
      limit: check.orDefault(request.limit, 'limit', {
        min: 1,
        max: RANGE_LIMIT_MAX,
        otherwise: RANGE_LIMIT_DEFAULT,
      }),
      keysOnly: request.keysOnly,
      countOnly: request.countOnly,
      filter,
    };
    const at = { revision: check.offset(request.revision, 'revision'), stale: request.stale };
    const { value, revision, nowMs } = await this.kv.range(placeOf(request, context.caller), wish, at);
    return {
      entries: value.entries.map(({ key, version }) => wireEntry(key, version, nowMs)),
      count: value.count,
      revision,
      nextKey: value.next ?? EMPTY,
      filterFailures: filter?.counters.failed ?? 0,
      filterFailure: filter?.counters.firstFailure ?? '',
    };
  }

  async history(request: Sent<'KvHistoryRequest'>, context: CallContext): Promise<Made<'KvHistoryResponse'>> {
    const { key, stale } = request;
    const limit = check.integer(request.limit, 'limit', { min: 0, max: HISTORY_LIMIT_MAX });
    const { value, revision, nowMs } = await this.kv.history(placeOf(request, context.caller), key, {
      limit,
      stale,
    });
    return {
      revision,
      entries: value.map((found) => ({ revision: found.revision, ...entryOf(key, found.version, nowMs) })),
    };
  }

  // ---- leases

  async leaseGrant(request: Sent<'KvLeaseGrantRequest'>, context: CallContext): Promise<Made<'KvLease'>> {
    const { id, ttlMs } = await this.kv.grantLease(
      placeOf(request, context.caller),
      request.id,
      request.ttlMs,
    );
    return { id, ttlMs, remainingMs: ttlMs };
  }

  async leaseKeepAlive(
    request: Sent<'KvLeaseKeepAliveRequest'>,
    context: CallContext,
  ): Promise<Made<'KvLeaseKeepAliveResponse'>> {
    const { kept, gone } = await this.kv.keepAlive(placeOf(request, context.caller), request.ids);
    return { kept: kept.map(({ id, ttlMs }) => ({ id, ttlMs, remainingMs: ttlMs })), gone: [...gone] };
  }

  async leaseRevoke(
    request: Sent<'KvLeaseRevokeRequest'>,
    context: CallContext,
  ): Promise<Made<'KvLeaseRevokeResponse'>> {
    return await this.kv.revokeLease(placeOf(request, context.caller), request.id);
  }

  async getLease(
    request: Sent<'KvGetLeaseRequest'>,
    context: CallContext,
  ): Promise<Made<'KvGetLeaseResponse'>> {
    const { lease, keys, nowMs } = await this.kv.lease(placeOf(request, context.caller), request.id);
    const { id, ttlMs, expiresAtMs } = lease;
    return { lease: { id, ttlMs, remainingMs: Math.max(0, expiresAtMs - nowMs) }, keys: [...keys] };
  }

  async compact(request: Sent<'KvCompactRequest'>, context: CallContext): Promise<Made<'KvCompactResponse'>> {
    const compactedRevision = await this.kv.compact(placeOf(request, context.caller), request.revision);
    return { compactedRevision };
  }

  /** One operation, under the guard of its key. */
  private async single(
    request: {
      readonly bucket: string;
      readonly requestId: string;
      readonly guard?: Made<'KvGuard'> | null;
      readonly returnPrevious?: boolean;
      readonly shard?: number | null;
    },
    op: KvOp,
    context: CallContext,
  ): Promise<{ readonly result: KvOpResult; readonly outcome: TxnOutcome }> {
    const place: BucketPlace = placeOf(request, context.caller);
    const guard = guardOf(request.guard, keyOf(op));
    const conditions: KvCondition[] = guard === undefined ? [] : [guard];
    const outcome = await this.kv.txn(place, {
      conditions,
      success: [op],
      failure: guard === undefined ? [] : [{ kind: 'get', key: keyOf(op) }],
      requestId: requestIdOf(request.requestId),
      previous: request.returnPrevious ?? false,
    });
    const [result] = outcome.reply.results;
    if (!outcome.reply.succeeded) throw guardFailed(result);
    if (result === undefined) throw unanswered();
    return { result, outcome };
  }
}

function guarded({ bucket, requestId, guard }: Sent<'KvDeleteRequest'>) {
  return { bucket, requestId, guard: guard ?? null };
}

function unguarded({ bucket, requestId, shard }: Sent<'KvDeleteRequest'>) {
  return { bucket, requestId, shard: shard ?? null };
}

function keyOf(op: KvOp): Uint8Array {
  return 'key' in op ? op.key : EMPTY;
}

function guardFailed(found: KvOpResult | undefined): FlowError {
  const current = found?.kind === 'get' ? found.current : undefined;
  const is = current === undefined ? 'is not there' : `is at revision ${current.modRevision}`;
  return new FlowError(
    'PRECONDITION_FAILED',
    `nothing was written: the condition does not hold, the key ${is}`,
    {
      hint: 'Read the key again and decide anew: another writer was there first, or the condition was wrong.',
      details: { modRevision: current?.modRevision ?? 0 },
    },
  );
}

function unanswered(): FlowError {
  return new FlowError('INTERNAL', 'the transaction was answered without the result of its operation');
}
