import { expect, it } from 'vitest';
import { proveBadInput } from './proofs/bad-input.ts';

it('refuses bad input of every kind in clear words, and serves others all the while', async () => {
  const lines: string[] = [];
  const report = await proveBadInput({
    recordsPerSecond: 100,
    partitions: 3,
    valueBytes: 100,
    noisePerMethod: 10,
    socketsPerKind: 1,
    report: (line) => lines.push(line),
  });
  expect(report.broken, lines.join('\n')).toEqual([]);
  expect(report.verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
  expect(report.verdict.acknowledged).toBeGreaterThan(100);
  expect(report.failures).toEqual({});
  expect(Object.keys(report.refusals).length).toBeGreaterThan(80);
});
