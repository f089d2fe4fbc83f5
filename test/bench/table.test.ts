import { expect, it } from 'vitest';
import type { ContestResult } from '../../bench/peers/pairs.ts';
import { summarizeRatios } from '../../bench/peers/ratios.ts';
import { type PeersResult, tableOf, type VariantResult } from '../../bench/peers/table.ts';

function contest(ratios: readonly number[], failed = 0): ContestResult {
  const figures = { perSecond: 1_000, p50Us: 900, p99Us: 4_200, failed: 0 };
  const summary = summarizeRatios(ratios.map((ratio) => ({ ours: ratio, theirs: 1 }))) ?? null;
  return {
    name: 'put',
    ours: figures,
    theirs: { ...figures, failed },
    rate: summary,
    p99: summary,
    runs: [],
  };
}

function variant(name: string, comparable: boolean, contests: readonly ContestResult[]): VariantResult {
  return { peer: 'etcd', version: '3', variant: name, durability: 'fsynced', comparable, contests };
}

const RESULT: PeersResult = {
  schema: 'flowmesh.bench.peers.v1',
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
  ours: { durability: 'fsynced by a majority', nodes: 3, replicationFactor: 3 },
  variants: [
    variant('always', true, [contest([1.5, 1.4, 1.6, 1.7, 1.3])]),
    variant('lazy', false, [contest([0.5, 0.4, 1.6, 1.7, 1.3], 7)]),
  ],
  missing: [{ peer: 'rabbitmq', variant: null, what: 'apt-get is not\n on this machine' }],
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
  expect(table).toContain('unclear; failed: 0 ours, 7 theirs |');
  expect(table).toContain('- missing: rabbitmq: apt-get is not on this machine');
});
