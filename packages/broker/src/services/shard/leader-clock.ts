/**
 * The time that a leader stamps on commands. It follows the wall clock as far as the monotonic clock makes that believable: a wall clock
 * that jumps, or that differs from the former leader's, neither expires leases early nor stops time.
 *
 *   anchor = the machine's time, and when this node saw it  ─►  now = wall, within 0.95 to 1.05 of the time that passed since (+ 1 s)
 *
 * A process that has not seen the machine's time pass (`PassingTime`) begins at its wall clock, and goes on from there.
 *
 * Invariant: never goes back, and never falls below the machine's time.
 */
import type { Clock } from '@flowmesh/base';

const SLOWEST = 0.95;
export const FASTEST = 1.05;
export const SLACK_MS = 1_000;

/** A machine's time, and this node's monotonic clock when it was seen. */
export interface SeenTime {
  readonly timeMs: number;
  readonly atMs: number;
}

export class LeaderClock {
  private readonly clock: Clock;
  /** The time that this leader goes on from. */
  readonly anchor: SeenTime;
  private readonly beganMs: number;
  private lastMs: number;

  /** `seen` is undefined where this process has not seen the machine's time pass: then nothing but the wall clock is known. */
  constructor(clock: Clock, machineTimeMs: number, seen: SeenTime | undefined) {
    this.clock = clock;
    this.anchor = seen ?? {
      timeMs: Math.max(machineTimeMs, clock.wallMs()),
      atMs: clock.monotonicMs(),
    };
    this.beganMs = machineTimeMs;
    this.lastMs = Math.max(machineTimeMs, this.anchor.timeMs);
  }

  /** Whether the machine's time is one that this leader has named: what was named before it led was applied by then. */
  hasNamed(machineTimeMs: number): boolean {
    return machineTimeMs > this.beganMs;
  }

  /** Whole milliseconds since the epoch. */
  nowMs(): number {
    const { anchor, clock } = this;
    const passedMs = Math.max(0, clock.monotonicMs() - anchor.atMs);
    const earliest = anchor.timeMs + passedMs * SLOWEST;
    const latest = anchor.timeMs + passedMs * FASTEST + SLACK_MS;
    const believable = Math.min(Math.max(clock.wallMs(), earliest), latest);
    this.lastMs = Math.max(this.lastMs, Math.floor(believable));
    return this.lastMs;
  }
}
