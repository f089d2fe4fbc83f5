import { describe, expect, it } from 'vitest';
import { LeaderClock } from '../../../src/services/shard/leader-clock.ts';
import { ManualTime } from '../manual-time.ts';

describe('the clock of a leader', () => {
  it('follows the wall clock while that is believable', () => {
    const time = new ManualTime();
    const clock = new LeaderClock(time, 0, undefined);
    const start = clock.nowMs();
    time.advance(10_000);
    expect(clock.nowMs() - start).toBe(10_000);
  });

  it('is not carried away by a wall clock that jumps an hour ahead', () => {
    const time = new ManualTime();
    const clock = new LeaderClock(time, 0, undefined);
    const start = clock.nowMs();
    time.wall += 3_600_000;
    time.advance(10_000);
    expect(clock.nowMs() - start).toBeLessThanOrEqual(11_500);
  });

  it('goes on while the wall clock is an hour back', () => {
    const time = new ManualTime();
    const clock = new LeaderClock(time, 0, undefined);
    const start = clock.nowMs();
    time.wall -= 3_600_000;
    time.advance(10_000);
    expect(clock.nowMs() - start).toBe(9_500);
  });

  it('goes on from the former leader’s time, whatever this node’s wall clock says', () => {
    const time = new ManualTime();
    const formerMs = time.wall - 7_200_000;
    const clock = new LeaderClock(time, formerMs, { timeMs: formerMs, atMs: time.nowMs - 2_000 });
    expect(clock.nowMs() - formerMs).toBeLessThanOrEqual(3_100);
    expect(clock.nowMs()).toBeGreaterThan(formerMs);
  });

  it('never falls below the machine’s time', () => {
    const time = new ManualTime();
    const clock = new LeaderClock(time, time.wall + 60_000, undefined);
    expect(clock.nowMs()).toBe(time.wall + 60_000);
  });
});
