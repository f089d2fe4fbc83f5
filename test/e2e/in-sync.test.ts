import { expect, it } from 'vitest';
import { proveInSync } from './proofs/in-sync.ts';

it('counts a stopped follower out and in again, and refuses writes before they are appended while too few are in sync', async () => {
  const report = await proveInSync({ lagTimeMs: 2_000, report: () => undefined });
  expect(report.refusedWith).toBe('NOT_ENOUGH_REPLICAS');
  expect(report.endOffsetAfterRefusals).toBe(report.endOffsetBefore);
  expect(report.recordsReadMeanwhile).toBe(report.endOffsetBefore);
});
