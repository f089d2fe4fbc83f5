import { expect, it } from 'vitest';
import { proveKill } from './proofs/kill.ts';

it('loses, doubles and reorders nothing when leaders, then all nodes, are killed under load', async () => {
  const lines: string[] = [];
  const report = await proveKill({
    kills: 3,
    powerCycles: 1,
    recordsPerSecond: 2_000,
    partitions: 4,
    valueBytes: 100,
    report: (line) => lines.push(line),
  });
  expect(report.verdict, lines.join('\n')).toMatchObject({
    lost: 0,
    duplicated: 0,
    reordered: 0,
    misplaced: 0,
  });
  expect(report.failures).toEqual({});
  expect(report.verdict.acknowledged).toBeGreaterThan(1_000);
  expect(report.pausesMs.length).toBeGreaterThan(0);
});
