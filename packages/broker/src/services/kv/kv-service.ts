/**
 * Buckets as every protocol uses them: one shard is found for a request by its keys, the door passed, the request checked, and then read or
 * proposed. Every mutation is a transaction of the machine; all that is decided by state is decided there.
 */
import { FlowError } from '@flowmesh/base';
import {
  encodeKvCommand,
  KV_EXPIRE_ITEMS_MAX,
  KV_RANGE_DELETE_MAX,
  KvMachine,
  KvReader,
  qualifiedName,
  resolveBucketConfig,
} from '@flowmesh/engines';
import type {
  KvCommand,
  KvHistoryEntry,
  KvLease,
  KvOpResult,
  KvReply,
  KvTxnReply,
  KvVersion,
} from '@flowmesh/engines';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { Action, Caller, Door } from '../ports.ts';
import type { ServedShard } from '../shard/served-shard.ts';
import { type ShardRef, ShardTable, type ShardTablePorts } from '../shard/shard-table.ts';
import type { KeyWatch, WatchSink, WatchWish } from './key-watch.ts';
import {
  checkKey,
  checkRange,
  checkLeaseTtl,
  checkNumber,
  checkTxn,
  shardOf,
  type TxnContent,
} from './kv-checks.ts';
import { KvReads, type RangePage, type RangeWish } from './kv-reads.ts';
import { WatchHub } from './watch-hub.ts';
import type { WatchTarget } from './watch-index.ts';

export interface KvServicePorts extends ShardTablePorts {
  readonly door: Door;
  readonly wheel: DeadlineWheel;
}

/** Where a request goes. */
export interface BucketPlace {
  readonly caller: Caller;
  readonly bucket: string;
  /** Undefined: the keys tell it. */
  readonly shard: number | undefined;
}

export interface At {
  /** 0: as it is now. */
  readonly revision: number;
  readonly stale: boolean;
}

/** An answer with the shard's revision, and the leader's time by which what remains of a key's life is told. */
export interface Read<T> {
  readonly value: T;
  readonly revision: number;
  readonly nowMs: number;
}

export interface TxnOutcome {
  readonly reply: KvTxnReply;
  readonly nowMs: number;
}

export type TxnDone = (
  result:
    | { readonly ok: true; readonly outcome: TxnOutcome }
    | { readonly ok: false; readonly error: FlowError },
) => void;

const WRITE_TIMEOUT_MS = 30_000;
const WATCHES_MAX = 50_000;
const LEASE_KEYS_SHOWN_MAX = 1_000;
const LEASES_KEPT_MAX = 1_000;

export class KvService {
  private readonly ports: KvServicePorts;
  private readonly table: ShardTable<KvMachine>;
  private readonly reads: KvReads;
  private readonly hubs = new Map<ServedShard<KvMachine>, WatchHub>();

  constructor(ports: KvServicePorts) {
    this.ports = ports;
    this.table = new ShardTable<KvMachine>(ports, {
      noun: 'bucket',
      qualified: (name) => qualifiedName('bucket', name),
      is: (machine): machine is KvMachine => machine instanceof KvMachine,
      configure: (resource, timeMs) =>
        encodeKvCommand({
          kind: 'configure',
          timeMs,
          revision: resource.changedRevision,
          config: resource.config,
        }),
      expire: (timeMs) => encodeKvCommand({ kind: 'expire', timeMs, max: KV_EXPIRE_ITEMS_MAX }),
    });
    this.reads = new KvReads(this.table, ports.replicas);
  }

  /** Of the shards that this node leads, by bucket. */
  figures(): { readonly bucket: string; readonly keys: number; readonly revision: number }[] {
    const { machine: catalog } = this.ports.catalog;
    const found = new Map<
      string,
      { readonly bucket: string; readonly keys: number; readonly revision: number }
    >();
    for (const { replica, machine } of this.table.all()) {
      const bucket = catalog.streamByUuid(catalog.partitionOfGroup(replica.group)?.stream ?? '')?.name;
      if (bucket === undefined) continue;
      const before = found.get(bucket) ?? { keys: 0, revision: 0 };
      const keys = before.keys + machine.keyCount;
      found.set(bucket, { bucket, keys, revision: Math.max(before.revision, machine.revision) });
    }
    return [...found.values()];
  }

  get watchCount(): number {
    let count = 0;
    for (const hub of this.hubs.values()) count += hub.size;
    return count;
  }

  async get(
    place: BucketPlace,
    key: Uint8Array,
    at: At & { readonly keysOnly: boolean },
  ): Promise<Read<KvVersion | undefined>> {
    refuse(checkKey(key));
    const ref = this.find(place, 'kv-read', [key]);
    return await this.reads.run(ref, at.stale, async (view) => {
      const { value, expiresAtMs } = await this.reads.get(view, key, at);
      return { value: { value, revision: view.revision, nowMs: view.nowMs }, expiresAtMs };
    });
  }

  async range(place: BucketPlace, wish: RangeWish, at: At): Promise<Read<RangePage>> {
    refuse(checkRange(wish.from, wish.to));
    const ref = this.find(place, 'kv-read', []);
    return await this.reads.run(ref, at.stale, async (view) => {
      const { value, expiresAtMs } = await this.reads.range(view, { ...wish, revision: at.revision });
      const revision = at.revision === 0 ? view.revision : at.revision;
      return { value: { value, revision, nowMs: view.nowMs }, expiresAtMs };
    });
  }

  /** `limit` 0: all that are kept. */
  async history(
    place: BucketPlace,
    key: Uint8Array,
    wish: { readonly limit: number; readonly stale: boolean },
  ): Promise<Read<readonly KvHistoryEntry[]>> {
    refuse(checkKey(key));
    const ref = this.find(place, 'kv-read', [key]);
    return await this.reads.run(ref, wish.stale, async (view) => {
      const { value, expiresAtMs } = await this.reads.history(view, key, wish.limit);
      return { value: { value, revision: view.revision, nowMs: view.nowMs }, expiresAtMs };
    });
  }

  // ---- writing

  /** Without a promise, for pipelines. `done` is called once, possibly before this returns; order of calls is order of effects. */
  txnThen(place: BucketPlace, txn: TxnContent & { readonly previous: boolean }, done: TxnDone): void {
    const served = this.writable(place, txn);
    if (served instanceof FlowError) {
      done({ ok: false, error: served });
      return;
    }
    const { conditions, success, failure, requestId } = txn;
    const nowMs = served.nowMs();
    const command = encodeKvCommand({ kind: 'txn', timeMs: nowMs, conditions, success, failure, requestId });
    served.proposeThen(command, WRITE_TIMEOUT_MS, (result) => {
      if (!result.ok) return done(result);
      const reply = result.value as KvTxnReply;
      if (!needsValues(reply, txn)) return done({ ok: true, outcome: { reply, nowMs } });
      this.withValues(served, txn, reply).then(
        (filled) => done({ ok: true, outcome: { reply: filled, nowMs } }),
        (error: unknown) => done({ ok: false, error: valuesLost(error) }),
      );
    });
  }

  txn(place: BucketPlace, txn: TxnContent & { readonly previous: boolean }): Promise<TxnOutcome> {
    return new Promise((resolve, reject) => {
      this.txnThen(place, txn, (result) => {
        if (result.ok) resolve(result.outcome);
        else reject(result.error);
      });
    });
  }

  private writable(place: BucketPlace, txn: TxnContent): ServedShard<KvMachine> | FlowError {
    const ref = this.look(place, 'kv-write', keysOf(txn));
    if (ref instanceof FlowError) return ref;
    const { maxValueBytes } = resolveBucketConfig(ref.resource.config);
    return checkTxn(txn, maxValueBytes) ?? this.table.serving(ref.group);
  }

  /** Large values do not travel in replies, and repeated answers have none at all: they are read from the state. */
  private async withValues(
    served: ServedShard<KvMachine>,
    txn: TxnContent & { readonly previous: boolean },
    reply: KvTxnReply,
  ): Promise<KvTxnReply> {
    const reader = new KvReader(served.machine, served.replica.state);
    const ops = reply.succeeded ? txn.success : txn.failure;
    const results: KvOpResult[] = [];
    for (const [i, result] of reply.results.entries()) {
      const op = ops[i];
      const version = valueWanted(result, txn.previous);
      if (version === undefined || op === undefined || !('key' in op)) {
        results.push(result);
        continue;
      }
      const found = await reader.version(op.key, version.modRevision);
      if (found?.value === undefined) throw valuesLost(undefined);
      results.push(withValue(result, { ...version, value: found.value }));
    }
    return { ...reply, results };
  }

  // ---- leases

  async grantLease(place: BucketPlace, id: number, ttlMs: number): Promise<KvLease> {
    refuse(checkLeaseTtl(ttlMs) ?? checkNumber(id, 'id'));
    const reply = await this.propose(place, (timeMs) => ({ kind: 'lease-grant', timeMs, id, ttlMs }));
    if (reply.kind !== 'lease') throw unexpected(reply.kind);
    return reply.lease;
  }

  async keepAlive(
    place: BucketPlace,
    ids: readonly number[],
  ): Promise<{ readonly kept: readonly KvLease[]; readonly gone: readonly number[] }> {
    if (ids.length > LEASES_KEPT_MAX) throw tooManyLeases(ids.length);
    for (const id of ids) refuse(checkNumber(id, 'ids'));
    const reply = await this.propose(place, (timeMs) => ({ kind: 'lease-keep-alive', timeMs, ids }));
    if (reply.kind !== 'leases-kept') throw unexpected(reply.kind);
    return reply;
  }

  async revokeLease(
    place: BucketPlace,
    id: number,
  ): Promise<{ readonly deleted: number; readonly more: boolean }> {
    refuse(checkNumber(id, 'id'));
    const max = KV_RANGE_DELETE_MAX;
    const reply = await this.propose(place, (timeMs) => ({ kind: 'lease-revoke', timeMs, id, max }));
    if (reply.kind !== 'lease-revoked') throw unexpected(reply.kind);
    return reply;
  }

  /** What is left of a lease at the leader, and its first keys. */
  async lease(
    place: BucketPlace,
    id: number,
  ): Promise<{ readonly lease: KvLease; readonly keys: readonly Uint8Array[]; readonly nowMs: number }> {
    refuse(checkNumber(id, 'id'));
    const ref = this.find(place, 'kv-read', []);
    return await this.reads.run(ref, false, async ({ reader, nowMs }) => {
      const lease = await reader.lease(id);
      if (lease === undefined) throw noLease(id);
      const keys = await reader.leaseKeys(id, LEASE_KEYS_SHOWN_MAX);
      return { value: { lease, keys, nowMs }, expiresAtMs: Number.POSITIVE_INFINITY };
    });
  }

  /** Gives up changes up to a revision. */
  async compact(place: BucketPlace, revision: number): Promise<number> {
    refuse(checkNumber(revision, 'revision'));
    const reply = await this.propose(place, (timeMs) => ({ kind: 'compact', timeMs, revision }));
    if (reply.kind !== 'compacted') throw unexpected(reply.kind);
    return reply.compactedRevision;
  }

  private async propose(place: BucketPlace, command: (timeMs: number) => KvCommand): Promise<KvReply> {
    const ref = this.find(place, 'kv-write', []);
    const served = this.table.serving(ref.group);
    if (served instanceof FlowError) throw served;
    return (await served.propose(encodeKvCommand(command(served.nowMs())), WRITE_TIMEOUT_MS)) as KvReply;
  }

  // ---- watching

  /** Begins a watch; it ends with `sink.ended`, or by `stop`. What was written before the call is told, or is older than its beginning. */
  async watch(
    place: BucketPlace,
    wish: WatchWish,
    sink: WatchSink,
    progressMs: number,
  ): Promise<{ resume(): void; stop(): void }> {
    refuse(checkTarget(wish.target));
    const keys = wish.target.kind === 'key' ? [wish.target.key] : [];
    const ref = this.find(place, 'kv-read', keys);
    if (this.watchCount >= WATCHES_MAX) throw tooManyWatches();
    const served = this.table.serving(ref.group);
    if (served instanceof FlowError) throw served;
    await served.readBarrier(WRITE_TIMEOUT_MS);
    if (!served.alive) throw this.table.notLeader(ref.group);
    const hub = this.hubOf(served);
    const watch: KeyWatch = hub.add(sink, wish, progressMs);
    return { resume: () => watch.resume(), stop: () => hub.remove(watch) };
  }

  private hubOf(served: ServedShard<KvMachine>): WatchHub {
    const known = this.hubs.get(served);
    if (known !== undefined) return known;
    const hub = new WatchHub(served, this.ports.wheel, () => this.hubs.delete(served));
    this.hubs.set(served, hub);
    return hub;
  }

  close(): void {
    this.table.close();
    const stopping = new FlowError('UNAVAILABLE', 'the node is stopping', { hint: 'Go on at another node.' });
    for (const hub of this.hubs.values()) hub.onLost(stopping);
  }

  // ---- finding

  private find(place: BucketPlace, action: Action, keys: readonly Uint8Array[]): ShardRef {
    const ref = this.look(place, action, keys);
    if (ref instanceof FlowError) throw ref;
    return ref;
  }

  private look(place: BucketPlace, action: Action, keys: readonly Uint8Array[]): ShardRef | FlowError {
    const { caller, bucket, shard } = place;
    const refused = this.ports.door.authorise(caller, action, qualifiedName('bucket', bucket));
    if (refused !== undefined) return refused;
    const resource = this.table.resource(bucket);
    if (resource instanceof FlowError) return resource;
    const found = shardOf(keys, resource.groups.length, shard);
    return found instanceof FlowError ? found : this.table.find(bucket, found);
  }
}

function keysOf(txn: TxnContent): Uint8Array[] {
  return [...txn.conditions, ...txn.success, ...txn.failure].flatMap((each) =>
    'key' in each ? [each.key] : [],
  );
}

/** The version in a result whose value is to be told and is missing. */
function valueWanted(result: KvOpResult, previous: boolean): KvVersion | undefined {
  switch (result.kind) {
    case 'get':
      return result.current?.value === undefined ? result.current : undefined;
    case 'put':
    case 'delete':
      return previous && result.previous?.value === undefined ? result.previous : undefined;
    case 'delete-range':
    case 'increment':
    case 'touch':
      return undefined;
  }
}

function needsValues(reply: KvTxnReply, txn: { readonly previous: boolean }): boolean {
  return reply.results.some((result) => valueWanted(result, txn.previous) !== undefined);
}

function withValue(result: KvOpResult, version: KvVersion): KvOpResult {
  switch (result.kind) {
    case 'get':
      return { ...result, current: version };
    case 'put':
    case 'delete':
      return { ...result, previous: version };
    case 'delete-range':
    case 'increment':
    case 'touch':
      return result;
  }
}

function checkTarget(target: WatchTarget): FlowError | undefined {
  switch (target.kind) {
    case 'key':
      return checkKey(target.key);
    case 'prefix':
      return checkRange(target.prefix, new Uint8Array(0));
    case 'range':
      return checkRange(target.from, target.to);
  }
}

function refuse(error: FlowError | undefined): void {
  if (error !== undefined) throw error;
}

function valuesLost(cause: unknown): FlowError {
  if (cause instanceof FlowError) return cause;
  return new FlowError(
    'UNAVAILABLE',
    'the transaction took effect, but a value that it read is compacted already',
    {
      hint: 'Read the keys again. The transaction is done.',
      details: { outcome: 'applied' },
      retryable: false,
      cause,
    },
  );
}

function noLease(id: number): FlowError {
  return new FlowError('NOT_FOUND', `lease ${id} is not there: never granted, expired or revoked`, {
    hint: 'Grant a new one.',
    details: { lease: id },
  });
}

function tooManyLeases(count: number): FlowError {
  return new FlowError(
    'INVALID_ARGUMENT',
    `${count} leases are kept alive at once; at most ${LEASES_KEPT_MAX} are allowed`,
    {
      hint: 'Send several requests.',
      details: { field: 'ids' },
    },
  );
}

function tooManyWatches(): FlowError {
  return new FlowError('OVERLOADED', `this node holds ${WATCHES_MAX} watches, which is the most it takes`, {
    hint: 'Watch a prefix instead of many keys, or spread the bucket over more shards.',
  });
}

function unexpected(kind: string): FlowError {
  return new FlowError('INTERNAL', `the machine answered with '${kind}'`);
}
