/**
 * All groups of a node over one engine. The same code runs over RocksDB, in memory and in the simulator: no timers, no clock,
 * no randomness, iteration in defined order. A turn's writes go to the engine with `flush`; callbacks carry the append path.
 *
 * Opening refuses an engine that has lost what the durability watermark says was durable (AMNESIA).
 */
import { type Crc32c, crc32c, FlowError, type GroupId, type MemberId, replicaOf } from '@flowmesh/base';
import type { GroupBootstrap, GroupStore, LogStore } from '../group-store.ts';
import type { KvEngine, WriteOp } from '../kv-engine.ts';
import type { Watermark } from '../watermark.ts';
import { AckGate } from './ack-gate.ts';
import { asGroupError, corruption, type StoreContext, type Sweepable, writeNow } from './context.ts';
import { FetchQueue } from './fetch-queue.ts';
import { GroupLog } from './group-log.ts';
import {
  appliedKey,
  garbageSpan,
  type GroupSpace,
  groupOfHeadKey,
  headKey,
  headSpan,
  metaKey,
  spaceOfGarbageKey,
  tombstoneKey,
} from './keys.ts';
import { arrivalOrder, type LogLayout } from './log-layout.ts';
import {
  type AppliedState,
  decodeApplied,
  decodeHead,
  decodeTombstone,
  encodeApplied,
  encodeHead,
  encodeTombstone,
  type GroupHead,
} from './records.ts';
import { seal, unseal } from './sealed.ts';
import { type GroupHooks, StoredGroup } from './stored-group.ts';
import { sweepIncarnation } from './sweep.ts';
import { TailBudget } from './tail.ts';
import { checkWatermark } from './watermark-check.ts';

export interface LogStoreOptions {
  /** A faster CRC-32C than the portable one, where the node has it. */
  readonly crc32c?: Crc32c;
  /** Newest entries kept in memory, all groups together; what is not yet durable stays beyond it. Default 64 MiB. */
  readonly tailBytesMax?: number;
  /** Reads for the consensus cores that may be under way at a time. Default 8. */
  readonly fetchesMax?: number;
  /**
   * Entries of one append go into values of about this size, so that reading a few of them does not read many; 0: a value for each
   * entry. Default 256 KiB.
   */
  readonly chunkBytesMax?: number;
  /**
   * Trimmed entries are deleted once about this much has gathered over all groups: seldom and many at a time, because tombstones among new
   * entries make the database rewrite them. Default 64 MiB; 0: at once.
   */
  readonly sweepBytesMin?: number;
  /** Entries of about so many bytes share a slice of time, within which they lie by group. Default 0: each batch is a slice. */
  readonly sliceBytes?: number;
  /** Default: arrival order. */
  readonly layout?: LogLayout;
  /** A background job (sweeping) failed; the data it was to remove stay until the next start. */
  readonly onBackgroundError?: (error: FlowError) => void;
}

const TAIL_BYTES_MAX = 64 * 1024 * 1024;
const FETCHES_MAX = 8;
const CHUNK_BYTES_MAX = 256 * 1024;
const SWEEP_BYTES_MIN = 64 * 1024 * 1024;
const HEADS_PAGE = 512;
/** Index and term that the initial configuration of a group counts as: a member that comes later gets it by snapshot. */
const FOUNDING = { index: 1, term: 1 } as const;

export async function openLogStore(
  engine: KvEngine,
  watermark: Watermark,
  options: LogStoreOptions = {},
): Promise<LogStore> {
  const saved = await checkWatermark(engine, watermark);
  const store = new EngineLogStore(engine, new AckGate(engine, watermark, saved), options);
  await store.load();
  return store;
}

class EngineLogStore implements LogStore {
  readonly recovered: number;
  private readonly engine: KvEngine;
  private readonly gate: AckGate;
  private readonly context: StoreContext;
  private readonly onBackgroundError: (error: FlowError) => void;
  private readonly heads = new Map<GroupId, GroupHead>();
  private readonly opened = new Map<GroupId, Promise<StoredGroup>>();
  private readonly hooks = new Map<GroupId, GroupHooks>();
  private readonly incarnations = new Map<GroupId, number>();
  private readonly creating = new Set<GroupId>();
  private readonly background: (() => Promise<void>)[] = [];
  private backgroundRun: Promise<void> | undefined;
  private readonly sweepBytesMin: number;
  private readonly toSweep = new Set<Sweepable>();
  private toSweepBytes = 0;
  private readonly sliceBytes: number;
  private slice: number;
  private sliceUsedBytes = 0;
  private closing = false;

  constructor(engine: KvEngine, gate: AckGate, options: LogStoreOptions) {
    this.engine = engine;
    this.gate = gate;
    this.sliceBytes = options.sliceBytes ?? 0;
    this.sweepBytesMin = options.sweepBytesMin ?? SWEEP_BYTES_MIN;
    this.onBackgroundError = options.onBackgroundError ?? (() => undefined);
    this.recovered = engine.sequence();
    // Every batch adds at least one operation to the engine's sequence, so this is past all slices of former lives.
    this.slice = this.recovered + 1;
    this.context = {
      engine,
      gate,
      crc32c: options.crc32c ?? crc32c,
      layout: options.layout ?? arrivalOrder,
      budget: new TailBudget(options.tailBytesMax ?? TAIL_BYTES_MAX),
      fetches: new FetchQueue(options.fetchesMax ?? FETCHES_MAX),
      chunkBytesMax: options.chunkBytesMax ?? CHUNK_BYTES_MAX,
      sliceNumber: () => this.slice,
      sliceUsed: (bytes) => {
        this.sliceUsedBytes += bytes;
      },
      nextIncarnation: (group) => this.nextIncarnation(group),
      sweepIncarnation: (space) => this.sweep(space),
      trimmed: (log, bytes) => this.trimmed(log, bytes),
      inBackground: (job) => this.inBackground(job),
    };
  }

  async load(): Promise<void> {
    const { from, to } = headSpan();
    const cursor = this.engine.cursor('idx', { from, to });
    try {
      for (;;) {
        const pairs = await cursor.next(HEADS_PAGE);
        if (pairs.length === 0) break;
        for (const [key, value] of pairs) {
          const group = groupOfHeadKey(key);
          const head = decodeHead(
            group,
            unseal(this.context.crc32c, `the head of group ${group}`, key, value),
          );
          this.heads.set(group, head);
          this.incarnations.set(group, head.incarnation);
        }
      }
    } finally {
      cursor.close();
    }
    await this.loadGarbage();
  }

  private async loadGarbage(): Promise<void> {
    const { from, to } = garbageSpan();
    const cursor = this.engine.cursor('idx', { from, to });
    try {
      for (;;) {
        const pairs = await cursor.next(HEADS_PAGE);
        if (pairs.length === 0) break;
        for (const [key] of pairs) {
          const space = spaceOfGarbageKey(key);
          this.incarnations.set(
            space.group,
            Math.max(this.incarnations.get(space.group) ?? 0, space.incarnation),
          );
          if (this.heads.get(space.group)?.incarnation !== space.incarnation) this.sweep(space);
        }
      }
    } finally {
      cursor.close();
    }
  }

  private nextIncarnation(group: GroupId): number {
    const next = (this.incarnations.get(group) ?? 0) + 1;
    this.incarnations.set(group, next);
    return next;
  }

  private sweep(space: GroupSpace): void {
    this.inBackground(() => sweepIncarnation(this.context, space));
  }

  private trimmed(log: Sweepable, bytes: number): void {
    this.toSweep.add(log);
    this.toSweepBytes += bytes;
    if (this.toSweepBytes < this.sweepBytesMin) return;
    for (const one of this.toSweep) this.inBackground(() => one.sweep());
    this.toSweep.clear();
    this.toSweepBytes = 0;
  }

  private inBackground(job: () => Promise<void>): void {
    if (this.closing) return;
    this.background.push(job);
    this.backgroundRun ??= this.runBackground();
  }

  private async runBackground(): Promise<void> {
    for (let job = this.background.shift(); job !== undefined; job = this.background.shift()) {
      try {
        await job();
      } catch (error) {
        this.onBackgroundError(
          error instanceof FlowError
            ? error
            : new FlowError('INTERNAL', 'a background job of the storage failed', { cause: error }),
        );
      }
    }
    this.backgroundRun = undefined;
  }

  groups(): readonly GroupId[] {
    return [...this.heads.keys()].sort((a, b) => a - b);
  }

  async open(group: GroupId): Promise<GroupStore> {
    const already = this.opened.get(group);
    if (already !== undefined) return already;
    const head = this.heads.get(group);
    if (head === undefined) throw new FlowError('NOT_FOUND', `group ${group} has no replica on this node`);
    const opening = this.openGroup(group, head);
    this.opened.set(group, opening);
    try {
      return await opening;
    } catch (error) {
      this.opened.delete(group);
      throw asGroupError(group, error);
    }
  }

  private async openGroup(group: GroupId, head: GroupHead): Promise<StoredGroup> {
    const space = { group, incarnation: head.incarnation };
    const applied = await this.loadApplied(space);
    const log = new GroupLog(this.context, space, head.trim);
    await log.load(head.hardState.commit);
    if (
      log.lastIndex() < head.hardState.commit ||
      log.lastIndex() < applied.index ||
      applied.index < head.trim.index
    ) {
      throw corruption(group, `the log ends at ${log.lastIndex()}, before what was committed or applied`);
    }
    return new StoredGroup(this.context, group, { head, applied, log }, this.hooksOf(group));
  }

  private async loadApplied(space: GroupSpace): Promise<AppliedState> {
    const key = appliedKey(space);
    const value = await this.engine.get('sm', key);
    if (value === undefined) throw corruption(space.group, 'the applied index is missing');
    return decodeApplied(unseal(this.context.crc32c, 'the applied index', key, value));
  }

  async create(bootstrap: GroupBootstrap): Promise<GroupStore> {
    const { group, member, conf, machine } = bootstrap;
    if (this.heads.has(group) || this.creating.has(group)) {
      throw new FlowError('ALREADY_EXISTS', `group ${group} already has a replica on this node`);
    }
    this.creating.add(group);
    try {
      await this.checkTombstone(group, member);
      const trim = conf.voters.length > 0 ? FOUNDING : { index: 0, term: 0 };
      const hardState = { term: trim.term, vote: 0 as MemberId, commit: trim.index };
      const space = { group, incarnation: this.nextIncarnation(group) };
      const head: GroupHead = { member, machine, incarnation: space.incarnation, hardState, trim };
      const applied = { index: trim.index, conf };
      await writeNow(
        this.engine,
        [
          this.sealed('idx', headKey(group), encodeHead(group, head)),
          this.sealed('sm', appliedKey(space), encodeApplied(applied)),
        ],
        true,
      );
      this.heads.set(group, head);
      const log = new GroupLog(this.context, space, trim);
      const store = new StoredGroup(this.context, group, { head, applied, log }, this.hooksOf(group));
      this.opened.set(group, Promise.resolve(store));
      return store;
    } finally {
      this.creating.delete(group);
    }
  }

  private async checkTombstone(group: GroupId, member: MemberId): Promise<void> {
    const key = tombstoneKey(group);
    const value = await this.engine.get('idx', key);
    if (value === undefined) return;
    const removed = decodeTombstone(unseal(this.context.crc32c, 'a tombstone', key, value));
    if (replicaOf(member) <= replicaOf(removed)) {
      throw new FlowError('ALREADY_EXISTS', `this replica of group ${group} was here and has been removed`, {
        hint: 'A removed replica never returns under its old identity; place a new one.',
      });
    }
  }

  async remove(group: GroupId, member: MemberId): Promise<void> {
    const head = this.heads.get(group);
    if (head === undefined || head.member !== member) {
      throw new FlowError('NOT_FOUND', `group ${group} has no replica ${member} on this node`);
    }
    const store = (await this.open(group)) as StoredGroup;
    if (this.heads.get(group)?.member !== member) return;
    const ops: WriteOp[] = [this.sealed('idx', tombstoneKey(group), encodeTombstone(member))];
    const { space } = store;
    store.detach(ops);
    // Until that is on the disk the replica counts as here: where the write fails, removing can be tried again.
    await writeNow(this.engine, ops, true);
    if (this.heads.get(group)?.member !== member) return;
    this.heads.delete(group);
    this.opened.delete(group);
    this.hooks.delete(group);
    this.sweep(space);
  }

  private sealed(family: 'idx' | 'sm', key: Uint8Array, body: Uint8Array): WriteOp {
    return { kind: 'put', family, key, value: seal(this.context.crc32c, key, body) };
  }

  async getMeta(key: string): Promise<Uint8Array | undefined> {
    const stored = metaKey(key);
    const value = await this.engine.get('idx', stored);
    return value === undefined ? undefined : unseal(this.context.crc32c, `the record ${key}`, stored, value);
  }

  async putMeta(key: string, value: Uint8Array): Promise<void> {
    await writeNow(this.engine, [this.sealed('idx', metaKey(key), value)], true);
  }

  durable(): number {
    return this.engine.durableSequence();
  }

  flush(): void {
    this.engine.flush();
    if (this.sliceUsedBytes === 0 || this.sliceUsedBytes < this.sliceBytes) return;
    this.slice++;
    this.sliceUsedBytes = 0;
  }

  saveWatermark(): void {
    this.gate.save();
  }

  onFetched(group: GroupId, fetched: (purpose: MemberId | 'apply') => void): void {
    this.hooksOf(group).fetched = fetched;
  }

  onFailed(group: GroupId, failed: (error: FlowError) => void): void {
    this.hooksOf(group).failed = failed;
  }

  private hooksOf(group: GroupId): GroupHooks {
    const known = this.hooks.get(group);
    if (known !== undefined) return known;
    const hooks = { fetched: undefined, failed: undefined };
    this.hooks.set(group, hooks);
    return hooks;
  }

  /** Writes what is queued, saves the watermark, ends background work. The engine stays open: its owner closes it. */
  async close(): Promise<void> {
    this.closing = true;
    this.background.length = 0;
    this.engine.flush();
    await this.context.fetches.idle();
    await this.backgroundRun;
    // A synced empty-handed write makes everything before it durable, so that a clean stop leaves an exact watermark.
    await writeNow(this.engine, [this.sealed('idx', metaKey('closed'), new Uint8Array(0))], true);
    this.gate.save();
    await this.gate.idle();
  }
}
