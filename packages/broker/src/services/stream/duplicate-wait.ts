/**
 * The acknowledgement of a batch that was sent again: it waits for what acknowledges the first copy and answers with that
 * copy's place. Nothing is appended.
 *
 *   first copy in flight ─► settled ─► applied here ─► answered            time up, leadership lost ─► error, outcome unknown
 */
import { FlowError } from '@flowmesh/base';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { PartitionWatcher, ServedPartition } from './partition-table.ts';
import { appendTimedOut } from './pending-append.ts';
import type { AppendDone, AppendedBatch, PendingAppend } from './pending-append.ts';

export interface DuplicateWaitInit {
  readonly served: ServedPartition;
  readonly appended: AppendedBatch;
  readonly wheel: DeadlineWheel;
  readonly answer: AppendDone;
}

export class DuplicateWait implements Deadline, PartitionWatcher {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly init: DuplicateWaitInit;
  private answered = false;

  constructor(init: DuplicateWaitInit) {
    this.init = init;
  }

  start(original: PendingAppend | undefined, timeoutMs: number): void {
    this.init.wheel.add(this, timeoutMs);
    if (original === undefined) return this.awaitApplied();
    original.followers ??= [];
    original.followers.push((result) => {
      if (this.answered) return;
      if (result.ok) this.awaitApplied();
      else this.fail(result.error);
    });
  }

  onAdvance(): void {
    const { served, appended } = this.init;
    if (served.highWatermark < appended.baseOffset + appended.recordCount) return;
    served.unwatch(this);
    this.finish();
    this.init.answer({ ok: true, appended });
  }

  onLost(error: FlowError): void {
    this.fail(
      new FlowError('UNAVAILABLE', 'leadership was lost before the batch was acknowledged', {
        hint: 'Send the same batch again with the same producer id and sequence: it is stored once.',
        details: { outcome: 'unknown' },
        cause: error,
      }),
    );
  }

  expire(): void {
    this.fail(appendTimedOut());
  }

  private awaitApplied(): void {
    this.init.served.watch(this);
    this.onAdvance();
  }

  private fail(error: FlowError): void {
    if (this.answered) return;
    this.init.served.unwatch(this);
    this.finish();
    this.init.answer({ ok: false, error });
  }

  private finish(): void {
    this.answered = true;
    this.init.wheel.remove(this);
  }
}
