/**
 * Time for applying: all machines of a node together get so much of an event-loop turn; who needs more goes on in the next one, in the order of
 * asking. So heartbeats, reads and other groups are heard while a long batch is applied.
 *
 * Only for machines that prepare: what they do for one command may be a thousand jobs. It changes when commands are applied, never how.
 */
import type { Clock, Scheduler } from '@flowmesh/base';

/** Of one turn, for all groups. */
const TURN_MS = 10;

export class ApplyTurns {
  private readonly clock: Pick<Clock, 'monotonicMs'>;
  private readonly scheduler: Pick<Scheduler, 'endOfTurn'>;
  private readonly waiting: (() => void)[] = [];
  private spentMs = 0;
  private armed = false;

  constructor(ports: {
    readonly clock: Pick<Clock, 'monotonicMs'>;
    readonly scheduler: Pick<Scheduler, 'endOfTurn'>;
  }) {
    this.clock = ports.clock;
    this.scheduler = ports.scheduler;
  }

  /** Nothing more should be applied in this turn. */
  get over(): boolean {
    return this.spentMs >= TURN_MS;
  }

  /** Runs `work`, which counts. */
  spend<T>(work: () => T): T {
    const startMs = this.clock.monotonicMs();
    try {
      return work();
    } finally {
      this.spentMs += this.clock.monotonicMs() - startMs;
      if (this.spentMs > 0) this.arm();
    }
  }

  /** Calls `resume` once, in a later turn. */
  later(resume: () => void): void {
    this.waiting.push(resume);
    this.arm();
  }

  private arm(): void {
    if (this.armed) return;
    this.armed = true;
    this.scheduler.endOfTurn(() => {
      this.armed = false;
      this.spentMs = 0;
      // Who comes back unfinished waits behind the others.
      for (let left = this.waiting.length; left > 0 && !this.over; left--) this.waiting.shift()?.();
      if (this.waiting.length > 0) this.arm();
    });
  }
}
