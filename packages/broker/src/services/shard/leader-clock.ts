/**
 * The time that a leader stamps on commands. It follows the wall clock as far as the monotonic clock makes that believable: a wall clock
 * that jumps, or that differs from the former leader's, neither expires leases early nor stops time.
 *
 *   anchor = the machine's time, and when this node saw it  ─►  now = wall, within 0.95 to 1.05 of the time that passed since it was told last
 *
 * Counted from the anchor, or with a grace for each look, a jump would move it at once by a twentieth of all the time that it has led.
 * A process that has not seen the machine's time pass (`PassingTime`) begins at its wall clock, and goes on from there.
 *
 * Invariant: never goes back, and never falls below the machine's time.
 */
import type { Clock } from '@flowmesh/base';

const SLOWEST = 0.95;
export const FASTEST = 1.05;

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
  /** The time that was told last, with its fraction. */
  private told: SeenTime;

  /** `seen` is undefined where this process has not seen the machine's time pass: then nothing but the wall clock is known. */
  constructor(clock: Clock, machineTimeMs: number, seen: SeenTime | undefined) {
    this.clock = clock;
    this.anchor = seen ?? {
      timeMs: Math.max(machineTimeMs, clock.wallMs()),
      atMs: clock.monotonicMs(),
    };
    this.beganMs = machineTimeMs;
    this.told = this.anchor;
  }

  /** Whether the machine's time is one that this leader has named: what was named before it led was applied by then. */
  hasNamed(machineTimeMs: number): boolean {
    return machineTimeMs > this.beganMs;
  }

  /** Whole milliseconds since the epoch. */
  nowMs(): number {
    const { told, clock } = this;
    const atMs = Math.max(told.atMs, clock.monotonicMs());
    const passedMs = atMs - told.atMs;
    const earliest = told.timeMs + passedMs * SLOWEST;
    const latest = told.timeMs + passedMs * FASTEST;
    const believable = Math.min(Math.max(clock.wallMs(), earliest), latest);
    this.told = { timeMs: believable, atMs };
    return Math.max(this.beganMs, Math.floor(believable));
  }
}
