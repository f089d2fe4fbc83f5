/**
 * The jobs of a shard and the indexes in which they stand. The only place where a job changes its state: so it is in exactly one index, and
 * the counts are what the indexes hold.
 *
 * Invariants: a job's record says where it stands; `leave` takes it out of there, `enter` puts it in; every way from one state to another is
 * one of each, in one command. A leased job is in `leases` unless a transaction has acknowledged it: then its lease does not run out.
 */
import { must } from '@flowmesh/base';
import { type QueueConfig, resolveQueueConfig } from '../catalog/queue-config.ts';
import type { StateReader, StateWriter } from '../machine.ts';
import { OrderedHead } from '../state/ordered-head.ts';
import { StateCache } from '../state/state-cache.ts';
import { ErrorHistogram } from './error-histogram.ts';
import { decodeMeta, encodeBody, encodeMeta } from './job-codec.ts';
import { KeyOrder } from './key-order.ts';
import { KeyTurns } from './key-turns.ts';
import { KeyWindows } from './key-windows.ts';
import { QueueGlobals } from './queue-globals.ts';
import { MARK, numberKey, TABLE, tablePrefix, timeKey } from './queue-keys.ts';
import type { DeadReason, JobBody, JobMeta, JobPlace, Lease } from './queue-types.ts';
import { ReadyIndex } from './ready-index.ts';
import { RecentBodies } from './recent-bodies.ts';

/** What a shard may keep in memory. Chunks of commands that look at more take more, until the next one. */
export interface QueueMemory {
  /** Job records, deduplication ids and the like. */
  readonly cacheBytes: number;
  /** Bodies of the last jobs. */
  readonly bodyBytes: number;
  /** Entries of each of the 16 indexes (ten of them ready jobs by priority); some 300 bytes each. */
  readonly headEntries: number;
  /** Keys and transactions whose first entries are remembered; some 5 KiB each. */
  readonly windows: number;
}

const NO_PLACE: JobPlace = { turn: 0, ordered: false, blocked: false, named: false };

export class JobTable {
  readonly globals = new QueueGlobals();
  readonly cache: StateCache;
  readonly windows: KeyWindows;
  readonly ready: ReadyIndex;
  readonly delayed: OrderedHead;
  readonly leases: OrderedHead;
  readonly dead: OrderedHead;
  readonly waiting: OrderedHead;
  readonly freed: OrderedHead;
  readonly order: KeyOrder;
  readonly turns: KeyTurns;
  readonly errors = new ErrorHistogram();
  readonly bodies: RecentBodies;
  private currentConfig: QueueConfig = resolveQueueConfig({});

  constructor(memory: QueueMemory) {
    this.cache = new StateCache({ bytesMax: memory.cacheBytes });
    this.windows = new KeyWindows(memory.windows);
    this.bodies = new RecentBodies(memory.bodyBytes);
    const size = { keepMax: memory.headEntries, fill: Math.max(1, memory.headEntries >>> 1) };
    const head = (table: number): OrderedHead => new OrderedHead({ prefix: tablePrefix(table), ...size });
    this.ready = new ReadyIndex(size);
    this.delayed = head(TABLE.delayed);
    this.leases = head(TABLE.lease);
    this.dead = head(TABLE.dead);
    this.waiting = head(TABLE.waiting);
    this.freed = head(TABLE.freed);
    const { globals, cache, windows, waiting, freed } = this;
    this.order = new KeyOrder({ globals, cache, windows, waiting, freed });
    this.turns = new KeyTurns(globals, cache);
  }

  get config(): QueueConfig {
    return this.currentConfig;
  }

  configure(config: QueueConfig): void {
    this.currentConfig = config;
    this.turns.enabled = config.fairness === 'key';
  }

  async load(state: StateReader): Promise<void> {
    await this.ready.restore(state);
    for (const head of [this.delayed, this.leases, this.dead, this.waiting, this.freed]) {
      await head.restore(state);
    }
    await this.errors.load(state);
  }

  /** What `prepare` loaded or a command wrote. */
  get(seq: number): JobMeta | undefined {
    const bytes = this.cache.get(numberKey(TABLE.meta, seq));
    return bytes === undefined ? undefined : decodeMeta(seq, bytes);
  }

  /** One that an index has named. */
  indexed(seq: number): JobMeta {
    return must(this.get(seq), 'what stands in an index has a record');
  }

  // ---- ways between states

  /** A new job, staged by a transaction. */
  stage(meta: JobMeta, body: JobBody, writer: StateWriter): void {
    this.putBody(meta.seq, body, writer, true);
    this.enter({ ...meta, state: 'staged' }, writer, true);
  }

  /** A new job. */
  add(meta: JobMeta, body: JobBody, writer: StateWriter): JobMeta {
    this.putBody(meta.seq, body, writer, true);
    return this.available(meta, meta.dueAtMs, writer, true);
  }

  /** A staged job takes effect. */
  unstage(meta: JobMeta, writer: StateWriter): void {
    this.leave(meta, writer);
    this.available(meta, meta.dueAtMs, writer);
  }

  /** Ready, or delayed until `dueAtMs`. From `leased` and `delayed`, or new. */
  makeAvailable(meta: JobMeta, dueAtMs: number, writer: StateWriter): JobMeta {
    this.leave(meta, writer);
    return this.available(meta, dueAtMs, writer);
  }

  /** Its key was passed on to it. */
  unblock(meta: JobMeta, writer: StateWriter): void {
    this.globals.blocked -= 1;
    this.globals.bytes -= meta.bytes;
    this.enterReady({ ...meta, place: { ...meta.place, blocked: false } }, writer);
  }

  makeLeased(meta: JobMeta, lease: Lease, writer: StateWriter): JobMeta {
    this.leave(meta, writer);
    this.turns.reached(meta);
    const leased: JobMeta = {
      ...meta,
      state: 'leased',
      lease,
      leaseEpoch: meta.leaseEpoch + 1,
      attempts: meta.attempts + 1,
      totalAttempts: meta.totalAttempts + 1,
    };
    this.enter(leased, writer);
    return leased;
  }

  /** Another deadline, or another transaction, for a leased job. */
  changeLease(meta: JobMeta, lease: Lease, writer: StateWriter): void {
    this.leave(meta, writer);
    this.enter({ ...meta, lease }, writer);
  }

  /** From `leased` or `ready`. */
  makeDead(meta: JobMeta, reason: DeadReason, writer: StateWriter): void {
    this.leave(meta, writer);
    this.leaveOrder(meta, writer);
    const death = { atMs: this.globals.timeMs, reason };
    const dead: JobMeta = { ...meta, state: 'dead', dueAtMs: 0, lease: undefined, death, place: NO_PLACE };
    const named = this.errors.add(deadError(dead), writer);
    this.enter({ ...dead, place: { ...NO_PLACE, named } }, writer);
    this.globals.totals.deadLettered += 1;
  }

  /** From the dead to the living, as if new but for its history. */
  revive(meta: JobMeta, writer: StateWriter): void {
    this.leave(meta, writer);
    this.errors.remove(deadError(meta), meta.place.named, writer);
    const alive: JobMeta = {
      ...meta,
      attempts: 0,
      redrives: meta.redrives + 1,
      death: undefined,
      place: NO_PLACE,
    };
    this.available(alive, 0, writer);
    this.globals.totals.redriven += 1;
  }

  /** Another body for a dead job. */
  editDead(meta: JobMeta, body: JobBody, bytes: number, writer: StateWriter): void {
    this.leave(meta, writer);
    this.putBody(meta.seq, body, writer);
    this.enter({ ...meta, bytes }, writer);
  }

  /** For good, from any state. */
  remove(meta: JobMeta, writer: StateWriter): void {
    this.leave(meta, writer);
    if (meta.state === 'dead') this.errors.remove(deadError(meta), meta.place.named, writer);
    this.leaveOrder(meta, writer);
    this.cache.del(numberKey(TABLE.meta, meta.seq), writer);
    writer.del(numberKey(TABLE.body, meta.seq));
    this.bodies.remove(meta.seq);
  }

  // ---- indexes and counts

  /** `fresh`: it has no record yet. */
  private available(meta: JobMeta, dueAtMs: number, writer: StateWriter, fresh = false): JobMeta {
    const free: JobMeta = { ...meta, lease: undefined };
    if (dueAtMs > this.globals.timeMs) {
      const delayed: JobMeta = { ...free, state: 'delayed', dueAtMs };
      this.enter(delayed, writer, fresh);
      return delayed;
    }
    const joins = !meta.place.ordered && meta.key.length > 0 && this.currentConfig.ordering === 'key';
    if (!joins) return this.enterReady(free, writer, fresh);
    const holds = this.order.join(meta.key, meta.seq, writer);
    const place: JobPlace = { ...meta.place, ordered: true, blocked: !holds };
    if (holds) return this.enterReady({ ...free, place }, writer, fresh);
    const blocked: JobMeta = { ...free, state: 'ready', dueAtMs: 0, place };
    this.enter(blocked, writer, fresh);
    return blocked;
  }

  private enterReady(meta: JobMeta, writer: StateWriter, fresh = false): JobMeta {
    const turn = this.turns.enter(meta, writer);
    const ready: JobMeta = { ...meta, state: 'ready', dueAtMs: 0, place: { ...meta.place, turn } };
    this.enter(ready, writer, fresh);
    return ready;
  }

  private enter(meta: JobMeta, writer: StateWriter, fresh = false): void {
    const { globals } = this;
    switch (meta.state) {
      case 'ready':
        if (meta.place.blocked) globals.blocked += 1;
        else {
          this.ready.insert(meta, globals.timeMs, writer);
          this.countReady(meta.priority, 1);
        }
        break;
      case 'delayed':
        this.delayed.insert(timeKey(TABLE.delayed, meta.dueAtMs, meta.seq), MARK, writer, true);
        globals.delayed += 1;
        break;
      case 'leased':
        if (runsOut(meta)) this.leases.insert(leaseKey(meta), MARK, writer, true);
        globals.leased += 1;
        break;
      case 'dead':
        this.dead.insert(deadKey(meta), MARK, writer, true);
        globals.dead += 1;
        break;
      case 'staged':
        globals.staged += 1;
        break;
    }
    this.countBytes(meta, 1);
    this.cache.put(numberKey(TABLE.meta, meta.seq), encodeMeta(meta), writer, fresh);
  }

  private leave(meta: JobMeta, writer: StateWriter): void {
    const { globals } = this;
    switch (meta.state) {
      case 'ready':
        if (meta.place.blocked) globals.blocked -= 1;
        else {
          this.ready.remove(meta, writer);
          this.turns.leave(meta, writer);
          this.countReady(meta.priority, -1);
        }
        break;
      case 'delayed':
        this.delayed.remove(timeKey(TABLE.delayed, meta.dueAtMs, meta.seq), writer);
        globals.delayed -= 1;
        break;
      case 'leased':
        if (runsOut(meta)) this.leases.remove(leaseKey(meta), writer);
        globals.leased -= 1;
        break;
      case 'dead':
        this.dead.remove(deadKey(meta), writer);
        globals.dead -= 1;
        break;
      case 'staged':
        globals.staged -= 1;
        break;
    }
    this.countBytes(meta, -1);
  }

  private leaveOrder(meta: JobMeta, writer: StateWriter): void {
    if (!meta.place.ordered) return;
    if (meta.place.blocked) this.order.leave(meta.key, meta.seq, writer);
    else this.order.free(meta.key, meta.seq, writer);
  }

  private putBody(seq: number, body: JobBody, writer: StateWriter, fresh = false): void {
    const bytes = encodeBody(body);
    writer.put(numberKey(TABLE.body, seq), bytes, undefined, fresh);
    this.bodies.add(seq, bytes);
  }

  private countReady(priority: number, by: 1 | -1): void {
    const { readyBy } = this.globals;
    readyBy[priority] = must(readyBy[priority], 'priorities go from 0 to 9') + by;
  }

  private countBytes(meta: JobMeta, sign: 1 | -1): void {
    if (meta.state === 'dead') this.globals.deadBytes += sign * meta.bytes;
    else this.globals.bytes += sign * meta.bytes;
  }
}

function runsOut(meta: JobMeta): boolean {
  return meta.lease !== undefined && meta.lease.transaction === undefined;
}

function leaseKey(meta: JobMeta): Uint8Array {
  const lease = must(meta.lease, 'a leased job has a lease');
  return timeKey(TABLE.lease, lease.deadlineMs, meta.seq);
}

function deadKey(meta: JobMeta): Uint8Array {
  return timeKey(TABLE.dead, must(meta.death, 'a dead job has died').atMs, meta.seq);
}

/** What the histogram counts a dead job under. */
function deadError(meta: JobMeta): string {
  if (meta.death?.reason === 'overflow') return 'the queue was full';
  return meta.failures.at(-1)?.error ?? '';
}
