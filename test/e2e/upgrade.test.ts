import { expect, it } from 'vitest';
import { PATCHED_BUILD } from './harness/older-build.ts';
import { proveUpgrade } from './proofs/upgrade.ts';

it('a cluster is upgraded node by node under load, works while builds are mixed, and keeps older builds out afterwards', async () => {
  const lines: string[] = [];
  const report = await proveUpgrade({
    older: PATCHED_BUILD,
    recordsPerSecond: 300,
    partitions: 3,
    valueBytes: 100,
    finalise: 'by-hand',
    killsMax: 1,
    report: (line) => lines.push(line),
  });
  const { lost, duplicated, reordered, misplaced, acknowledged } = report.verdict;
  expect([lost, duplicated, reordered, misplaced], lines.join('\n')).toEqual([0, 0, 0, 0]);
  expect(acknowledged).toBeGreaterThan(500);
  expect(report.broken).toEqual([]);
  expect(report.failures).toEqual({});
});
