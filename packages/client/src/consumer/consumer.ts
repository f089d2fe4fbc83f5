/**
 * Reads a stream: every record of the chosen partitions once, in the order of each partition, across changes of leaders.
 *
 *   unassigned ──leader known──► assigned (a Subscription sends) ──► done (end reached)
 *        ▲                          │ NOT_LEADER, connection lost, …
 *        └──────────────────────────┘ asked for again from the first offset that has not arrived
 *
 * What has arrived waits, undecoded, in one queue; credit bounds it. Iteration ends at `to`, after `count`, on abort or
 * `close`; it fails with a FlowError where going on would skip or repeat something.
 */
import { FlowError, must, type TimerHandle } from '@flowmesh/base';
import type { StoredRecord } from '@flowmesh/kafka';
import { backoffMs } from '../backoff.ts';
import { CONSUMER_TURN_MS, CREDIT_BYTES, LEADERLESS_POLL_MS } from '../limits.ts';
import { fetchOffsets, type LeaderCallDeps } from '../routing/leader-call.ts';
import { asFlowError, connectionFailed } from '../wire/errors.ts';
import { type Cursor, isDone, isFetched, newCursor } from './cursor.ts';
import { resolveRange } from './range.ts';
import { type Chunk, Subscription } from './subscription.ts';
import type { ConsumedRecord, ConsumeOptions } from './types.ts';

/** Records of one batch, in order; control batches give none. Throws CORRUPT_BATCH. */
export type DecodeBatch = (batch: Uint8Array) => Iterable<StoredRecord>;

export interface ConsumerDeps extends LeaderCallDeps {
  readonly decode: DecodeBatch;
  readonly onClosed?: (consumer: Consumer) => void;
}

interface Arrival {
  readonly chunk: Chunk;
  readonly subscription: Subscription;
}

export class Consumer implements AsyncIterable<ConsumedRecord>, AsyncDisposable {
  private readonly deps: ConsumerDeps;
  private readonly options: ConsumeOptions;
  private readonly cursors = new Map<number, Cursor>();
  private readonly subscriptions = new Set<Subscription>();
  private readonly stop = new AbortController();
  private arrivals: Arrival[] = [];
  private failure: FlowError | undefined;
  private breathedMs = 0;
  private wakeReader: (() => void) | undefined;
  private retry: TimerHandle | undefined;
  private release: (() => void)[] = [];
  private started = false;
  private handed = 0;

  constructor(deps: ConsumerDeps, options: ConsumeOptions) {
    this.deps = deps;
    this.options = options;
    const onAbort = (): void => this.shut();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    this.release.push(() => options.signal?.removeEventListener('abort', onAbort));
    if (options.signal?.aborted === true) this.shut();
  }

  /** Next offset to be handed out, by partition: a place to go on from later, with `from: { offsets }`. */
  positions(): Readonly<Record<number, number>> {
    return Object.fromEntries([...this.cursors].map(([partition, cursor]) => [partition, cursor.delivered]));
  }

  /** Records behind the end of the log as last told, by partition. */
  lag(): Readonly<Record<number, number>> {
    return Object.fromEntries(
      [...this.cursors].map(([partition, cursor]) => [
        partition,
        Math.max(0, cursor.highWatermark - cursor.delivered),
      ]),
    );
  }

  /** One iteration per consumer. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ConsumedRecord, void, undefined> {
    if (this.started) throw new FlowError('PRECONDITION_FAILED', 'a consumer is iterated once');
    this.started = true;
    try {
      if (!(await this.begin())) return;
      for (;;) {
        const arrival = await this.nextArrival();
        if (arrival === undefined) return;
        await this.breathe();
        yield* this.recordsOf(arrival);
        if (this.countReached()) return;
      }
    } finally {
      await this.close();
    }
  }

  /** Ends the iteration, wherever it is. */
  async close(): Promise<void> {
    this.shut();
    await Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // reading

  private async begin(): Promise<boolean> {
    if (this.stop.signal.aborted || this.options.count === 0) return false;
    let cursors: readonly Cursor[];
    try {
      cursors = await resolveRange(this.deps, this.options, this.stop.signal);
    } catch (failure) {
      if (this.stop.signal.aborted) return false;
      throw failure;
    }
    if (this.stop.signal.aborted) return false;
    for (const cursor of cursors) this.cursors.set(cursor.partition, cursor);
    this.release.push(this.deps.router.watch(this.options.stream));
    this.release.push(
      this.deps.router.onNews(() => {
        this.grow();
        this.assign();
      }),
    );
    this.assign();
    return true;
  }

  private async nextArrival(): Promise<Arrival | undefined> {
    for (;;) {
      if (this.stop.signal.aborted) return undefined;
      const arrival = this.arrivals.shift();
      if (arrival !== undefined) return arrival;
      if (this.failure !== undefined) throw this.failure;
      if ([...this.cursors.values()].every(isDone)) return undefined;
      await new Promise<void>((resolve) => {
        this.wakeReader = resolve;
      });
    }
  }

  /**
   * Records that are already here are handed out without the event loop getting a turn: a reader with a full buffer would starve
   * timers and sockets of its whole process, its own included. So now and then the loop goes first.
   */
  private async breathe(): Promise<void> {
    const { clock, scheduler } = this.deps.surroundings;
    if (clock.monotonicMs() - this.breathedMs < CONSUMER_TURN_MS) return;
    await new Promise<void>((resolve) => scheduler.endOfTurn(resolve));
    this.breathedMs = clock.monotonicMs();
  }

  private *recordsOf({ chunk, subscription }: Arrival): Iterable<ConsumedRecord> {
    const cursor = must(this.cursors.get(chunk.partition), 'a cursor for every partition read');
    const { stream } = this.options;
    for (const batch of chunk.batches) {
      for (const record of this.deps.decode(batch)) {
        if (record.offset < cursor.delivered) continue;
        if (cursor.end !== undefined && record.offset >= cursor.end) break;
        if (this.stop.signal.aborted || this.countReached()) return;
        cursor.delivered = record.offset + 1;
        this.handed++;
        const { offset, timestampMs, key, value, headers } = record;
        yield { stream, partition: chunk.partition, offset, timestamp: timestampMs, key, value, headers };
      }
    }
    // What follows the last record up to here has none (a control batch, for instance).
    cursor.delivered = Math.max(cursor.delivered, chunk.nextOffset);
    subscription.taken(chunk.costBytes);
  }

  private countReached(): boolean {
    return this.options.count !== undefined && this.handed >= this.options.count;
  }

  // fetching

  /** Partitions that the stream was given meanwhile are read from their beginning, where all are read and no end was asked for. */
  private grow(): void {
    const { partitions, to, stream, onEvent } = this.options;
    if (partitions !== undefined || to !== undefined || this.stop.signal.aborted) return;
    const count = this.deps.router.cache.stream(stream)?.partitions.length ?? 0;
    for (let partition = this.cursors.size; partition < count; partition++) {
      this.cursors.set(partition, newCursor(partition, 0, undefined));
      onEvent?.({ kind: 'partition-added', partition });
    }
  }

  /** Subscribes to every partition that nobody sends and whose leader is known. */
  private assign(): void {
    if (this.stop.signal.aborted || this.failure !== undefined) return;
    const { router, surroundings } = this.deps;
    const nowMs = surroundings.clock.monotonicMs();
    const byAddress = new Map<string, Cursor[]>();
    let waiting = false;
    for (const cursor of this.cursors.values()) {
      if (cursor.assigned || isFetched(cursor)) continue;
      const leader = router.leaderOf(this.options.stream, cursor.partition);
      const sameAsFailed = leader !== undefined && `${leader.node}:${leader.epoch}` === cursor.failedLeader;
      if (leader === undefined || (sameAsFailed && cursor.retryAtMs > nowMs)) {
        waiting = true;
        continue;
      }
      const together = byAddress.get(leader.address);
      if (together === undefined) byAddress.set(leader.address, [cursor]);
      else together.push(cursor);
    }
    for (const [address, cursors] of byAddress) this.subscribe(address, cursors);
    if (waiting) this.retryLater();
  }

  private subscribe(address: string, cursors: readonly Cursor[]): void {
    const start = {
      stream: this.options.stream,
      positions: cursors.map((cursor) => ({ partition: cursor.partition, offset: cursor.fetched })),
      creditBytes: this.options.creditBytes ?? CREDIT_BYTES,
      isolation: this.options.isolation ?? 'committed',
      filter: this.options.filter,
    };
    for (const cursor of cursors) cursor.assigned = true;
    const subscription = new Subscription(this.deps.pool.get(address), start, {
      onChunk: (chunk) => this.onChunk(chunk, subscription),
      onFilterFailed: (records, cause) => this.options.onEvent?.({ kind: 'filter-failed', records, cause }),
      onPartitionEnd: (partition, error) => this.onLost(partition, error),
      onEnd: (partitions, error) => {
        this.subscriptions.delete(subscription);
        if (connectionFailed(error)) this.deps.router.unreachable(address);
        for (const partition of partitions) this.onLost(partition, error);
      },
    });
    this.subscriptions.add(subscription);
    this.options.onEvent?.({
      kind: 'subscribed',
      node: address,
      partitions: cursors.map((cursor) => cursor.partition),
    });
  }

  private onChunk(chunk: Chunk, subscription: Subscription): void {
    const cursor = must(this.cursors.get(chunk.partition), 'a cursor for every partition read');
    cursor.failures = 0;
    cursor.highWatermark = Math.max(cursor.highWatermark, chunk.highWatermark);
    cursor.fetched = Math.max(cursor.fetched, chunk.nextOffset);
    this.deps.router.reachable(subscription.address);
    if (isDone(cursor)) {
      subscription.taken(chunk.costBytes);
      return;
    }
    this.arrivals.push({ chunk, subscription });
    this.wake();
  }

  private onLost(partition: number, error: FlowError): void {
    const cursor = must(this.cursors.get(partition), 'a cursor for every partition read');
    cursor.assigned = false;
    if (this.stop.signal.aborted || isFetched(cursor)) return;
    if (error.code === 'OFFSET_OUT_OF_RANGE') {
      this.onOutOfRange(cursor, error);
      return;
    }
    const nodeFault = error.code === 'INTERNAL' || error.code === 'CORRUPTION' || error.code === 'STORAGE_IO';
    if (!error.retryable && !nodeFault && error.code !== 'CANCELLED') {
      this.fail(error);
      return;
    }
    const { router, surroundings } = this.deps;
    const leader = router.leaderOf(this.options.stream, partition);
    cursor.failedLeader = leader === undefined ? undefined : `${leader.node}:${leader.epoch}`;
    cursor.retryAtMs = surroundings.clock.monotonicMs() + backoffMs(cursor.failures++, surroundings.random);
    this.options.onEvent?.({ kind: 'interrupted', partition, error });
    router.learn(this.options.stream, partition, error);
    router.refreshSoon();
    this.assign();
  }

  private onOutOfRange(cursor: Cursor, error: FlowError): void {
    const untouched = this.options.from === 'earliest' && this.handed === 0;
    const policy = this.options.onOutOfRange ?? (untouched ? 'earliest' : 'error');
    if (policy === 'error') {
      this.fail(
        new FlowError('OFFSET_OUT_OF_RANGE', error.message, {
          hint:
            error.hint ??
            "Records there are gone or not there yet. Set onOutOfRange to 'earliest' or 'latest' to go on at an end of the log.",
          details: { ...error.details, partition: cursor.partition, offset: cursor.fetched },
          cause: error,
        }),
      );
      return;
    }
    this.reset(cursor, policy).catch((failure: unknown) => this.fail(asFlowError(failure)));
  }

  private async reset(cursor: Cursor, at: 'earliest' | 'latest'): Promise<void> {
    const { stream, isolation } = this.options;
    const query = { stream, partitions: [cursor.partition], at, isolation };
    const [found] = await fetchOffsets(this.deps, query, { signal: this.stop.signal });
    const to = must(found?.offset, 'a partition has an earliest and a latest offset');
    this.options.onEvent?.({ kind: 'reset', partition: cursor.partition, from: cursor.fetched, to });
    cursor.fetched = to;
    cursor.delivered = to;
    cursor.failedLeader = undefined;
    this.assign();
    this.wake();
  }

  private retryLater(): void {
    if (this.retry !== undefined) return;
    this.retry = this.deps.surroundings.scheduler.after(LEADERLESS_POLL_MS, () => {
      this.retry = undefined;
      this.deps.router.refreshSoon();
      this.assign();
    });
  }

  // ending

  private fail(error: FlowError): void {
    if (this.stop.signal.aborted) return;
    this.failure ??= error;
    this.wake();
  }

  private wake(): void {
    const wake = this.wakeReader;
    this.wakeReader = undefined;
    wake?.();
  }

  private shut(): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    this.retry?.cancel();
    for (const subscription of this.subscriptions) subscription.cancel();
    this.subscriptions.clear();
    this.arrivals = [];
    for (const release of this.release) release();
    this.release = [];
    this.wake();
    this.deps.onClosed?.(this);
  }
}
