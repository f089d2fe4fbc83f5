/**
 * What a leader does to its partitions by time: retention, compaction, and telling the stream its time so that silent
 * producers are forgotten. Everything goes through the log, so that all replicas do the same.
 *
 *   every second ─► partitions that are due, a few at once ─► TrimTo, AdvanceTime ─► due again after a pause
 *
 * A partition is due at once when its stream's configuration changed. What fails is tried again when it is due.
 */
import { isFlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import { encodeStreamCommand } from '@flowmesh/engines';
import type { StreamCommand, StreamConfig } from '@flowmesh/engines';
import type { ReplicaManager } from '../../replica/replica-api.ts';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import { compact, type CompactionPorts } from './compaction.ts';
import type { PartitionTable, ServedPartition } from './partition-table.ts';
import { retentionOffset, retentionPauseMs } from './retention.ts';

export interface HousekeepingPorts extends CompactionPorts {
  readonly replicas: ReplicaManager;
  readonly partitions: PartitionTable;
  readonly wheel: DeadlineWheel;
  readonly clock: Clock;
  readonly limits: CompactionPorts['limits'] & { readonly retentionCheckMs: number };
}

interface Chores {
  dueMs: number;
  /** That the last look was taken with. */
  settings: StreamConfig | undefined;
  busy: boolean;
}

const ROUND_MS = 1_000;
const AT_ONCE_MAX = 8;
const CONFIRM_TIMEOUT_MS = 30_000;
/** A stream with producers to forget is told its time this often: a week of silence is counted in such steps. */
const TELL_TIME_MS = 3_600_000;

export class Housekeeping implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly ports: HousekeepingPorts;
  private readonly chores = new WeakMap<ServedPartition, Chores>();
  private running = 0;
  private compacting = false;
  private readonly abort = new AbortController();

  constructor(ports: HousekeepingPorts) {
    this.ports = ports;
  }

  start(): void {
    if (!this.abort.signal.aborted) this.ports.wheel.add(this, ROUND_MS);
  }

  close(): void {
    this.abort.abort();
    this.ports.wheel.remove(this);
  }

  expire(): void {
    const { replicas, partitions, clock } = this.ports;
    const nowMs = clock.monotonicMs();
    for (const replica of replicas.all()) {
      if (this.running >= AT_ONCE_MAX) break;
      if (!replica.serving) continue;
      const ref = partitions.ofGroup(replica.group);
      if (isFlowError(ref)) continue;
      const served = partitions.serving(replica.group);
      if (!isFlowError(served)) this.lookAt(served, ref.settings, nowMs);
    }
    this.start();
  }

  private lookAt(served: ServedPartition, settings: StreamConfig, nowMs: number): void {
    const chores = this.chores.get(served) ?? { dueMs: nowMs, settings: undefined, busy: false };
    this.chores.set(served, chores);
    const due = nowMs >= chores.dueMs || chores.settings !== settings;
    if (chores.busy || !due) return;
    chores.busy = true;
    chores.settings = settings;
    chores.dueMs = nowMs + retentionPauseMs(settings, this.ports.limits.retentionCheckMs);
    this.running += 1;
    void this.work(served, settings).finally(() => {
      chores.busy = false;
      this.running -= 1;
    });
  }

  /** Never rejects with what may be expected of a partition: lost leadership, too much to do, a damaged disk. */
  private async work(served: ServedPartition, settings: StreamConfig): Promise<void> {
    try {
      await this.retain(served, settings);
      await this.tellTime(served);
      await this.compact(served, settings);
    } catch (error) {
      if (!isFlowError(error)) throw error;
    }
  }

  private async retain(served: ServedPartition, settings: StreamConfig): Promise<void> {
    const offset = await retentionOffset(served, settings);
    if (offset <= served.machine.logStartOffset) return;
    await this.propose(served, { kind: 'trim-to', offset, timeMs: served.nowMs() });
  }

  /** One partition of the node at a time: each pass reads and writes all that stays of its log. */
  private async compact(served: ServedPartition, settings: StreamConfig): Promise<void> {
    if (!settings.compacts || this.compacting || !this.ports.partitions.understood()) return;
    this.compacting = true;
    try {
      await compact(served, settings, this.ports, this.abort.signal);
    } finally {
      this.compacting = false;
    }
  }

  private async tellTime(served: ServedPartition): Promise<void> {
    const { machine } = served;
    const timeMs = served.nowMs();
    if (machine.producerCount === 0 || timeMs - machine.timeMs < TELL_TIME_MS) return;
    await this.propose(served, { kind: 'advance-time', timeMs });
  }

  private async propose(served: ServedPartition, command: StreamCommand): Promise<void> {
    await this.ports.appender.command(served, {
      command: encodeStreamCommand(command),
      baseOffset: undefined,
      minDurable: 0,
      timeoutMs: CONFIRM_TIMEOUT_MS,
      signal: undefined,
    });
  }
}
