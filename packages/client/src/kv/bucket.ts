/**
 * A bucket: keys with typed values. Each call finds the shard of its key and that shard's leader, follows leaders until time is up, and repeats
 * what is unanswered under the same request id, so that it takes effect once.
 */
import { FlowError, shardOfKey } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { callLeader, type LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import type { ValueCodec } from '../value-codecs.ts';
import { callUnary, type CallLimits, type NodeConnection } from '../wire/node-connection.ts';
import {
  keyBytes,
  keyOfOp,
  toEntry,
  toKey,
  toResult,
  wireCondition,
  wireGuard,
  wireOp,
  wireRange,
} from './kv-wire.ts';
import { Lease } from './lease.ts';
import { mergeByKey } from './merge-by-key.ts';
import type { SessionLinks } from './session-link.ts';
import type {
  Expiry,
  GetOptions,
  Guard,
  HistoryEntry,
  Key,
  KeyRange,
  KvEntry,
  KvKey,
  ListOptions,
  PutOptions,
  Txn,
  TxnOutcome,
  WatchOptions,
} from './types.ts';
import { Watch } from './watch.ts';

export interface BucketDeps {
  readonly calls: LeaderCallDeps;
  readonly links: SessionLinks;
  /** Leases and watches that the client ends with itself. */
  readonly open: Set<{ close(): void }>;
}

export type CasResult<T> =
  | { readonly swapped: true; readonly modRevision: number }
  /** Undefined: there is no such key. */
  | { readonly swapped: false; readonly current: KvEntry<T> | undefined };

const PAGE_SIZE = 500;

export class Bucket<T> {
  readonly name: string;
  private readonly deps: BucketDeps;
  private readonly codec: ValueCodec<T>;
  private readonly qualified: string;

  /** Use `mesh.kv.bucket`. */
  constructor(deps: BucketDeps, name: string, codec: ValueCodec<T>) {
    this.deps = deps;
    this.name = name;
    this.codec = codec;
    this.qualified = `bucket:${name}`;
  }

  // ---- reading

  /** The newest value, or that at a revision; undefined: no such key. REVISION_COMPACTED. */
  async get(key: Key, options: GetOptions = {}): Promise<KvEntry<T> | undefined> {
    const entry = await this.read(keyBytes(key), options, false);
    return entry ? toEntry(entry, this.codec) : undefined;
  }

  async exists(key: Key, options: GetOptions = {}): Promise<boolean> {
    return (await this.describe(key, options)) !== undefined;
  }

  /** A key's revisions and what is left of its time, without its value. */
  async describe(key: Key, options: GetOptions = {}): Promise<KvKey | undefined> {
    const entry = await this.read(keyBytes(key), options, true);
    return entry ? toKey(entry) : undefined;
  }

  /** Versions that are kept, newest first. */
  async history(
    key: Key,
    options: CallOptions & { readonly limit?: number } = {},
  ): Promise<readonly HistoryEntry<T>[]> {
    const bytes = keyBytes(key);
    const request = { bucket: this.name, key: bytes, limit: options.limit ?? 0 };
    const answer = await this.atLeader(await this.shardOf(bytes, options), options, (connection, limits) =>
      callUnary(connection.kv.history.bind(connection.kv), request, limits),
    );
    return answer.entries.map(({ revision, entry }) => ({
      revision: revision ?? 0,
      entry: entry ? toEntry(entry, this.codec) : undefined,
    }));
  }

  /** Entries in the order of their keys; each shard as it was when its first page was read. */
  async *list(options: ListOptions = {}): AsyncGenerator<KvEntry<T>> {
    for await (const entry of this.scan(options, false)) yield toEntry(entry, this.codec);
  }

  /** The same without values. */
  async *keys(options: ListOptions = {}): AsyncGenerator<KvKey> {
    for await (const entry of this.scan(options, true)) yield toKey(entry);
  }

  async count(options: ListOptions = {}): Promise<number> {
    let count = 0;
    for (let shard = 0; shard < (await this.shards(options)); shard++) {
      for await (const page of this.pages(shard, { ...options, countOnly: true })) count += page.count;
    }
    return count;
  }

  // ---- writing

  /** PRECONDITION_FAILED with `modRevision` where `onlyIf` does not hold. */
  async put(
    key: Key,
    value: T,
    options: PutOptions = {},
  ): Promise<{ readonly modRevision: number; readonly version: number }> {
    const outcome = await this.guarded(key, { put: key, value, expiry: options.expiry }, options);
    const [result] = outcome.results;
    if (result?.kind !== 'put') throw unanswered();
    return { modRevision: result.modRevision, version: result.version };
  }

  /** Whether it was there. */
  async delete(
    key: Key,
    options: CallOptions & { readonly onlyIf?: Guard | undefined } = {},
  ): Promise<boolean> {
    const [result] = (await this.guarded(key, { delete: key }, options)).results;
    return result?.kind === 'delete' && result.deleted;
  }

  /** Puts only if the key is still at `expected` (0: if there is none); tells what is there if not. */
  async cas(
    key: Key,
    swap: { readonly expected: number; readonly value: T; readonly expiry?: Expiry | undefined },
    options: CallOptions = {},
  ): Promise<CasResult<T>> {
    const { expected, value, expiry } = swap;
    const outcome = await this.txn(
      { if: [{ key, modRevision: expected }], do: [{ put: key, value, expiry }], else: [{ get: key }] },
      options,
    );
    const [result] = outcome.results;
    if (result?.kind === 'put') return { swapped: true, modRevision: result.modRevision };
    return { swapped: false, current: result?.kind === 'get' ? result.entry : undefined };
  }

  /** The counter afterwards; it begins at 0. */
  async increment(
    key: Key,
    by = 1,
    options: CallOptions & { readonly expiry?: Expiry | undefined } = {},
  ): Promise<number> {
    const [result] = (await this.txn({ do: [{ increment: key, by, expiry: options.expiry }] }, options))
      .results;
    if (result?.kind !== 'increment') throw unanswered();
    return result.number;
  }

  /** Changes when a key goes away, and nothing else; false: no such key. */
  async touch(key: Key, expiry: Expiry, options: CallOptions = {}): Promise<boolean> {
    const [result] = (await this.txn({ do: [{ touch: key, expiry }] }, options)).results;
    return result?.kind === 'touch' && result.found;
  }

  /** All or nothing. Keys must lie in one shard: give them a common `{tag}`. INVALID_ARGUMENT where they do not. */
  async txn(txn: Txn<T>, options: CallOptions = {}): Promise<TxnOutcome<T>> {
    const { codec } = this;
    const ops = [...txn.do, ...(txn.else ?? [])];
    const keys = [...(txn.if ?? []).map((condition) => keyBytes(condition.key)), ...ops.map(keyOfOp)];
    const shard = await this.commonShard(keys, options);
    for (const op of ops) {
      if ('expiry' in op && typeof op.expiry === 'object' && 'lease' in op.expiry)
        await op.expiry.lease.ensure(shard, options);
    }
    const request = {
      bucket: this.name,
      conditions: (txn.if ?? []).map((condition) => wireCondition(condition, codec)),
      success: txn.do.map((op) => wireOp(op, codec)),
      failure: (txn.else ?? []).map((op) => wireOp(op, codec)),
      requestId: this.requestId(),
    };
    return this.outcomeOf(await this.send(shard, request, options));
  }

  /** Deletes keys by thousands, shard by shard: not as a whole. Returns how many there were. */
  async deleteRange(range: KeyRange, options: CallOptions = {}): Promise<number> {
    let deleted = 0;
    for (let shard = 0; shard < (await this.shards(options)); shard++) {
      for (let more = true; more; ) {
        const request = { bucket: this.name, shard, range: wireRange(range), requestId: this.requestId() };
        const answer = await this.atLeader(shard, options, (connection, limits) =>
          callUnary(connection.kv.delete.bind(connection.kv), request, limits),
        );
        deleted += answer.deleted;
        more = answer.more;
      }
    }
    return deleted;
  }

  // ---- leases and watches

  /** Put keys with `{ expiry: { lease } }`: they go when it does. It is kept alive until it is revoked or abandoned. */
  lease(options: { readonly ttlMs: number; readonly onLost?: (error: FlowError) => void }): Lease {
    const { open } = this.deps;
    const held = { close: () => lease.abandon() };
    const lease: Lease = new Lease(
      {
        closed: () => open.delete(held),
        surroundings: this.deps.calls.surroundings,
        grant: async (shard, id, ttlMs, call) => {
          await this.unary(shard, call, (kv) => kv.leaseGrant.bind(kv), { id, ttlMs });
        },
        keepAlive: async (shard, id, call) =>
          (await this.unary(shard, call, (kv) => kv.leaseKeepAlive.bind(kv), { ids: [id] })).gone.length ===
          0,
        revoke: async (shard, id, call) => {
          await this.unary(shard, call, (kv) => kv.leaseRevoke.bind(kv), { id }).catch(ignoreGone);
        },
      },
      options,
    );
    open.add(held);
    return lease;
  }

  /** `for await (const change of await bucket.watch({ prefix: 'a/' }))`. It goes on by itself, over failovers. REVISION_COMPACTED. */
  async watch(options: WatchOptions = {}): Promise<Watch<T>> {
    const count = await this.shards({ signal: options.signal });
    const { key } = options;
    const all = Array.from({ length: count }, (_, shard) => shard);
    const { open } = this.deps;
    const watch: Watch<T> = new Watch<T>(
      {
        calls: this.deps.calls,
        bucket: this.name,
        qualified: this.qualified,
        codec: this.codec,
        shards: key === undefined ? all : [shardOfKey(keyBytes(key), count)],
        onClosed: (closed) => open.delete(closed),
      },
      options,
    );
    open.add(watch);
    return watch;
  }

  // ---- calls

  private requestId(): string {
    return this.deps.calls.surroundings.requestId();
  }

  private async shards(options: CallOptions): Promise<number> {
    return (await this.deps.calls.router.stream(this.qualified, options)).partitions.length;
  }

  private async shardOf(key: Uint8Array, options: CallOptions): Promise<number> {
    return shardOfKey(key, await this.shards(options));
  }

  private async commonShard(keys: readonly Uint8Array[], options: CallOptions): Promise<number> {
    const count = await this.shards(options);
    const shards = new Set(keys.map((key) => shardOfKey(key, count)));
    const [shard] = shards;
    if (shards.size <= 1) return shard ?? 0;
    throw new FlowError(
      'INVALID_ARGUMENT',
      `the transaction's keys lie in ${shards.size} shards of bucket ${this.name}`,
      {
        hint: 'Transactions are atomic within one shard: give the keys a common tag, as in {order-7}/state and {order-7}/lines.',
      },
    );
  }

  private async guarded(
    key: Key,
    op: Txn<T>['do'][number],
    options: CallOptions & { readonly onlyIf?: Guard | undefined },
  ): Promise<TxnOutcome<T>> {
    const { onlyIf } = options;
    if (onlyIf === undefined) return await this.txn({ do: [op] }, options);
    const bytes = keyBytes(key);
    const shard = await this.shardOf(bytes, options);
    if ('expiry' in op && typeof op.expiry === 'object' && 'lease' in op.expiry)
      await op.expiry.lease.ensure(shard, options);
    const request = {
      bucket: this.name,
      conditions: [wireGuard(bytes, onlyIf)],
      success: [wireOp(op, this.codec)],
      failure: [{ get: bytes }],
      requestId: this.requestId(),
    };
    const outcome = this.outcomeOf(await this.send(shard, request, options));
    if (!outcome.succeeded) throw guardFailed(outcome);
    return outcome;
  }

  private outcomeOf(answer: flowmesh.v1.KvTxnResponse.$Properties): TxnOutcome<T> {
    return {
      succeeded: answer.succeeded ?? false,
      revision: answer.revision ?? 0,
      results: (answer.results ?? []).map((result) => toResult(result, this.codec)),
    };
  }

  private async send(
    shard: number,
    txn: flowmesh.v1.KvTxnRequest.$Properties,
    options: CallOptions,
  ): Promise<flowmesh.v1.KvTxnResponse.$Properties> {
    const answer = await this.atLeader(shard, options, (connection, limits) =>
      this.deps.links.send(connection, { txn }, limits),
    );
    if (!answer.txn) throw unanswered();
    return answer.txn;
  }

  private async read(
    key: Uint8Array,
    options: GetOptions,
    keysOnly: boolean,
  ): Promise<flowmesh.v1.KvEntry.$Properties | undefined> {
    const get = {
      bucket: this.name,
      key,
      revision: options.revision ?? 0,
      stale: options.stale ?? false,
      keysOnly,
    };
    const answer = await this.atLeader(await this.shardOf(key, options), options, (connection, limits) =>
      this.deps.links.send(connection, { get }, limits),
    );
    return answer.get?.entry ?? undefined;
  }

  private async *scan(
    options: ListOptions,
    keysOnly: boolean,
  ): AsyncGenerator<flowmesh.v1.KvEntry.$Properties> {
    const shards = Array.from({ length: await this.shards(options) }, (_, shard) => shard);
    const entries = async function* (pages: AsyncGenerator<flowmesh.v1.KvRangeResponse>) {
      for await (const page of pages) yield* page.entries;
    };
    const merged = mergeByKey(shards.map((shard) => entries(this.pages(shard, { ...options, keysOnly }))));
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for await (const entry of merged) {
      if (left-- <= 0) return;
      yield entry;
    }
  }

  private async *pages(
    shard: number,
    options: ListOptions & { readonly keysOnly?: boolean; readonly countOnly?: boolean },
  ): AsyncGenerator<flowmesh.v1.KvRangeResponse> {
    let revision = 0;
    let from: Uint8Array | undefined;
    do {
      const request = {
        bucket: this.name,
        shard,
        range: { ...wireRange(options), ...(from === undefined ? {} : { from }) },
        revision,
        limit: Math.min(PAGE_SIZE, Math.max(1, options.limit ?? PAGE_SIZE)),
        keysOnly: options.keysOnly ?? false,
        countOnly: options.countOnly ?? false,
        stale: options.stale ?? false,
        filter: options.filter ?? '',
      };
      const page = await this.atLeader(shard, options, (connection, limits) =>
        callUnary(connection.kv.range.bind(connection.kv), request, limits),
      );
      revision = page.revision;
      from = Uint8Array.from(page.nextKey);
      if (page.filterFailures > 0) options.onFilterFailed?.(page.filterFailures, page.filterFailure);
      yield page;
    } while (from.length > 0);
  }

  private unary<Req extends object, Res>(
    shard: number,
    options: CallOptions,
    method: (kv: NodeConnection['kv']) => Parameters<typeof callUnary<Req, Res>>[0],
    request: Omit<Req, 'bucket' | 'shard'>,
  ): Promise<Res> {
    const whole = { ...request, bucket: this.name, shard } as unknown as Req;
    return this.atLeader(shard, options, (connection, limits) =>
      callUnary(method(connection.kv), whole, limits),
    );
  }

  private atLeader<R>(
    shard: number,
    options: CallOptions,
    call: (connection: NodeConnection, limits: CallLimits) => Promise<R>,
  ): Promise<R> {
    return callLeader(this.deps.calls, { stream: this.qualified, partition: shard }, options, call);
  }
}

function guardFailed(outcome: TxnOutcome<unknown>): FlowError {
  const [found] = outcome.results;
  const current = found?.kind === 'get' ? found.entry : undefined;
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

function ignoreGone(error: unknown): void {
  if (!(error instanceof FlowError) || error.code !== 'NOT_FOUND') throw error;
}

function unanswered(): FlowError {
  return new FlowError('INTERNAL', 'the node answered without a result');
}
