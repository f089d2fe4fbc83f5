/**
 * A token bucket for bytes: who took more than there was waits until the debt is paid, in the order of asking. A change of the limit
 * counts from the next wait on.
 */
import type { Clock, Scheduler } from '@flowmesh/base';

/** What may be taken at once after a pause: a fraction of a second's worth. */
const BURST_SECONDS = 0.25;
/** A longer debt is looked at again after this time, since the limit may have been raised meanwhile. */
const WAIT_MS_MAX = 1_000;

export class ByteThrottle {
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private bytesPerSecond = Number.POSITIVE_INFINITY;
  private available = 0;
  private updatedMs: number;

  constructor({ clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler }) {
    this.clock = clock;
    this.scheduler = scheduler;
    this.updatedMs = clock.monotonicMs();
  }

  /** Infinity: unlimited. */
  limit(bytesPerSecond: number): void {
    if (bytesPerSecond === this.bytesPerSecond) return;
    this.refill();
    // A debt from before an unlimited time is nobody's.
    if (this.bytesPerSecond === Number.POSITIVE_INFINITY) this.available = 0;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Takes `bytes` that have arrived; resolves when the next ones may come, or when the signal says that nobody waits any more. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    this.refill();
    this.available -= bytes;
    for (;;) {
      this.refill();
      if (this.available >= 0 || this.bytesPerSecond === Number.POSITIVE_INFINITY || signal.aborted) return;
      const waitMs = Math.ceil((-this.available / this.bytesPerSecond) * 1_000);
      await this.pause(Math.min(WAIT_MS_MAX, Math.max(1, waitMs)), signal);
    }
  }

  private refill(): void {
    const nowMs = this.clock.monotonicMs();
    const elapsedMs = nowMs - this.updatedMs;
    this.updatedMs = nowMs;
    if (this.bytesPerSecond === Number.POSITIVE_INFINITY) this.available = 0;
    else {
      const earned = (elapsedMs / 1_000) * this.bytesPerSecond;
      this.available = Math.min(this.bytesPerSecond * BURST_SECONDS, this.available + earned);
    }
  }

  private async pause(delayMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.scheduler.after(delayMs, done);
      function done(): void {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
