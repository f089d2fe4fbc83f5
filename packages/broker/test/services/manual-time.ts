/** A clock and scheduler that move only when a test says so. */
import type { Clock, Scheduler, TimerHandle } from '@flowmesh/base';

interface Timer {
  readonly atMs: number;
  readonly task: () => void;
}

export class ManualTime implements Clock, Scheduler {
  nowMs = 1_000;
  wall = 1_700_000_000_000;
  private timers: Timer[] = [];
  private turn: (() => void)[] = [];

  wallMs(): number {
    return this.wall;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  get pendingTimers(): number {
    return this.timers.length;
  }

  after(delayMs: number, task: () => void): TimerHandle {
    const timer = { atMs: this.nowMs + delayMs, task };
    this.timers.push(timer);
    return {
      cancel: () => {
        this.timers = this.timers.filter((each) => each !== timer);
      },
    };
  }

  endOfTurn(task: () => void): void {
    this.turn.push(task);
  }

  /** Ends turns until nothing more is asked for. */
  settle(): void {
    for (let i = 0; i < 10_000 && this.turn.length > 0; i++) {
      const tasks = this.turn;
      this.turn = [];
      for (const task of tasks) task();
    }
  }

  /** Moves time, firing timers in order. */
  advance(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      const atMs = Math.max(this.nowMs, due.atMs);
      this.wall += atMs - this.nowMs;
      this.nowMs = atMs;
      due.task();
      this.settle();
    }
    this.wall += until - this.nowMs;
    this.nowMs = until;
    this.settle();
  }
}
