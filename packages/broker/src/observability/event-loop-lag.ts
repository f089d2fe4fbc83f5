/** How late the event loop runs its timers: the 99th percentile since the last reading. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;

export class EventLoopLag {
  private readonly histogram: ReturnType<typeof monitorEventLoopDelay>;

  constructor() {
    this.histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.histogram.enable();
  }

  /** Seconds; starts a new period. */
  take(): number {
    const { histogram } = this;
    const p99Ms = histogram.count === 0 ? 0 : histogram.percentile(99) / 1e6;
    histogram.reset();
    return Math.max(0, p99Ms - RESOLUTION_MS) / 1_000;
  }

  close(): void {
    this.histogram.disable();
  }
}
