/**
 * Tells how long something that is read now may have lain unread while the event loop was busy: no longer than since the beat before the last
 * one, for the loop has read what was there in between. It errs on the long side, by two beats.
 */
import type { Scheduler, TimerHandle } from '@flowmesh/base';

export interface TurnWatchPorts {
  readonly scheduler: Scheduler;
  readonly everyMs: number;
  nowMs(): number;
}

export class TurnWatch {
  private readonly ports: TurnWatchPorts;
  private timer: TimerHandle | undefined;
  private beforeMs: number;
  private lastMs: number;

  constructor(ports: TurnWatchPorts) {
    this.ports = ports;
    this.lastMs = ports.nowMs();
    this.beforeMs = this.lastMs;
    this.arm();
  }

  get unreadMs(): number {
    return this.ports.nowMs() - this.beforeMs;
  }

  stop(): void {
    this.timer?.cancel();
  }

  private arm(): void {
    this.timer = this.ports.scheduler.after(this.ports.everyMs, () => {
      this.beforeMs = this.lastMs;
      this.lastMs = this.ports.nowMs();
      this.arm();
    });
  }
}
