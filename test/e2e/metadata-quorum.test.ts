import { expect, it } from 'vitest';
import { proveMetadataQuorum } from './proofs/metadata-quorum.ts';

it('serves data without a metadata quorum, refuses changes in clear words, and takes them again afterwards', async () => {
  const report = await proveMetadataQuorum({
    seconds: 1,
    recordsPerSecond: 300,
    partitions: 3,
    valueBytes: 100,
    report: () => undefined,
  });
  expect(report.verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
  expect(report.failures).toEqual({});
  expect(report.refusedWith).toBe('TIMEOUT');
  expect(report.refusal).toContain('majority of its voters');
});
