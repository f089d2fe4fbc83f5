/**
 * A look at everything there is, in slices: between two of them the event loop does what else is due, so that a question about a large cluster
 * does not hold up appends and heartbeats. Whoever looks so sees things change meanwhile, and looks them up anew after each pause.
 */
import type { Scheduler } from '@flowmesh/base';

/** Some milliseconds' worth of partitions. */
const SLICE_ITEMS = 2_000;

export class Slices {
  private readonly scheduler: Scheduler;
  private items = 0;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** So many more were looked at. Undefined while the slice is not full; else to be awaited before the next. */
  took(items: number): Promise<void> | undefined {
    this.items += items;
    if (this.items < SLICE_ITEMS) return undefined;
    this.items = 0;
    return new Promise((resolve) => {
      this.scheduler.after(0, resolve);
    });
  }
}
