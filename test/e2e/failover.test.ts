import { expect, it } from 'vitest';
import { proveFailover } from './proofs/failover.ts';

it('finds new leaders for all partitions of a killed node, each of which takes a write', async () => {
  const [round] = await proveFailover({
    leadersPerNode: 60,
    partitionsPerStream: 60,
    rounds: 1,
    report: () => undefined,
  });
  expect(round?.leaderless).toBeGreaterThan(30);
  expect(round?.failures).toEqual({});
});
