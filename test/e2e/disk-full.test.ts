import { expect, it } from 'vitest';
import { proveDiskFull } from './proofs/disk-full.ts';

it('refuses producers in clear words while disks are full, serves consumers, and resumes by itself', async (context) => {
  const lines: string[] = [];
  const report = await proveDiskFull({
    volumeMebibytes: 512,
    recordsPerSecond: 100,
    partitions: 6,
    valueBytes: 300,
    waitTimeoutMs: 120_000,
    report: (line) => lines.push(line),
  });
  if (report === undefined) return context.skip('small volumes cannot be mounted here');
  expect(report.broken, lines.join('\n')).toEqual([]);
  expect(report.verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
  expect(report.verdict.acknowledged).toBeGreaterThan(100);
  // Whoever leads then, it is full itself, or lacks followers that are not.
  expect(report.answers['two full']).toHaveLength(6);
  for (const answer of report.answers['two full'] ?? [])
    expect(answer).toMatch(/^(DISK_FULL|NOT_ENOUGH_REPLICAS) /);
});
