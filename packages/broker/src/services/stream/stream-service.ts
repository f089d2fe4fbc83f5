/**
 * Streams as every protocol sees them: append, read, subscribe, offsets, truncate. Only the leader of a partition serves it;
 * others answer NOT_LEADER with its address. Every call passes the door first.
 *
 * Reads show what is committed and applied, never more. A leader that was deposed and does not know it yet may still serve such
 * records, because committed is committed; but where the answer says something about the *end* (an offset beyond it, the latest
 * offset), it confirms its leadership first, so that no client is sent back by a stale end.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { Clock, Crc32c, NodeId, Scheduler } from '@flowmesh/base';
import { encodeStreamCommand } from '@flowmesh/engines';
import type { AbortedTransaction, ProducerEntry } from '@flowmesh/engines';
import type { CodecSet, KafkaRecord } from '@flowmesh/kafka';
import type { ReplicaManager } from '../../replica/replica-api.ts';
import { ByteBudget } from '../byte-budget.ts';
import { DeadlineWheel } from '../deadline-wheel.ts';
import { DiskGate } from '../disk-gate.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import type { FilterCounters } from '../filter/compile-filter.ts';
import type { Caller, CatalogPort, DiskPort, Door, LeaderPort, ServiceMetrics } from '../ports.ts';
import type { TransactionParticipant } from '../transaction/participant.ts';
import { buildBatch } from './admit-batch.ts';
import { Appender } from './appender.ts';
import type { AppendRequest } from './appender.ts';
import { outOfRange } from './batch-reader.ts';
import { DelayedRelease } from './delayed-release.ts';
import { Housekeeping } from './housekeeping.ts';
import { findOffset } from './offset-finder.ts';
import type { FoundOffset, OffsetQuestion } from './offset-finder.ts';
import { ParkedReads } from './parked-reads.ts';
import { PartitionTable } from './partition-table.ts';
import type { Isolation, ServedPartition } from './partition-table.ts';
import type { AppendDone } from './pending-append.ts';
import type { ReadView } from './read-view.ts';
import { readPages } from './reader.ts';
import { recordsOf } from './record-view.ts';
import type { StoredRecord } from './record-view.ts';
import { StreamParticipant } from './stream-participant.ts';
import { StreamShares } from './stream-shares.ts';
import { Subscription } from './subscription.ts';
import type { SubscriptionSink } from './subscription.ts';

export interface StreamLimits {
  /** Bytes of appended batches on their way, on this node. */
  readonly appendBytesInFlightMax: number;
  /** Reads from disk that run at once, and that wait for their turn. */
  readonly diskReadsMax: number;
  readonly diskReadsWaitingMax: number;
  /** Long polls that wait at once. */
  readonly parkedReadsMax: number;
  /** One answer to a read. */
  readonly readBytesMax: number;
  readonly partitionsPerSubscriptionMax: number;
  /** How long a leader may take to confirm that it still leads. */
  readonly confirmMs: number;
  /** One batch, decompressed, when the node has to look inside. */
  readonly decompressedBytesMax: number;
  /** Between two looks at a partition for what retention gives up; much more where it is long. */
  readonly retentionCheckMs: number;
  /** Memory for the keys of one pass of compaction; what is beyond waits for the next pass. */
  readonly compactionKeyBytesMax: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  appendBytesInFlightMax: 128 << 20,
  diskReadsMax: 4,
  diskReadsWaitingMax: 10_000,
  parkedReadsMax: 50_000,
  readBytesMax: 8 << 20,
  partitionsPerSubscriptionMax: 1_000,
  confirmMs: 5_000,
  decompressedBytesMax: 64 << 20,
  retentionCheckMs: 5_000,
  compactionKeyBytesMax: 64 << 20,
};

export interface StreamServicePorts {
  readonly node: NodeId;
  readonly replicas: ReplicaManager;
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly disk: DiskPort;
  readonly door: Door;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly codecs: CodecSet;
  readonly crc32c: Crc32c;
  readonly limits: StreamLimits;
}

export interface ReadRequest {
  readonly caller: Caller;
  readonly stream: string;
  readonly partition: number;
  readonly offset: number;
  readonly bytesMax: number;
  /** Wait until there is so much, but no longer than `waitMs`. */
  readonly bytesMin: number;
  readonly waitMs: number;
  readonly isolation: Isolation;
  /**
   * Control batches and batches of aborted transactions come along, with the list of what was aborted: for clients that leave
   * them out themselves, as those of Kafka do.
   */
  readonly verbatim?: boolean;
  /** CEL over records; only those that match are shown. */
  readonly filter?: string | undefined;
}

export interface ReadResult {
  /** Whole batches; the first may begin before the asked offset. They alias the log's memory: encode at once. */
  readonly batches: readonly Uint8Array[];
  readonly nextOffset: number;
  readonly highWatermark: number;
  /** Before it every transaction is decided. */
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** With `verbatim`: transactions whose records in this answer were aborted, by the offset of their marker. */
  readonly aborted: readonly AbortedTransaction[];
  readonly filter: FilterCounters | undefined;
}

export interface PartitionName {
  readonly caller: Caller;
  readonly stream: string;
  readonly partition: number;
}

export interface PartitionOffsets extends FoundOffset {
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly leaderEpoch: number;
  /** Delayed records that wait for their time, counted by batch and due time. */
  readonly delayedBatches: number;
  /** When the next of them is due; -1: none waits. */
  readonly nextDueMs: number;
}

export interface EpochEnd {
  readonly epoch: number;
  readonly endOffset: number;
}

export interface SubscribePosition {
  readonly partition: number;
  readonly offset: number;
}

export class StreamService {
  /** How transactions end in partitions that this node leads. */
  readonly participant: TransactionParticipant;
  /** Share groups in partitions that this node leads. */
  readonly shares: StreamShares;
  private readonly ports: StreamServicePorts;
  private readonly partitions: PartitionTable;
  private readonly appender: Appender;
  private readonly wheel: DeadlineWheel;
  private readonly gate: DiskGate;
  private readonly parked: ParkedReads;
  private readonly housekeeping: Housekeeping;
  private readonly delayed: DelayedRelease;

  constructor(ports: StreamServicePorts) {
    const { limits } = ports;
    this.ports = ports;
    this.partitions = new PartitionTable(ports);
    this.wheel = new DeadlineWheel(ports);
    this.gate = new DiskGate({ runningMax: limits.diskReadsMax, waitingMax: limits.diskReadsWaitingMax });
    this.parked = new ParkedReads(this.wheel, { waitingMax: limits.parkedReadsMax });
    this.appender = new Appender({
      ...ports,
      partitions: this.partitions,
      wheel: this.wheel,
      budget: new ByteBudget(limits.appendBytesInFlightMax),
    });
    this.participant = new StreamParticipant({
      partitions: this.partitions,
      appender: this.appender,
    });
    this.housekeeping = new Housekeeping({
      ...ports,
      partitions: this.partitions,
      appender: this.appender,
      wheel: this.wheel,
      gate: this.gate,
    });
    this.shares = new StreamShares({
      ...ports,
      partitions: this.partitions,
      appender: this.appender,
      wheel: this.wheel,
      gate: this.gate,
      viewOf: (stream, isolation) => this.view(stream, isolation, undefined),
    });
    this.delayed = new DelayedRelease({
      ...ports,
      partitions: this.partitions,
      appender: this.appender,
      wheel: this.wheel,
    });
  }

  /** Begins to enforce retention in what this node leads, and what else is due by time. */
  start(): void {
    this.housekeeping.start();
    this.delayed.start();
    this.shares.start();
  }

  /** Appends one batch; see `Appender`. No promise: `done` is called once. */
  append(request: AppendRequest, done: AppendDone): void {
    this.appender.append(request, done);
  }

  /** The same for single records, of which a batch is made here. A timestamp of 0 is now. */
  appendRecords(
    request: Omit<AppendRequest, 'batch'>,
    records: readonly KafkaRecord[],
    done: AppendDone,
  ): void {
    const { crc32c, clock } = this.ports;
    const batch = buildBatch(records, { crc32c, nowMs: clock.wallMs() });
    if (isFlowError(batch)) done({ ok: false, error: batch });
    else this.appender.append({ ...request, batch }, done);
  }

  /** Batches as records at or after an offset. CORRUPT_BATCH where a producer stored what cannot be read. */
  recordsOf(batches: readonly Uint8Array[], fromOffset: number): StoredRecord[] | FlowError {
    const { codecs, limits } = this.ports;
    return recordsOf(batches, fromOffset, { codecs, decompressedBytesMax: limits.decompressedBytesMax });
  }

  /** One page of batches from an offset. At least one batch, however large, unless there is none in time. */
  async read(request: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    const served = this.open(request, 'read');
    await this.checkOffset(served, request.offset);
    const { isolation, verbatim, partition } = request;
    const view = verbatim === true ? undefined : this.view(request.stream, isolation, request.filter);
    const { batches, nextOffset, aborted, records, bytes } = await readPages(
      served,
      {
        offset: request.offset,
        bytesMax: Math.min(request.bytesMax, this.ports.limits.readBytesMax),
        bytesMin: request.bytesMin,
        waitMs: request.waitMs,
        partition,
        view,
        isolation,
      },
      { ...this.ports, gate: this.gate, parked: this.parked },
      signal,
    );
    this.ports.metrics.read(request.stream, records, bytes);
    const { logStartOffset, lastStableOffset } = served.machine;
    return {
      batches,
      nextOffset,
      highWatermark: served.highWatermark,
      lastStableOffset,
      logStartOffset,
      aborted,
      filter: view?.filter?.counters,
    };
  }

  /**
   * Begins to push records of some partitions to `sink`, as credit is granted. Partitions that this node does not lead, or
   * whose offset is out of range, end at once with their error; the others go on.
   */
  subscribe(
    request: {
      readonly caller: Caller;
      readonly stream: string;
      readonly positions: readonly SubscribePosition[];
      readonly isolation: Isolation;
      readonly filter?: string | undefined;
    },
    sink: SubscriptionSink,
  ): Subscription {
    const { positions } = request;
    if (positions.length > this.ports.limits.partitionsPerSubscriptionMax) {
      throw new FlowError('INVALID_ARGUMENT', `a subscription of ${positions.length} partitions`, {
        hint: `At most ${this.ports.limits.partitionsPerSubscriptionMax}: open several subscriptions.`,
        details: { field: 'positions' },
      });
    }
    this.pass(request.caller, 'read', request.stream);
    for (const { partition } of positions) throwIfError(this.partitions.find(request.stream, partition));
    const subscription = new Subscription(
      { scheduler: this.ports.scheduler, gate: this.gate },
      this.view(request.stream, request.isolation, request.filter),
      sink,
    );
    for (const position of positions) this.startPosition(subscription, sink, request.stream, position);
    return subscription;
  }

  /** Where a partition begins, ends, or had its first record at or after a time. */
  async offsets(
    name: PartitionName,
    question: { readonly at: OffsetQuestion; readonly isolation: Isolation },
    signal: AbortSignal,
  ): Promise<PartitionOffsets> {
    const { at, isolation } = question;
    const served = this.open(name, 'describe');
    if (at.kind !== 'earliest') await this.confirm(served);
    const { codecs, limits } = this.ports;
    const found = await findOffset(served, at, {
      codecs,
      gate: this.gate,
      decompressedBytesMax: limits.decompressedBytesMax,
      view: this.view(name.stream, isolation, undefined),
      number: name.partition,
      signal,
    });
    return {
      ...found,
      logStartOffset: served.machine.logStartOffset,
      highWatermark: served.highWatermark,
      lastStableOffset: served.machine.lastStableOffset,
      leaderEpoch: served.term,
      delayedBatches: served.machine.delayedCount,
      nextDueMs: served.machine.nextDueMs ?? -1,
    };
  }

  /** The last leader epoch up to this one that wrote batches, and the offset after them; undefined where there is none. */
  epochEnd(name: PartitionName, epoch: number): EpochEnd | undefined {
    const { machine, term } = this.open(name, 'describe');
    // What an epoch of the future wrote nobody can know.
    return epoch > term ? undefined : machine.endOffsetForEpoch(epoch);
  }

  /** Producers that the partition remembers, least recently active first. */
  producers(name: PartitionName): readonly ProducerEntry[] {
    return this.open(name, 'read').machine.producersKnown();
  }

  /** Deletes records before an offset on all replicas; resolves with the new log start. Repeating it changes nothing. */
  async truncate(name: PartitionName, beforeOffset: number | 'end', timeoutMs: number): Promise<number> {
    const served = this.open(name, 'truncate');
    const offset = beforeOffset === 'end' ? served.highWatermark : beforeOffset;
    if (offset > served.highWatermark) {
      await this.confirm(served);
      if (offset > served.highWatermark) throw outOfRange(served, offset);
    }
    if (offset <= served.machine.logStartOffset) return served.machine.logStartOffset;
    const timeMs = served.nowMs();
    await this.appender.command(served, {
      command: encodeStreamCommand({ kind: 'trim-to', offset, timeMs }),
      baseOffset: undefined,
      minDurable: 0,
      timeoutMs,
      signal: undefined,
    });
    return served.machine.logStartOffset;
  }

  close(): void {
    this.housekeeping.close();
    this.delayed.close();
    this.shares.close();
    this.wheel.close();
  }

  private startPosition(
    subscription: Subscription,
    sink: SubscriptionSink,
    stream: string,
    position: SubscribePosition,
  ): void {
    const ref = throwIfError(this.partitions.find(stream, position.partition));
    const served = this.partitions.serving(ref.group);
    if (isFlowError(served)) return sink.partitionEnded(position.partition, served);
    if (position.offset <= served.highWatermark)
      return subscription.add(position.partition, served, position.offset);
    this.checkOffset(served, position.offset).then(
      () => subscription.add(position.partition, served, position.offset),
      (error: unknown) => sink.partitionEnded(position.partition, asFlowError(error)),
    );
  }

  /** What readers of a stream are shown; a filter that is none is INVALID_ARGUMENT, with its place. */
  private view(stream: string, isolation: Isolation, filter: string | undefined): ReadView {
    const { codecs, crc32c, limits, metrics } = this.ports;
    return {
      isolation,
      stream,
      filter: filter === undefined ? undefined : throwIfError(compileFilter(filter, 'record')),
      ttlMs: () => {
        const ref = this.partitions.find(stream, 0);
        return isFlowError(ref) ? -1 : ref.settings.recordTtlMs;
      },
      expired: (records) => metrics.expired(stream, records),
      codecs,
      crc32c,
      decompressedBytesMax: limits.decompressedBytesMax,
    };
  }

  private open(name: PartitionName, action: 'read' | 'describe' | 'truncate'): ServedPartition {
    this.pass(name.caller, action, name.stream);
    const ref = throwIfError(this.partitions.find(name.stream, name.partition));
    return throwIfError(this.partitions.serving(ref.group));
  }

  private pass(caller: Caller, action: 'read' | 'describe' | 'truncate', stream: string): void {
    const closed = this.ports.door.authorise(caller, action, stream);
    if (closed !== undefined) throw closed;
  }

  private async checkOffset(served: ServedPartition, offset: number): Promise<void> {
    if (offset < served.machine.logStartOffset) throw outOfRange(served, offset);
    if (offset <= served.highWatermark) return;
    await this.confirm(served);
    if (offset > served.highWatermark) throw outOfRange(served, offset);
  }

  /** Makes sure that this node still leads and has applied all that was committed before. */
  private async confirm(served: ServedPartition): Promise<void> {
    try {
      await served.replica.readBarrier(this.ports.limits.confirmMs);
    } catch (error) {
      if (isFlowError(error) && error.code === 'NOT_LEADER')
        throw this.partitions.notLeader(served.replica.group);
      throw error;
    }
  }
}

function asFlowError(error: unknown): FlowError {
  return isFlowError(error)
    ? error
    : new FlowError('INTERNAL', 'an unexpected failure of the node', { cause: error });
}

function throwIfError<T extends object>(value: T | FlowError): T {
  if (isFlowError(value)) throw value;
  return value;
}
