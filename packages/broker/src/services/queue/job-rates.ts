/** How fast jobs come, leave and are done: totals of the machine, remembered now and then over about a minute. */
import type { QueueTotals } from '@flowmesh/engines';
import type { JobRates } from './shard-ask.ts';

interface Sample {
  readonly atMs: number;
  readonly totals: QueueTotals;
}

const EVERY_MS = 5_000;
const WINDOW_MS = 60_000;

export class JobRateMeter {
  /** Oldest first. */
  private readonly samples: Sample[] = [];

  /** To be called now and then. */
  note(nowMs: number, totals: () => QueueTotals): void {
    const last = this.samples.at(-1);
    if (last !== undefined && nowMs - last.atMs < EVERY_MS) return;
    this.samples.push({ atMs: nowMs, totals: totals() });
    while (nowMs - (this.samples[0]?.atMs ?? nowMs) > WINDOW_MS) this.samples.shift();
  }

  rates(nowMs: number, totals: QueueTotals): JobRates {
    const [first] = this.samples;
    const seconds = first === undefined ? 0 : (nowMs - first.atMs) / 1_000;
    const rate = (name: 'enqueued' | 'delivered' | 'completed'): number =>
      first === undefined || seconds <= 0 ? 0 : Math.max(0, totals[name] - first.totals[name]) / seconds;
    return { enqueued: rate('enqueued'), delivered: rate('delivered'), completed: rate('completed') };
  }
}
