import { expect, it } from 'vitest';
import { proveIdentities } from './proofs/identities.ts';

it('lets no wiped, cloned, restored, replaced or removed directory take part as what it was', async () => {
  const report = await proveIdentities({
    recordsPerSecond: 200,
    partitions: 3,
    valueBytes: 100,
    healTimeoutMs: 120_000,
    report: () => undefined,
  });
  expect(report.broken).toEqual([]);
  expect(report.verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
  expect(Object.keys(report.told)).toHaveLength(6);
});
