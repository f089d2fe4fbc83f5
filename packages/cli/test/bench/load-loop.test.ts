import { describe, expect, it } from 'vitest';
import { ManualTime } from '../../../client/test/support/manual-time.ts';
import { LatencyHistogram } from '../../src/bench/measure/latency-histogram.ts';
import { LoadLoop, type LoadPlan } from '../../src/bench/measure/load-loop.ts';
import { type ClientReport, Recorder } from '../../src/bench/measure/recorder.ts';

const NEVER = new AbortController().signal;

/** A loop of one second against a system that answers after `serviceMs(sequence)`; undefined fails, infinity never answers. */
async function load(
  plan: Partial<LoadPlan>,
  serviceMs: (sequence: number, nowMs: number) => number | undefined,
): Promise<ClientReport & { readonly begun: readonly number[] }> {
  const time = new ManualTime();
  const recorder = new Recorder({ fromUs: 0, toUs: 1_000_000 });
  const begun: number[] = [];
  const operation = (sequence: number): Promise<number> => {
    begun.push(time.nowMs);
    const ms = serviceMs(sequence, time.nowMs);
    return new Promise((resolve, reject) => {
      if (ms === undefined) time.after(1, () => reject(new RangeError('no')));
      else if (ms !== Number.POSITIVE_INFINITY) time.after(ms, () => resolve(10));
    });
  };
  const whole = { startUs: 0, endUs: 1_000_000, concurrency: 4, rate: undefined, drainMs: 500, ...plan };
  const loop = new LoadLoop(whole, operation, recorder, { nowUs: () => time.nowMs * 1_000, scheduler: time });
  let over = false;
  const running = loop.run(NEVER).then(() => (over = true));
  for (let step = 0; step < 200 && !over; step++) await time.pass(10);
  await running;
  return { ...recorder.report(0), begun };
}

const latencies = (report: ClientReport) => LatencyHistogram.decode(report.latency) as LatencyHistogram;
const services = (report: ClientReport) => LatencyHistogram.decode(report.service) as LatencyHistogram;

describe('an open loop', () => {
  it('begins operations at its rate, whatever the system does', async () => {
    const report = await load({ rate: 100, concurrency: 1_000 }, () => 400);
    expect(report.begun).toHaveLength(100);
    expect(report.begun.slice(10, 13)).toEqual([100, 110, 120]);
    expect(latencies(report).count).toBe(100);
  });

  it('counts a pause of the system for all who would have asked meanwhile: nothing is omitted', async () => {
    // One at a time, 1 ms each; the one at 200 ms takes half a second.
    const paused = (_: number, nowMs: number): number => (nowMs >= 200 && nowMs < 210 ? 500 : 1);
    const report = await load({ rate: 100, concurrency: 1 }, paused);
    expect(services(report).percentileUs(98)).toBeLessThan(10_000);
    expect(latencies(report).percentileUs(50)).toBeGreaterThan(services(report).percentileUs(98));
    const late = latencies(report);
    // Fifty were meant to begin in the half second; half of these waited for more than a quarter of a second.
    expect(late.percentileUs(75)).toBeGreaterThan(240_000);
    expect(late.maxUs).toBeGreaterThanOrEqual(500_000);
    expect(late.count).toBe(100);
  });

  it('reports what is not done in the end as overdue, with the time that it has waited', async () => {
    const report = await load({ rate: 100, concurrency: 2 }, (sequence) =>
      sequence < 50 ? 1 : Number.POSITIVE_INFINITY,
    );
    expect(report.operations).toBe(50);
    expect(report.overdue).toBe(50);
    expect(latencies(report).count).toBe(100);
    expect(latencies(report).maxUs).toBeGreaterThanOrEqual(1_000_000);
  });
});

describe('a closed loop', () => {
  it('has always as many under way as are asked for', async () => {
    const report = await load({ concurrency: 4 }, () => 100);
    // Some 10 rounds of 4, a hundred milliseconds each, but for the millisecond before the first.
    expect(report.begun).toHaveLength(40);
    expect(report.operations).toBe(36);
    expect(report.bytes).toBe(360);
  });

  it('does not hammer a system that refuses everything', async () => {
    const report = await load({ concurrency: 1 }, () => undefined);
    expect(report.failed).toBeGreaterThan(50);
    expect(report.failed).toBeLessThan(100);
    expect(report.errors).toEqual([{ code: 'RangeError', message: 'no', count: report.failed }]);
    expect(latencies(report).count).toBe(0);
  });
});

describe('the recorder', () => {
  it('leaves the warm-up out, and counts what ended within the measured time', () => {
    const recorder = new Recorder({ fromUs: 1_000_000, toUs: 3_000_000 });
    recorder.done({ intendedUs: 500_000, sentUs: 500_000, doneUs: 900_000 }, 1);
    recorder.done({ intendedUs: 900_000, sentUs: 900_000, doneUs: 1_100_000 }, 10);
    recorder.done({ intendedUs: 2_000_000, sentUs: 2_100_000, doneUs: 2_200_000 }, 100);
    recorder.done({ intendedUs: 2_900_000, sentUs: 2_900_000, doneUs: 3_500_000 }, 1_000);
    const report = recorder.report(0);
    expect(report).toMatchObject({ operations: 2, bytes: 110, lastUs: 1_200_000 });
    expect(report.seconds.map(({ second, operations }) => [second, operations])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    // The slow one that began in time is in the latencies, although it ended too late for the rate.
    expect(latencies(report).count).toBe(2);
    expect(latencies(report).maxUs).toBe(600_000);
    expect(services(report).minUs).toBe(100_000);
  });

  it('of a closed loop tells of what hangs from the warm-up on, and into the time afterwards', () => {
    const recorder = new Recorder({ fromUs: 1_000_000, toUs: 3_000_000 }, true);
    recorder.done({ intendedUs: 100_000, sentUs: 100_000, doneUs: 900_000 }, 1);
    recorder.done({ intendedUs: 500_000, sentUs: 500_000, doneUs: 2_500_000 }, 10);
    recorder.overdue(2_900_000, 7_900_000);
    recorder.overdue(3_100_000, 7_900_000);
    const report = recorder.report(0);
    expect(report).toMatchObject({ operations: 1, overdue: 1 });
    expect(latencies(report).count).toBe(2);
    expect([latencies(report).minUs, latencies(report).maxUs]).toEqual([2_000_000, 5_000_000]);
  });
});
