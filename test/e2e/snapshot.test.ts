import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { proveSnapshot } from './proofs/snapshot.ts';

it('a bucket gets one more replica by a snapshot while clients use it, and nothing is missing', async () => {
  const loopFolder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-loops-'));
  try {
    const { wrong, failed, msMax } = await proveSnapshot({
      loopFolder,
      // More than the log keeps for a follower that is behind.
      bytes: 40 << 20,
      valueBytes: 256 << 10,
      operationsPerSecond: 50,
      report: () => undefined,
    });
    expect({ wrong, failed }).toEqual({ wrong: 0, failed: 0 });
    expect(msMax).toBeLessThan(20_000);
  } finally {
    rmSync(loopFolder, { recursive: true, force: true });
  }
});
