import { expect, it } from 'vitest';
import { proveHealth } from './proofs/health.ts';

it('names the cause of staged troubles, and a command that mends each', async () => {
  const { broken, troubles } = await proveHealth({ timeoutMs: 120_000, report: () => undefined });
  expect(broken).toEqual([]);
  expect(troubles.map((trouble) => trouble.code)).toEqual([
    'NODE_DOWN',
    'NODE_DRAINING',
    'UNDER_MIN_ISR',
    'SINGLE_REPLICA',
    'LEADERS_UNBALANCED',
    'REPLICAS_UNBALANCED',
    'NO_METADATA_QUORUM',
    'OFFLINE_PARTITION',
  ]);
});
