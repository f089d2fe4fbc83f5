/**
 * One process's view of time: a monotonic clock that runs a little fast or slow, a wall clock that jumps, and timers by
 * that monotonic clock.
 */
import type { Clock, Scheduler, TimerHandle } from '@flowmesh/base';
import type { EventOwner, VirtualTime } from './virtual-time.ts';

/** 2026-01-01. */
export const WALL_START_MS = 1_767_225_600_000;

/** The machine's clock: outlives processes. */
export class MachineClock {
  /** Seconds of this machine per second of the world. */
  readonly rate: number;
  private offsetMs = 0;
  private lowestMs = 0;

  constructor(rate: number) {
    this.rate = rate;
  }

  /** Added to the wall clock by jumps. */
  get wallOffsetMs(): number {
    return this.offsetMs;
  }

  /** The least that it ever was. */
  get lowestOffsetMs(): number {
    return this.lowestMs;
  }

  jump(ms: number): void {
    this.offsetMs += ms;
    this.lowestMs = Math.min(this.lowestMs, this.offsetMs);
  }
}

export class NodeClock implements Clock, Scheduler {
  private readonly time: VirtualTime;
  readonly machine: MachineClock;
  private readonly owner: EventOwner;
  private readonly startedAt: number;

  constructor(time: VirtualTime, machine: MachineClock, owner: EventOwner) {
    this.time = time;
    this.machine = machine;
    this.owner = owner;
    this.startedAt = time.now;
  }

  wallMs(): number {
    return Math.floor(WALL_START_MS + this.time.now * this.machine.rate + this.machine.wallOffsetMs);
  }

  monotonicMs(): number {
    return 1_000 + (this.time.now - this.startedAt) * this.machine.rate;
  }

  after(delayMs: number, task: () => void): TimerHandle {
    const event = this.time.after(delayMs / this.machine.rate, this.owner, 'timer', task);
    return {
      cancel: () => {
        event.cancelled = true;
      },
    };
  }

  endOfTurn(task: () => void): void {
    this.owner.turnTasks.push(task);
  }
}
