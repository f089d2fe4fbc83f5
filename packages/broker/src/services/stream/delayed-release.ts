/**
 * Appends delayed records once their time has come, in the partitions that this node leads.
 *
 *   ten times a second ─► partitions with something due ─► contents from the state ─► ordinary batches, in due order, placed with the appends
 *
 * What was proposed is not proposed again in the same term, unless it was refused for certain; a new leader knows what the former ones
 * have released, because it serves only once that is applied. The machine takes a batch out in the command that appends it.
 */
import { isFlowError, stampBatch } from '@flowmesh/base';
import type { Crc32c } from '@flowmesh/base';
import { delayedKey, StreamMachine } from '@flowmesh/engines';
import type { ReplicaManager } from '../../replica/replica-api.ts';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { Appender } from './appender.ts';
import { releaseBatch } from './delayed-append.ts';
import type { PartitionRef, PartitionTable, ServedPartition } from './partition-table.ts';

export interface DelayedReleasePorts {
  readonly replicas: ReplicaManager;
  readonly partitions: PartitionTable;
  readonly appender: Appender;
  readonly wheel: DeadlineWheel;
  readonly crc32c: Crc32c;
}

const ROUND_MS = 100;
const BATCHES_PER_ROUND = 64;
const BYTES_PER_ROUND = 4 * 1024 * 1024;
const CONFIRM_TIMEOUT_MS = 30_000;

export class DelayedRelease implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly ports: DelayedReleasePorts;
  private readonly busy = new WeakSet<ServedPartition>();
  /** Ids that may be in the log already. */
  private readonly proposed = new WeakMap<ServedPartition, Set<number>>();
  private closed = false;

  constructor(ports: DelayedReleasePorts) {
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
    const { replicas, partitions } = this.ports;
    for (const { group, machine, serving } of replicas.all()) {
      if (!serving || !(machine instanceof StreamMachine) || machine.delayedCount === 0) continue;
      const ref = partitions.ofGroup(group);
      const served = partitions.serving(group);
      if (isFlowError(ref) || isFlowError(served)) continue;
      if ((machine.nextDueMs ?? Number.POSITIVE_INFINITY) <= served.nowMs()) this.release(served, ref);
    }
    this.start();
  }

  private release(served: ServedPartition, ref: PartitionRef): void {
    if (this.busy.has(served)) return;
    this.busy.add(served);
    void this.round(served, ref).finally(() => this.busy.delete(served));
  }

  /** Ends without a failure where the leadership is lost or the disk is full: the next round, here or elsewhere, goes on. */
  private async round(served: ServedPartition, ref: PartitionRef): Promise<void> {
    const { appender, crc32c } = this.ports;
    const { machine, replica } = served;
    const proposed = this.proposed.get(served) ?? new Set<number>();
    this.proposed.set(served, proposed);
    const confirmed: Promise<void>[] = [];
    let bytes = 0;
    for (const due of machine.dueBatches(served.nowMs(), BATCHES_PER_ROUND + proposed.size)) {
      if (proposed.has(due.id)) continue;
      const stored = await replica.state.get(delayedKey(due));
      if (stored === undefined || this.closed) break;
      const options = { settings: ref.settings, crc32c, nowMs: served.nowMs() };
      const { batch, header } = releaseBatch(stored, due.id, options);
      const prepared = appender.session(served).prepareRelease(header.recordCount);
      if (prepared.kind === 'error') break;
      stampBatch(batch, prepared);
      const { baseOffset } = prepared;
      const waits = { minDurable: 0, timeoutMs: CONFIRM_TIMEOUT_MS, signal: undefined };
      proposed.add(due.id);
      confirmed.push(
        appender.command(served, { command: batch, baseOffset, ...waits }).then(
          () => void proposed.delete(due.id),
          (error: unknown) => this.refused(error, due.id, proposed),
        ),
      );
      bytes += batch.length;
      if (bytes >= BYTES_PER_ROUND) break;
    }
    await Promise.all(confirmed);
  }

  private refused(error: unknown, id: number, proposed: Set<number>): void {
    if (!isFlowError(error)) throw error;
    if (error.details['outcome'] !== 'unknown') proposed.delete(id);
  }
}
