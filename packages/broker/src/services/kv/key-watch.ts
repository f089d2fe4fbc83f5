/**
 * One watch: the changes of a key, a prefix or a range, in order, each once, from a place in the revision log on.
 *
 *   behind ── reads the log, page by page ──► at its end ─► live ── changes come as they are applied
 *      ▲                                                     │
 *      └── the receiver is slow, a value is not in memory, too much at once ◄┘
 *
 * Nothing but `place` is remembered of a watch that is behind: what it has not been told is in the log. Invariant: everything before `place`
 * that it covers was delivered, nothing behind it.
 */
import { FlowError } from '@flowmesh/base';
import type { KvEvent, KvReader, KvVersion } from '@flowmesh/engines';
import type { CompiledFilter } from '../filter/compile-filter.ts';
import { covers, type WatchTarget } from './watch-index.ts';

export interface WatchedEvent {
  readonly event: KvEvent;
  /** Of a put; undefined where only keys are wanted. */
  readonly value: Uint8Array | undefined;
  readonly previous: KvVersion | undefined;
}

/** The receiver. */
export interface WatchSink {
  /** `progressRevision`: all changes up to it have been told; 0: only what is in `events`. False when it can take no more for now. */
  deliver(events: readonly WatchedEvent[], progressRevision: number): boolean;
  ended(error: FlowError): void;
}

export interface WatchWish {
  readonly target: WatchTarget;
  /** Undefined: from now on. */
  readonly from: Place | undefined;
  readonly previous: boolean;
  readonly keysOnly: boolean;
  readonly filter: CompiledFilter<'kv'> | undefined;
}

export interface Place {
  readonly revision: number;
  readonly index: number;
}

/** What a watch needs of its shard. */
export interface WatchedShard {
  readonly reader: KvReader;
  readonly revision: number;
  /** Changes up to it have been offered to all that are live. */
  readonly told: number;
  /** Runs a step of a watch that is behind, when its turn comes. */
  schedule(watch: KeyWatch): void;
}

const PAGE_EVENTS = 256;
/** Bytes of changes that one delivery holds, and that wait for a live receiver. */
const DELIVERY_BYTES = 1024 * 1024;

export class KeyWatch {
  readonly target: WatchTarget;
  private readonly shard: WatchedShard;
  private readonly sink: WatchSink;
  private readonly wish: WatchWish;
  /** The first change that has not been told. */
  private place: Place;
  private state: 'live' | 'behind' | 'ended' = 'behind';
  private writable = true;
  /** The receiver was told something, and so where it stands. */
  private announced = false;
  private waiting: WatchedEvent[] = [];
  private waitingBytes = 0;

  constructor(shard: WatchedShard, sink: WatchSink, wish: WatchWish) {
    this.shard = shard;
    this.sink = sink;
    this.wish = wish;
    this.target = wish.target;
    this.place = wish.from ?? { revision: shard.revision + 1, index: 0 };
  }

  /** It is behind, and its receiver can take more. */
  get wantsMore(): boolean {
    return this.state === 'behind' && this.writable;
  }

  get over(): boolean {
    return this.state === 'ended';
  }

  /** Tells where it begins, and goes on from there. */
  start(): void {
    if (this.wish.from === undefined) {
      this.state = 'live';
      this.send([], this.place.revision - 1);
    } else this.shard.schedule(this);
  }

  /** A change that it covers was applied; only while it is live. */
  offer(event: KvEvent): void {
    if (this.state !== 'live' || isBefore(event, this.place)) return;
    const watched = this.atOnce(event);
    if (watched === undefined || !this.writable || this.waitingBytes > DELIVERY_BYTES) {
      this.fallBehind(event);
      return;
    }
    this.place = { revision: event.revision, index: event.index + 1 };
    if (!this.passes(watched)) return;
    this.waiting.push(watched);
    this.waitingBytes += sizeOf(watched);
  }

  /** All that was applied has been offered. */
  flush(revision: number): void {
    if (this.state !== 'live') return;
    this.place = {
      revision: Math.max(this.place.revision, revision + 1),
      index: this.place.revision > revision ? this.place.index : 0,
    };
    const events = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    if (events.length > 0) this.send(events, revision);
  }

  /** Changes from a revision on were applied that memory no longer holds. */
  fellOut(revision: number): void {
    const place = { revision, index: 0 };
    if (this.state === 'live') this.fallBehind(isBefore(this.place, place) ? place : this.place);
  }

  /** Nothing happened for a while: tell how far it is. */
  tellProgress(): void {
    if (this.state === 'live' && this.writable) this.send([], this.shard.told);
  }

  /** The receiver can take more. */
  resume(): void {
    if (this.writable) return;
    this.writable = true;
    if (this.state === 'behind') this.shard.schedule(this);
  }

  end(error: FlowError | undefined): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.waiting = [];
    if (error !== undefined) this.sink.ended(error);
  }

  private fallBehind(place: Place): void {
    const waiting = this.waiting[0]?.event;
    const { revision, index } = waiting ?? place;
    this.waiting = [];
    this.waitingBytes = 0;
    this.place = { revision, index };
    this.state = 'behind';
    if (this.writable) this.shard.schedule(this);
  }

  /** One page of the log. Not before the one before has ended. */
  async catchUp(): Promise<void> {
    const { shard } = this;
    if (!this.wantsMore) return;
    const last = shard.revision;
    if (this.place.revision > last) {
      this.state = 'live';
      if (!this.announced) this.send([], last);
      return;
    }
    try {
      const events = await shard.reader.events(this.place, last, PAGE_EVENTS);
      if (events instanceof FlowError) throw events;
      await this.tell(events, last);
    } catch (error) {
      this.end(error instanceof FlowError ? error : unreadable(error));
    }
  }

  private async tell(events: readonly KvEvent[], last: number): Promise<void> {
    const found: WatchedEvent[] = [];
    let bytes = 0;
    let next: Place = { revision: last + 1, index: 0 };
    if (events.length === PAGE_EVENTS) next = behind(events[events.length - 1]);
    for (const event of events) {
      if (!covers(this.target, event.key)) continue;
      const watched = await this.filled(event);
      if (this.over) return;
      if (!this.passes(watched)) continue;
      found.push(watched);
      bytes += sizeOf(watched);
      if (bytes < DELIVERY_BYTES) continue;
      next = behind(event);
      break;
    }
    this.place = next;
    const progress = next.index === 0 ? next.revision - 1 : 0;
    if (found.length > 0 || progress === last) this.send(found, progress);
  }

  private send(events: readonly WatchedEvent[], progressRevision: number): void {
    this.announced = true;
    this.writable = this.sink.deliver(events, progressRevision) && this.writable;
  }

  /** The change with all that is wanted of it, where memory has that. */
  private atOnce(event: KvEvent): WatchedEvent | undefined {
    const { previous, keysOnly, filter } = this.wish;
    if (previous && event.previousRevision !== 0) return undefined;
    const wanted = event.kind === 'put' && (!keysOnly || filter !== undefined);
    if (wanted && event.value === undefined) return undefined;
    return { event, value: wanted ? event.value : undefined, previous: undefined };
  }

  private async filled(event: KvEvent): Promise<WatchedEvent> {
    const { previous, keysOnly, filter } = this.wish;
    const { reader } = this.shard;
    const wanted = event.kind === 'put' && (!keysOnly || filter !== undefined);
    let { value } = event;
    if (wanted && value === undefined) {
      value = (await reader.version(event.key, event.revision))?.value;
      if (value === undefined) throw valueCompacted(event.revision);
    }
    const before =
      previous && event.previousRevision !== 0
        ? await reader.version(event.key, event.previousRevision)
        : undefined;
    return { event, value: wanted ? value : undefined, previous: before };
  }

  private passes({ event, value }: WatchedEvent): boolean {
    const { filter } = this.wish;
    // Removals pass: whoever was told of a key has to learn that it is gone.
    if (filter === undefined || event.kind !== 'put') return true;
    return filter.matches({
      key: event.key,
      value: value ?? new Uint8Array(0),
      revision: event.revision,
      version: event.version,
      createRevision: event.createRevision,
      expiresAtMs: event.expiresAtMs === 0 ? undefined : event.expiresAtMs,
    });
  }
}

function isBefore(event: Place, place: Place): boolean {
  return event.revision < place.revision || (event.revision === place.revision && event.index < place.index);
}

function behind(event: KvEvent | undefined): Place {
  return { revision: event?.revision ?? 0, index: (event?.index ?? 0) + 1 };
}

function sizeOf({ event, value, previous }: WatchedEvent): number {
  return 96 + event.key.length + (value?.length ?? 0) + (previous?.value?.length ?? 0);
}

function valueCompacted(revision: number): FlowError {
  return new FlowError(
    'REVISION_COMPACTED',
    `the value of revision ${revision} was compacted while it was read`,
    {
      hint: 'Read the keys as they are now, and watch from there.',
      details: { earliestRevision: revision + 1 },
    },
  );
}

function unreadable(cause: unknown): FlowError {
  return new FlowError('INTERNAL', 'reading the log of changes failed', { cause });
}
