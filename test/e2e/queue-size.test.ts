import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { proveQueueSize } from './proofs/queue-size.ts';

it('a queue that grows gives every job out once and stays within its memory', async () => {
  const loopFolder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-loops-'));
  try {
    const lines: string[] = [];
    const report = await proveQueueSize({
      loopFolder,
      sizes: [1_000, 10_000],
      payloadBytes: 100,
      samples: 30,
      throughputJobs: 3_000,
      report: (line) => lines.push(line),
    });
    expect(report.wrong, lines.join('\n')).toBe(0);
    expect(Math.max(...report.peakRssMebibytes)).toBeLessThan(1_024);
    expect(report.sizes.map(({ ready }) => ready)).toEqual([1_000, 10_000]);
  } finally {
    rmSync(loopFolder, { recursive: true, force: true });
  }
});
