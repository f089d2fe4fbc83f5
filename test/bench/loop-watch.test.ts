/** What the main threads of processes do is told as shares of the time in which something ran. */
import { expect, it } from 'vitest';
import { LoopWatch } from '../../bench/peers/loop-watch.ts';

const BURNT_US = 300_000;

function burn(): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user < BURNT_US);
}

it.runIf(process.platform === 'linux')(
  'a main thread that works is busy, or waits for a processor',
  async () => {
    const watch = new LoopWatch(() => [process.pid]);
    expect(watch.busiest()).toBeNull();
    expect(
      await watch.during(async () => {
        burn();
        return 'done';
      }),
    ).toBe('done');
    const { busy, waits } = watch.busiest() ?? { busy: 0, waits: 0 };
    // The system counts in hundredths of a second.
    expect(busy + waits).toBeGreaterThan(0.5);
    expect(busy + waits).toBeLessThan(1.5);
  },
);
