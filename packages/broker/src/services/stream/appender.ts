/**
 * The way of a batch into the log: refused, or given its place at once and answered when it is durable as asked.
 *
 *   append ─ leader? room? valid? enough replicas? ─► append session: place ─► stamped ─► this turn's proposals
 *                                          └─► duplicate of a stored batch, or of one in flight: waits for that one
 *
 * Appends to a partition are proposed in the order of their calls, all of a turn together; there is no promise on this way.
 * Whatever a batch is refused for, nothing of it was appended; only TIMEOUT and UNAVAILABLE with `outcome: unknown` leave it open.
 */
import { assert, FlowError, isFlowError, stampBatch } from '@flowmesh/base';
import type { BatchHeader, Clock, Crc32c, Scheduler } from '@flowmesh/base';
import { encodeStreamCommand, storedTimestamp } from '@flowmesh/engines';
import type { AppendSession, Prepared, PreparedDelay, Reply, StreamReply } from '@flowmesh/engines';
import type { CodecSet } from '@flowmesh/kafka';
import type { ProposalResult } from '../../replica/replica-api.ts';
import type { ByteBudget } from '../byte-budget.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { Caller, DiskPort, Door, ServiceMetrics } from '../ports.ts';
import { admitBatch } from './admit-batch.ts';
import { BatchArena } from './batch-arena.ts';
import { checkRoom, delayCommand } from './delayed-append.ts';
import { DuplicateWait } from './duplicate-wait.ts';
import { PartitionAppends } from './partition-appends.ts';
import type { PlacedProposal } from './partition-appends.ts';
import type { PartitionRef, PartitionTable, ServedPartition } from './partition-table.ts';
import { PendingAppend } from './pending-append.ts';
import type { AppendDone, AppendedBatch } from './pending-append.ts';
import { PendingCommand } from './pending-command.ts';
import type { PendingCommandInit } from './pending-command.ts';

export type Acks = 'all' | 'leader';

export interface AppendRequest {
  readonly caller: Caller;
  readonly stream: string;
  readonly partition: number;
  /** One RecordBatch; owned by the service from here on, which stamps it in place and keeps it. */
  readonly batch: Uint8Array;
  readonly acks: Acks;
  readonly timeoutMs: number;
}

export interface AppenderPorts {
  readonly partitions: PartitionTable;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly wheel: DeadlineWheel;
  readonly disk: DiskPort;
  readonly door: Door;
  readonly metrics: ServiceMetrics;
  readonly crc32c: Crc32c;
  readonly codecs: CodecSet;
  readonly limits: { readonly decompressedBytesMax: number };
  /** Bytes of batches in flight on this node. */
  readonly budget: ByteBudget;
}

/** How long a leader may take to confirm that it still leads, before it refuses a producer for good. */
const CONFIRM_MS = 5_000;

export class Appender {
  private readonly ports: AppenderPorts;
  private readonly appendsOf = new WeakMap<ServedPartition, PartitionAppends>();
  private readonly arena = new BatchArena();
  private dirty: PartitionAppends[] = [];

  constructor(ports: AppenderPorts) {
    this.ports = ports;
  }

  /** `done` is called exactly once, often before this returns where the batch is refused. */
  append(request: AppendRequest, done: AppendDone): void {
    const startMs = this.ports.clock.monotonicMs();
    const answer: AppendDone = (result) => {
      const code = result.ok ? 'OK' : result.error.code;
      this.ports.metrics.request('append', code, this.ports.clock.monotonicMs() - startMs);
      done(result);
    };
    const refused = this.place(request, answer);
    if (refused !== undefined) answer({ ok: false, error: refused });
  }

  private place(request: AppendRequest, answer: AppendDone): FlowError | undefined {
    const { ports } = this;
    const { caller, batch } = request;
    const closed = ports.door.authorise(caller, 'append', request.stream);
    if (closed !== undefined) return closed;
    const ref = ports.partitions.find(request.stream, request.partition);
    if (isFlowError(ref)) return ref;
    const served = ports.partitions.serving(ref.group);
    if (isFlowError(served)) return served;
    if (!ports.disk.writable()) return diskFull(ports.disk);
    const admitted = admitBatch(batch, ref.settings, {
      crc32c: ports.crc32c,
      nowMs: served.nowMs(),
      transactions: ports.partitions.understood(),
      codecs: ports.codecs,
      decompressedBytesMax: ports.limits.decompressedBytesMax,
    });
    if (isFlowError(admitted)) return admitted;
    const full = admitted.delayed ? checkRoom(served.machine, ref.settings, batch.length) : undefined;
    if (full !== undefined) return full;
    const appends = this.appends(served);
    if (request.acks === 'all') {
      const few = appends.notEnoughReplicas(ref.settings.minInsyncReplicas);
      if (few !== undefined) return few;
    }
    const charged = ports.door.charge(caller, 'append', request.stream, batch.length);
    if (charged !== undefined) return charged;
    return this.prepare(request, { ref, served, ...admitted, appends, answer });
  }

  /**
   * What ends a producer is said only by a leader that has confirmed that it still leads: one that was replaced while it was
   * stopped, and does not know it yet, has not seen the producer's last batches, nor what was admitted since.
   */
  private refuse(error: FlowError, served: ServedPartition, answer: AppendDone): FlowError | undefined {
    if (!endsProducer(error)) return error;
    served.replica.readBarrier(CONFIRM_MS).then(
      () => answer({ ok: false, error }),
      () => answer({ ok: false, error: this.ports.partitions.notLeader(served.replica.group) }),
    );
    return undefined;
  }

  private prepare(
    request: AppendRequest,
    to: {
      readonly ref: PartitionRef;
      readonly served: ServedPartition;
      readonly header: BatchHeader;
      readonly delayed: boolean;
      readonly appends: PartitionAppends;
      readonly answer: AppendDone;
    },
  ): FlowError | undefined {
    const { ref, served, header, delayed, appends, answer } = to;
    const { batch } = request;
    if (!this.ports.budget.fits(batch.length) || !request.caller.inFlight.fits(batch.length))
      return this.overloaded();
    const { session } = appends;
    const prepared = delayed ? session.prepareDelay(header) : session.prepare(header);
    if (prepared.kind === 'error') return this.refuse(prepared.error, served, answer);
    const repeats = prepared.kind === 'duplicate' || prepared.kind === 'duplicate-delay';
    const appended: AppendedBatch = {
      stream: request.stream,
      partition: ref.partition,
      baseOffset: prepared.kind === 'append' || prepared.kind === 'duplicate' ? prepared.baseOffset : -1,
      recordCount: repeats ? prepared.recordCount : header.recordCount,
      timestampMs: repeats ? prepared.timestampMs : storedTimestamp(header),
      leaderEpoch: served.term,
      logStartOffset: served.machine.logStartOffset,
      duplicate: repeats,
    };
    if (prepared.kind === 'duplicate-delay') {
      this.confirmDelayed(request, served, appended, answer);
      return undefined;
    }
    if (prepared.kind === 'duplicate') {
      new DuplicateWait({ served, appended, wheel: this.ports.wheel, answer }).start(
        appends.inFlight(prepared.baseOffset),
        request.timeoutMs,
      );
      return undefined;
    }
    const command = this.commandOf(batch, header, served, prepared);
    this.ports.budget.take(batch.length);
    request.caller.inFlight.take(batch.length);
    const pending = new PendingAppend({
      command,
      ack: request.acks === 'all' || delayed ? 'applied' : 'leader-durable',
      minDurable: ref.settings.minInsyncReplicas,
      appended,
      baseOffset: prepared.baseOffset,
      quietBefore: prepared.kind === 'delay' ? prepared.quietBefore : session.nextQuiet,
      wheel: this.ports.wheel,
      answer,
      settled: (append, result) =>
        this.settled({ append, result, appends, caller: request.caller, bytes: batch.length }),
    });
    this.ports.wheel.add(pending, request.timeoutMs);
    if (header.producerId >= 0 && !delayed) appends.remember(pending);
    this.enqueue(appends, pending);
    return undefined;
  }

  /** What goes into the log: the batch, stamped, or the command that keeps its records for later. */
  private commandOf(
    batch: Uint8Array,
    header: BatchHeader,
    served: ServedPartition,
    prepared: Extract<PreparedDelay | Prepared, { kind: 'append' | 'delay' }>,
  ): Uint8Array {
    const { codecs, crc32c, limits } = this.ports;
    if (prepared.kind === 'delay')
      return delayCommand(batch, header, { codecs, crc32c, nowMs: served.nowMs(), ...limits });
    const kept = this.arena.keep(batch);
    stampBatch(kept, prepared);
    return kept;
  }

  /** Delayed records that were sent again are confirmed once all is applied that was on its way. */
  private confirmDelayed(
    request: AppendRequest,
    served: ServedPartition,
    appended: AppendedBatch,
    answer: AppendDone,
  ): void {
    const command = encodeStreamCommand({ kind: 'advance-time', timeMs: served.nowMs() });
    const { timeoutMs } = request;
    const baseOffset = this.session(served).nextOffset;
    this.command(served, { command, baseOffset, minDurable: 0, timeoutMs, signal: undefined }).then(
      () => answer({ ok: true, appended }),
      (error: unknown) => {
        if (!isFlowError(error)) throw error;
        answer({ ok: false, error });
      },
    );
  }

  /** What gives out places in a partition, for commands of the node itself. */
  session(served: ServedPartition): AppendSession {
    return this.appends(served).session;
  }

  /**
   * Puts a command of the node into the log: placed ones in order with the appends, others at once. Rejects with what the machine or
   * the replica refuses it for.
   */
  async command(
    served: ServedPartition,
    init: Omit<PendingCommandInit, 'wheel' | 'quietBefore'> & { readonly quietBefore?: number },
  ): Promise<StreamReply> {
    const next = init.baseOffset === undefined ? 0 : this.session(served).nextQuiet;
    const quietBefore = init.quietBefore ?? next;
    const pending = new PendingCommand({ ...init, quietBefore, wheel: this.ports.wheel });
    if (init.baseOffset !== undefined) this.enqueue(this.appends(served), pending);
    else {
      const error = served.replica.propose([pending]);
      if (error !== undefined) pending.done({ ok: false, error });
    }
    try {
      return await pending.reply;
    } catch (error) {
      if (isFlowError(error) && error.code === 'NOT_LEADER')
        throw this.ports.partitions.notLeader(served.replica.group);
      throw error;
    }
  }

  private enqueue(appends: PartitionAppends, proposal: PlacedProposal): void {
    if (!appends.enqueue(proposal)) return;
    if (this.dirty.push(appends) > 1) return;
    this.ports.scheduler.endOfTurn(() => {
      const { dirty } = this;
      this.dirty = [];
      for (const each of dirty) each.propose();
    });
  }

  private settled(end: {
    readonly append: PendingAppend;
    readonly result: ProposalResult;
    readonly appends: PartitionAppends;
    readonly caller: Caller;
    /** Of the batch as it was sent. */
    readonly bytes: number;
  }): void {
    const { append } = end;
    const result = this.located(end.result, end.appends);
    const { bytes } = end;
    this.ports.budget.give(bytes);
    end.caller.inFlight.give(bytes);
    end.appends.settled(append);
    if (result.ok) {
      checkReply(append, result.reply);
      this.ports.metrics.appended(append.appended.stream, append.appended.recordCount, bytes);
      append.reply({ ok: true, appended: append.appended });
    } else append.reply({ ok: false, error: result.error });
    const { followers } = append;
    append.followers = undefined;
    if (followers !== undefined) for (const follower of followers) follower(result);
  }

  /** NOT_LEADER with the leader's address, which the replica does not know. */
  private located(result: ProposalResult, appends: PartitionAppends): ProposalResult {
    if (result.ok || result.error.code !== 'NOT_LEADER') return result;
    return { ok: false, error: this.ports.partitions.notLeader(appends.group) };
  }

  private appends(served: ServedPartition): PartitionAppends {
    let appends = this.appendsOf.get(served);
    if (appends === undefined) {
      appends = new PartitionAppends(served);
      this.appendsOf.set(served, appends);
    }
    return appends;
  }

  private overloaded(): FlowError {
    this.ports.metrics.throttled('append');
    return new FlowError('OVERLOADED', 'too many bytes of appends are under way', {
      hint: 'Wait for acknowledgements before sending more; AppendStream does so by itself.',
      details: { limitBytes: this.ports.budget.limitBytes },
    });
  }
}

function endsProducer({ code, details }: FlowError): boolean {
  const late = code === 'OUT_OF_ORDER_SEQUENCE' || code === 'PRODUCER_FENCED';
  return late || details['transaction'] === 'not-added';
}

/** The machine must have given the batch the place that it was stamped with. */
function checkReply(append: PendingAppend, reply: Reply | undefined): void {
  if (reply === undefined) return;
  assert(reply.ok, 'the stream machine accepts every batch of its leader');
  const value = reply.value as StreamReply;
  if (append.appended.baseOffset === -1) {
    assert(value.kind === 'delayed', 'delayed records are kept by the machine');
    return;
  }
  assert(
    value.kind === 'appended' && value.baseOffset === append.appended.baseOffset,
    'a batch lies where its session placed it',
  );
}

function diskFull(disk: DiskPort): FlowError {
  const { freeBytes, neededBytes } = disk.describe();
  return new FlowError(
    'DISK_FULL',
    `the disk of this node has ${freeBytes} bytes free and needs ${neededBytes} to take writes`,
    {
      hint: 'Free space or shorten retention; reading and truncating go on, writing resumes by itself.',
      details: { freeBytes, neededBytes },
    },
  );
}
