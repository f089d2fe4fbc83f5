import { FlowError, groupId, type NodeId, nodeId } from '@flowmesh/base';
import { type flowmesh, PeerClient } from '@flowmesh/proto';
import type { SnapshotSource } from '@flowmesh/storage';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf } from '../../src/transport/handshake.ts';
import { PeerListener } from '../../src/transport/peer-listener.ts';
import type { SnapshotPull } from '../../src/transport/transport.ts';
import { member, meet, TestNode, until } from './kit.ts';

const live = (): AbortSignal => new AbortController().signal;

const PULL: SnapshotPull = {
  group: groupId(4),
  from: member(2, 7),
  to: member(1, 3),
  meta: {
    index: 100,
    term: 5,
    conf: { voters: [member(2, 7)], votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false },
    data: Buffer.from('about'),
  },
};

class FakeSource implements SnapshotSource {
  readonly meta = PULL.meta;
  read = 0;
  closed = false;
  private readonly chunks: number;
  private readonly failAt: number;

  constructor(chunks: number, failAt = -1) {
    this.chunks = chunks;
    this.failAt = failAt;
  }
  next(bytesMax: number): Promise<Uint8Array | undefined> {
    if (this.read === this.failAt)
      return Promise.reject(new FlowError('CORRUPTION', 'block 5 is damaged', { hint: 'scrub' }));
    if (this.read === this.chunks) return Promise.resolve(undefined);
    return Promise.resolve(Buffer.alloc(bytesMax, this.read++ % 251));
  }
  close(): void {
    this.closed = true;
  }
}

let one: TestNode;
let two: TestNode;

beforeEach(async () => {
  const limits = { snapshotsServedMax: 2, snapshotIdleTimeoutMs: 2_000, bulkWindowBytes: 1 << 20 };
  one = await TestNode.start(1, { limits });
  two = await TestNode.start(2, { limits });
  await meet(one, two);
});

afterEach(async () => {
  await one.close();
  await two.close();
});

async function failureOf(promise: Promise<unknown>): Promise<FlowError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(FlowError);
  return outcome as FlowError;
}

async function collect(pull: SnapshotPull, signal = live()): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of one.transport.pullSnapshot(pull, signal)) chunks.push(chunk);
  return chunks;
}

describe('pulling a snapshot', () => {
  test('gives all chunks in order and closes the source', async () => {
    const source = new FakeSource(40);
    const asked: SnapshotPull[] = [];
    two.handler.snapshot = (pull) => {
      asked.push(pull);
      return Promise.resolve(source);
    };
    const chunks = await collect(PULL);
    expect(chunks.map((chunk) => chunk[0])).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(chunks.every((chunk) => chunk.length === 256 * 1024)).toBe(true);
    expect(asked[0]).toMatchObject({ group: 4, from: PULL.from, to: PULL.to, meta: { index: 100, term: 5 } });
    expect(Buffer.from(asked[0]?.meta.data as Uint8Array).toString()).toBe('about');
    await until('the source is closed', () => source.closed);
    expect(one.metrics.bytes.get('received bulk')).toBe(two.metrics.bytes.get('sent bulk'));
  });

  test('reads no further than the receiver takes', async () => {
    const source = new FakeSource(10_000);
    two.handler.snapshot = () => Promise.resolve(source);
    const abort = new AbortController();
    const chunks = one.transport.pullSnapshot(PULL, abort.signal);
    await chunks[Symbol.asyncIterator]().next();
    let reads = -1;
    let settled = 0;
    // The source has stopped when its count stands still over many turns.
    await until('the source stands still', () => {
      settled = reads === source.read ? settled + 1 : 0;
      reads = source.read;
      return settled > 2_000;
    });
    expect(source.read).toBeLessThan(100);
    abort.abort();
    await until('the source is closed', () => source.closed);
  });

  test('is cancelled by its signal', async () => {
    const source = new FakeSource(10_000);
    two.handler.snapshot = () => Promise.resolve(source);
    const abort = new AbortController();
    const failure = failureOf(
      (async () => {
        for await (const _ of one.transport.pullSnapshot(PULL, abort.signal)) abort.abort();
      })(),
    );
    expect((await failure).code).toBe('CANCELLED');
    await until('the source is closed', () => source.closed);
  });

  test('leaves early without leaving the source open', async () => {
    const source = new FakeSource(10_000);
    two.handler.snapshot = () => Promise.resolve(source);
    for await (const _ of one.transport.pullSnapshot(PULL, live())) break;
    await until('the source is closed', () => source.closed);
  });

  test('ends with the source’s own error', async () => {
    two.handler.snapshot = () => Promise.resolve(new FakeSource(10, 5));
    const failure = await failureOf(collect(PULL));
    expect(failure).toMatchObject({ code: 'CORRUPTION', message: 'block 5 is damaged', hint: 'scrub' });
    two.handler.snapshot = () => Promise.reject(new FlowError('NOT_FOUND', 'no such replica'));
    expect((await failureOf(collect(PULL))).code).toBe('NOT_FOUND');
  });

  test('gives up where no data come', async () => {
    two.handler.snapshot = () =>
      Promise.resolve({ meta: PULL.meta, next: () => new Promise(() => undefined), close: () => undefined });
    expect((await failureOf(collect(PULL))).code).toBe('TIMEOUT');
  });

  test('fails when the source’s process goes', async () => {
    two.handler.snapshot = () => Promise.resolve(new FakeSource(100_000));
    const failure = failureOf(collect(PULL));
    await until('data flow', () => (one.metrics.bytes.get('received bulk') ?? 0) > 0);
    const closedAtMs = performance.now();
    await two.close();
    expect(['UNAVAILABLE', 'CANCELLED']).toContain((await failure).code);
    expect(performance.now() - closedAtMs).toBeLessThan(1_000);
  });

  test('is refused beyond the limit, and from nodes that are no peers', async () => {
    const sources = [new FakeSource(10_000), new FakeSource(10_000), new FakeSource(1)];
    let opened = 0;
    two.handler.snapshot = () => Promise.resolve(sources[opened++] as SnapshotSource);
    const abort = new AbortController();
    const running = [0, 1].map(() => one.transport.pullSnapshot(PULL, abort.signal)[Symbol.asyncIterator]());
    for (const chunks of running) await chunks.next();
    expect((await failureOf(collect(PULL))).code).toBe('OVERLOADED');
    abort.abort();
    await until('both are closed', () => sources[0]?.closed === true && sources[1]?.closed === true);
    expect(await collect(PULL)).toHaveLength(1);
    expect((await failureOf(collect({ ...PULL, from: member(8) }))).code).toBe('UNAVAILABLE');
    expect((await failureOf(collect({ ...PULL, to: member(5) }))).code).toBe('INVALID_ARGUMENT');
  });
});

describe('forwarding a command', () => {
  test('returns the reply', async () => {
    two.handler.forwarded = (command) =>
      Promise.resolve(Buffer.from(`done: ${Buffer.from(command).toString()}`));
    const reply = await one.transport.forward(two.node, Buffer.from('create'), live());
    expect(Buffer.from(reply).toString()).toBe('done: create');
    two.handler.forwarded = () => Promise.resolve(new Uint8Array(0));
    expect(await one.transport.forward(two.node, Buffer.from('x'), live())).toHaveLength(0);
  });

  test('returns the other node’s error whole', async () => {
    two.handler.forwarded = () =>
      Promise.reject(
        new FlowError('NOT_LEADER', 'the leader is node 3', { hint: 'ask there', details: { leader: 3 } }),
      );
    const failure = await failureOf(one.transport.forward(two.node, Buffer.from('x'), live()));
    expect(failure).toMatchObject({
      code: 'NOT_LEADER',
      message: 'the leader is node 3',
      hint: 'ask there',
      retryable: true,
      details: { leader: 3 },
    });
  });

  test('is cancelled by its signal, and fails at once where there is no connection', async () => {
    two.handler.forwarded = () => new Promise(() => undefined);
    const abort = new AbortController();
    const failure = failureOf(one.transport.forward(two.node, Buffer.from('x'), abort.signal));
    abort.abort();
    expect((await failure).code).toBe('CANCELLED');
    expect((await failureOf(one.transport.forward(nodeId(9), Buffer.from('x'), live()))).code).toBe(
      'UNAVAILABLE',
    );
    await two.close();
    await until('the loss was noticed', () => !one.transport.connected(two.node as NodeId));
    expect((await failureOf(one.transport.forward(two.node, Buffer.from('x'), live()))).code).toBe(
      'UNAVAILABLE',
    );
  });
});

describe('a listener without a transport', () => {
  function join(port: number): Promise<flowmesh.internal.v1.JoinResponse> {
    const client = new PeerClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return new Promise<flowmesh.internal.v1.JoinResponse>((resolve, reject) => {
      client.join({ nodeUuid: 'u-new' }, (failure: ServiceError | null, response) => {
        if (response === undefined) reject(errorOf(failure as ServiceError));
        else resolve(response);
      });
    }).finally(() => client.close());
  }

  test('answers Join, and nothing else', async () => {
    const listener = await PeerListener.listen({
      host: '127.0.0.1',
      port: 0,
      onJoin: (request) =>
        request.nodeUuid === 'u-new'
          ? Promise.resolve({ clusterId: 'c', nodeId: 5 })
          : Promise.reject(new FlowError('WRONG_CLUSTER', 'no')),
    });
    try {
      expect(await join(listener.port)).toMatchObject({ clusterId: 'c', nodeId: 5 });
      const client = new PeerClient(`127.0.0.1:${listener.port}`, credentials.createInsecure());
      const failure = await new Promise<ServiceError | null>((resolve) =>
        client.forward({}, (error) => resolve(error)),
      );
      client.close();
      expect(errorOf(failure as ServiceError).code).toBe('UNAVAILABLE');
    } finally {
      await listener.close();
    }
  });

  test('refuses Join where nobody decides about it', async () => {
    expect((await failureOf(join(one.listener.port))).code).toBe('UNAVAILABLE');
  });

  test('says what to do when its port is taken', async () => {
    const failure = await failureOf(PeerListener.listen({ host: '127.0.0.1', port: one.listener.port }));
    expect(failure.code).toBe('CONFIG_INVALID');
    expect(failure.hint).toMatch(/port/);
  });
});
