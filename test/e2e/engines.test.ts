import { expect, it } from 'vitest';
import { ENGINES, proveEngines } from './proofs/engines.ts';

it('jobs, keys, groups and transactions keep their promises while leaders are killed', async () => {
  const lines: string[] = [];
  const { kills, verdicts } = await proveEngines({
    engines: ENGINES,
    seconds: 10,
    killEverySeconds: 5,
    jobsPerSecond: 40,
    recordsPerSecond: 60,
    copiesPerSecond: 5,
    kvPauseMs: 50,
    report: (line) => lines.push(line),
  });
  expect(kills).toBeGreaterThan(0);
  for (const { workload, done, broken, examples } of verdicts) {
    expect(done, workload).toBeGreaterThan(10);
    expect(
      Object.entries(broken).filter(([, cases]) => cases > 0),
      [...examples, ...lines].join('\n'),
    ).toEqual([]);
  }
});
