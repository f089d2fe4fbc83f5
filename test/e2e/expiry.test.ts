import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { proveExpiry } from './proofs/expiry.ts';

it.each(['leases', 'keys'] as const)(
  'thousands of %s that expire at one moment expire once each',
  async (what) => {
    const loopFolder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-loops-'));
    try {
      const { expired, streamPauseMs } = await proveExpiry({
        loopFolder,
        what,
        count: 3_000,
        recordsPerSecond: 100,
        report: () => undefined,
      });
      expect(expired).toBe(3_000);
      expect(streamPauseMs).toBeLessThan(20_000);
    } finally {
      rmSync(loopFolder, { recursive: true, force: true });
    }
  },
);
