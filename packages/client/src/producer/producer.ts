/**
 * Sends records and tells where they came to lie. Idempotent: every batch carries a producer id and a sequence, so that
 * sending it again, to whichever leader, stores it once.
 *
 *   send ─► room in the buffer? stream known? ─► lane of the partition ─► AppendStream of the leader's node
 *
 * Bounded: unacknowledged bytes by `bufferBytesMax`, sends beyond that by `waitingSendsMax`; every send ends by its delivery
 * timeout.
 */
import { FlowError, type TimerHandle, utf8Encode } from '@flowmesh/base';
import { backoffMs } from '../backoff.ts';
import * as limits from '../limits.ts';
import type { Router } from '../routing/router.ts';
import { cancelled, type Surroundings, unlessAborted } from '../system.ts';
import { asFlowError, connectionFailed, unavailable } from '../wire/errors.ts';
import type { ConnectionPool } from '../wire/node-connection.ts';
import { AppendLink } from './append-link.ts';
import { FlushGate } from './flush-gate.ts';
import { IdentitySource } from './identity-source.ts';
import { type LeaderLink, PartitionLane } from './partition-lane.ts';
import type { EncodeBatch } from './producer-batch.ts';
import type { WaitingSend } from './send-queue.ts';
import { StreamLanes } from './stream-lanes.ts';
import type {
  Acks,
  OutgoingRecord,
  Payload,
  PendingRecord,
  ProducerIdentity,
  ProducerOptions,
  RecordHeader,
  RecordMetadata,
  SendOptions,
} from './types.ts';

/** Fixed cost of a record in a batch and on the heap, beyond its bytes. */
const RECORD_OVERHEAD_BYTES = 32;
const SWEEP_MS = 100;
const STALL_QUESTION_MS = 500;

export interface ProducerDeps {
  readonly router: Router;
  readonly pool: ConnectionPool;
  readonly surroundings: Surroundings;
  readonly encode: EncodeBatch;
  /** Kafka's default: positive murmur2 of the key, modulo the number of partitions. */
  readonly partitionOf: (key: Uint8Array, partitions: number) => number;
  readonly onClosed?: (producer: Producer) => void;
  readonly transaction?: TransactionHooks;
}

/** What makes a producer that of one transaction. */
export interface TransactionHooks {
  readonly identity: ProducerIdentity;
  /** Whether the coordinator knows that the transaction writes there; if not yet, it is told, and `poke` is called once it does. */
  enlisted(stream: string, partition: number): boolean;
}

export interface ProducerStats {
  readonly bufferedBytes: number;
  readonly waitingSends: number;
  readonly unsettledRecords: number;
  readonly retries: number;
}

export class Producer implements AsyncDisposable {
  private readonly deps: ProducerDeps;
  private readonly acks: Acks;
  private readonly lingerMs: number;
  private readonly batchBytesMax: number;
  private readonly bufferBytesMax: number;
  private readonly waitingSendsMax: number;
  private readonly deliveryTimeoutMs: number;
  private readonly streams = new Map<string, StreamLanes>();
  /** Streams that turned out to be gone, until their last record is settled. */
  private readonly retired = new Set<StreamLanes>();
  private readonly links = new Map<string, AppendLink>();
  private readonly gate = new FlushGate();
  private readonly stop = new AbortController();
  private readonly unlisten: () => void;
  private readonly identity: IdentitySource;
  private bufferedBytes = 0;
  private waitingSends = 0;
  private retries = 0;
  private roomWaiters: (() => void)[] = [];
  private sweep: TimerHandle | undefined;
  private drainQueued = false;
  private lastStallQuestionMs = Number.NEGATIVE_INFINITY;
  private closing: Promise<void> | undefined;

  constructor(deps: ProducerDeps, options: ProducerOptions = {}) {
    this.deps = deps;
    this.acks = options.acks ?? 'all';
    this.lingerMs = options.lingerMs ?? limits.LINGER_MS;
    this.batchBytesMax = options.batchBytesMax ?? limits.BATCH_BYTES_MAX;
    this.bufferBytesMax = options.bufferBytesMax ?? limits.BUFFER_BYTES_MAX;
    this.waitingSendsMax = options.waitingSendsMax ?? limits.WAITING_SENDS_MAX;
    this.deliveryTimeoutMs = options.deliveryTimeoutMs ?? limits.DELIVERY_TIMEOUT_MS;
    this.identity = new IdentitySource(
      deps,
      {
        signal: this.stop.signal,
        onRenewed: () => {
          for (const lane of this.allLanes()) lane.wake();
        },
        onRefused: (error) => {
          for (const lane of this.allLanes()) lane.fail(error);
        },
      },
      deps.transaction?.identity,
    );
    this.unlisten = deps.router.onNews(() => this.onNews());
  }

  /**
   * Sends one record; resolves when it is acknowledged as `acks` says. Rejects with a FlowError: NOT_FOUND, INVALID_ARGUMENT,
   * BATCH_TOO_LARGE, OVERLOADED (too many sends wait), CANCELLED, or TIMEOUT, whose details tell whether the record may
   * have been stored (`outcome`).
   */
  send(outgoing: OutgoingRecord, options: SendOptions = {}): Promise<RecordMetadata> {
    const refusal = this.refusalOf(outgoing, options.signal);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const generation = this.gate.enter();
      const { signal } = options;
      let settled = false;
      const settle = (result: RecordMetadata | FlowError): void => {
        if (settled) return;
        settled = true;
        signal?.removeEventListener('abort', onAbort);
        this.gate.leave(generation);
        if (result instanceof FlowError) reject(result);
        else resolve(result);
      };
      const send = this.prepare(outgoing, settle);
      const onAbort = (): void => {
        send.cancelled = true;
        settle(cancelled());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.admit(outgoing.stream, send);
    });
  }

  /** Resolves when another send would not have to wait: call it in loops that do not await every send. */
  async room(options: SendOptions = {}): Promise<void> {
    while (this.bufferedBytes >= this.bufferBytesMax || this.waitingSends > 0) {
      if (options.signal?.aborted === true) throw cancelled();
      if (this.stop.signal.aborted) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          options.signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.roomWaiters.push(wake);
        options.signal?.addEventListener('abort', wake, { once: true });
      });
    }
  }

  get hasRoom(): boolean {
    return this.bufferedBytes < this.bufferBytesMax && this.waitingSends === 0;
  }

  /** Sends what is there at once and resolves when all of it is settled, well or ill. */
  async flush(options: SendOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted === true) throw cancelled();
    const lanes = this.allLanes();
    for (const lane of lanes) lane.flush();
    try {
      await unlessAborted(this.gate.drained(), signal);
    } finally {
      for (const lane of lanes) lane.unflush();
    }
  }

  /** Something that lanes wait for has come about. */
  poke(): void {
    for (const lane of this.allLanes()) if (!lane.idle) lane.wake();
  }

  /** Flushes, then lets go of everything. With an aborted `signal` what is left fails with CANCELLED. */
  close(options: SendOptions = {}): Promise<void> {
    this.closing ??= this.doClose(options.signal);
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  stats(): ProducerStats {
    return {
      bufferedBytes: this.bufferedBytes,
      waitingSends: this.waitingSends,
      unsettledRecords: this.gate.unsettled,
      retries: this.retries,
    };
  }

  // taking records

  private refusalOf(record: OutgoingRecord, signal: AbortSignal | undefined): FlowError | undefined {
    if (this.closing !== undefined) return new FlowError('CANCELLED', 'the producer is closed');
    if (signal?.aborted === true) return cancelled();
    if (record.stream === '') return new FlowError('INVALID_ARGUMENT', 'a record needs a stream');
    if (
      record.partition !== undefined &&
      !(Number.isSafeInteger(record.partition) && record.partition >= 0)
    ) {
      return new FlowError('INVALID_ARGUMENT', 'a partition is a whole number from 0');
    }
    if (
      record.timestamp !== undefined &&
      !(Number.isSafeInteger(record.timestamp) && record.timestamp >= 0)
    ) {
      return new FlowError('INVALID_ARGUMENT', 'a timestamp is a whole number of milliseconds since 1970');
    }
    if (this.waitingSends >= this.waitingSendsMax) {
      return new FlowError('OVERLOADED', `${this.waitingSends} sends are waiting already`, {
        hint: 'Await the sends, or producer.room(), before sending more.',
      });
    }
    return undefined;
  }

  private prepare(outgoing: OutgoingRecord, settle: PendingRecord['settle']): WaitingSend {
    const { clock } = this.deps.surroundings;
    const key = bytesOf(outgoing.key);
    const value = bytesOf(outgoing.value);
    const headers = headersOf(outgoing.headers);
    let sizeBytes = (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
    for (const header of headers) sizeBytes += header.key.length + (header.value?.length ?? 0) + 4;
    const record: PendingRecord = {
      key,
      value,
      headers,
      timestampMs: outgoing.timestamp ?? clock.wallMs(),
      sizeBytes,
      deadlineMs: clock.monotonicMs() + this.deliveryTimeoutMs,
      settle,
    };
    return { record, partition: outgoing.partition, cancelled: false };
  }

  private admit(name: string, send: WaitingSend): void {
    const stream = this.streamOf(name);
    this.armSweep();
    if (stream.known && stream.waiting.length === 0 && this.fits(send.record)) {
      this.place(stream, send);
      return;
    }
    stream.waiting.push(send);
    this.waitingSends++;
    if (!stream.known) this.load(stream);
  }

  /** A record that alone exceeds the buffer passes when nothing else is in it. */
  private fits(record: PendingRecord): boolean {
    return this.bufferedBytes === 0 || this.bufferedBytes + record.sizeBytes <= this.bufferBytesMax;
  }

  private place(stream: StreamLanes, send: WaitingSend): void {
    const { record } = send;
    const partitions = stream.lanes.length;
    let { partition } = send;
    if (partition === undefined) {
      partition =
        record.key === undefined
          ? stream.stickyPartition(record.sizeBytes)
          : this.deps.partitionOf(record.key, partitions);
    } else if (partition >= partitions) {
      record.settle(
        new FlowError('INVALID_ARGUMENT', `stream ${stream.stream} has no partition ${partition}`, {
          hint: `Its partitions are 0 to ${partitions - 1}.`,
        }),
      );
      return;
    }
    this.bufferedBytes += record.sizeBytes;
    stream.lane(partition).add(record);
  }

  private drainWaiting(): void {
    for (const stream of this.streams.values()) {
      if (stream.known && !this.drain(stream)) break;
    }
    this.recountWaiting();
  }

  /** Places the stream's waiting sends; false where the buffer is full. */
  private drain(stream: StreamLanes): boolean {
    for (let next = stream.waiting.peek(); next !== undefined; next = stream.waiting.peek()) {
      if (!this.fits(next.record)) return false;
      this.place(stream, stream.waiting.shift());
    }
    return true;
  }

  /** Cancelled sends leave their queue late, so the count is taken from the queues. */
  private recountWaiting(): void {
    let count = 0;
    for (const stream of this.streams.values()) {
      if (stream.waiting.peek() !== undefined) count += stream.waiting.length;
    }
    this.waitingSends = count;
    if (!this.hasRoom) return;
    const wake = this.roomWaiters;
    this.roomWaiters = [];
    for (const resolve of wake) resolve();
  }

  private queueDrain(): void {
    if (this.drainQueued) return;
    this.drainQueued = true;
    this.deps.surroundings.scheduler.endOfTurn(() => {
      this.drainQueued = false;
      this.drainWaiting();
    });
  }

  // streams and lanes

  private streamOf(name: string): StreamLanes {
    let stream = this.streams.get(name);
    if (stream === undefined) {
      stream = new StreamLanes({
        stream: name,
        router: this.deps.router,
        random: this.deps.surroundings.random,
        makeLane: (partition) => this.makeLane(name, partition),
      });
      this.streams.set(name, stream);
      stream.grow();
    }
    return stream;
  }

  private load(stream: StreamLanes): void {
    if (stream.loading) return;
    stream.loading = true;
    const options = { timeoutMs: this.deliveryTimeoutMs, signal: this.stop.signal };
    this.deps.router.stream(stream.stream, options).then(
      () => {
        stream.loading = false;
        stream.grow();
        this.drainWaiting();
      },
      (error: unknown) => {
        stream.loading = false;
        this.failStream(stream, asFlowError(error));
      },
    );
  }

  private failStream(stream: StreamLanes, error: FlowError): void {
    stream.waiting.failAll(error);
    this.retire(stream);
    this.recountWaiting();
  }

  private retire(stream: StreamLanes): void {
    if (this.streams.get(stream.stream) === stream) this.streams.delete(stream.stream);
    this.deps.router.cache.forget(stream.stream);
    if (stream.idle) stream.close();
    else this.retired.add(stream);
  }

  private makeLane(stream: string, partition: number): PartitionLane {
    const { scheduler, clock, random } = this.deps.surroundings;
    return new PartitionLane(
      { stream, partition },
      {
        acks: this.acks,
        lingerMs: this.lingerMs,
        batchBytesMax: this.batchBytesMax,
        batchRecordsMax: limits.BATCH_RECORDS_MAX,
        inflightMax: limits.INFLIGHT_BATCHES_MAX,
      },
      {
        scheduler,
        nowMs: () => clock.monotonicMs(),
        encode: this.deps.encode,
        leader: () => this.leaderLink(stream, partition),
        report: (error) => this.onTrouble(stream, partition, error),
        identity: () => this.identity.current,
        renewIdentity: (old) => this.identity.renew(old),
        settled: (batch) => {
          this.bufferedBytes -= batch.sizeBytes;
          if (this.waitingSends > 0 || this.roomWaiters.length > 0) this.queueDrain();
        },
        retryDelayMs: (attempt) => Math.min(backoffMs(attempt, random), 2 * limits.LEADERLESS_POLL_MS),
      },
    );
  }

  private *everyStream(): Iterable<StreamLanes> {
    yield* this.streams.values();
    yield* this.retired;
  }

  private allLanes(): PartitionLane[] {
    return [...this.everyStream()].flatMap((stream) => stream.lanes);
  }

  // the cluster

  private leaderLink(stream: string, partition: number): LeaderLink | undefined {
    const leader = this.deps.router.leaderOf(stream, partition);
    if (leader === undefined || this.stop.signal.aborted) return undefined;
    if (this.deps.transaction?.enlisted(stream, partition) === false) return undefined;
    return {
      key: `${leader.node}:${leader.epoch}`,
      append: (batch, onOutcome) =>
        this.linkTo(leader.address).append(
          { stream, partition, batch, acks: this.acks, timeoutMs: limits.APPEND_TIMEOUT_MS },
          onOutcome,
        ),
    };
  }

  private linkTo(address: string): AppendLink {
    const existing = this.links.get(address);
    if (existing?.open === true) return existing;
    const link = new AppendLink(this.deps.pool.get(address), {
      onAnswer: () => this.deps.router.reachable(address),
      onEnd: (error) => {
        if (this.links.get(address) === link) this.links.delete(address);
        if (this.stop.signal.aborted) return;
        if (connectionFailed(error)) this.deps.router.unreachable(address);
      },
    });
    this.links.set(address, link);
    return link;
  }

  private onTrouble(name: string, partition: number, error: FlowError): void {
    if (error.code === 'NOT_FOUND') {
      const stream = this.streams.get(name);
      if (stream !== undefined) this.failStream(stream, error);
      return;
    }
    this.retries++;
    this.deps.router.learn(name, partition, error);
    this.deps.router.refreshSoon();
  }

  private onNews(): void {
    for (const stream of this.everyStream()) {
      if (stream.known) stream.grow();
      for (const lane of stream.lanes) if (!lane.idle) lane.wake();
    }
  }

  // time

  private armSweep(): void {
    this.sweep ??= this.deps.surroundings.scheduler.after(SWEEP_MS, () => {
      this.sweep = undefined;
      this.onSweep();
      if (this.gate.unsettled > 0 || !this.allIdle()) this.armSweep();
    });
  }

  private allIdle(): boolean {
    for (const stream of this.everyStream()) if (!stream.idle) return false;
    return true;
  }

  private onSweep(): void {
    const nowMs = this.deps.surroundings.clock.monotonicMs();
    for (const stream of this.everyStream()) {
      stream.waiting.expire(nowMs, waitedTooLong(stream.stream));
      for (const lane of stream.lanes) {
        if (lane.idle) continue;
        lane.expire(nowMs);
        this.checkStall(lane, nowMs);
      }
      if (this.retired.has(stream) && stream.idle) {
        stream.close();
        this.retired.delete(stream);
      }
    }
    this.recountWaiting();
  }

  /** A leader that does not answer may have been replaced without our connection noticing. */
  private checkStall(lane: PartitionLane, nowMs: number): void {
    const since = lane.awaitingSinceMs;
    if (since === undefined || nowMs - since < limits.APPEND_STALL_MS) return;
    const leader = this.deps.router.leaderOf(lane.stream, lane.partition);
    if (leader !== undefined && `${leader.node}:${leader.epoch}` !== lane.leaderKey) {
      lane.abandon(unavailable(`leadership of ${lane.stream}/${lane.partition} has moved`));
      return;
    }
    if (nowMs - since > limits.APPEND_TIMEOUT_MS * 1.2) {
      lane.abandon(unavailable(`no answer for ${lane.stream}/${lane.partition}`));
      return;
    }
    if (nowMs - this.lastStallQuestionMs < STALL_QUESTION_MS) return;
    this.lastStallQuestionMs = nowMs;
    this.deps.router.refreshSoon();
  }

  private async doClose(signal: AbortSignal | undefined): Promise<void> {
    try {
      if (signal?.aborted !== true) await this.flush(signal === undefined ? {} : { signal });
    } catch {
      // Aborted: what is left fails below.
    }
    const error = new FlowError('CANCELLED', 'the producer was closed', {
      details: { outcome: 'unknown' },
    });
    this.stop.abort();
    this.unlisten();
    this.sweep?.cancel();
    for (const stream of this.everyStream()) {
      stream.waiting.failAll(error);
      for (const lane of stream.lanes) lane.fail(error);
      stream.close();
    }
    for (const link of this.links.values()) link.close(error);
    this.recountWaiting();
    for (const wake of this.roomWaiters) wake();
    await this.identity.settled();
    this.deps.onClosed?.(this);
  }
}

function bytesOf(payload: Payload | undefined): Uint8Array | undefined {
  return typeof payload === 'string' ? utf8Encode(payload) : payload;
}

function headersOf(headers: OutgoingRecord['headers']): readonly RecordHeader[] {
  if (headers === undefined) return [];
  if (Array.isArray(headers)) return headers as readonly RecordHeader[];
  return Object.entries(headers as Readonly<Record<string, Payload | undefined>>).map(([key, value]) => ({
    key,
    value: bytesOf(value),
  }));
}

function waitedTooLong(stream: string): FlowError {
  return new FlowError('TIMEOUT', `the record for ${stream} waited too long for room or for a leader`, {
    hint: 'It was not stored. Look at the cluster: flowmesh-admin cluster status.',
    details: { stream, outcome: 'not-stored' },
  });
}
