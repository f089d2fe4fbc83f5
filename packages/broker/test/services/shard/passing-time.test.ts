import { describe, expect, it } from 'vitest';
import { PassingTime } from '../../../src/services/shard/passing-time.ts';

const HOUR_MS = 3_600_000;

describe('the time of a machine, as it passes', () => {
  it('is not told by one command, which may have come late', () => {
    const time = new PassingTime();
    time.saw(5_000, 100);
    time.saw(5_000, 9_000);
    expect(time.steady).toBeUndefined();
  });

  it('is told by the latest of three commands that agree', () => {
    const time = new PassingTime();
    time.saw(5_000, 100);
    time.saw(6_000, 1_000);
    expect(time.steady).toBeUndefined();
    time.saw(7_300, 2_200);
    expect(time.steady).toBeUndefined();
    time.saw(8_300, 3_200);
    expect(time.steady).toEqual({ timeMs: 8_300, atMs: 3_200 });
  });

  it('is not told by two bursts of late commands that are about as late as each other', () => {
    const time = new PassingTime();
    time.saw(1_590, 1_127);
    for (const timeMs of [1_982, 2_328, 2_854]) time.saw(timeMs, 3_297);
    expect(time.steady).toBeUndefined();
    time.saw(3_700, 3_297);
    expect(time.steady).toBeUndefined();
  });

  it('is not told by commands that a restart applies again, however old they are', () => {
    const time = new PassingTime();
    for (let i = 0; i < 100; i++) time.saw(5_000 + i * 10_000, 100 + i);
    expect(time.steady).toBeUndefined();
  });

  it('is not told by what came before the group stood idle, where the first command after it shows that', () => {
    const time = new PassingTime();
    time.saw(5_000, 100);
    time.saw(5_000 + HOUR_MS, 60_000);
    expect(time.steady).toBeUndefined();
    time.saw(5_000 + HOUR_MS + 3_000, 63_000);
    expect(time.steady).toBeUndefined();
    time.saw(5_000 + HOUR_MS + 6_000, 66_000);
    expect(time.steady).toEqual({ timeMs: 5_000 + HOUR_MS + 6_000, atMs: 66_000 });
  });

  it('is still told by what was seen before a partition, while old commands arrive after it', () => {
    const time = new PassingTime();
    time.saw(5_000, 100);
    time.saw(6_500, 1_600);
    time.saw(8_000, 3_100);
    for (let i = 1; i < 100; i++) time.saw(8_000 + i * 10_000, HOUR_MS + i);
    expect(time.steady).toEqual({ timeMs: 8_000, atMs: 3_100 });
    time.saw(HOUR_MS + 6_000, HOUR_MS + 1_100);
    expect(time.steady?.atMs).toBe(HOUR_MS + 1_100);
  });
});
