/**
 * What share groups do in the partitions that this node leads. Which records a member is given is decided by a command in the partition's log,
 * so that it holds whoever leads next; a record leaves once that is applied.
 *
 *   acquire:  first that may be given ─► pages as they are stored ─► what of them is shown ─► `acquire`, committed ─► its batches
 *   by itself, five times a second: locks whose time is up, groups that nobody uses
 *
 * One member at a time reads for a group in a partition: two would read the same and be given different halves of it.
 */
import { FlowError, isFlowError, must, readBatchHeader } from '@flowmesh/base';
import type {
  AcquiredRange,
  GroupConfig,
  OffsetRange,
  ShareAction,
  ShareGroup,
  ShareReply,
  ShareVerdicts,
} from '@flowmesh/engines';
import {
  encodeStreamCommand,
  SHARE_EXPIRED_PER_COMMAND_MAX,
  SHARE_RANGES_PER_COMMAND_MAX,
  StreamMachine,
} from '@flowmesh/engines';
import type { ReplicaManager } from '../../replica/replica-api.ts';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { DiskGate } from '../disk-gate.ts';
import type { Appender } from './appender.ts';
import type { ReadCursor } from './batch-reader.ts';
import type { PartitionTable, ServedPartition } from './partition-table.ts';
import { show } from './read-view.ts';
import type { ReadView } from './read-view.ts';
import { storedPage } from './reader.ts';

export interface ShareDeskPorts {
  readonly replicas: ReplicaManager;
  readonly partitions: PartitionTable;
  readonly appender: Appender;
  readonly wheel: DeadlineWheel;
  readonly gate: DiskGate;
}

export interface ShareAsk {
  readonly group: string;
  readonly member: string;
  readonly config: GroupConfig;
}

export interface Acquisition extends ShareAsk {
  readonly recordsMax: number;
  /** Rather some more records than half of a batch. */
  readonly wholeBatches: boolean;
  readonly bytesMax: number;
  readonly view: ReadView;
  readonly partition: number;
}

export interface Acquired {
  /** As they are stored; of the first and the last not all records may have been acquired. They alias the log's memory. */
  readonly batches: readonly Uint8Array[];
  readonly ranges: readonly AcquiredRange[];
}

const ROUND_MS = 200;
const CONFIRM_TIMEOUT_MS = 10_000;
/** Pages are read in portions: records may be small, and few are wanted. */
const PAGE_BYTES = 256 * 1024;
/** A group that reads without finding anything is in use all the same: the machine is told so this often. */
const TOUCH_MS = 12 * 3_600_000;

const NOTHING: Acquired = { batches: [], ranges: [] };

/** A stretch of the log as a member may see it. */
interface Stretch {
  readonly batches: Uint8Array[];
  readonly holes: OffsetRange[];
  to: number;
  bytes: number;
  records: number;
}

export class ShareDesk implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly ports: ShareDeskPorts;
  /** The end of the line of those who read for a group. */
  private readonly turns = new WeakMap<ServedPartition, Map<string, Promise<void>>>();
  private readonly expiring = new WeakSet<ServedPartition>();
  private closed = false;

  constructor(ports: ShareDeskPorts) {
    this.ports = ports;
  }

  start(): void {
    if (!this.closed) this.ports.wheel.add(this, ROUND_MS);
  }

  close(): void {
    this.closed = true;
    this.ports.wheel.remove(this);
  }

  expire(): void {
    for (const { group, machine, serving } of this.ports.replicas.all()) {
      if (!serving || !(machine instanceof StreamMachine) || machine.shares.count === 0) continue;
      const served = this.ports.partitions.serving(group);
      if (isFlowError(served) || this.expiring.has(served)) continue;
      if ((machine.shares.dueAtMs() ?? Number.POSITIVE_INFINITY) <= served.nowMs()) this.endLocks(served);
    }
    this.start();
  }

  /** What is there now, without waiting for more; nothing, where another member has it all. */
  async acquire(served: ServedPartition, ask: Acquisition, signal: AbortSignal): Promise<Acquired> {
    if (!this.ports.partitions.understood()) throw notUnderstood();
    return await this.inTurn(served, ask.group, async () => {
      const share = await this.opened(served, ask);
      if (!mayGive(served, share, ask.config)) return NOTHING;
      const from = share.candidate;
      const stretch = await this.stretchFrom(served, from, ask, signal);
      if (stretch === undefined) return NOTHING;
      const { config, group, member } = ask;
      const reply = await this.command(served, {
        kind: 'acquire',
        group,
        member,
        from,
        to: stretch.to,
        holes: stretch.holes,
        recordsMax: ask.wholeBatches ? Math.max(stretch.records, 1) : ask.recordsMax,
        lockMs: config.lockMs,
        attemptsMax: config.attemptsMax,
        inFlightMax: config.inFlightMax,
      });
      const ranges = reply.kind === 'share-acquired' ? reply.ranges : [];
      return { ranges, batches: stretch.batches.filter((batch) => isIn(batch, ranges)) };
    });
  }

  /** Whether there may be something for a member of the group. */
  mayHave(served: ServedPartition, { group, config }: ShareAsk): boolean {
    const share = served.machine.shares.group(group);
    return share === undefined || mayGive(served, share, config);
  }

  /** PRECONDITION_FAILED with `share` where a record is not the member's: then nothing of it counts. */
  async acknowledge(
    served: ServedPartition,
    { group, member, config }: ShareAsk,
    batches: readonly ShareVerdicts[],
  ): Promise<void> {
    if (batches.length > SHARE_RANGES_PER_COMMAND_MAX)
      throw new FlowError('INVALID_ARGUMENT', `${batches.length} batches are acknowledged at once`, {
        hint: `At most ${SHARE_RANGES_PER_COMMAND_MAX}.`,
      });
    await this.command(served, { kind: 'acknowledge', group, member, lockMs: config.lockMs, batches });
  }

  /** What the member has here is anybody's again. */
  async release(served: ServedPartition, group: string, member: string): Promise<void> {
    const share = served.machine.shares.group(group);
    const has = share?.ranges.all.some((range) => range.state === 'acquired' && range.member === member);
    if (has === true) await this.command(served, { kind: 'release', group, member });
  }

  /** Puts a command of a share group into the log. Rejects with what the machine refuses it for. */
  async command(served: ServedPartition, action: ShareAction): Promise<ShareReply> {
    if (!this.ports.partitions.understood()) throw notUnderstood();
    const command = encodeStreamCommand({ kind: 'share', timeMs: served.nowMs(), action });
    const reply = await this.ports.appender.command(served, {
      command,
      baseOffset: undefined,
      minDurable: 0,
      timeoutMs: CONFIRM_TIMEOUT_MS,
      signal: undefined,
    });
    switch (reply.kind) {
      case 'share-opened':
      case 'share-acquired':
      case 'share-changed':
      case 'share-expired':
        return reply;
      case 'appended':
      case 'trimmed':
      case 'time-advanced':
      case 'compaction-begun':
      case 'compaction-ended':
      case 'compacted':
      case 'delayed':
      case 'admitted':
        throw new FlowError('INTERNAL', `a command of a share group was answered with ${reply.kind}`);
    }
  }

  private async opened(served: ServedPartition, { group, config }: ShareAsk): Promise<ShareGroup> {
    const { shares } = served.machine;
    const known = shares.group(group);
    if (known !== undefined && served.nowMs() - known.head.usedMs < TOUCH_MS) return known;
    await this.command(served, { kind: 'open', group, start: config.start });
    return must(shares.group(group), 'a group that was opened is there');
  }

  /** Undefined where the log was trimmed meanwhile: the next attempt begins at its start. */
  private async stretchFrom(
    served: ServedPartition,
    from: number,
    ask: Acquisition,
    signal: AbortSignal,
  ): Promise<Stretch | undefined> {
    const { isolation } = ask.config;
    const stretch: Stretch = { batches: [], holes: [], to: from, bytes: 0, records: 0 };
    let cursor: ReadCursor = { offset: from, index: undefined };
    while (stretch.records < ask.recordsMax && stretch.bytes < ask.bytesMax) {
      const bytesMax = Math.min(PAGE_BYTES, Math.max(1, ask.bytesMax - stretch.bytes));
      const options = { bytesMax, isolation, gate: this.ports.gate, signal };
      const page = await storedPage(served, cursor, options).catch((error: unknown) => {
        if (isFlowError(error) && error.code === 'OFFSET_OUT_OF_RANGE') return undefined;
        throw error;
      });
      if (page === undefined || page.next.offset === cursor.offset) break;
      const at = { partition: served, number: ask.partition, from: cursor.offset };
      const { batches, next } = show(at, page, ask.view);
      cursor = next;
      if (this.add(stretch, batches, next.offset, ask.recordsMax)) break;
    }
    return stretch.to === from ? undefined : stretch;
  }

  /** True where enough records lie in the stretch: it ends behind the batch that brought the last of them. */
  private add(stretch: Stretch, batches: readonly Uint8Array[], next: number, recordsMax: number): boolean {
    for (const batch of batches) {
      const { baseOffset, lastOffsetDelta } = must(readBatchHeader(batch), 'a stored batch has a header');
      const last = baseOffset + lastOffsetDelta;
      if (baseOffset > stretch.to) stretch.holes.push([stretch.to, baseOffset - 1]);
      stretch.records += last - Math.max(baseOffset, stretch.to) + 1;
      stretch.bytes += batch.length;
      stretch.batches.push(batch);
      stretch.to = last + 1;
      if (stretch.records >= recordsMax) return true;
    }
    if (next > stretch.to) stretch.holes.push([stretch.to, next - 1]);
    stretch.to = Math.max(stretch.to, next);
    return stretch.holes.length >= SHARE_RANGES_PER_COMMAND_MAX;
  }

  /** Ends without a failure where the leadership is lost: the next leader finds the same locks. */
  private endLocks(served: ServedPartition): void {
    this.expiring.add(served);
    const done = (): void => void this.expiring.delete(served);
    this.command(served, { kind: 'expire', max: SHARE_EXPIRED_PER_COMMAND_MAX }).then(
      done,
      (error: unknown) => {
        done();
        if (!isFlowError(error)) throw error;
      },
    );
  }

  private async inTurn<T>(served: ServedPartition, group: string, work: () => Promise<T>): Promise<T> {
    const lines = this.turns.get(served) ?? new Map<string, Promise<void>>();
    this.turns.set(served, lines);
    const before = lines.get(group);
    const { promise, resolve } = Promise.withResolvers<void>();
    lines.set(group, promise);
    try {
      await before;
      return await work();
    } finally {
      resolve();
      if (lines.get(group) === promise) lines.delete(group);
    }
  }
}

function mayGive(served: ServedPartition, { head, ranges }: ShareGroup, config: GroupConfig): boolean {
  if ((ranges.firstAvailable() ?? head.end) >= served.end(config.isolation)) return false;
  return ranges.available > 0 || ranges.held < config.inFlightMax;
}

function isIn(batch: Uint8Array, ranges: readonly AcquiredRange[]): boolean {
  const { baseOffset, lastOffsetDelta } = must(readBatchHeader(batch), 'a stored batch has a header');
  return ranges.some(({ first, last }) => first <= baseOffset + lastOffsetDelta && last >= baseOffset);
}

function notUnderstood(): FlowError {
  return new FlowError('UNAVAILABLE', 'share groups are read once all nodes of the cluster know them', {
    hint: 'Finish the upgrade: flowmesh-admin cluster status',
  });
}
