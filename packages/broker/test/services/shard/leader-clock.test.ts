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

  it('is not carried away by a jump however long it has led, and however often it is asked', () => {
    const time = new ManualTime();
    const clock = new LeaderClock(time, 0, undefined);
    for (let second = 0; second < 3_600; second++) {
      time.advance(1_000);
      clock.nowMs();
    }
    const before = clock.nowMs();
    time.wall += 3_600_000;
    for (let turn = 0; turn < 80; turn++) {
      time.advance(100);
      clock.nowMs();
    }
    expect(clock.nowMs() - before).toBeLessThanOrEqual(8_400);
  });

  it('comes back to a wall clock that was away, step by step', () => {
    const time = new ManualTime();
    const clock = new LeaderClock(time, 0, undefined);
    clock.nowMs();
    time.wall -= 3_600_000;
    time.advance(10_000);
    clock.nowMs();
    time.wall += 3_600_000;
    time.advance(2_000);
    expect(time.wall - clock.nowMs()).toBe(400);
    time.advance(8_000);
    expect(time.wall - clock.nowMs()).toBe(0);
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
