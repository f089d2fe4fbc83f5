import { expect, it } from 'vitest';
import { proveRolling } from './proofs/rolling.ts';

it('loses nothing when every node is restarted in turn under load', async () => {
  const lines: string[] = [];
  const report = await proveRolling({
    nodes: 3,
    rounds: 1,
    recordsPerSecond: 1_000,
    partitions: 3,
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
  expect(report.badExits).toEqual([]);
  expect(report.verdict.acknowledged).toBeGreaterThan(500);
});
