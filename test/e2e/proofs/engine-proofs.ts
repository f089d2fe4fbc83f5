/** The proofs of queues, buckets, groups and transactions: `npm run prove -- NAME`. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ENGINES, type Engine, type EnginesReport, proveEngines } from './engines.ts';
import { proveExpiry } from './expiry.ts';
import { number, type Proof, show } from './proof.ts';
import { proveQueueSize } from './queue-size.ts';
import { proveSnapshot } from './snapshot.ts';

export const ENGINE_PROOFS: Readonly<Record<string, Proof>> = {
  engines: {
    what: 'jobs, keys, groups and transactions while a leader is killed every few seconds: nothing lost, doubled or seen that should not be',
    defaults: {
      minutes: '10',
      'kill-every': '5',
      engines: ENGINES.join(','),
      jobs: '100',
      records: '200',
      copies: '15',
      'kv-pause-ms': '20',
    },
    run: async (options) => {
      const report = await proveEngines({
        engines: chosen(options['engines'] ?? ''),
        seconds: number(options, 'minutes') * 60,
        killEverySeconds: number(options, 'kill-every'),
        jobsPerSecond: number(options, 'jobs'),
        recordsPerSecond: number(options, 'records'),
        copiesPerSecond: number(options, 'copies'),
        kvPauseMs: number(options, 'kv-pause-ms'),
        report: (line) => console.log(line),
      });
      return judged(report);
    },
  },
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
  expiry: {
    what: 'a million leases, then a million keys, that expire at one moment: no event loop stands still, each expires once',
    defaults: { count: '1000000', what: 'leases,keys', rate: '500', 'pause-ms-max': '100' },
    run: async (options) => {
      const broken: string[] = [];
      for (const what of (options['what'] ?? '').split(',')) {
        if (what !== 'leases' && what !== 'keys')
          throw new Error('--what is leases, keys or both with a comma');
        const report = await withFolder((loopFolder) =>
          proveExpiry({
            loopFolder,
            what,
            count: number(options, 'count'),
            recordsPerSecond: number(options, 'rate'),
            report: (line) => console.log(line),
          }),
        );
        show(report);
        if (report.expired !== report.count)
          broken.push(`${report.expired} of ${report.count} ${what} expired`);
        // What passed without processor time is the busy machine's doing.
        const pauseMs = Math.min(report.pauses.msMax, report.pauses.cpuMsMax);
        if (pauseMs > number(options, 'pause-ms-max'))
          broken.push(`an event loop stood still for ${pauseMs.toFixed(0)} ms while ${what} expired`);
      }
      return broken;
    },
  },
  snapshot: {
    what: 'a bucket of 5 GiB gets one more replica under load: no client waits long, memory stays bounded, nothing is missing',
    defaults: {
      mib: '5120',
      'value-bytes': '65536',
      rate: '100',
      'pause-ms-max': '2000',
      'rss-mib-max': '1024',
    },
    run: async (options) => {
      const report = await withFolder((loopFolder) =>
        proveSnapshot({
          loopFolder,
          bytes: number(options, 'mib') * 2 ** 20,
          valueBytes: number(options, 'value-bytes'),
          operationsPerSecond: number(options, 'rate'),
          report: (line) => console.log(line),
        }),
      );
      show(report);
      const broken: string[] = [];
      if (report.wrong > 0) broken.push(`${report.wrong} keys are missing or wrong`);
      if (report.failed > 0) broken.push(`${report.failed} operations failed`);
      if (report.msMax > number(options, 'pause-ms-max'))
        broken.push(`an operation took ${report.msMax} ms while the replica was made`);
      if (Math.max(report.leaderRssMebibytes, report.receiverRssMebibytes) > number(options, 'rss-mib-max'))
        broken.push('memory above its bound');
      return broken;
    },
  },
};

function chosen(text: string): Engine[] {
  return text.split(',').map((name) => {
    const engine = ENGINES.find((known) => known === name);
    if (engine === undefined) throw new Error(`--engines: ${name} is none of ${ENGINES.join(', ')}`);
    return engine;
  });
}

function judged({ kills, killed, verdicts }: EnginesReport): string[] {
  console.log(`${kills} kills`, killed);
  console.table(
    verdicts.flatMap(({ workload, done, unknown, broken }) =>
      Object.entries(broken).map(([promise, cases]) => ({ workload, done, unknown, promise, cases })),
    ),
  );
  for (const { examples } of verdicts) for (const example of examples) console.log(example);
  return verdicts.flatMap(({ workload, broken }) =>
    Object.entries(broken).flatMap(([promise, cases]) =>
      cases > 0 ? [`${workload}: ${promise}: ${cases}`] : [],
    ),
  );
}

/** A folder for what the nodes say of their event loops. */
async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-loops-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
