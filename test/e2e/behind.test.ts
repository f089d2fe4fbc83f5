import { expect, it } from 'vitest';
import { proveBehind } from './proofs/behind.ts';

it('serves a consumer far behind and one at the tail at once, each all of its records', async () => {
  const report = await proveBehind({
    backlogBytes: 48 << 20,
    valueBytes: 1024,
    partitions: 3,
    liveRecordsPerSecond: 200,
    aloneSeconds: 1,
    // The tail kept in memory is smaller than the backlog, so that reading behind means reading from the disk.
    tailBytes: 1 << 20,
    report: () => undefined,
  });
  expect(report.missing).toBe(0);
  expect(report.backlogRecords).toBe(48 << 10);
});
