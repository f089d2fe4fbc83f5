/**
 * Pushes records of one or several partitions to one receiver, as far as it has granted credit and can take them.
 *
 *   a partition:   idle ◄─ at the end ── ready ── not in memory ─► reading ── page ─► held ─► delivered, ready again
 *                   └──── new records ──►                 (in turn with all readers of the disk)
 *                  any ── leadership lost, damaged, trimmed away ─► ended
 *
 * Ready partitions take turns, a chunk each. Credit is taken when a read begins, so that what is read but not yet
 * delivered is bounded by it; the last chunk may exceed it, because a batch is never cut. A subscription far behind holds
 * at most one place per partition in the disk's queue and at most one chunk per partition; it never runs long in one turn.
 * What the receiver is not shown costs no credit; how far it has come travels all the same, at the end or now and then.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { Scheduler } from '@flowmesh/base';
import type { DiskGate } from '../disk-gate.ts';
import type { FilterCounters } from '../filter/compile-filter.ts';
import { readFromDisk, readFromMemory } from './batch-reader.ts';
import type { Page, ReadCursor } from './batch-reader.ts';
import type { PartitionWatcher, ServedPartition } from './partition-table.ts';
import { FILTERED_PAGE_BYTES, show } from './read-view.ts';
import type { ReadView, Shown } from './read-view.ts';

export interface Delivery {
  readonly partition: number;
  /** Whole batches, aliasing the log's memory: to be encoded before the call returns. None where all that was read is not shown. */
  readonly batches: readonly Uint8Array[];
  /** The first batch may begin before it. */
  readonly fromOffset: number;
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** What the filter has done so far, on all partitions of the subscription. */
  readonly filter: FilterCounters | undefined;
  readonly bytes: number;
}

const NOTHING = { batches: [], bytes: 0 };

/** The receiver. */
export interface SubscriptionSink {
  /** False when it can take no more for now; `resume` says that it can again. */
  deliver(delivery: Delivery): boolean;
  /** Nothing more comes from this partition. */
  partitionEnded(partition: number, error: FlowError): void;
}

export interface SubscriptionPorts {
  readonly scheduler: Scheduler;
  readonly gate: DiskGate;
}

/** Bytes of one delivery. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes that are passed over before the receiver is told how far it has come. */
const UNTOLD_BYTES = 4 * 1024 * 1024;
/** Bytes read before other work of the node has its turn. */
const TURN_BYTES = 1024 * 1024;

interface Tail extends PartitionWatcher {
  readonly number: number;
  readonly served: ServedPartition;
  cursor: ReadCursor;
  state: 'idle' | 'ready' | 'reading' | 'ended';
  held: Page | undefined;
  /** Credit taken for `held`, or for the read under way. */
  reserved: number;
  /** Bytes that were passed over since the receiver was told of the cursor. */
  untold: number;
}

export class Subscription {
  private readonly ports: SubscriptionPorts;
  private readonly sink: SubscriptionSink;
  private readonly view: ReadView;
  private readonly tails = new Map<number, Tail>();
  private readonly ready = new Set<Tail>();
  private readonly abort = new AbortController();
  private credit = 0;
  private writable = true;
  private scheduled = false;
  private closed = false;

  constructor(ports: SubscriptionPorts, view: ReadView, sink: SubscriptionSink) {
    this.ports = ports;
    this.view = view;
    this.sink = sink;
  }

  /** Bytes that may still be sent; negative after a batch that exceeded what was left. */
  get creditBytes(): number {
    return this.credit;
  }

  get openPartitions(): number {
    return this.tails.size;
  }

  /** Begins with a partition; nothing happens once closed. */
  add(number: number, served: ServedPartition, offset: number): void {
    if (this.closed) return;
    const tail: Tail = {
      number,
      served,
      cursor: { offset, index: undefined },
      state: 'ready',
      held: undefined,
      reserved: 0,
      untold: 0,
      onAdvance: () => {
        if (tail.state === 'idle') this.makeReady(tail);
      },
      onLost: (error) => this.end(tail, error),
    };
    this.tails.set(number, tail);
    served.watch(tail);
    this.makeReady(tail);
  }

  grant(bytes: number): void {
    this.credit += bytes;
    this.schedule();
  }

  resume(): void {
    this.writable = true;
    this.schedule();
  }

  /** Ends one partition on the receiver's behalf, which is told as of any other end. */
  drop(number: number, error: FlowError): void {
    const tail = this.tails.get(number);
    if (tail !== undefined) this.end(tail, error);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.abort.abort();
    for (const tail of this.tails.values()) tail.served.unwatch(tail);
    this.tails.clear();
    this.ready.clear();
  }

  private makeReady(tail: Tail): void {
    tail.state = 'ready';
    this.ready.add(tail);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.closed || this.ready.size === 0) return;
    this.scheduled = true;
    this.ports.scheduler.endOfTurn(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  private pump(): void {
    let sent = 0;
    for (const tail of this.ready) {
      if (this.closed || !this.writable) return;
      if (this.credit <= 0 && tail.held === undefined) continue;
      if (sent >= TURN_BYTES) return this.schedule();
      this.ready.delete(tail);
      sent += this.step(tail);
    }
  }

  /** One chunk of one partition; returns the bytes read. A partition that may have more queues up again. */
  private step(tail: Tail): number {
    const { held } = tail;
    if (held !== undefined) {
      tail.held = undefined;
      this.giveBack(tail);
      // After a compaction it lies elsewhere, and what was aborted in it is forgotten: it is read again.
      if (held.pass === tail.served.machine.compactionPass) return this.deliver(tail, held);
    }
    const wanted = Math.min(this.view.filter === undefined ? CHUNK_BYTES : FILTERED_PAGE_BYTES, this.credit);
    const { isolation } = this.view;
    const page = readFromMemory(tail.served, tail.cursor, { bytesMax: wanted, isolation });
    if (page === 'end') {
      tail.state = 'idle';
      if (tail.untold > 0) this.send(tail, tail.cursor.offset, NOTHING);
      return 0;
    }
    if (page === 'disk') {
      this.fetch(tail, wanted);
      return 0;
    }
    if (isFlowError(page)) {
      this.end(tail, page);
      return 0;
    }
    return this.deliver(tail, page);
  }

  private deliver(tail: Tail, page: Page): number {
    const from = tail.cursor.offset;
    const shown = show({ partition: tail.served, number: tail.number, from }, page, this.view);
    tail.cursor = shown.next;
    tail.untold += Math.max(page.bytes, 1);
    this.ready.add(tail);
    if (shown.batches.length > 0 || tail.untold >= UNTOLD_BYTES) this.send(tail, from, shown);
    // Looking at records costs more than sending them: others have their turn after each page.
    return this.view.filter === undefined ? page.bytes : TURN_BYTES;
  }

  private send(tail: Tail, from: number, { batches, bytes }: Pick<Shown, 'batches' | 'bytes'>): void {
    tail.untold = 0;
    this.credit -= bytes;
    this.writable = this.sink.deliver({
      partition: tail.number,
      batches,
      fromOffset: from,
      nextOffset: tail.cursor.offset,
      highWatermark: tail.served.highWatermark,
      lastStableOffset: tail.served.machine.lastStableOffset,
      filter: this.view.filter?.counters,
      bytes,
    });
  }

  private fetch(tail: Tail, wanted: number): void {
    tail.state = 'reading';
    tail.reserved = wanted;
    this.credit -= wanted;
    const { isolation } = this.view;
    const options = { bytesMax: wanted, isolation, gate: this.ports.gate, signal: this.abort.signal };
    readFromDisk(tail.served, tail.cursor, options).then(
      (page) => {
        if (this.closed || tail.state !== 'reading') return;
        if (page.next.offset > tail.cursor.offset) tail.held = page;
        else this.giveBack(tail);
        this.makeReady(tail);
      },
      (error: unknown) => this.fetchFailed(tail, error),
    );
  }

  private fetchFailed(tail: Tail, error: unknown): void {
    if (this.closed || tail.state !== 'reading') return;
    this.end(
      tail,
      isFlowError(error) ? error : new FlowError('INTERNAL', 'reading records failed', { cause: error }),
    );
  }

  private giveBack(tail: Tail): void {
    this.credit += tail.reserved;
    tail.reserved = 0;
  }

  private end(tail: Tail, error: FlowError): void {
    if (tail.state === 'ended') return;
    tail.state = 'ended';
    tail.held = undefined;
    this.giveBack(tail);
    tail.served.unwatch(tail);
    this.ready.delete(tail);
    this.tails.delete(tail.number);
    if (!this.closed) this.sink.partitionEnded(tail.number, error);
    this.schedule();
  }
}
