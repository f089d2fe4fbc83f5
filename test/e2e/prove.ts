/**
 * `npm run prove -- NAME [--option value …]`: runs one proof with real processes, prints what happened and the figures, and
 * exits 1 if a promise was broken.
 */
import { parseArgs } from 'node:util';
import { proveBadInput } from './proofs/bad-input.ts';
import { proveBehind } from './proofs/behind.ts';
import { allDamage, fileKinds, proveDamage } from './proofs/damage.ts';
import { proveDiskFull } from './proofs/disk-full.ts';
import { proveGroups } from './proofs/groups.ts';
import { proveKill } from './proofs/kill.ts';
import type { Verdict } from './proofs/ledger.ts';

interface Proof {
  readonly what: string;
  readonly defaults: Readonly<Record<string, string>>;
  /** Returns the broken promises; empty is good. */
  readonly run: (options: Readonly<Record<string, string>>) => Promise<readonly string[]>;
}

const number = (options: Readonly<Record<string, string>>, name: string): number => {
  const value = Number(options[name]);
  if (!Number.isFinite(value)) throw new Error(`--${name} must be a number`);
  return value;
};

/** What a verdict breaks of the promise that what was acknowledged is there, once, in order and in place. */
function losses({ lost, duplicated, reordered, misplaced }: Verdict): readonly string[] {
  return lost + duplicated + reordered + misplaced > 0
    ? ['acknowledged records are not where they were acknowledged']
    : [];
}

const show = (figures: object): void => console.log(JSON.stringify(figures, undefined, 2));

const PROOFS: Readonly<Record<string, Proof>> = {
  kill: {
    what: 'leaders, then all nodes, killed under load: nothing acknowledged lost, reordered or doubled',
    defaults: { kills: '30', 'power-cycles': '5', rate: '20000', partitions: '6', 'value-bytes': '100' },
    run: async (options) => {
      const { pausesMs, ...figures } = await proveKill({
        kills: number(options, 'kills'),
        powerCycles: number(options, 'power-cycles'),
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        report: (line) => console.log(line),
      });
      show({ ...figures, pauses: pausesMs.length, durability: 'majority fsync', replicationFactor: 3 });
      const broken = [...losses(figures.verdict)];
      if (Object.keys(figures.failures).length > 0) broken.push('records failed');
      if (figures.pauseMsP99 > 1000)
        broken.push(
          `producers resumed within ${figures.pauseMsP99.toFixed(0)} ms at the 99th percentile, not within 1 s`,
        );
      return broken;
    },
  },
  groups: {
    what: 'thousands of groups of three replicas: idle CPU and memory',
    defaults: { groups: '2000', 'partitions-per-stream': '100', 'idle-seconds': '30' },
    run: async (options) => {
      const figures = await proveGroups({
        groups: number(options, 'groups'),
        partitionsPerStream: number(options, 'partitions-per-stream'),
        idleSeconds: number(options, 'idle-seconds'),
        report: (line) => console.log(line),
      });
      show(figures);
      const broken: string[] = [];
      if (Math.max(...figures.idleCpuPercent) > 5) broken.push('idle CPU above 5 % of a core');
      if (Math.max(...figures.rssMebibytes) > 600) broken.push('memory above 600 MiB');
      return broken;
    },
  },
  behind: {
    what: 'a consumer at the tail and one far behind, at once, under load',
    defaults: {
      'backlog-mib': '10240',
      'value-bytes': '1024',
      partitions: '6',
      'live-rate': '1000',
      'alone-seconds': '10',
      'rss-mib-max': '1024',
    },
    run: async (options) => {
      const figures = await proveBehind({
        backlogBytes: number(options, 'backlog-mib') * 2 ** 20,
        valueBytes: number(options, 'value-bytes'),
        partitions: number(options, 'partitions'),
        liveRecordsPerSecond: number(options, 'live-rate'),
        aloneSeconds: number(options, 'alone-seconds'),
        report: (line) => console.log(line),
      });
      show(figures);
      const broken: string[] = [];
      if (figures.missing > 0) broken.push(`${figures.missing} records never came`);
      if (figures.behindLongestPauseMs > 2000) broken.push('the consumer behind stalled for more than 2 s');
      if (figures.tailMsP99 > 1000)
        broken.push('the consumer at the tail waited more than 1 s at the 99th percentile');
      if (Math.max(...figures.peakRssMebibytes) > number(options, 'rss-mib-max'))
        broken.push('memory above its bound');
      return broken;
    },
  },
  damage: {
    what: 'a bit flipped, a tail cut, a file gone, in each kind of file of one node: found, told, healed, nothing lost',
    defaults: { kinds: 'all', positions: '3', rate: '100', partitions: '3', 'value-bytes': '300' },
    run: async (options) => {
      const { findings, ...figures } = await proveDamage({
        cases: allDamage(fileKinds(options['kinds'] ?? 'all'), number(options, 'positions')),
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        healTimeoutMs: 180_000,
        report: (line) => console.log(line),
      });
      const outcomes: Record<string, number> = {};
      for (const { outcome } of findings) outcomes[outcome.kind] = (outcomes[outcome.kind] ?? 0) + 1;
      show({ cases: findings.length, outcomes, ...figures });
      const broken = [...figures.broken, ...losses(figures.verdict)];
      if (Object.keys(figures.failures).length > 0) broken.push('records failed');
      return broken;
    },
  },
  'disk-full': {
    what: 'the disk of one node full, then of two: clear errors, consumers go on, writing resumes by itself (needs root)',
    defaults: { 'volume-mib': '512', rate: '200', partitions: '6', 'value-bytes': '300' },
    run: async (options) => {
      const figures = await proveDiskFull({
        volumeMebibytes: number(options, 'volume-mib'),
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        waitTimeoutMs: 180_000,
        report: (line) => console.log(line),
      });
      if (figures === undefined) {
        console.log('skipped: small volumes cannot be mounted here; run it as root on Linux');
        return [];
      }
      show(figures);
      return [...figures.broken, ...losses(figures.verdict)];
    },
  },
  'bad-input': {
    what: 'wrong requests, noise, rude connections, wrong configurations: refused in clear words, others unaffected',
    defaults: { rate: '200', partitions: '3', 'value-bytes': '100', noise: '100', sockets: '10' },
    run: async (options) => {
      const figures = await proveBadInput({
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        noisePerMethod: number(options, 'noise'),
        socketsPerKind: number(options, 'sockets'),
        report: (line) => console.log(line),
      });
      show(figures);
      const broken = [...figures.broken, ...losses(figures.verdict)];
      if (Object.keys(figures.failures).length > 0) broken.push('records of another client failed');
      return broken;
    },
  },
};

async function main(): Promise<number> {
  const [name, ...rest] = process.argv.slice(2);
  const proof = name === undefined ? undefined : PROOFS[name];
  if (proof === undefined) {
    console.error(`usage: npm run prove -- NAME [--option value]\n`);
    for (const [known, { what, defaults }] of Object.entries(PROOFS)) {
      console.error(
        `  ${known}: ${what}\n    ${Object.entries(defaults)
          .map(([option, value]) => `--${option} ${value}`)
          .join(' ')}`,
      );
    }
    return 2;
  }
  const { values } = parseArgs({
    args: rest,
    options: Object.fromEntries(
      Object.entries(proof.defaults).map(([option, value]) => [
        option,
        { type: 'string' as const, default: value },
      ]),
    ),
  });
  const broken = await proof.run(values as Record<string, string>);
  for (const promise of broken) console.error(`BROKEN: ${promise}`);
  console.log(
    broken.length === 0 ? `${name}: all promises kept` : `${name}: ${broken.length} promises broken`,
  );
  return broken.length === 0 ? 0 : 1;
}

// Interrupted, it still runs what is to be done at the end, such as unmounting.
process.once('SIGINT', () => process.exit(130));
process.exitCode = await main();
