import { expect, it } from 'vitest';
import { failoverFigures } from '../../bench/peers/failover/rounds.ts';
import type { ContestResult } from '../../bench/peers/pairs.ts';
import { summarizeRatios } from '../../bench/peers/ratios.ts';
import { type PeersResult, tableOf, type VariantResult } from '../../bench/peers/table.ts';

function contest(ratios: readonly number[], failed = 0): ContestResult {
  const figures = {
    perSecond: 1_000,
    p50Us: 900,
    p99Us: 4_200,
    clientCpuPercent: 40,
    failed: 0,
    rateMissed: 0,
  };
  const summary = summarizeRatios(ratios.map((ratio) => ({ ours: ratio, theirs: 1 }))) ?? null;
  return {
    name: 'put',
    asked: null,
    ours: figures,
    theirs: { ...figures, failed },
    rate: summary,
    p99: summary,
    oursPeakBytes: 700 << 20,
    oursLoop: { busy: 0.384, waits: 0.2 },
    half: null,
    runs: [],
  };
}

function variant(name: string, comparable: boolean, contests: readonly ContestResult[]): VariantResult {
  return {
    peer: 'etcd',
    version: '3',
    variant: name,
    durability: 'fsynced',
    comparable,
    contests,
    failover: null,
    idle: null,
  };
}

const RESULT: PeersResult = {
  schema: 'flowmesh.bench.peers.v2',
  startedAt: '2026-11-21T20:00:00.000Z',
  machine: {
    cpu: 'cpu',
    cores: 2,
    memoryBytes: 1,
    system: 'Linux',
    node: 'v24.0.0',
    version: '0.1.0',
    loadBefore: 0.5,
    loadAfter: 3,
  },
  pairs: 5,
  durationMs: 10_000,
  warmupMs: 3_000,
  primeMs: 15_000,
  ours: { durability: 'fsynced by a majority', nodes: 3, replicationFactor: 3 },
  variants: [
    variant('always', true, [contest([1.5, 1.4, 1.6, 1.7, 1.3])]),
    variant('lazy', false, [contest([0.5, 0.4, 1.6, 1.7, 1.3], 7)]),
  ],
  sizes: null,
  missing: [{ peer: 'rabbitmq', variant: null, row: null, what: 'apt-get is not\n on this machine' }],
};

it('the table names the conditions, sets off what is not comparable, and lists what is missing', () => {
  const table = tableOf(RESULT);
  expect(table).toContain('3 nodes, 3 replicas, fsynced by a majority');
  expect(table).toContain('load average 0.5 before, 3 after');
  expect(table).toContain('5 pair(s) of 10 s after 3 s of warm-up');
  expect(table).toContain(
    '| etcd 3, always | fsynced | put | 1,000/s | 1,000/s | 1.50 (1.30 – 1.70) | 4.20 ms : 4.20 ms |',
  );
  expect(table).toContain('| *1.30 (0.40 – 1.70)* |');
  expect(table).toContain('| 700 MiB | 38 %, 20 % | unclear; failed: 0 ours, 7 theirs |');
  expect(table).toContain('- missing: rabbitmq: apt-get is not on this machine');
});

it('a latency is compared at the rate that both were asked for, and a side that did not keep it is named', () => {
  const { ours, ...rest } = contest([1.5, 1.4, 1.6, 1.7, 1.3]);
  const half = 'of the slower side' as const;
  const late = { ...rest, asked: 12_000, half, ours: { ...ours, rateMissed: 2, clientCpuPercent: 93 } };
  const table = tableOf({ ...RESULT, variants: [variant('always', true, [late])] });
  expect(table).toContain(
    '| put, at 12,000/s, half of the most of the slower side | 1,000/s | 1,000/s | - |',
  );
  expect(table).toContain('| ours: rate not kept in 2 run(s); ours: client at 93 % of a core |');
});

it('failover, idle cost and size have tables of their own', () => {
  const figures = (rounds: readonly number[]) => failoverFigures(rounds);
  const idle = { partitions: 2_000, makeMs: 1, cpuPercent: 10, rssBytes: 900 * 2 ** 20 };
  const whole = {
    ...variant('default', true, []),
    failover: {
      name: 'keys',
      ours: figures([100, 300, 200]),
      theirs: figures([1_000, 1_000, 1_000]),
      ratio: summarizeRatios([{ ours: 200, theirs: 1_000 }]) ?? null,
    },
    idle: {
      unit: 'streams',
      asked: 2_000,
      ours: idle,
      theirs: { ...idle, partitions: 500, cpuPercent: 40, rssBytes: 450 * 2 ** 20 },
    },
  };
  const size = {
    series: 'kept' as const,
    size: 10 * 2 ** 30,
    what: 'produce 1 KB',
    perSecond: 30_000,
    p50Us: null,
    p99Us: 2_000,
    least: 29_000,
    greatest: 31_000,
  };
  const sizes = { figures: [size], left: ['50 GiB kept: no room'] };
  const table = tableOf({ ...RESULT, variants: [whole], sizes });
  expect(table).not.toContain('### Rates and latencies');
  expect(table).toContain('| keys | 3 | 200 ms, 298 ms | 1.00 s, 1.00 s | 0.20 (0.20 – 0.20) | unclear |');
  expect(table).toContain(
    '| 2,000 partitions, 10.0 % of a core, 900 MiB | 500 streams, 40.0 % of a core, 450 MiB |',
  );
  expect(table).toContain('times 4.0, as if nothing were fixed cost: 160 %, 1800 MiB');
  expect(table).toContain('| 10 GiB kept | produce 1 KB | 30,000/s (29,000 – 31,000) | - | 2.00 ms |');
  expect(table).toContain('- left out: 50 GiB kept: no room');
});
