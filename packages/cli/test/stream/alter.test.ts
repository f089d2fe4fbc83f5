import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCluster } from '../../../client/test/support/fake-cluster.ts';
import { run, type RunOptions } from '../support/run.ts';

let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  cluster.addStream('orders', 2, { 'retention.ms': '1000', 'segment.bytes': '5' });
});

afterEach(async () => {
  await cluster[Symbol.asyncDispose]();
});

const alter = (argv: readonly string[], options: RunOptions = {}) =>
  run(['stream', 'alter', 'orders', ...argv, '--url', cluster.endpoints.join(',')], options);

describe('flowmesh stream alter', () => {
  it('changes settings, partitions and copies, with the stream as it is then', async () => {
    const args = ['--set', 'retention.ms=2000', '--unset', 'segment.bytes', '--partitions', '4'];
    const tried = await alter([...args, '--dry-run', '-o', 'json']);
    expect(JSON.parse(tried.stdout)).toMatchObject({ partitions: 4, config: { 'retention.ms': '2000' } });
    expect(cluster.streams.get('orders')?.partitions).toHaveLength(2);
    const done = await alter([...args, '--replication-factor', '1', '-o', 'json']);
    expect(JSON.parse(done.stdout)).toEqual({
      name: 'orders',
      uuid: expect.any(String) as string,
      revision: 2,
      partitions: 4,
      replicationFactor: 1,
      config: { 'retention.ms': '2000' },
      createdAt: 1_700_000_000_000,
    });
    expect(done.stderr).toContain('flowmesh-admin partitions list --state moving');
  });

  it('asks at a terminal before it adds partitions', async () => {
    const outcome = await alter(['--partitions', '3'], { terminal: true, stdin: 'n\n' });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('Go from 2 to 3 partitions?');
    expect((await alter(['--partitions', '3', '--yes'], { terminal: true })).code).toBe(0);
  });

  it('refuses what makes no sense', async () => {
    expect((await alter([])).code).toBe(2);
    expect((await alter(['--partitions', '1'])).code).toBe(2);
    expect((await alter(['--set', 'x'])).code).toBe(2);
    expect(
      (await run(['stream', 'alter', 'nope', '--set', 'a=b', '--url', cluster.endpoints.join(',')])).code,
    ).toBe(3);
  });
});
