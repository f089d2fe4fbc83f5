/** The proofs of queues, buckets, groups and transactions: `npm run prove -- NAME`. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { number, type Proof, show } from './proof.ts';
import { proveQueueSize } from './queue-size.ts';

export const ENGINE_PROOFS: Readonly<Record<string, Proof>> = {
  'queue-size': {
    what: 'one queue that grows to ten million ready jobs: rates, latency, memory and pauses do not grow with it',
    defaults: {
      jobs: '10000000',
      'payload-bytes': '100',
      samples: '500',
      'throughput-jobs': '100000',
      'rss-mib-max': '1024',
    },
    run: async (options) => {
      const jobs = number(options, 'jobs');
      const report = await withFolder((loopFolder) =>
        proveQueueSize({
          loopFolder,
          sizes: [1_000, 10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size < jobs).concat(jobs),
          payloadBytes: number(options, 'payload-bytes'),
          samples: number(options, 'samples'),
          throughputJobs: number(options, 'throughput-jobs'),
          report: (line) => console.log(line),
        }),
      );
      show(report);
      const broken: string[] = [];
      if (report.wrong > 0) broken.push(`${report.wrong} jobs were lost, doubled or not acknowledged`);
      if (Math.max(...report.peakRssMebibytes) > number(options, 'rss-mib-max'))
        broken.push('memory above its bound');
      const [first] = report.sizes;
      const last = report.sizes.at(-1);
      if (first !== undefined && last !== undefined && last.receiveMsP50 > 2 * first.receiveMsP50 + 1)
        broken.push(
          `a receive takes ${last.receiveMsP50.toFixed(1)} ms at ${last.ready} jobs, ${first.receiveMsP50.toFixed(1)} ms at ${first.ready}`,
        );
      return broken;
    },
  },
};

/** A folder for what the nodes say of their event loops. */
async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-loops-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
