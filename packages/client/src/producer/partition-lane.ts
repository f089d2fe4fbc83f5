/**
 * The way of one partition's records to its leader: batches in order, at most five under way, each sent again with the same
 * bytes until it is answered for good.
 *
 *                   retryable failure of any batch
 *        ┌─────────┐ ───────────────────────────► ┌────────────┐
 *        │ flowing │                              │ recovering │  nothing new is sent; when no answer is awaited any more,
 *        └─────────┘ ◄─────────────────────────── └────────────┘  and a leader is known, all batches go out again in order
 *             ▲          all sent again                 │
 *             │                                         │ the chain of sequences is broken
 *             │          new producer id           ┌────▼─────┐
 *             └─────────────────────────────────── │ renewing │
 *                                                  └──────────┘
 * Invariants
 *  1. Batches leave in the order of `send`; a batch is never sent while an earlier one waits to be sent again.
 *  2. Until the broker has acknowledged a first batch of (producer id, partition), only one is under way: a broker that knows
 *     nothing of a producer accepts any sequence, and would take the second batch for the first.
 *  3. A batch changes its sequence only if it cannot have been stored: the chain broke before it by a definite refusal.
 *  4. A record is settled exactly once.
 */
import { assert, FlowError, type Scheduler, type TimerHandle } from '@flowmesh/base';
import { outcomeUnknown } from '../wire/errors.ts';
import { type EncodeBatch, ProducerBatch, sequenceAfter, type StoredBatch } from './producer-batch.ts';
import type { Acks, PendingRecord, ProducerIdentity } from './types.ts';

/** An answer, or why there is none. */
export type AppendOutcome =
  | { readonly ok: true; readonly stored: StoredBatch }
  | { readonly ok: false; readonly error: FlowError };

/** The leader as a lane sees it. Two equal `key`s are the same leadership of the same node. */
export interface LeaderLink {
  readonly key: string;
  /** `onOutcome` is called once, later, unless `abandon` comes before it. */
  append(batch: Uint8Array, onOutcome: (outcome: AppendOutcome) => void): { abandon(): void };
}

/** What a lane needs of its producer. */
export interface LanePorts {
  readonly scheduler: Scheduler;
  nowMs(): number;
  encode: EncodeBatch;
  leader(): LeaderLink | undefined;
  /** Learns from an error where the leader is, and asks the cluster. */
  report(error: FlowError): void;
  identity(): ProducerIdentity | undefined;
  /** Asks for a producer id other than `old`; `wake` is called when there is one. */
  renewIdentity(old: ProducerIdentity | undefined): void;
  /** The batch leaves the lane and its bytes are free. Must not call back into the lane at once. */
  settled(batch: ProducerBatch): void;
  retryDelayMs(attempt: number): number;
}

export interface LaneLimits {
  readonly acks: Acks;
  readonly lingerMs: number;
  readonly batchBytesMax: number;
  readonly batchRecordsMax: number;
  readonly inflightMax: number;
}

type LaneState =
  | { readonly kind: 'flowing' }
  | { readonly kind: 'recovering'; readonly failedKey: string | undefined; readonly notBeforeMs: number }
  | { readonly kind: 'renewing'; readonly old: ProducerIdentity | undefined };

/** Attempts after which a failure of the node itself is no longer taken for a passing one. */
const NODE_FAILURE_ATTEMPTS_MAX = 10;

export class PartitionLane {
  readonly stream: string;
  readonly partition: number;
  private readonly ports: LanePorts;
  private readonly limits: LaneLimits;
  /** Encoded batches first, ascending by sequence; then those that are only closed. */
  private queue: ProducerBatch[] = [];
  private open: ProducerBatch | undefined;
  private readonly handles = new Map<ProducerBatch, { abandon(): void }>();
  private state: LaneState = { kind: 'flowing' };
  private own: ProducerIdentity | undefined;
  private nextSequence = 0;
  private established = false;
  private chainBroken = false;
  private failuresInRow = 0;
  /** Since the last success. */
  private lastFailure: FlowError | undefined;
  private lastLeaderKey: string | undefined;
  private batchBytesMax: number;
  private timer: TimerHandle | undefined;
  private turnEndQueued = false;
  private flushing = 0;

  constructor(
    where: { readonly stream: string; readonly partition: number },
    limits: LaneLimits,
    ports: LanePorts,
  ) {
    this.stream = where.stream;
    this.partition = where.partition;
    this.limits = limits;
    this.batchBytesMax = limits.batchBytesMax;
    this.ports = ports;
  }

  get idle(): boolean {
    return this.queue.length === 0 && this.open === undefined;
  }

  /** There is an open batch, and a record of `sizeBytes` goes into it. */
  hasRoomFor(sizeBytes: number): boolean {
    return this.open !== undefined && this.open.sizeBytes + sizeBytes <= this.batchBytesMax;
  }

  /** When the oldest unanswered batch was sent. */
  get awaitingSinceMs(): number | undefined {
    let oldest: number | undefined;
    for (const batch of this.queue) {
      if (batch.sentAtMs !== undefined && (oldest === undefined || batch.sentAtMs < oldest))
        oldest = batch.sentAtMs;
    }
    return oldest;
  }

  /** Leadership that the batches under way were sent to. */
  get leaderKey(): string | undefined {
    return this.lastLeaderKey;
  }

  add(record: PendingRecord): void {
    const full = this.open !== undefined && !this.hasRoomFor(record.sizeBytes);
    if (full) this.closeOpen();
    const began = this.open === undefined;
    this.open ??= new ProducerBatch(this.ports.nowMs());
    this.open.add(record);
    const { sizeBytes, records } = this.open;
    if (sizeBytes >= this.batchBytesMax || records.length >= this.limits.batchRecordsMax) {
      this.closeOpen();
      this.pump();
      return;
    }
    if (began) this.scheduleOpen();
    if (full) this.pump();
  }

  /** Nothing more is to come into the open batch: it waits for no company. */
  endBatch(): void {
    if (this.open === undefined) return;
    this.closeOpen();
    this.pump();
  }

  /** Sends what there is without waiting for company, from now until `unflush`. */
  flush(): void {
    this.flushing++;
    this.pump();
  }

  unflush(): void {
    this.flushing--;
  }

  /** Something may have changed: leaders, identity, time. */
  wake(): void {
    this.pump();
  }

  /** Fails what has outlived its deadline. */
  expire(nowMs: number): void {
    const isLate = (batch: ProducerBatch): boolean => batch.deadlineMs <= nowMs;
    if (this.open !== undefined && isLate(this.open)) this.closeOpen();
    if (!this.queue.some(isLate)) return;
    const late = this.queue.find((batch) => isLate(batch) && batch.encoded !== undefined);
    const uncertain = this.queue.some((batch) => batch.underWay || batch.maybeStored);
    if (late !== undefined && uncertain) {
      // Whether those in between are stored is not known, so none after them can keep or change its sequence.
      this.dropEncoded((batch) => this.expiredError(batch, true));
    } else if (late !== undefined) this.chainBroken = true;
    for (const batch of this.queue.filter(isLate)) this.remove(batch).fail(this.expiredError(batch, false));
    if (this.chainBroken) this.recover(undefined);
    this.pump();
  }

  /** Takes back what is under way to a leader that has been replaced: the outcome is unknown, the new leader will tell. */
  abandon(error: FlowError): void {
    for (const batch of this.queue) {
      if (!batch.underWay) continue;
      this.unsend(batch);
      batch.maybeStored = true;
      batch.lastError = error;
    }
    this.recover(error);
    this.pump();
  }

  /** Fails everything; the lane is not used again. */
  fail(error: FlowError): void {
    this.timer?.cancel();
    this.closeOpen();
    for (const batch of this.queue.slice()) this.remove(batch).fail(error);
  }

  // sending

  private pump(): void {
    if (this.state.kind === 'renewing' && !this.finishRenewal(this.state.old)) return;
    if (this.state.kind === 'recovering') {
      if (this.queue.some((batch) => batch.underWay)) return;
      if (this.chainBroken) {
        this.startRenewal();
        return;
      }
      if (!this.mayResend(this.state)) return;
      this.state = { kind: 'flowing' };
    }
    // While the window is full the open batch goes on growing: the slower the answers, the larger the batches.
    if (this.windowHasRoom() && this.openIsDue()) this.closeOpen();
    this.sendQueued();
  }

  private get window(): number {
    return this.established ? this.limits.inflightMax : 1;
  }

  private underWay(): number {
    let count = 0;
    for (const batch of this.queue) if (batch.underWay) count++;
    return count;
  }

  /** Another batch would leave at once: none waits before it, and not too many are under way. */
  private windowHasRoom(): boolean {
    const underWay = this.underWay();
    return underWay < this.window && underWay === this.queue.length;
  }

  private sendQueued(): void {
    const { window } = this;
    let underWay = this.underWay();
    if (underWay >= window || underWay === this.queue.length) return;
    const link = this.ports.leader();
    if (link === undefined) {
      this.recover(new FlowError('NO_LEADER', `no leader is known for ${this.stream}/${this.partition}`));
      return;
    }
    const identity = this.own ?? this.ports.identity();
    if (identity === undefined) {
      this.startRenewal();
      return;
    }
    this.own = identity;
    this.lastLeaderKey = link.key;
    for (const batch of this.queue.slice()) {
      if (underWay >= window || this.state.kind !== 'flowing') break;
      if (batch.underWay) continue;
      this.send(batch, link, identity);
      underWay++;
    }
  }

  private send(batch: ProducerBatch, link: LeaderLink, identity: ProducerIdentity): void {
    if (batch.encoded === undefined) {
      batch.encode(this.ports.encode, { ...identity, baseSequence: this.nextSequence });
      this.nextSequence = sequenceAfter(this.nextSequence, batch.records.length);
    }
    batch.attempts++;
    batch.sentAtMs = this.ports.nowMs();
    const bytes = batch.encoded as unknown as Uint8Array;
    const handle = link.append(bytes, (outcome) => this.onOutcome(batch, outcome));
    if (batch.underWay) this.handles.set(batch, handle);
  }

  // outcomes

  private onOutcome(batch: ProducerBatch, outcome: AppendOutcome): void {
    assert(batch.underWay, 'an answer for a batch that is not under way');
    const isHead = this.queue[0] === batch;
    this.unsend(batch);
    if (outcome.ok) {
      this.established = true;
      this.failuresInRow = 0;
      this.lastFailure = undefined;
      this.remove(batch).succeed(this.stream, this.partition, outcome.stored);
    } else {
      batch.lastError = outcome.error;
      this.onFailure(batch, outcome.error, isHead);
    }
    this.pump();
  }

  private onFailure(batch: ProducerBatch, error: FlowError, isHead: boolean): void {
    switch (verdict(error, batch.attempts)) {
      case 'unknown':
        batch.maybeStored = true;
        this.recover(error);
        return;
      case 'not-stored':
        this.recover(error);
        return;
      case 'out-of-sequence':
        this.onOutOfSequence(batch, error, isHead);
        return;
      case 'too-large':
        if (batch.records.length > 1 && !batch.maybeStored) this.splitInPlace(batch);
        else this.refuse(batch, error);
        this.recover(undefined);
        return;
      case 'refused':
        this.refuse(batch, error);
        this.recover(undefined);
        return;
    }
  }

  /**
   * Behind a batch that failed this is what comes of it, and it is sent again after that one. At the head it means that the
   * broker misses what came before: expected where we broke the chain ourselves or where an acknowledgement never promised
   * more than the leader; else acknowledged records are gone, and that is not passed over in silence.
   */
  private onOutOfSequence(batch: ProducerBatch, error: FlowError, isHead: boolean): void {
    if (isHead && !this.chainBroken) {
      this.chainBroken = true;
      if (this.limits.acks === 'all') this.remove(batch).fail(error);
    }
    this.recover(error);
  }

  private refuse(batch: ProducerBatch, error: FlowError): void {
    this.ports.report(error);
    if (batch.maybeStored) this.dropEncoded(() => error);
    else this.remove(batch).fail(error);
    this.chainBroken = true;
  }

  private splitInPlace(batch: ProducerBatch): void {
    this.batchBytesMax = Math.max(1, Math.min(this.batchBytesMax, Math.floor(batch.sizeBytes / 2)));
    this.queue.splice(this.queue.indexOf(batch), 1, ...batch.split());
    this.chainBroken = true;
  }

  // recovery

  private recover(error: FlowError | undefined): void {
    if (error !== undefined) {
      this.ports.report(error);
      this.lastFailure = error;
    }
    if (this.state.kind === 'renewing') return;
    if (this.state.kind === 'recovering' && error === undefined) return;
    const failedKey = error === undefined ? undefined : this.lastLeaderKey;
    let notBeforeMs = 0;
    if (error !== undefined && this.state.kind === 'flowing') {
      notBeforeMs = this.ports.nowMs() + this.ports.retryDelayMs(this.failuresInRow);
      this.failuresInRow++;
    } else if (this.state.kind === 'recovering') notBeforeMs = this.state.notBeforeMs;
    this.state = { kind: 'recovering', failedKey, notBeforeMs };
    if (notBeforeMs > 0) this.setTimer(notBeforeMs - this.ports.nowMs());
  }

  /** At once at a leader that has not failed us, after a pause at the same one. */
  private mayResend(state: {
    readonly failedKey: string | undefined;
    readonly notBeforeMs: number;
  }): boolean {
    const leader = this.ports.leader();
    if (leader !== undefined && leader.key !== state.failedKey) return true;
    const wait = state.notBeforeMs - this.ports.nowMs();
    if (wait <= 0) return true;
    this.setTimer(wait);
    return false;
  }

  private startRenewal(): void {
    this.state = { kind: 'renewing', old: this.own };
    const old = this.own;
    this.own = undefined;
    this.ports.renewIdentity(old);
    if (this.ports.identity() !== undefined) this.pump();
  }

  /** With a new identity sequences begin at 0 again, and everything in the queue gets new ones. */
  private finishRenewal(old: ProducerIdentity | undefined): boolean {
    const identity = this.ports.identity();
    if (identity === undefined || identity.id === old?.id) return false;
    for (const batch of this.queue) if (batch.encoded !== undefined) batch.renumber();
    this.own = identity;
    this.nextSequence = 0;
    this.established = false;
    this.chainBroken = false;
    this.state = { kind: 'flowing' };
    return true;
  }

  // the queue

  private openIsDue(): boolean {
    if (this.open === undefined) return false;
    if (this.flushing > 0 || this.limits.lingerMs === 0) return true;
    if (this.queue.length === 0) return !this.turnEndQueued;
    const wait = this.open.startedMs + this.limits.lingerMs - this.ports.nowMs();
    if (wait <= 0) return true;
    this.setTimer(wait);
    return false;
  }

  /** A first batch goes at the end of this turn of the event loop, with all that the turn brought. */
  private scheduleOpen(): void {
    if (this.queue.length > 0) {
      this.setTimer(this.limits.lingerMs);
      return;
    }
    if (this.turnEndQueued) return;
    this.turnEndQueued = true;
    this.ports.scheduler.endOfTurn(() => {
      this.turnEndQueued = false;
      this.pump();
    });
  }

  private setTimer(delayMs: number): void {
    if (this.timer !== undefined) return;
    this.timer = this.ports.scheduler.after(Math.max(1, delayMs), () => {
      this.timer = undefined;
      this.pump();
    });
  }

  private closeOpen(): void {
    if (this.open === undefined) return;
    this.queue.push(this.open);
    this.open = undefined;
  }

  private unsend(batch: ProducerBatch): void {
    batch.sentAtMs = undefined;
    this.handles.get(batch)?.abandon();
    this.handles.delete(batch);
  }

  private remove(batch: ProducerBatch): ProducerBatch {
    this.unsend(batch);
    const at = this.queue.indexOf(batch);
    assert(at >= 0, 'a batch is removed once');
    this.queue.splice(at, 1);
    this.ports.settled(batch);
    return batch;
  }

  private dropEncoded(error: (batch: ProducerBatch) => FlowError): void {
    for (const batch of this.queue.filter((candidate) => candidate.encoded !== undefined)) {
      this.remove(batch).fail(error(batch));
    }
    this.chainBroken = true;
  }

  private expiredError(batch: ProducerBatch, sent: boolean): FlowError {
    // A batch that waited behind the failing one has met no failure of its own.
    const cause = batch.lastError ?? this.lastFailure;
    const why = cause === undefined ? '' : `; last failure: ${cause.message}`;
    const where = `${this.stream}/${this.partition}`;
    return new FlowError('TIMEOUT', `records for ${where} were not acknowledged in time${why}`, {
      hint: sent
        ? 'They may have been stored. Look at the cluster (flowmesh-admin cluster status) before sending them again.'
        : 'They were not stored. Look at the cluster: flowmesh-admin cluster status.',
      details: { stream: this.stream, partition: this.partition, outcome: sent ? 'unknown' : 'not-stored' },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

type Verdict = 'unknown' | 'not-stored' | 'out-of-sequence' | 'too-large' | 'refused';

function verdict(error: FlowError, attempts: number): Verdict {
  switch (error.code) {
    case 'OUT_OF_ORDER_SEQUENCE':
      return 'out-of-sequence';
    case 'BATCH_TOO_LARGE':
      return 'too-large';
    case 'STORAGE_IO':
    case 'CORRUPTION':
    case 'AMNESIA':
    case 'INTERNAL':
    case 'CANCELLED':
      return attempts < NODE_FAILURE_ATTEMPTS_MAX ? 'unknown' : 'refused';
    case 'NOT_LEADER':
    case 'NO_LEADER':
    case 'NOT_ENOUGH_REPLICAS':
    case 'UNAVAILABLE':
    case 'OVERLOADED':
    case 'TIMEOUT':
    case 'DISK_FULL':
      return outcomeUnknown(error) ? 'unknown' : 'not-stored';
    case 'INVALID_ARGUMENT':
    case 'UNAUTHENTICATED':
    case 'PERMISSION_DENIED':
    case 'NOT_FOUND':
    case 'ALREADY_EXISTS':
    case 'PRECONDITION_FAILED':
    case 'CORRUPT_BATCH':
    case 'UNSUPPORTED':
    case 'OFFSET_OUT_OF_RANGE':
    case 'REVISION_COMPACTED':
    case 'PRODUCER_FENCED':
    case 'TRANSACTION_ABORTED':
    case 'MEMBER_UNKNOWN':
    case 'MEMBER_FENCED':
    case 'STALE_MEMBER':
    case 'WRONG_CLUSTER':
    case 'IDENTITY_MISMATCH':
    case 'CONFIG_INVALID':
      return 'refused';
  }
}
