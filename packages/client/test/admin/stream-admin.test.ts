import { FlowError } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type FlowMesh, type StreamInfo } from '../../src/index.ts';
import { FakeCluster } from '../support/fake-cluster.ts';

let cluster: FakeCluster;
let mesh: FlowMesh;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  mesh = await connect({ endpoints: cluster.endpoints });
});

afterEach(async () => {
  await mesh.close();
  await cluster[Symbol.asyncDispose]();
});

describe('stream administration', () => {
  it('creates, describes, lists over pages and deletes', async () => {
    for (const name of ['b', 'a', 'e', 'd', 'c']) {
      await mesh.streams.create({ name, partitions: 2, config: { 'retention.ms': '1000' } });
    }
    const all: StreamInfo[] = [];
    for await (const stream of mesh.streams.list()) all.push(stream);
    expect(all.map((stream) => stream.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const described = await mesh.streams.get('c');
    expect(described).toMatchObject({
      partitions: 2,
      replicationFactor: 3,
      config: { 'retention.ms': '1000' },
    });
    expect(described.uuid).toMatch(/^[0-9a-f]{32}$/);
    expect(described.partitionInfos.map((info) => [info.partition, info.leader])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    await mesh.streams.delete('c');
    await expect(mesh.streams.get('c')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: 'See: flowmesh stream list',
      retryable: false,
    });
    expect(new Set(cluster.requestIds).size).toBe(6);
  });

  it('repeats a mutation under the same request id while nodes are dead', async () => {
    cluster.kill(1);
    cluster.kill(2);
    await mesh.streams.create({ name: 'x' });
    expect(cluster.requestIds).toHaveLength(1);
  });

  it('does not repeat what was refused', async () => {
    cluster.addStream('x');
    await expect(mesh.streams.create({ name: 'x' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(cluster.requestIds).toHaveLength(1);
  });

  it('asks each leader for offsets, and again where leadership has moved', async () => {
    cluster.addStream('s', 5);
    await mesh.metadata('all');
    cluster.setLeader('s', 3, 2);
    const producer = mesh.producer();
    await producer.send({ stream: 's', partition: 3, value: 'x', timestamp: 5_000 });
    const latest = await mesh.streams.offsets({ stream: 's' });
    expect(latest.map((one) => [one.partition, one.offset])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 1],
      [4, 0],
    ]);
    const [timed] = await mesh.streams.offsets({ stream: 's', partitions: [3], at: { timestamp: 4_000 } });
    expect(timed).toMatchObject({ offset: 0, timestamp: 5_000, highWatermark: 1 });
    const [late] = await mesh.streams.offsets({ stream: 's', partitions: [3], at: { timestamp: 6_000 } });
    expect(late?.offset).toBeUndefined();
  });

  it('truncates at the leader', async () => {
    cluster.addStream('s', 2);
    const producer = mesh.producer();
    await Promise.all([1, 2, 3].map(() => producer.send({ stream: 's', partition: 1, value: 'x' })));
    expect(await mesh.streams.truncate({ stream: 's', partition: 1, beforeOffset: 2 })).toEqual({
      logStartOffset: 2,
    });
    expect(await mesh.streams.truncate({ stream: 's', partition: 1, beforeOffset: 'latest' })).toEqual({
      logStartOffset: 3,
    });
    await expect(mesh.streams.truncate({ stream: 's', partition: 2, beforeOffset: 0 })).rejects.toMatchObject(
      { code: 'INVALID_ARGUMENT' },
    );
  });

  it('gives up in time, with the reason', async () => {
    cluster.addStream('s');
    cluster.setLeader('s', 0, 0);
    await expect(mesh.streams.offsets({ stream: 's' }, { timeoutMs: 200 })).rejects.toBeInstanceOf(FlowError);
  });
});

describe('the cluster', () => {
  it('tells its status with addresses, whoever answers', async () => {
    cluster.kill(3);
    const status = await mesh.cluster.status();
    expect(status).toMatchObject({ clusterId: 'fake', metadataLeader: 1, partitions: 2 });
    expect(status.nodes.map((node) => [node.id, node.alive, node.address])).toEqual([
      [1, true, cluster.node(1).address],
      [2, true, cluster.node(2).address],
      [3, false, cluster.node(3).address],
    ]);
  });
});

describe('connect', () => {
  it('says what to do when nobody answers', async () => {
    const { address } = cluster.node(1);
    for (const id of [1, 2, 3]) cluster.kill(id);
    await expect(connect({ endpoints: [address], timeoutMs: 300 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('flowmesh dev') as string,
    });
  });

  it('needs one living endpoint only', async () => {
    cluster.kill(1);
    cluster.kill(3);
    const other = await connect({ endpoints: cluster.endpoints });
    expect((await other.metadata()).nodes).toHaveLength(3);
    await other.close();
    expect(() => other.producer()).toThrow('closed');
  });
});
