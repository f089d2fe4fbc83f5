import { groupId } from '@flowmesh/base';
import type { FlowError } from '@flowmesh/base';
import { decodeRecords } from '@flowmesh/kafka';
import { flowmesh, grpcProto, StreamsService } from '@flowmesh/proto';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { batchOf, createStream } from '../../services/fake-cluster.ts';
import { call, failureOf, startWorld } from './gateway-world.ts';
import type { GatewayWorld } from './gateway-world.ts';

const { READ_FORMAT_BATCHES } = flowmesh.v1.ReadFormat;
const { ServingStatus } = grpcProto.health.v1.HealthCheckResponse;

/** The calls as promises. */
function api(world: GatewayWorld) {
  const { streams, cluster, health } = world;
  return {
    create: (request: flowmesh.v1.CreateStreamRequest.$Properties) =>
      call<flowmesh.v1.Stream>((done) => streams.createStream(request, done)),
    remove: (request: flowmesh.v1.DeleteStreamRequest.$Properties) =>
      call<flowmesh.v1.DeleteStreamResponse>((done) => streams.deleteStream(request, done)),
    get: (request: flowmesh.v1.GetStreamRequest.$Properties) =>
      call<flowmesh.v1.Stream>((done) => streams.getStream(request, done)),
    list: (request: flowmesh.v1.ListStreamsRequest.$Properties) =>
      call<flowmesh.v1.ListStreamsResponse>((done) => streams.listStreams(request, done)),
    init: (request: flowmesh.v1.InitProducerRequest.$Properties) =>
      call<flowmesh.v1.InitProducerResponse>((done) => streams.initProducer(request, done)),
    append: (request: flowmesh.v1.AppendRequest.$Properties) =>
      call<flowmesh.v1.AppendResponse>((done) => streams.append(request, done)),
    read: (request: flowmesh.v1.ReadRequest.$Properties) =>
      call<flowmesh.v1.ReadResponse>((done) => streams.read(request, done)),
    offsets: (request: flowmesh.v1.GetOffsetsRequest.$Properties) =>
      call<flowmesh.v1.GetOffsetsResponse>((done) => streams.getOffsets(request, done)),
    truncate: (request: flowmesh.v1.TruncateRequest.$Properties) =>
      call<flowmesh.v1.TruncateResponse>((done) => streams.truncate(request, done)),
    metadata: (request: flowmesh.v1.MetadataRequest.$Properties) =>
      call<flowmesh.v1.MetadataResponse>((done) => cluster.metadata(request, done)),
    status: () => call<flowmesh.v1.StatusResponse>((done) => cluster.status({}, done)),
    check: (service: string) =>
      call<grpcProto.health.v1.HealthCheckResponse>((done) => health.check({ service }, done)),
  };
}

/** Sends bytes as the request of a method and returns the failure. */
function sendRaw(world: GatewayWorld, path: string, bytes: Buffer): Promise<ReturnType<typeof failureOf>> {
  const raw = new Client(`127.0.0.1:${world.port}`, credentials.createInsecure());
  const same = (value: Buffer): Buffer => value;
  return new Promise((resolve, reject) => {
    raw.makeUnaryRequest(path, same, same, bytes, (error: ServiceError | null) => {
      raw.close();
      if (error === null) reject(new Error('a failure was expected'));
      else resolve(failureOf(error));
    });
  });
}

test('a stream is created, described, listed and deleted', async () => {
  const world = await startWorld();
  const streams = api(world);
  world.catalog.onApplied = () => {
    for (const stream of world.catalog.machine.streams())
      for (const group of stream.groups) world.leaders.set(group, 2, 4);
  };
  const created = await streams.create({
    name: 'orders',
    partitions: 2,
    requestId: 'r1',
    config: { 'retention.ms': '1000' },
  });
  expect(created).toMatchObject({
    name: 'orders',
    partitions: 2,
    replicationFactor: 3,
    config: { 'retention.ms': '1000' },
  });
  expect(created.uuid).toHaveLength(16);
  expect(created.partitionInfos[1]).toMatchObject({ partition: 1, leader: 2, leaderEpoch: 4 });
  expect(await streams.get({ name: 'orders' })).toMatchObject({ name: 'orders', revision: created.revision });
  await streams.create({ name: 'payments', requestId: 'r2' });
  const page = await streams.list({ pageSize: 1 });
  expect(page.streams.map(({ name }) => name)).toEqual(['orders']);
  const next = await streams.list({ pageSize: 1, pageToken: page.nextPageToken });
  expect(next).toMatchObject({ streams: [{ name: 'payments' }], nextPageToken: '' });
  await streams.remove({ name: 'orders', requestId: 'r3' });
  await expect(streams.get({ name: 'orders' })).rejects.toMatchObject({
    status: status.NOT_FOUND,
    reason: 'NOT_FOUND',
  });
});

test('records come back as they were appended, with keys, headers and offsets', async () => {
  const world = await startWorld();
  world.stream('s');
  const streams = api(world);
  const records = [
    {
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: [{ key: 'h', value: Buffer.from('x') }],
      timestampMs: 5,
    },
    { key: Buffer.alloc(0), timestampMs: 6 },
    { value: Buffer.alloc(0), timestampMs: 7 },
  ];
  const appended = await streams.append({ stream: 's', records: { records }, correlation: 9 });
  expect(appended).toMatchObject({
    correlation: 9,
    metadata: { baseOffset: 0, recordCount: 3, timestampMs: 5, leaderEpoch: 1 },
  });
  const read = await streams.read({ stream: 's', offset: 0 });
  expect(read).toMatchObject({ nextOffset: 3, highWatermark: 3 });
  expect(read.records[0]).toMatchObject({ offset: 0, timestampMs: 5, headers: [{ key: 'h' }] });
  expect(read.records[1]?.key).toHaveLength(0);
  expect(read.records[1]?.value ?? undefined).toBeUndefined();
  expect(read.records[2]?.key ?? undefined).toBeUndefined();
  expect(read.records[2]?.value).toHaveLength(0);
});

test('raw batches are stored and read as they are', async () => {
  const world = await startWorld();
  world.stream('s');
  const streams = api(world);
  await streams.append({ stream: 's', batch: batchOf(['a', 'b']) });
  const read = await streams.read({ stream: 's', offset: 1, format: READ_FORMAT_BATCHES });
  expect(read.batches.flatMap((batch) => [...decodeRecords(batch)]).map(({ offset }) => offset)).toEqual([
    0, 1,
  ]);
});

test('offsets, truncation and producer ids', async () => {
  const world = await startWorld();
  world.stream('s', { partitions: 2 });
  const streams = api(world);
  await streams.append({ stream: 's', batch: batchOf(['a', 'b', 'c'], { timestampMs: 100, stepMs: 10 }) });
  const offsets = await streams.offsets({ stream: 's', latest: true });
  expect(offsets.partitions).toMatchObject([
    { partition: 0, offset: 3, highWatermark: 3, leaderEpoch: 1 },
    { partition: 1, offset: 0 },
  ]);
  const byTime = await streams.offsets({ stream: 's', partitions: [0, 7], timestampMs: 105 });
  expect(byTime.partitions).toMatchObject([
    { offset: 1, timestampMs: 110 },
    { partition: 7, error: { code: 'INVALID_ARGUMENT' } },
  ]);
  expect(await streams.truncate({ stream: 's', beforeOffset: 2, requestId: 't' })).toMatchObject({
    logStartOffset: 2,
  });
  expect(await streams.truncate({ stream: 's', beforeOffset: -1, requestId: 't2' })).toMatchObject({
    logStartOffset: 3,
  });
  const first = await streams.init({ requestId: 'p1' });
  expect((await streams.init({ requestId: 'p2' })).producerId).not.toBe(first.producerId);
  expect((await streams.init({ requestId: 'p1' })).producerId).toBe(first.producerId);
});

test('metadata and status show nodes, leaders and what is missing', async () => {
  const world = await startWorld();
  world.stream('s');
  const cluster = api(world);
  const metadata = await cluster.metadata({ streams: ['s', 'nope'] });
  expect(metadata).toMatchObject({
    clusterId: 'test',
    nodes: [{ id: 1, alive: true, grpcAddress: '127.0.0.1:5000' }, { id: 2 }, { id: 3 }],
    streams: [
      { name: 's', found: true, partitions: [{ leader: 1 }] },
      { name: 'nope', found: false },
    ],
  });
  const [group] = createStream(world.catalog, 'queue:s');
  world.leaders.set(group ?? groupId(0), 2);
  const queues = await cluster.metadata({ streams: ['queue:s', 'bucket:s'] });
  expect(queues.streams).toMatchObject([
    { name: 'queue:s', found: true, partitions: [{ leader: 2 }] },
    { name: 'bucket:s', found: false },
  ]);
  expect((await cluster.metadata({ allStreams: true })).streams.map(({ name }) => name)).toEqual(['s']);
  expect(await cluster.status()).toMatchObject({
    clusterId: 'test',
    nodeId: 1,
    partitions: 2,
    nodes: [{}, {}, {}],
  });
});

test('every bad field is named', async () => {
  const world = await startWorld();
  world.stream('s');
  const streams = api(world);
  const batch = batchOf(['a']);
  const bad: [Promise<unknown>, string][] = [
    [streams.append({ partition: 0, batch }), 'stream'],
    [streams.append({ stream: 's', partition: -1, batch }), 'partition'],
    [streams.append({ stream: 's', partition: 3, batch }), 'partition'],
    [streams.append({ stream: 's' }), 'payload'],
    [streams.append({ stream: 's', records: { records: [] } }), 'records'],
    [streams.append({ stream: 's', batch, acks: 7 as flowmesh.v1.Acks }), 'acks'],
    [streams.append({ stream: 's', batch, timeoutMs: -5 }), 'timeout_ms'],
    [streams.read({ stream: 's', offset: -1 }), 'offset'],
    [streams.read({ stream: 's', maxWaitMs: 99_999 }), 'max_wait_ms'],
    [streams.read({ stream: 's', format: 9 as flowmesh.v1.ReadFormat }), 'format'],
    [streams.create({ name: 'x' }), 'request_id'],
    [streams.create({ name: 'x', requestId: 'y'.repeat(65) }), 'request_id'],
    [streams.create({ name: 'x', requestId: 'r', partitions: -3 }), 'partitions'],
    [streams.list({ pageSize: 5_000 }), 'page_size'],
    [streams.offsets({ stream: 's' }), 'at'],
    [streams.truncate({ stream: 's', beforeOffset: -2, requestId: 't' }), 'before_offset'],
    [streams.get({ name: 'n'.repeat(2_000) }), 'name'],
  ];
  for (const [attempt, field] of bad) {
    await expect(attempt).rejects.toMatchObject({
      status: status.INVALID_ARGUMENT,
      reason: 'INVALID_ARGUMENT',
      hint: expect.stringContaining(field) as string,
      metadata: { field },
    });
  }
});

test('errors carry code, hint, retry advice and facts', async () => {
  const world = await startWorld();
  const [replica] = world.stream('s');
  const streams = api(world);
  const batch = batchOf(['a']);
  await expect(streams.append({ stream: 'nope', batch })).rejects.toMatchObject({
    status: status.NOT_FOUND,
    reason: 'NOT_FOUND',
    hint: 'Create it: flowmesh stream create nope',
    retryDelay: false,
    metadata: { retryable: 'false' },
  });
  if (replica === undefined) throw new Error('a partition');
  replica.serving = false;
  world.leaders.set(replica.group, 3, 12);
  await expect(streams.append({ stream: 's', batch })).rejects.toMatchObject({
    status: status.UNAVAILABLE,
    reason: 'NOT_LEADER',
    retryDelay: true,
    metadata: { leader: '127.0.0.1:5002', leaderNode: '3', leaderEpoch: '12', retryable: 'true' },
  });
});

test('a damaged and an oversized batch are told apart and nothing is stored', async () => {
  const world = await startWorld();
  const [replica] = world.stream('s', { config: { 'max.message.bytes': '500' } });
  const streams = api(world);
  const damaged = batchOf(['a']);
  damaged[65] = (damaged[65] ?? 0) ^ 0xff;
  await expect(streams.append({ stream: 's', batch: damaged })).rejects.toMatchObject({
    status: status.INVALID_ARGUMENT,
    reason: 'CORRUPT_BATCH',
  });
  await expect(streams.append({ stream: 's', batch: batchOf(['x'.repeat(600)]) })).rejects.toMatchObject({
    reason: 'BATCH_TOO_LARGE',
    metadata: { retryable: 'false' },
  });
  expect(replica?.machine.endOffset).toBe(0);
});

test('a message beyond the limit is refused with a clear error and the node goes on', async () => {
  const world = await startWorld({ messageBytesMax: 10_000 });
  world.stream('s');
  const streams = api(world);
  await expect(streams.append({ stream: 's', batch: new Uint8Array(20_000) })).rejects.toMatchObject({
    status: status.INVALID_ARGUMENT,
    reason: 'BATCH_TOO_LARGE',
    metadata: { bytesMax: '10000' },
  });
  await expect(streams.append({ stream: 's', batch: new Uint8Array(2_000_000) })).rejects.toMatchObject({
    status: status.RESOURCE_EXHAUSTED,
  });
  await streams.append({ stream: 's', batch: batchOf(['a']) });
});

test('bytes that are no protobuf are INVALID_ARGUMENT on every method, and the node goes on', async () => {
  const world = await startWorld();
  world.stream('s');
  for (const method of Object.values(StreamsService)) {
    if (method.requestStream) continue;
    for (const bytes of [
      Buffer.from([0x0a, 0xff]),
      Buffer.from('ffffffffffffffffffff', 'hex'),
      Buffer.from([0x0f]),
    ]) {
      expect(await sendRaw(world, method.path, bytes)).toMatchObject({
        status: status.INVALID_ARGUMENT,
        reason: 'INVALID_ARGUMENT',
      });
    }
  }
  expect(await sendRaw(world, '/flowmesh.v1.Streams/Nope', Buffer.alloc(0))).toMatchObject({
    status: status.UNIMPLEMENTED,
  });
  await api(world).append({ stream: 's', batch: batchOf(['a']) });
  expect(world.faults).toEqual([]);
});

test('a fault of the node says nothing about itself to the client and is reported once', async () => {
  const world = await startWorld();
  world.catalog.failure = new TypeError('secret') as unknown as FlowError;
  await expect(api(world).init({ requestId: 'r' })).rejects.toMatchObject({
    status: status.INTERNAL,
    message: 'an unexpected failure of the node',
  });
  expect(world.faults.map(({ cause }) => String(cause))).toEqual(['TypeError: secret']);
});

test('a long poll ends with the deadline of its caller and leaves nothing waiting', async () => {
  const world = await startWorld();
  world.stream('s');
  const { streams } = world;
  const before = world.gateway.connections;
  const code = await new Promise<number>((resolve) => {
    streams.read(
      { stream: 's', maxWaitMs: 20_000 },
      new Metadata(),
      { deadline: Date.now() + 100 },
      (error) => resolve(error?.code ?? 0),
    );
  });
  expect(code).toBe(status.DEADLINE_EXCEEDED);
  await eventually(() => expect(world.gateway.connections).toBe(before));
});

test('health is SERVING only while the node is ready, and watchers hear of changes', async () => {
  const world = await startWorld();
  const { check } = api(world);
  expect(await check('')).toMatchObject({ status: ServingStatus.SERVING });
  const heard: number[] = [];
  const watch = world.health.watch({ service: 'flowmesh.v1.Streams' });
  watch.on('data', (response: grpcProto.health.v1.HealthCheckResponse) => heard.push(response.status));
  watch.on('error', () => undefined);
  await eventually(() => expect(heard).toEqual([ServingStatus.SERVING]));
  world.readiness.set(false);
  expect(await check('flowmesh.v1.Streams')).toMatchObject({ status: ServingStatus.NOT_SERVING });
  await eventually(() => expect(heard).toEqual([ServingStatus.SERVING, ServingStatus.NOT_SERVING]));
  await expect(check('nope')).rejects.toMatchObject({ status: status.NOT_FOUND });
  watch.cancel();
});
