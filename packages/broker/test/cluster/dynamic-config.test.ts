import { nodeId } from '@flowmesh/base';
import { CatalogMachine, type ClusterConfig, encodeCommand } from '@flowmesh/engines';
import { expect, test } from 'vitest';
import { DynamicConfig } from '../../src/cluster/dynamic-config.ts';
import { CatalogRunner } from './fakes.ts';

const UUID = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

test('what is set for the node, else for the cluster, else the default holds, and every change is told', () => {
  const runner = new CatalogRunner(new CatalogMachine());
  const nodes = [1, 2].map((id) => ({
    id: nodeId(id),
    uuid: UUID(id),
    addresses: { peer: `h${id}:1`, grpc: `h${id}:2`, http: '' },
    rack: '',
    features: { min: 1, max: 2 },
  }));
  runner.run(
    encodeCommand({
      kind: 'init-cluster',
      requestId: 'i',
      timeMs: 1,
      clusterId: 'c',
      nodes,
      featureLevel: 2,
    }),
  );
  const config = new DynamicConfig({
    self: nodeId(1),
    catalog: () => runner.machine,
    replicaLagTimeMaxMs: 7_000,
  });
  const heard: ClusterConfig[] = [];
  config.onChange((now) => heard.push(now));
  config.follow();
  const set = (scope: string, values: Record<string, string>): void => {
    const requestId = `${scope}${JSON.stringify(values)}`.slice(0, 60);
    const reply = runner.run(
      encodeCommand({ kind: 'set-config', requestId, timeMs: 1, scope, set: values, unset: [] }),
    );
    if (!reply.ok) throw reply.error;
    config.follow();
    config.follow();
  };
  expect(config.current()).toMatchObject({
    replicaLagTimeMaxMs: 7_000,
    moveConcurrencyPerNode: 4,
    logLevel: '',
  });
  set('cluster', { 'replica.lag.time.max.ms': '3000', 'move.concurrency.per.node': '9' });
  expect(config.current()).toMatchObject({ replicaLagTimeMaxMs: 3_000, moveConcurrencyPerNode: 9 });
  set('node:1', { 'move.concurrency.per.node': '2', 'log.level': 'debug' });
  expect(config.current()).toMatchObject({ moveConcurrencyPerNode: 2, logLevel: 'debug' });
  set('node:2', { 'log.level': 'error' });
  expect(config.current().logLevel).toBe('debug');
  expect(heard).toHaveLength(4);
});
