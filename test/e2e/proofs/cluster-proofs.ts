/** The proofs of a cluster that runs itself: `npm run prove -- NAME`. */
import { olderBuild } from '../harness/older-build.ts';
import { proveElasticity } from './elasticity.ts';
import { proveFailover } from './failover.ts';
import { proveHealth } from './health.ts';
import { proveIdentities } from './identities.ts';
import { proveInSync } from './in-sync.ts';
import { proveMetadataQuorum } from './metadata-quorum.ts';
import { losses, number, type Proof, show } from './proof.ts';
import { proveRolling } from './rolling.ts';
import { proveUpgrade } from './upgrade.ts';

export const CLUSTER_PROOFS: Readonly<Record<string, Proof>> = {
  failover: {
    what: 'a node killed that leads a thousand partitions: all have leaders again within 5 s',
    defaults: { leaders: '1000', 'partitions-per-stream': '100', rounds: '3' },
    run: async (options) => {
      const rounds = await proveFailover({
        leadersPerNode: number(options, 'leaders'),
        partitionsPerStream: number(options, 'partitions-per-stream'),
        rounds: number(options, 'rounds'),
        report: (line) => console.log(line),
      });
      show(rounds);
      const broken: string[] = [];
      for (const round of rounds) {
        if (round.msMax > 5_000) broken.push(`a partition had no leader for ${round.msMax.toFixed(0)} ms`);
        if (round.msP50 > 1_000) broken.push(`the median was ${round.msP50.toFixed(0)} ms`);
        if (Object.keys(round.failures).length > 0) broken.push('records failed');
      }
      return broken;
    },
  },
  rolling: {
    what: 'all nodes restarted in turn under load: nothing lost, no partition pauses for more than 1 s',
    defaults: { nodes: '3', rounds: '2', rate: '20000', partitions: '6', 'value-bytes': '100' },
    run: async (options) => {
      const figures = await proveRolling({
        nodes: number(options, 'nodes'),
        rounds: number(options, 'rounds'),
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        report: (line) => console.log(line),
      });
      show({ ...figures, durability: 'majority fsync', replicationFactor: 3 });
      const broken = [...losses(figures.verdict)];
      if (Object.keys(figures.failures).length > 0) broken.push('records failed');
      if (figures.badExits.length > 0) broken.push(`nodes ended with ${figures.badExits.join(' ')}`);
      if (figures.pauseMsMax > 1_000)
        broken.push(`a partition stood still for ${figures.pauseMsMax.toFixed(0)} ms`);
      return broken;
    },
  },
  elasticity: {
    what: 'copies added, nodes added, rebalanced, one node gone, one drained, copies taken away, all under load: nothing lost, no long pause, even at the end',
    defaults: { rate: '20000', partitions: '24', 'value-bytes': '100', 'step-seconds': '300' },
    run: async (options) => {
      const figures = await proveElasticity({
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        stepTimeoutMs: number(options, 'step-seconds') * 1_000,
        report: (line) => console.log(line),
      });
      show({ ...figures, durability: 'majority fsync' });
      const broken = [...losses(figures.verdict)];
      if (Object.keys(figures.failures).length > 0) broken.push('records failed');
      for (const { step, longestPauseMs } of figures.steps)
        if (longestPauseMs > 1_000)
          broken.push(`${step}: a partition stood still for ${longestPauseMs.toFixed(0)} ms`);
      if (figures.replicaSkew > 0.1) broken.push(`replicas are uneven by ${figures.replicaSkew}`);
      if (figures.leaderSkew > 0.1) broken.push(`leaders are uneven by ${figures.leaderSkew}`);
      return broken;
    },
  },
  'metadata-quorum': {
    what: 'the metadata group without a majority for a while, under load: data unaffected, changes refused in clear words',
    defaults: { seconds: '60', rate: '20000', partitions: '6', 'value-bytes': '100' },
    run: async (options) => {
      const figures = await proveMetadataQuorum({
        seconds: number(options, 'seconds'),
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        report: (line) => console.log(line),
      });
      show({ ...figures, durability: 'majority fsync', replicationFactor: 3 });
      const broken = [...losses(figures.verdict)];
      if (Object.keys(figures.failures).length > 0) broken.push('records failed');
      if (figures.longestPauseMs > 1_000)
        broken.push(`a partition stood still for ${figures.longestPauseMs.toFixed(0)} ms`);
      if (!['NO_LEADER', 'UNAVAILABLE', 'TIMEOUT'].includes(figures.refusedWith))
        broken.push(`a change was answered with ${figures.refusedWith}`);
      return broken;
    },
  },
  health: {
    what: 'staged troubles: health --explain names each one’s cause, and the command that it names mends it',
    defaults: { 'timeout-seconds': '120' },
    run: async (options) => {
      const { broken, troubles } = await proveHealth({
        timeoutMs: number(options, 'timeout-seconds') * 1_000,
        report: (line) => console.log(line),
      });
      show(troubles);
      return broken;
    },
  },
  upgrade: {
    what: 'nodes upgraded one by one from an older build (of the history, or patched) under load: nothing lost, levels finalised, older builds kept out',
    defaults: { older: 'released', rate: '1000', partitions: '6', 'value-bytes': '100' },
    run: async (options) => {
      using older = olderBuild(options['older'] ?? '');
      if (older.program === undefined) {
        console.log('the older build is not in the history of this clone; there is --older patched');
        return 'skipped';
      }
      const { broken, ...figures } = await proveUpgrade({
        older: older.program,
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        finalise: 'auto',
        killsMax: Number.POSITIVE_INFINITY,
        report: (line) => console.log(line),
      });
      show(figures);
      const failed = Object.keys(figures.failures).length > 0 ? ['records failed'] : [];
      return [...broken, ...failed, ...losses(figures.verdict)];
    },
  },
  identities: {
    what: 'a wiped disk, a cloned one, an old backup, a replaced node that comes back: none takes part as its old self, each is told why',
    defaults: { rate: '500', partitions: '6', 'value-bytes': '200' },
    run: async (options) => {
      const { broken, ...figures } = await proveIdentities({
        recordsPerSecond: number(options, 'rate'),
        partitions: number(options, 'partitions'),
        valueBytes: number(options, 'value-bytes'),
        healTimeoutMs: 180_000,
        report: (line) => console.log(line),
      });
      show(figures);
      return [...broken, ...losses(figures.verdict)];
    },
  },
  'in-sync': {
    what: 'a stopped follower leaves the in-sync set in time and returns; too few in sync: refused before append, reads go on',
    defaults: { 'lag-ms': '10000' },
    run: async (options) => {
      const { broken, ...figures } = await proveInSync({
        lagTimeMs: number(options, 'lag-ms'),
        report: (line) => console.log(line),
      });
      show(figures);
      return broken;
    },
  },
};
