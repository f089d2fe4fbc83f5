import { type GroupId, groupId } from '@flowmesh/base';
import { QueueMachine } from '@flowmesh/engines';
import { DeadLettersClient, type flowmesh, QueuesClient } from '@flowmesh/proto';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { createStream } from '../../services/fake-cluster.ts';
import { call, type GatewayWorld, startWorld } from './gateway-world.ts';

type Sent<Request> = (request: Request) => Promise<unknown>;
type WorkResponse = flowmesh.v1.WorkResponse;

async function withQueue(
  config: Record<string, string> = {},
): Promise<{ readonly world: GatewayWorld; readonly queues: QueuesClient; readonly enqueue: Sent<string> }> {
  const world = await startWorld();
  const [group = groupId(0)] = createStream(world.catalog, 'queue:mail', { config }) as readonly GroupId[];
  world.leaders.set(group, 1);
  world.replicas.placeWith(group, new QueueMachine());
  const queues = world.client(QueuesClient);
  const enqueue = (payload: string): Promise<unknown> =>
    call((done) => queues.enqueue({ queue: 'mail', jobs: [{ payload: Buffer.from(payload) }] }, done));
  return { world, queues, enqueue };
}

async function receive(
  queues: QueuesClient,
  options: flowmesh.v1.ReceiveRequest.$Properties = {},
): Promise<flowmesh.v1.Job.$Properties[]> {
  const request = { queue: 'mail', maxWaitMs: 10_000, ...options };
  return (await call<flowmesh.v1.ReceiveResponse>((done) => queues.receive(request, done))).jobs;
}

describe('queues over gRPC', () => {
  it('deliver a job again when its lease has run out: timeouts fire in a node as it is put together', async () => {
    const { queues, enqueue } = await withQueue();
    await enqueue('a');
    const [first] = await receive(queues, { visibilityTimeoutMs: 200 });
    expect(first).toMatchObject({ attempts: 1, state: 'leased' });
    const [again] = await receive(queues);
    expect(again).toMatchObject({ id: '0-1', attempts: 2 });
    const ack = (job: flowmesh.v1.Job.$Properties | undefined) =>
      call<flowmesh.v1.SettleResponse>((done) =>
        queues.ack({ queue: 'mail', receipts: [job?.receipt ?? {}] }, done),
      );
    expect((await ack(first)).results).toMatchObject([{ outcome: 'stale' }]);
    expect((await ack(again)).results).toMatchObject([{ outcome: 'done' }]);
  });

  it('push jobs as far as credit reaches; what is settled before the client half-closes is answered', async () => {
    const { queues, enqueue } = await withQueue();
    const work = queues.work();
    const responses: WorkResponse[] = [];
    work.write({ start: { queue: 'mail', worker: 'w', credit: 1 } });
    await enqueue('a');
    await enqueue('b');
    const ended = new Promise<void>((resolve, reject) => {
      work.on('end', resolve);
      work.on('error', reject);
      work.on('data', (response: WorkResponse) => {
        responses.push(response);
        const { job } = response;
        if (job === null || job === undefined) return;
        work.write({ settle: { correlation: 7, ack: [job.receipt ?? {}] } });
        work.end();
      });
    });
    await ended;
    expect(responses.map(({ job }) => Buffer.from(job?.payload ?? []).toString())).toEqual(['a', '']);
    expect(responses[1]?.settled).toMatchObject({ correlation: 7, results: [{ outcome: 'done' }] });
    expect(await receive(queues)).toMatchObject([{ attempts: 1 }]);
  });

  it('push jobs together to a worker that takes them so, large ones in messages of their own', async () => {
    const { queues, enqueue } = await withQueue();
    for (const payload of ['a', 'b', 'x'.repeat(200_000), 'y'.repeat(200_000)]) await enqueue(payload);
    const work = queues.work();
    const messages: WorkResponse[] = [];
    const all = new Promise<void>((resolve) => {
      work.on('data', (message: WorkResponse) => {
        messages.push(message);
        if (messages.flatMap(({ jobs }) => jobs?.jobs ?? []).length === 4) resolve();
      });
    });
    work.write({ start: { queue: 'mail', worker: 'w', credit: 10, batches: true } });
    await all;
    expect(messages.map(({ jobs }) => jobs?.jobs?.map(({ id }) => id))).toEqual([
      ['0-1', '0-2', '0-3'],
      ['0-4'],
    ]);
    const ended = new Promise((resolve) => work.on('end', resolve));
    work.end();
    await ended;
  });

  it('refuse a stream of work that does not begin with its start, and a page token that nobody gave out', async () => {
    const { queues } = await withQueue();
    const work = queues.work();
    const failed = new Promise<{ code: number }>((resolve) => work.on('error', resolve as never));
    work.on('data', () => undefined);
    work.write({ credit: 1 });
    expect((await failed).code).toBe(status.INVALID_ARGUMENT);
    await expect(
      call((done) => queues.peek({ queue: 'mail', pageToken: 'abc' }, done)),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT', metadata: { field: 'page_token' } });
  });

  it('tell figures, and bury and redrive over the same port', async () => {
    const { world, queues, enqueue } = await withQueue({ 'attempts.max': '1' });
    const letters = world.client(DeadLettersClient);
    await enqueue('a');
    const [job] = await receive(queues);
    const items = [{ receipt: job?.receipt ?? {}, error: 'no' }];
    await call((done) => queues.nack({ queue: 'mail', items }, done));
    const stats = () =>
      call<flowmesh.v1.QueueStatsResponse>((done) => queues.getQueueStats({ queue: 'mail' }, done));
    expect((await stats()).total).toMatchObject({ ready: 0, dead: 1, deadLetteredTotal: 1 });
    const redrive = { queue: 'mail.dlq', jobIds: ['0-1'], requestId: 'r' };
    const task = await call<flowmesh.v1.RedriveTask>((done) => letters.startRedrive(redrive, done));
    expect(task).toMatchObject({ state: 'done', redriven: 1 });
    expect((await stats()).total).toMatchObject({ ready: 1, dead: 0 });
    await expect(
      call((done) => letters.startRedrive({ ...redrive, jobIds: ['what'] }, done)),
    ).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });
});
