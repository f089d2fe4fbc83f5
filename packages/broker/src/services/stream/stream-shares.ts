/**
 * Share groups as protocols see them: partitions by name, through the door, at whatever of them this node leads. A member fetches from many
 * partitions at once and is answered as soon as one of them has something.
 *
 *   each in turn, with what room is left ─► something? ─ yes ─► answer            time is up ─► answer as it is
 *      ▲                                      └ no ─► wait until one may have something ─┐
 *      └────────────────────────────────────────────────────────────────────────────────┘
 */
import { type Clock, type FlowError, type GroupId, isFlowError } from '@flowmesh/base';
import type { ShareVerdicts } from '@flowmesh/engines';
import {
  SHARE_SESSION_IDLE_MS,
  SHARE_SESSION_PARTITIONS_MAX,
  SHARE_SESSIONS_MAX,
} from '../../config/limits.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { Caller, Door, ServiceMetrics } from '../ports.ts';
import type { Isolation, PartitionTable, ServedPartition } from './partition-table.ts';
import type { ReadView } from './read-view.ts';
import { type Acquired, type ShareAsk, ShareDesk, type ShareDeskPorts } from './share-desk.ts';
import { ShareSessions } from './share-sessions.ts';
import { ShareWaits } from './share-waits.ts';

export interface StreamSharesPorts extends ShareDeskPorts {
  readonly partitions: PartitionTable;
  readonly door: Door;
  readonly clock: Clock;
  readonly metrics: Pick<ServiceMetrics, 'read'>;
  readonly wheel: DeadlineWheel;
  /** What members are shown of a stream. */
  readonly viewOf: (stream: string, isolation: Isolation) => ReadView;
  readonly limits: { readonly parkedReadsMax: number };
}

/** A member of a share group, and what it may do. */
export interface Sharer extends ShareAsk {
  readonly caller: Caller;
}

export interface SharedPartition {
  readonly stream: string;
  readonly partition: number;
}

export interface ShareFetchRequest {
  readonly sharer: Sharer;
  /** The first ones have the room. */
  readonly partitions: readonly SharedPartition[];
  readonly recordsMax: number;
  readonly wholeBatches: boolean;
  readonly bytesMax: number;
  readonly waitMs: number;
}

/** Where a group is in a partition. */
export interface SharePlace {
  /** -1: it does not read the partition (any more). */
  readonly startOffset: number;
  readonly leaderEpoch: number;
}

/** Looks at partitions that turned out to have nothing, in one fetch: each of them brings the group forward. */
const ROUNDS_MAX = 1_000;

export class StreamShares {
  private readonly ports: StreamSharesPorts;
  readonly sessions: ShareSessions;
  private readonly desk: ShareDesk;
  private readonly waits: ShareWaits;

  constructor(ports: StreamSharesPorts) {
    this.ports = ports;
    this.sessions = new ShareSessions(ports.clock, {
      sessionsMax: SHARE_SESSIONS_MAX,
      partitionsMax: SHARE_SESSION_PARTITIONS_MAX,
      idleMs: SHARE_SESSION_IDLE_MS,
    });
    this.desk = new ShareDesk(ports);
    this.waits = new ShareWaits(ports.wheel, { waitingMax: ports.limits.parkedReadsMax });
  }

  start(): void {
    this.desk.start();
  }

  close(): void {
    this.desk.close();
  }

  /** In the order of the request: what was acquired of each, or why it is not read. */
  async fetch(request: ShareFetchRequest, signal: AbortSignal): Promise<readonly (Acquired | FlowError)[]> {
    const { clock } = this.ports;
    const untilMs = clock.monotonicMs() + request.waitMs;
    for (let round = 1; ; round++) {
      const results = await this.attempt(request, signal);
      const settled = results.some((one) => isFlowError(one) || one.ranges.length > 0);
      const waitMs = untilMs - clock.monotonicMs();
      if (settled || waitMs <= 0 || signal.aborted || round >= ROUNDS_MAX) return results;
      const partitions = request.partitions.map((one) => this.open(request.sharer, one));
      const gone = partitions.find(isFlowError);
      if (gone !== undefined) continue;
      await this.waits.wait({
        partitions: partitions as readonly ServedPartition[],
        mayHave: (partition) => this.desk.mayHave(partition, request.sharer),
        waitMs,
        signal,
      });
    }
  }

  async acknowledge(
    sharer: Sharer,
    at: SharedPartition,
    batches: readonly ShareVerdicts[],
  ): Promise<FlowError | undefined> {
    return await this.within(sharer, at, (served) => this.desk.acknowledge(served, sharer, batches));
  }

  async release(sharer: Sharer, at: SharedPartition): Promise<FlowError | undefined> {
    return await this.within(sharer, at, (served) => this.desk.release(served, sharer.group, sharer.member));
  }

  /** For whoever administers the group: it was let through by the group's coordinator. */
  placeOf(group: GroupId, name: string): SharePlace {
    const served = this.serving(group);
    const startOffset = served.machine.shares.group(name)?.head.start ?? -1;
    return { startOffset, leaderEpoch: served.term };
  }

  async reset(group: GroupId, name: string, offset: number): Promise<void> {
    await this.desk.command(this.serving(group), { kind: 'reset', group: name, offset });
  }

  async forget(group: GroupId, name: string): Promise<void> {
    const served = this.serving(group);
    await served.replica.readBarrier(CONFIRM_MS);
    if (served.machine.shares.group(name) !== undefined)
      await this.desk.command(served, { kind: 'delete', group: name });
  }

  private async attempt(
    { sharer, partitions, recordsMax, wholeBatches, bytesMax }: ShareFetchRequest,
    signal: AbortSignal,
  ): Promise<readonly (Acquired | FlowError)[]> {
    const results: (Acquired | FlowError)[] = [];
    let [records, bytes] = [recordsMax, bytesMax];
    for (const at of partitions) {
      const { stream, partition } = at;
      const served = records > 0 && bytes > 0 && !signal.aborted ? this.open(sharer, at) : undefined;
      if (served === undefined || isFlowError(served)) {
        results.push(served ?? NONE);
        continue;
      }
      const { group, member, config } = sharer;
      const view = this.ports.viewOf(stream, config.isolation);
      const room = { recordsMax: records, bytesMax: bytes, wholeBatches, view, partition };
      const acquired = await this.desk
        .acquire(served, { group, member, config, ...room }, signal)
        .catch((error: unknown) => this.asRefusal(error, served));
      results.push(acquired);
      if (isFlowError(acquired)) continue;
      const count = acquired.ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      if (count > 0) this.ports.metrics.read(stream, count, sizeOf(acquired.batches));
      records -= count;
      bytes -= sizeOf(acquired.batches);
    }
    return results;
  }

  private async within(
    sharer: Sharer,
    at: SharedPartition,
    work: (served: ServedPartition) => Promise<void>,
  ): Promise<FlowError | undefined> {
    const served = this.open(sharer, at);
    if (isFlowError(served)) return served;
    try {
      await work(served);
      return undefined;
    } catch (error) {
      return this.asRefusal(error, served);
    }
  }

  private asRefusal(error: unknown, served: ServedPartition): FlowError {
    if (!isFlowError(error)) throw error;
    return error.code === 'NOT_LEADER' ? this.ports.partitions.notLeader(served.replica.group) : error;
  }

  private open({ caller }: Sharer, { stream, partition }: SharedPartition): ServedPartition | FlowError {
    const closed = this.ports.door.authorise(caller, 'read', stream);
    if (closed !== undefined) return closed;
    const ref = this.ports.partitions.find(stream, partition);
    return isFlowError(ref) ? ref : this.ports.partitions.serving(ref.group);
  }

  private serving(group: GroupId): ServedPartition {
    const served = this.ports.partitions.serving(group);
    if (isFlowError(served)) throw served;
    return served;
  }
}

function sizeOf(batches: readonly Uint8Array[]): number {
  return batches.reduce((sum, batch) => sum + batch.length, 0);
}

const CONFIRM_MS = 5_000;
const NONE: Acquired = { batches: [], ranges: [] };
