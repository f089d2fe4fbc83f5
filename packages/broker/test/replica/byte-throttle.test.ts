import { describe, expect, test } from 'vitest';
import { ByteThrottle } from '../../src/replica/byte-throttle.ts';
import { ManualTime } from '../cluster/fakes.ts';

/** Takes 100 bytes after the other until `stop`, and counts. */
function puller(throttle: ByteThrottle, signal: AbortSignal) {
  const pulled = { bytes: 0, done: Promise.resolve() };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      pulled.bytes += 100;
      await throttle.take(100, signal);
    }
  };
  pulled.done = run();
  return pulled;
}

describe('the byte throttle', () => {
  test('holds all takers together to the rate', async () => {
    const time = new ManualTime();
    const throttle = new ByteThrottle({ clock: time, scheduler: time });
    throttle.limit(1_000);
    const end = new AbortController();
    const one = puller(throttle, end.signal);
    const two = puller(throttle, end.signal);
    await time.advance(10_000);
    expect(one.bytes + two.bytes).toBeGreaterThan(9_000);
    expect(one.bytes + two.bytes).toBeLessThan(10_600);
    end.abort();
    await time.advance(1);
    await Promise.all([one.done, two.done]);
  });

  test('a pause earns no more than a short burst', async () => {
    const time = new ManualTime();
    const throttle = new ByteThrottle({ clock: time, scheduler: time });
    throttle.limit(1_000);
    await time.advance(60_000);
    const end = new AbortController();
    const one = puller(throttle, end.signal);
    await time.advance(1_000);
    expect(one.bytes).toBeLessThan(1_500);
    end.abort();
    await one.done;
  });

  test('whoever waits goes on soon after the limit is lifted', async () => {
    const time = new ManualTime();
    const throttle = new ByteThrottle({ clock: time, scheduler: time });
    throttle.limit(1);
    let through = false;
    void throttle.take(1_000_000, new AbortController().signal).then(() => {
      through = true;
    });
    await time.advance(5_000);
    expect(through).toBe(false);
    throttle.limit(Number.POSITIVE_INFINITY);
    await time.advance(1_100);
    expect(through).toBe(true);
  });

  test('without a limit nobody waits', async () => {
    const time = new ManualTime();
    const throttle = new ByteThrottle({ clock: time, scheduler: time });
    await throttle.take(1e12, new AbortController().signal);
  });
});
