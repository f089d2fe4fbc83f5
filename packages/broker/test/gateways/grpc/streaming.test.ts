import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { FlowError } from '@flowmesh/base';
import { decodeRecords } from '@flowmesh/kafka';
import { flowmesh, StreamsClient, StreamsService } from '@flowmesh/proto';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { batchOf } from '../../services/fake-cluster.ts';
import { failureOf, startWorld } from './gateway-world.ts';
import type { CallFailure, GatewayWorld } from './gateway-world.ts';

const { READ_FORMAT_BATCHES } = flowmesh.v1.ReadFormat;

interface Stream<Request, Response> {
  readonly received: Response[];
  readonly ended: Promise<CallFailure | undefined>;
  readonly call: ClientDuplexStream<Request, Response>;
}

function follow<Request, Response>(call: ClientDuplexStream<Request, Response>): Stream<Request, Response> {
  const received: Response[] = [];
  const ended = new Promise<CallFailure | undefined>((resolve) => {
    call.on('data', (response: Response) => received.push(response));
    call.on('end', () => resolve(undefined));
    call.on('error', (error: ServiceError) => resolve(failureOf(error)));
  });
  return { received, ended, call };
}

function appendStream(
  world: GatewayWorld,
): Stream<flowmesh.v1.AppendRequest.$Properties, flowmesh.v1.AppendResponse> {
  return follow(world.streams.appendStream());
}

function subscribe(
  world: GatewayWorld,
  start: flowmesh.v1.SubscribeStart.$Properties,
): Stream<flowmesh.v1.SubscribeRequest.$Properties, flowmesh.v1.SubscribeResponse> {
  const stream = follow(world.streams.subscribe());
  stream.call.write({ start: { stream: 's', ...start } });
  return stream;
}

function valuesOf(responses: readonly flowmesh.v1.SubscribeResponse[]): string[] {
  return responses
    .flatMap((response) => response.batches.flatMap((batch) => [...decodeRecords(batch)]))
    .map((record) => Buffer.from(record.value ?? []).toString());
}

test('pipelined appends keep the order of a partition and are answered by correlation', async () => {
  const world = await startWorld();
  const [first, second] = world.stream('s', { partitions: 2 });
  const stream = appendStream(world);
  for (let i = 0; i < 500; i++) {
    stream.call.write({ stream: 's', partition: i % 2, batch: batchOf([`${i}`]), correlation: i + 1 });
  }
  stream.call.end();
  expect(await stream.ended).toBeUndefined();
  expect(stream.received).toHaveLength(500);
  for (const response of stream.received) {
    expect(response.metadata).toMatchObject({ partition: (response.correlation - 1) % 2 });
    expect(response.metadata?.baseOffset).toBe(Math.floor((response.correlation - 1) / 2));
  }
  expect(first?.machine.endOffset).toBe(250);
  expect(second?.machine.endOffset).toBe(250);
});

test('a refused append is answered with its error and the stream goes on', async () => {
  const world = await startWorld();
  world.stream('s');
  const stream = appendStream(world);
  stream.call.write({ stream: 'nope', batch: batchOf(['a']), correlation: 1 });
  stream.call.write({ stream: 's', partition: -4, batch: batchOf(['a']), correlation: 2 });
  stream.call.write({ stream: 's', batch: batchOf(['a']), correlation: 3 });
  stream.call.end();
  await stream.ended;
  const byCorrelation = new Map(stream.received.map((response) => [response.correlation, response]));
  expect(byCorrelation.get(1)?.error).toMatchObject({
    code: 'NOT_FOUND',
    retryable: false,
    hint: 'Create it: flowmesh stream create nope',
  });
  expect(byCorrelation.get(2)?.error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { field: 'partition' },
  });
  expect(byCorrelation.get(3)?.metadata).toMatchObject({ baseOffset: 0 });
});

test('no more appends are read than may be in flight, and reading goes on as they are answered', async () => {
  const world = await startWorld({ requestsInFlightMax: 8 });
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a partition');
  replica.autoCommit = false;
  const stream = appendStream(world);
  for (let i = 0; i < 100; i++)
    stream.call.write({ stream: 's', batch: batchOf([`${i}`]), correlation: i + 1 });
  await eventually(() => expect(replica.entries.length).toBeGreaterThanOrEqual(9));
  // A call that needs an answer has passed all the same connection: what was sent before has arrived.
  await new Promise((resolve) => world.streams.getStream({ name: 's' }, resolve));
  expect(replica.entries.length).toBeLessThanOrEqual(1 + 8 + 1);
  await eventually(() => {
    replica.commit();
    expect(stream.received).toHaveLength(100);
  });
  expect(stream.received.map(({ correlation }) => correlation)).toEqual(
    Array.from({ length: 100 }, (_, i) => i + 1),
  );
  stream.call.end();
  await stream.ended;
});

test('a malformed message ends the stream with INVALID_ARGUMENT after what was in flight is answered', async () => {
  const world = await startWorld();
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a partition');
  replica.autoCommit = false;
  const raw = new Client(`127.0.0.1:${world.port}`, credentials.createInsecure());
  onTestFinished(() => raw.close());
  const { appendStream: method } = StreamsService;
  const call = raw.makeBidiStreamRequest(method.path, (bytes: Buffer) => bytes, method.responseDeserialize);
  const stream = follow(call);
  const good = Buffer.from(
    flowmesh.v1.AppendRequest.encode({ stream: 's', batch: batchOf(['a']), correlation: 5 }).finish(),
  );
  call.write(good);
  call.write(Buffer.from([0x0a, 0xff]));
  call.write(good);
  await eventually(() => expect(replica.entries).toHaveLength(2));
  replica.commit();
  expect(await stream.ended).toMatchObject({ status: status.INVALID_ARGUMENT, reason: 'INVALID_ARGUMENT' });
  expect(stream.received).toMatchObject([{ correlation: 5 }]);
  expect(replica.entries).toHaveLength(2);
});

test('a client that disappears leaves its appends to be committed and its budget free', async () => {
  const world = await startWorld();
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a partition');
  replica.autoCommit = false;
  const stream = appendStream(world);
  stream.call.write({ stream: 's', batch: batchOf(['a']), correlation: 1 });
  await eventually(() => expect(replica.entries).toHaveLength(2));
  stream.call.cancel();
  expect(await stream.ended).toMatchObject({ status: status.CANCELLED });
  await eventually(() => expect(world.gateway.connections).toBe(0));
  replica.commit();
  expect(replica.machine.endOffset).toBe(1);
});

test('a subscription pushes what is there and what comes, within its credit', async () => {
  const world = await startWorld();
  world.stream('s');
  const writer = appendStream(world);
  for (let i = 0; i < 3; i++) writer.call.write({ stream: 's', batch: batchOf([`${i}`]), correlation: i });
  await eventually(() => expect(writer.received).toHaveLength(3));
  const size = batchOf(['0']).length;
  const reader = subscribe(world, {
    positions: [{ offset: 1 }],
    format: READ_FORMAT_BATCHES,
    creditBytes: size,
  });
  await eventually(() => expect(valuesOf(reader.received)).toEqual(['1']));
  expect(reader.received[0]).toMatchObject({ nextOffset: 2, highWatermark: 3, costBytes: size });
  reader.call.write({ creditBytes: 10_000 });
  await eventually(() => expect(valuesOf(reader.received)).toEqual(['1', '2']));
  writer.call.write({ stream: 's', batch: batchOf(['3']), correlation: 4 });
  await eventually(() => expect(valuesOf(reader.received)).toEqual(['1', '2', '3']));
  reader.call.end();
  expect(await reader.ended).toBeUndefined();
  writer.call.end();
  await writer.ended;
});

test('a subscription to records gets them one by one from the asked offset on', async () => {
  const world = await startWorld();
  world.stream('s');
  const writer = appendStream(world);
  writer.call.write({ stream: 's', batch: batchOf(['a', 'b', 'c']), correlation: 1 });
  await eventually(() => expect(writer.received).toHaveLength(1));
  const reader = subscribe(world, { positions: [{ offset: 1 }], creditBytes: 1_000 });
  await eventually(() => expect(reader.received.flatMap(({ records }) => records)).toHaveLength(2));
  expect(reader.received[0]?.records).toMatchObject([{ offset: 1 }, { offset: 2 }]);
  reader.call.cancel();
  await reader.ended;
  writer.call.end();
  await writer.ended;
});

test('a large backlog goes through a slow receiver completely and in order', async () => {
  const world = await startWorld();
  world.stream('s');
  const writer = appendStream(world);
  for (let i = 0; i < 200; i++) {
    writer.call.write({ stream: 's', batch: batchOf([`${i} ${'x'.repeat(50_000)}`]), correlation: i });
  }
  await eventually(() => expect(writer.received).toHaveLength(200));
  const call = world.streams.subscribe();
  const seen: string[] = [];
  call.on('error', () => undefined);
  call.write({
    start: { stream: 's', positions: [{ offset: 0 }], format: READ_FORMAT_BATCHES, creditBytes: 1 << 20 },
  });
  for await (const response of call as AsyncIterable<flowmesh.v1.SubscribeResponse>) {
    seen.push(...valuesOf([response]).map((value) => value.split(' ')[0] ?? ''));
    if (seen.length === 200) break;
    call.write({ creditBytes: response.costBytes });
  }
  expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`));
  writer.call.end();
  await writer.ended;
});

test('a partition whose leadership moves ends with the new address, and the call with its last partition', async () => {
  const world = await startWorld();
  const [first, second] = world.stream('s', { partitions: 2 });
  if (first === undefined || second === undefined) throw new Error('two partitions');
  const reader = subscribe(world, { positions: [{ partition: 0 }, { partition: 1 }], creditBytes: 1_000 });
  await eventually(() => expect(world.gateway.connections).toBe(1));
  await new Promise((resolve) => world.streams.getStream({ name: 's' }, resolve));
  world.leaders.set(first.group, 2, 6);
  first.depose();
  await eventually(() =>
    expect(reader.received).toMatchObject([
      { partition: 0, error: { code: 'NOT_LEADER', retryable: true, details: { leader: '127.0.0.1:5001' } } },
    ]),
  );
  second.depose();
  expect(await reader.ended).toBeUndefined();
  expect(reader.received.map(({ partition }) => partition)).toEqual([0, 1]);
});

test('what a subscription may not ask for is refused by field', async () => {
  const world = await startWorld();
  world.stream('s');
  const refused = async (
    messages: flowmesh.v1.SubscribeRequest.$Properties[],
    field: string,
  ): Promise<void> => {
    const stream = follow(world.streams.subscribe());
    for (const message of messages) stream.call.write(message);
    expect(await stream.ended).toMatchObject({ status: status.INVALID_ARGUMENT, metadata: { field } });
  };
  const start = { stream: 's', positions: [{ partition: 0 }] };
  await refused([{}], 'kind');
  await refused([{ creditBytes: 5 }], 'start');
  await refused([{ start: { stream: 's' } }], 'positions');
  await refused([{ start: { stream: 's', positions: [{}, {}] } }], 'positions');
  await refused([{ start: { ...start, creditBytes: -1 } }], 'credit_bytes');
  await refused([{ start }, { start }], 'start');
  await refused([{ start: { ...start, creditBytes: 64 << 20 } }, { creditBytes: 64 << 20 }], 'credit_bytes');
  await refused([{ start: { stream: 's', positions: [{ partition: 5 }] } }], 'partition');
  const unknown = follow(world.streams.subscribe());
  unknown.call.write({ start: { ...start, stream: 'nope' } });
  expect(await unknown.ended).toMatchObject({ status: status.NOT_FOUND, reason: 'NOT_FOUND' });
  await eventually(() => expect(world.gateway.connections).toBe(0));
});

/** A relay that stops passing bytes on, without closing anything: the network as a pulled cable shows it. */
async function startRelay(port: number): Promise<{ readonly port: number; cut(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
}

test('a half-open connection is noticed by keep-alive and everything of it is released', async () => {
  const world = await startWorld({ keepaliveMs: 100, keepaliveTimeoutMs: 100 });
  world.stream('s');
  const relay = await startRelay(world.port);
  const far = new StreamsClient(`127.0.0.1:${relay.port}`, credentials.createInsecure());
  onTestFinished(() => far.close());
  const reader = follow(far.subscribe());
  reader.call.write({ start: { stream: 's', positions: [{}], creditBytes: 1_000 } });
  await eventually(() => expect(world.gateway.connections).toBe(1));
  relay.cut();
  await eventually(() => expect(world.gateway.connections).toBe(0));
  reader.call.cancel();
});

test('stopping answers what is in flight, ends streams with UNAVAILABLE and refuses new calls', async () => {
  const world = await startWorld();
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a partition');
  replica.autoCommit = false;
  const writer = appendStream(world);
  const reader = subscribe(world, { positions: [{}], creditBytes: 1_000 });
  writer.call.write({ stream: 's', batch: batchOf(['a']), correlation: 1 });
  await eventually(() => expect(replica.entries).toHaveLength(2));
  const stopped = world.gateway.stop(5_000);
  expect(await reader.ended).toMatchObject({ status: status.UNAVAILABLE, reason: 'UNAVAILABLE' });
  replica.commit();
  expect(await writer.ended).toMatchObject({ status: status.UNAVAILABLE, reason: 'UNAVAILABLE' });
  expect(writer.received).toMatchObject([{ correlation: 1, metadata: { baseOffset: 0 } }]);
  await stopped;
});

test('a disk that cannot be read ends the partition, not the node', async () => {
  const world = await startWorld();
  const [replica] = world.stream('s');
  if (replica === undefined) throw new Error('a partition');
  const writer = appendStream(world);
  writer.call.write({ stream: 's', batch: batchOf(['a']), correlation: 1 });
  await eventually(() => expect(writer.received).toHaveLength(1));
  replica.cachedFrom = Number.MAX_SAFE_INTEGER;
  replica.beforeRead = () => Promise.reject(new FlowError('CORRUPTION', 'checksum'));
  const reader = subscribe(world, { positions: [{}], creditBytes: 1_000 });
  expect(await reader.ended).toBeUndefined();
  expect(reader.received).toMatchObject([{ error: { code: 'CORRUPTION', retryable: true } }]);
  expect(replica.damage).toHaveLength(1);
  writer.call.end();
  await writer.ended;
});
