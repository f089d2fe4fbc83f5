/**
 * A member of a consumer group that is iterated: records of whatever partitions it is assigned, each partition from the group's committed
 * offset on. It heals itself; heartbeats go on whatever the loop's body does.
 *
 *   assigned ─► read ─► revoked: no more records of it at once; the one in hand may be finished, then others get the partition
 *
 * Committed is what `commit` says, or with `autoCommit` what was handed out before the record in hand.
 */
import { FlowError, type TimerHandle } from '@flowmesh/base';
import type { ConsumerDeps } from '../consumer/consumer.ts';
import type { ConsumedRecord } from '../consumer/types.ts';
import type { CoordinatorPlaces } from '../routing/coordinator-call.ts';
import { fetchOffsets } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { pause } from '../system.ts';
import { asFlowError } from '../wire/errors.ts';
import { commitGroupOffsets, fetchGroupOffsets } from './group-offsets.ts';
import {
  type GroupConsumerOptions,
  type GroupMembership,
  nameOf,
  type OffsetToCommit,
  type TopicPartition,
} from './group-types.ts';
import { type Assignment, Membership, REBALANCE_TIMEOUT_MS } from './membership.ts';
import { StreamReader } from './stream-reader.ts';

const AUTO_COMMIT_INTERVAL_MS = 5_000;
const COMMIT_TIMEOUT_MS = 15_000;
const START_RETRY_MS = 100;

export interface GroupConsumerDeps extends Omit<ConsumerDeps, 'onClosed'> {
  readonly places: CoordinatorPlaces;
  readonly onClosed?: (consumer: GroupConsumer) => void;
}

export class GroupConsumer implements AsyncIterable<ConsumedRecord>, AsyncDisposable {
  private readonly deps: GroupConsumerDeps;
  private readonly reading: ConsumerDeps;
  private readonly options: GroupConsumerOptions;
  private readonly membership: Membership;
  private readonly readers = new Map<string, StreamReader>();
  /** What may be read now, by name. */
  private readonly owned = new Map<string, TopicPartition>();
  /** Next offset after what was handed out, of partitions with something to commit. */
  private readonly handed = new Map<string, OffsetToCommit>();
  /** What this member has committed, of partitions that it has had. */
  private readonly committed = new Map<string, number>();
  private readonly stop = new AbortController();
  private latest: Assignment | undefined;
  private inHand: ConsumedRecord | undefined;
  private failure: FlowError | undefined;
  private wakeReader: (() => void) | undefined;
  private handDone: (() => void)[] = [];
  private changing: Promise<void> = Promise.resolve();
  private timer: TimerHandle | undefined;
  private turn = 0;
  private started = false;
  private closing: Promise<void> | undefined;

  constructor(deps: GroupConsumerDeps, options: GroupConsumerOptions) {
    if ((options.streams?.length ?? 0) === 0 && (options.pattern ?? '') === '') {
      throw new FlowError('INVALID_ARGUMENT', 'a consumer needs streams or a pattern');
    }
    const { router, pool, surroundings, decode } = deps;
    this.deps = deps;
    this.reading = { router, pool, surroundings, decode };
    this.options = options;
    this.membership = new Membership(deps, options, {
      onJoined: (memberId) => options.onEvent?.({ kind: 'joined', memberId }),
      onAssignment: (assignment) => this.onAssignment(assignment),
      onLost: (error) => this.onLost(error),
      onTrouble: (error) => options.onEvent?.({ kind: 'trouble', error }),
      onEnded: (error) => this.fail(error),
    });
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
    if (options.signal?.aborted === true) this.onAbort();
  }

  /** Partitions that it reads now. */
  assignment(): readonly TopicPartition[] {
    return [...this.owned.values()];
  }

  /** For commits within a transaction: `transaction.sendOffsets(consumer.member, consumer.positions())`. */
  get member(): GroupMembership {
    const { memberId, epoch } = this.membership;
    return { group: this.options.group, memberId, epoch };
  }

  /**
   * Next offsets after all records handed out so far that are not committed yet, the record in hand included. With a filter also after what did
   * not match, so that nobody looks at it again.
   */
  positions(): readonly OffsetToCommit[] {
    const { inHand } = this;
    const positions = this.done();
    if (inHand !== undefined && this.owned.has(nameOf(inHand))) {
      const { stream, partition, offset } = inHand;
      const done = positions.get(nameOf(inHand))?.offset ?? 0;
      if (done <= offset) positions.set(nameOf(inHand), { stream, partition, offset: offset + 1 });
    }
    return [...positions.values()];
  }

  /** The same without the record in hand. */
  private done(): Map<string, OffsetToCommit> {
    const done = new Map(this.handed);
    if (this.options.filter !== undefined) {
      for (const passed of this.passedOver()) done.set(nameOf(passed), passed);
    }
    return done;
  }

  private *passedOver(): Iterable<OffsetToCommit> {
    const { inHand } = this;
    for (const [stream, reader] of this.readers) {
      for (const [partition, offset] of reader.passed()) {
        const one = { stream, partition, offset };
        const name = nameOf(one);
        const handed = this.handed.get(name)?.offset ?? this.committed.get(name) ?? 0;
        const held = inHand?.stream === stream && inHand.partition === partition && handed <= inHand.offset;
        if (this.owned.has(name) && !held && offset > handed) yield one;
      }
    }
  }

  /** One iteration per consumer. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ConsumedRecord, void, undefined> {
    if (this.started) throw new FlowError('PRECONDITION_FAILED', 'a consumer is iterated once');
    this.started = true;
    if (!this.stop.signal.aborted) this.membership.start();
    this.armAutoCommit();
    try {
      for (;;) {
        const record = await this.next();
        if (record === undefined) return;
        const { stream, partition, offset } = record;
        yield record;
        // Only what was handled without a throw counts as handed out for automatic commits; see `commit` for the record in hand.
        this.note({ stream, partition, offset: offset + 1 });
        this.settleHand();
      }
    } finally {
      this.settleHand();
      await this.close();
    }
  }

  /**
   * Commits all that was handed out, the record in hand included, or the offsets named. Rejects with STALE_MEMBER where a partition has
   * gone to another member, which then begins at what was committed before, or where this consumer is no member at the moment; with
   * CANCELLED once `signal` is aborted, or TIMEOUT after `timeoutMs` (by default 15,000): then it may have been committed.
   */
  async commit(offsets?: readonly OffsetToCommit[], options: CallOptions = {}): Promise<void> {
    const { inHand } = this;
    if (offsets === undefined && inHand !== undefined) {
      const { stream, partition, offset } = inHand;
      this.note({ stream, partition, offset: offset + 1 });
    }
    const wanted = offsets ?? this.positions();
    if (wanted.length === 0) return;
    const call = { group: this.options.group, by: this.member, offsets: wanted };
    const limits = { timeoutMs: COMMIT_TIMEOUT_MS, ...options };
    const refused = await commitGroupOffsets(this.deps.places, call, limits);
    for (const one of wanted) {
      this.committed.set(nameOf(one), one.offset);
      if (this.handed.get(nameOf(one))?.offset === one.offset) this.handed.delete(nameOf(one));
    }
    if (refused[0] !== undefined) throw refused[0].error;
  }

  /** Ends the iteration, commits where that is automatic, and leaves the group. */
  close(): Promise<void> {
    this.closing ??= this.doClose();
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private readonly onAbort = (): void => {
    this.shut();
  };

  private async doClose(): Promise<void> {
    this.shut();
    await this.changing;
    if (this.auto && this.failure?.code !== 'MEMBER_FENCED') await this.commitQuietly();
    await this.membership.close();
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.deps.onClosed?.(this);
  }

  private shut(): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    this.timer?.cancel();
    for (const reader of this.readers.values()) reader.close();
    this.wake();
  }

  // ---- records

  private async next(): Promise<ConsumedRecord | undefined> {
    for (;;) {
      if (this.stop.signal.aborted) return undefined;
      if (this.failure !== undefined) throw this.failure;
      const readers = [...this.readers.values()];
      for (let i = 0; i < readers.length; i++) {
        const reader = readers[this.turn++ % readers.length];
        if (reader?.failure !== undefined) throw reader.failure;
        const record = reader?.ready === true ? reader.take() : undefined;
        if (record === undefined) continue;
        // In the same turn: a commit in between must not take it for done.
        this.inHand = record;
        return record;
      }
      await new Promise<void>((resolve) => {
        this.wakeReader = resolve;
      });
    }
  }

  private note(offset: OffsetToCommit): void {
    if (this.owned.has(nameOf(offset))) this.handed.set(nameOf(offset), offset);
  }

  /** The loop's body is done with the record. */
  private settleHand(): void {
    this.inHand = undefined;
    const done = this.handDone;
    this.handDone = [];
    for (const resolve of done) resolve();
  }

  private readonly wake = (): void => {
    const { wakeReader } = this;
    this.wakeReader = undefined;
    wakeReader?.();
  };

  private fail(error: FlowError): void {
    this.failure ??= error;
    this.wake();
  }

  // ---- assignments

  private onAssignment(assignment: Assignment): void {
    this.latest = assignment;
    const revoked = this.notIn(assignment);
    // At once, and before anything is waited for: no record of these leaves from here on.
    for (const [stream, reader] of this.readers) {
      reader.drop(new Set(revoked.filter((one) => one.stream === stream).map(({ partition }) => partition)));
    }
    this.changing = this.changing
      .then(() => this.takeOver(assignment))
      .catch((error: unknown) => this.fail(asFlowError(error)));
  }

  private notIn({ partitions }: Assignment): readonly TopicPartition[] {
    const wanted = new Set(partitions.map(nameOf));
    return [...this.owned.values()].filter((one) => !wanted.has(nameOf(one)));
  }

  /** One after the other; what a later assignment has overtaken does nothing, since that one comes here, too. */
  private async takeOver(assignment: Assignment): Promise<void> {
    const revoked = this.notIn(assignment);
    if (this.latest === assignment && revoked.length > 0) await this.giveUp(revoked);
    if (this.latest !== assignment) return;
    this.membership.confirm(assignment.epoch);
    const added = assignment.partitions.filter((one) => !this.owned.has(nameOf(one)));
    if (added.length === 0 || this.stop.signal.aborted) return;
    const starts = await this.startsOf(added);
    if (starts === undefined || this.latest !== assignment) return;
    for (const one of added) this.owned.set(nameOf(one), one);
    for (const stream of new Set(added.map((one) => one.stream))) this.read(stream, starts);
    this.options.onEvent?.({ kind: 'assigned', partitions: added });
  }

  private async giveUp(revoked: readonly TopicPartition[]): Promise<void> {
    const names = new Set(revoked.map(nameOf));
    if (this.inHand !== undefined && names.has(nameOf(this.inHand))) {
      const done = new Promise<void>((resolve) => this.handDone.push(resolve));
      const limit = (this.options.rebalanceTimeoutMs ?? REBALANCE_TIMEOUT_MS) / 2;
      const { scheduler } = this.deps.surroundings;
      await Promise.race([done, pause(scheduler, limit, this.stop.signal)]);
    }
    if (this.auto) await this.commitQuietly();
    this.options.onEvent?.({ kind: 'revoked', partitions: revoked });
    this.forget(names);
  }

  private forget(names: ReadonlySet<string>): void {
    for (const name of names) {
      this.owned.delete(name);
      this.handed.delete(name);
    }
  }

  private onLost(error: FlowError): void {
    this.latest = undefined;
    for (const reader of this.readers.values()) reader.close();
    const partitions = this.assignment();
    this.forget(new Set(partitions.map(nameOf)));
    if (partitions.length > 0) this.options.onEvent?.({ kind: 'lost', partitions, error });
  }

  private read(stream: string, starts: ReadonlyMap<string, number>): void {
    let reader = this.readers.get(stream);
    if (reader === undefined) {
      reader = new StreamReader(this.reading, stream, this.options, this.wake);
      this.readers.set(stream, reader);
    }
    const all = [...this.owned.values()].filter((one) => one.stream === stream);
    reader.assign(new Map(all.map((one) => [one.partition, starts.get(nameOf(one)) ?? 0])));
  }

  /** Where to begin, by name; undefined where the membership has moved on meanwhile. */
  private async startsOf(added: readonly TopicPartition[]): Promise<ReadonlyMap<string, number> | undefined> {
    const { places, surroundings } = this.deps;
    const { signal } = this.stop;
    const { memberId } = this.membership;
    while (!signal.aborted && this.membership.memberId === memberId) {
      try {
        const known = await fetchGroupOffsets(places, this.options.group, added, { signal });
        const starts = new Map(known.map((one) => [nameOf(one), one.offset]));
        await this.resolveMissing(
          added.filter((one) => !starts.has(nameOf(one))),
          starts,
        );
        return this.membership.memberId === memberId ? starts : undefined;
      } catch (failure) {
        const error = asFlowError(failure);
        if (signal.aborted) return undefined;
        // These tell that the membership has moved on.
        if (!error.retryable && !['CANCELLED', 'MEMBER_UNKNOWN', 'STALE_MEMBER'].includes(error.code))
          throw error;
        this.options.onEvent?.({ kind: 'trouble', error });
        await pause(surroundings.scheduler, START_RETRY_MS, signal);
      }
    }
    return undefined;
  }

  private async resolveMissing(
    missing: readonly TopicPartition[],
    starts: Map<string, number>,
  ): Promise<void> {
    const { from = 'earliest', group } = this.options;
    const [first] = missing;
    if (first === undefined) return;
    if (from === 'fail') {
      throw new FlowError('OFFSET_OUT_OF_RANGE', `group ${group} has no offset of ${nameOf(first)}`, {
        hint: "Set one (flowmesh group reset), or say where to begin: from: 'earliest' or 'latest'.",
        details: { ...first },
      });
    }
    const begun: OffsetToCommit[] = [];
    for (const stream of new Set(missing.map((one) => one.stream))) {
      const partitions = missing.filter((one) => one.stream === stream).map(({ partition }) => partition);
      const query = { stream, partitions, at: from, isolation: this.options.isolation };
      for (const found of await fetchOffsets(this.deps, query, { signal: this.stop.signal })) {
        const one = { stream, partition: found.partition, offset: found.offset ?? found.highWatermark };
        starts.set(nameOf(one), one.offset);
        begun.push(one);
      }
    }
    // Where it began at the end is remembered at once: whoever takes over must not begin at a later end, and pass over what lies between.
    if (from === 'latest') {
      await commitGroupOffsets(this.deps.places, { group, by: this.member, offsets: begun }, {});
    }
    for (const { stream, partition, offset } of begun) {
      this.options.onEvent?.({
        kind: 'reset',
        partition: { stream, partition },
        to: offset,
        reason: 'no-offset',
      });
    }
  }

  // ---- automatic commits

  private get auto(): boolean {
    return this.options.autoCommit !== undefined && this.options.autoCommit !== false;
  }

  private armAutoCommit(): void {
    if (!this.auto || this.stop.signal.aborted) return;
    const { autoCommit } = this.options;
    const intervalMs = typeof autoCommit === 'object' ? autoCommit.intervalMs : AUTO_COMMIT_INTERVAL_MS;
    this.timer = this.deps.surroundings.scheduler.after(intervalMs, () => {
      void this.commitQuietly().then(() => this.armAutoCommit());
    });
  }

  private async commitQuietly(): Promise<void> {
    try {
      await this.commit([...this.done().values()]);
    } catch (error) {
      this.options.onEvent?.({ kind: 'trouble', error: asFlowError(error) });
    }
  }
}
