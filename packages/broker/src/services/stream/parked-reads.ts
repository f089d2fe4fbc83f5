/**
 * Purgatory: reads that found too little wait here for more, each watching its partition. Woken by what is applied, by
 * their deadline, by the caller's leaving, or by the end of the leadership.
 *
 *   parked ─ enough bytes, or time is up ─► resolved      ─ leadership lost, caller gone ─► rejected
 *
 * A parked read measures what has arrived incrementally: every batch is looked at once, however often it is woken.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import { readFromMemory } from './batch-reader.ts';
import type { ReadCursor } from './batch-reader.ts';
import type { Isolation, PartitionWatcher, ServedPartition } from './partition-table.ts';

export interface ParkedWait {
  readonly partition: ServedPartition;
  /** Behind what the caller has already. */
  readonly from: ReadCursor;
  /** Bytes that must still come. */
  readonly bytesMin: number;
  readonly waitMs: number;
  readonly isolation: Isolation;
  readonly signal: AbortSignal;
}

const MEASURE_BYTES = 1024 * 1024;

export class ParkedReads {
  private readonly wheel: DeadlineWheel;
  private readonly waitingMax: number;
  private waiting = 0;

  constructor(wheel: DeadlineWheel, limits: { readonly waitingMax: number }) {
    this.wheel = wheel;
    this.waitingMax = limits.waitingMax;
  }

  get size(): number {
    return this.waiting;
  }

  /** Resolves when there is enough, or when the time is up. Rejects with OVERLOADED, CANCELLED or the partition's error. */
  async wait(wait: ParkedWait): Promise<void> {
    if (this.waiting >= this.waitingMax) {
      throw new FlowError('OVERLOADED', 'too many reads wait on this node', {
        hint: 'Retry later, or read with max_wait_ms 0.',
      });
    }
    if (wait.signal.aborted) throw callerGone();
    this.waiting++;
    try {
      await new Promise<void>((resolve, reject) => {
        new ParkedRead(wait, this.wheel, (error) => (error === undefined ? resolve() : reject(error))).park();
      });
    } finally {
      this.waiting--;
    }
  }
}

class ParkedRead implements Deadline, PartitionWatcher {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly want: ParkedWait;
  private readonly wheel: DeadlineWheel;
  private readonly done: (error: FlowError | undefined) => void;
  private cursor: ReadCursor;
  private bytes = 0;
  private ended = false;
  private readonly onAbort = (): void => this.end(callerGone());

  constructor(wait: ParkedWait, wheel: DeadlineWheel, done: (error: FlowError | undefined) => void) {
    this.want = wait;
    this.wheel = wheel;
    this.done = done;
    this.cursor = wait.from;
  }

  park(): void {
    this.want.partition.watch(this);
    this.want.signal.addEventListener('abort', this.onAbort, { once: true });
    this.wheel.add(this, this.want.waitMs);
    this.onAdvance();
  }

  onAdvance(): void {
    while (!this.ended) {
      if (this.bytes > 0 && this.bytes >= this.want.bytesMin) return this.end(undefined);
      const { partition, isolation } = this.want;
      const page = readFromMemory(partition, this.cursor, { bytesMax: MEASURE_BYTES, isolation });
      if (page === 'end') return;
      // More than memory holds is enough; an error is met again by the read itself.
      if (page === 'disk' || isFlowError(page)) return this.end(undefined);
      this.bytes += page.bytes;
      this.cursor = page.next;
    }
  }

  onLost(error: FlowError): void {
    this.end(error);
  }

  expire(): void {
    this.end(undefined);
  }

  private end(error: FlowError | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.want.partition.unwatch(this);
    this.want.signal.removeEventListener('abort', this.onAbort);
    this.wheel.remove(this);
    this.done(error);
  }
}

function callerGone(): FlowError {
  return new FlowError('CANCELLED', 'the caller gave up waiting for records');
}
