import { describe, expect, it } from 'vitest';
import { TurnWatch } from '../../src/queue/turn-watch.ts';
import { ManualTime } from '../support/manual-time.ts';

function watch(time: ManualTime): TurnWatch {
  return new TurnWatch({ scheduler: time, everyMs: 100, nowMs: () => time.nowMs });
}

describe('what is read from a loop', () => {
  it('that turns has come within the last two beats', async () => {
    const time = new ManualTime();
    const turns = watch(time);
    await time.pass(1_050);
    expect(turns.unreadMs).toBe(150);
  });

  it('that was busy may have come when that began, before the late beat and after it', async () => {
    const time = new ManualTime();
    const turns = watch(time);
    await time.pass(1_000);
    time.nowMs += 5_000;
    expect(turns.unreadMs).toBe(5_100);
    await time.pass(0);
    expect(turns.unreadMs).toBe(5_000);
  });

  it('is new again when the loop has turned', async () => {
    const time = new ManualTime();
    const turns = watch(time);
    time.nowMs += 5_000;
    await time.pass(300);
    expect(turns.unreadMs).toBeLessThanOrEqual(200);
  });
});
