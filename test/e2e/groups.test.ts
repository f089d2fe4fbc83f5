import { expect, it } from 'vitest';
import { proveGroups } from './proofs/groups.ts';

it('leads hundreds of groups, spread over all nodes, soon after their creation', async () => {
  const report = await proveGroups({
    groups: 200,
    partitionsPerStream: 100,
    idleSeconds: 1,
    report: () => undefined,
  });
  expect(report.groups).toBe(200);
  expect(Object.keys(report.leadersPerNode)).toEqual(['1', '2', '3']);
});
