/** The proofs of the replicated log: `npm run prove -- NAME`. */
import { proveBadInput } from './bad-input.ts';
import { proveBehind } from './behind.ts';
import { allDamage, fileKinds, proveDamage } from './damage.ts';
import { proveDiskFull } from './disk-full.ts';
import { proveGroups } from './groups.ts';
import { proveKill } from './kill.ts';
import { losses, number, type Proof, show } from './proof.ts';

export const LOG_PROOFS: Readonly<Record<string, Proof>> = {
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
