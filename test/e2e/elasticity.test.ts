import { expect, it } from 'vitest';
import { proveElasticity } from './proofs/elasticity.ts';

it('loses nothing while copies and nodes come and go under load, and ends even', async () => {
  const lines: string[] = [];
  const report = await proveElasticity({
    recordsPerSecond: 500,
    partitions: 8,
    valueBytes: 100,
    stepTimeoutMs: 120_000,
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
  expect(Object.keys(report.leadersPerNode)).toEqual(['1', '3', '4', '5']);
  expect(new Set(Object.values(report.replicasPerNode))).toEqual(new Set([4]));
});
