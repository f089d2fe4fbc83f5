import type { flowmesh } from '@flowmesh/proto';
import { describe, expect, test } from 'vitest';
import { createStream } from '../../services/fake-cluster.ts';
import { id, ask, withStream } from './cluster-world.ts';
import type { Loose } from './cluster-world.ts';
import { call } from './gateway-world.ts';
import type { GatewayWorld } from './gateway-world.ts';

describe('configuration', () => {
  const find = (entries: unknown, key: string) => (entries as Loose[]).find((entry) => entry['key'] === key);

  test('says where every value comes from', async () => {
    const world = await withStream({ 'min.insync.replicas': '2' });
    await ask(world, 'setConfig', { scope: 'cluster', set: { 'move.concurrency.per.node': '9' }, ...id() });
    await ask(world, 'setConfig', { scope: 'node:2', set: { 'log.level': 'debug' }, ...id() });
    const node = (await ask(world, 'getConfig', { scope: 'node:2' }))['entries'];
    expect(find(node, 'log.level')).toMatchObject({ value: 'debug', source: 'node' });
    expect(find(node, 'move.concurrency.per.node')).toMatchObject({
      value: '9',
      source: 'cluster',
      defaultValue: '4',
    });
    expect(find(node, 'balancer.enabled')).toBeUndefined();
    const stream = (await ask(world, 'getConfig', { scope: 'stream:orders' }))['entries'];
    expect(find(stream, 'min.insync.replicas')).toMatchObject({
      value: '2',
      source: 'stream',
      type: 'integer from 1 to 7',
    });
    expect(find(stream, 'retention.ms')).toMatchObject({ value: '-1', source: 'default' });
  });

  test('tells what a change changes, and with a rehearsal only that', async () => {
    const world = await withStream();
    const change = { scope: 'cluster', set: { 'balancer.enabled': 'false', 'default.partitions': '1' } };
    const rehearsed = (await ask(world, 'setConfig', { ...change, dryRun: true, ...id() })) as {
      changed: Loose[];
    };
    expect(rehearsed.changed.map((entry) => entry['key'])).toEqual([
      'balancer.enabled',
      'default.partitions',
    ]);
    expect(world.catalog.machine.config('cluster')).toEqual({});
    await ask(world, 'setConfig', { ...change, ...id() });
    expect(world.catalog.machine.config('cluster')).toEqual({
      'balancer.enabled': 'false',
      'default.partitions': '1',
    });
    const unset = (await ask(world, 'setConfig', {
      scope: 'cluster',
      unset: ['balancer.enabled'],
      ...id(),
    })) as {
      changed: Loose[];
    };
    expect(unset.changed).toMatchObject([{ key: 'balancer.enabled', value: 'true', source: 'default' }]);
  });

  test('of a stream lives with the stream', async () => {
    const world = await withStream();
    const set = { 'min.insync.replicas': '2' };
    await ask(world, 'setConfig', { scope: 'stream:orders', set, ...id() });
    expect(world.catalog.machine.streamByName('orders')?.config).toEqual(set);
    await expect(
      ask(world, 'setConfig', { scope: 'stream:orders', set: { 'min.insync.replicas': '5' }, ...id() }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  test('of a queue lives with the queue, and has its own keys', async () => {
    const world = await withStream();
    createStream(world.catalog, 'queue:orders');
    const set = { 'min.insync.replicas': '2' };
    await ask(world, 'setConfig', { scope: 'queue:orders', set, ...id() });
    expect(world.catalog.machine.streamByName('queue:orders')?.config).toEqual(set);
    expect(world.catalog.machine.streamByName('orders')?.config).toEqual({});
    const entries = (await ask(world, 'getConfig', { scope: 'queue:orders' }))['entries'] as Loose[];
    expect(entries.find(({ key }) => key === 'min.insync.replicas')).toMatchObject({
      value: '2',
      source: 'queue',
    });
    await expect(
      ask(world, 'setConfig', { scope: 'queue:orders', set: { 'retention.ms': '1' }, ...id() }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    await expect(ask(world, 'getConfig', { scope: 'bucket:orders' })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });

  test('refuses unknown scopes, keys and values, with what is meant', async () => {
    const world = await withStream();
    await expect(ask(world, 'getConfig', { scope: 'cloud' })).rejects.toMatchObject({
      hint: expect.stringContaining('node:ID'),
    });
    await expect(ask(world, 'getConfig', { scope: 'node:8' })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(
      ask(world, 'setConfig', { scope: 'cluster', set: { 'balancer.enable': 'true' }, ...id() }),
    ).rejects.toMatchObject({ hint: 'Did you mean balancer.enabled?' });
    await expect(
      ask(world, 'setConfig', {
        scope: 'cluster',
        set: { 'balancer.enabled': 'maybe' },
        dryRun: true,
        ...id(),
      }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    await expect(ask(world, 'setConfig', { scope: 'cluster', ...id() })).rejects.toMatchObject({
      message: 'no key is to be set or unset',
    });
  });
});

describe('a stream', () => {
  const update = (world: GatewayWorld, request: flowmesh.v1.UpdateStreamRequest.$Properties) =>
    call<flowmesh.v1.Stream.$Properties>((done) =>
      world.streams.updateStream({ name: 'orders', ...id(), ...request }, done),
    );

  test('gets more partitions, other configuration and replicas at once', async () => {
    const world = await withStream();
    const changed = await update(world, {
      partitions: 4,
      replicationFactor: 2,
      setConfig: { 'min.insync.replicas': '2' },
    });
    expect(changed).toMatchObject({
      partitions: 4,
      replicationFactor: 2,
      config: { 'min.insync.replicas': '2' },
    });
    expect(changed.partitionInfos?.map((info) => info.replicas?.length)).toEqual([2, 2, 2, 2]);
  });

  test('is the same after a repetition', async () => {
    const world = await withStream();
    const request = { partitions: 3, requestId: 'again' };
    await update(world, request);
    const { revision } = world.catalog.machine;
    expect(await update(world, request)).toMatchObject({ partitions: 3 });
    expect(world.catalog.machine.revision).toBe(revision);
  });

  test('is rehearsed without being changed', async () => {
    const world = await withStream();
    const { revision } = world.catalog.machine;
    expect(await update(world, { partitions: 5, replicationFactor: 1, dryRun: true })).toMatchObject({
      partitions: 5,
      replicationFactor: 1,
    });
    await expect(update(world, { replicationFactor: 5, dryRun: true })).rejects.toMatchObject({
      reason: 'PRECONDITION_FAILED',
    });
    expect(world.catalog.machine.revision).toBe(revision);
  });

  test('is not changed into what cannot be', async () => {
    const world = await withStream();
    await expect(update(world, { partitions: 1 })).rejects.toMatchObject({
      hint: 'Partitions are only added: dropping one would lose what is in it.',
    });
    await expect(update(world, {})).rejects.toMatchObject({ message: 'nothing is to be changed' });
    await expect(update(world, { replicationFactor: 8 })).rejects.toMatchObject({
      metadata: { field: 'replication_factor' },
    });
    await expect(update(world, { setConfig: { 'min.insync.replica': '1' } })).rejects.toMatchObject({
      hint: 'Did you mean min.insync.replicas?',
    });
    await expect(
      update(world, { replicationFactor: 1, setConfig: { 'min.insync.replicas': '2' }, dryRun: true }),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    await expect(update(world, { name: 'nope', partitions: 2 })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });
});
