/**
 * Members of share groups that found nothing wait here until one of their partitions has something, until their time is up, their client is
 * gone, or a partition is led elsewhere.
 */
import { FlowError } from '@flowmesh/base';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { PartitionWatcher, ServedPartition } from './partition-table.ts';

export interface ShareWait {
  readonly partitions: readonly ServedPartition[];
  /** Whether there may be something in it now. */
  readonly mayHave: (partition: ServedPartition) => boolean;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

export class ShareWaits {
  private readonly wheel: DeadlineWheel;
  private readonly waitingMax: number;
  private waiting = 0;

  constructor(wheel: DeadlineWheel, limits: { readonly waitingMax: number }) {
    this.wheel = wheel;
    this.waitingMax = limits.waitingMax;
  }

  /** Rejects with OVERLOADED where too many wait. */
  async wait(wait: ShareWait): Promise<void> {
    const places = Math.max(1, wait.partitions.length);
    if (this.waiting + places > this.waitingMax) {
      throw new FlowError('OVERLOADED', 'too many members of share groups wait on this node', {
        hint: 'Retry later, or fetch with max_wait_ms 0.',
      });
    }
    this.waiting += places;
    try {
      await new Promise<void>((resolve) => {
        new Waiting(wait, this.wheel, resolve).begin();
      });
    } finally {
      this.waiting -= places;
    }
  }
}

class Waiting implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly want: ShareWait;
  private readonly wheel: DeadlineWheel;
  private readonly done: () => void;
  private readonly watchers: (readonly [ServedPartition, PartitionWatcher])[] = [];
  private ended = false;
  private readonly onAbort = (): void => this.expire();

  constructor(want: ShareWait, wheel: DeadlineWheel, done: () => void) {
    this.want = want;
    this.wheel = wheel;
    this.done = done;
  }

  begin(): void {
    const { partitions, signal, waitMs } = this.want;
    this.wheel.add(this, waitMs);
    signal.addEventListener('abort', this.onAbort, { once: true });
    for (const partition of partitions) {
      const watcher = { onAdvance: () => this.look(partition), onLost: () => this.expire() };
      partition.watch(watcher);
      this.watchers.push([partition, watcher]);
    }
    for (const partition of partitions) this.look(partition);
    if (signal.aborted) this.expire();
  }

  expire(): void {
    if (this.ended) return;
    this.ended = true;
    this.wheel.remove(this);
    this.want.signal.removeEventListener('abort', this.onAbort);
    for (const [partition, watcher] of this.watchers) partition.unwatch(watcher);
    this.done();
  }

  private look(partition: ServedPartition): void {
    if (!this.ended && this.want.mayHave(partition)) this.expire();
  }
}
