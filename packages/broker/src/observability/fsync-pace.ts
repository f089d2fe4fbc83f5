/**
 * Whether the disk is too slow to lead on: the 99th percentile of group commits over the last ten seconds is above a second. A few
 * slow ones in a row are needed, so that one hiccup of an idle disk moves nothing, and the verdict stands for a while after
 * the last slow commit, so that leadership does not swing back and forth.
 */
import type { Clock } from '@flowmesh/base';

const WINDOW_SECONDS = 10;
const SLOW_MS = 1_000;
const SLOW_MIN = 3;
const PERCENTILE = 0.99;
const HOLD_MS = 30_000;

interface Second {
  at: number;
  commits: number;
  slow: number;
}

export class FsyncPace {
  private readonly clock: Clock;
  private readonly seconds: Second[] = [];
  private heldUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A group commit took so long. */
  sample(durationMs: number): void {
    const second = this.current();
    second.commits++;
    if (durationMs <= SLOW_MS) return;
    second.slow++;
    if (this.percentileIsSlow()) this.heldUntilMs = this.clock.monotonicMs() + HOLD_MS;
  }

  slow(): boolean {
    return this.clock.monotonicMs() < this.heldUntilMs;
  }

  private current(): Second {
    const at = Math.floor(this.clock.monotonicMs() / 1_000);
    const last = this.seconds.at(-1);
    if (last?.at === at) return last;
    const second = { at, commits: 0, slow: 0 };
    this.seconds.push(second);
    while ((this.seconds[0]?.at ?? at) <= at - WINDOW_SECONDS) this.seconds.shift();
    return second;
  }

  private percentileIsSlow(): boolean {
    let commits = 0;
    let slow = 0;
    for (const second of this.seconds) {
      commits += second.commits;
      slow += second.slow;
    }
    return slow >= SLOW_MIN && slow > commits * (1 - PERCENTILE);
  }
}
