/** Time that passes when a test says so. */
import type { Scheduler } from '@flowmesh/base';

export class ManualTime implements Scheduler {
  nowMs = 0;
  private timers: { readonly atMs: number; readonly task: () => void }[] = [];

  after(delayMs: number, task: () => void): { cancel(): void } {
    const timer = { atMs: this.nowMs + delayMs, task };
    this.timers.push(timer);
    return { cancel: () => (this.timers = this.timers.filter((one) => one !== timer)) };
  }

  endOfTurn(task: () => void): void {
    setImmediate(task);
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((one) => one !== due);
      // A timer may be late where a test has moved the time by itself.
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.task();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = untilMs;
  }
}
