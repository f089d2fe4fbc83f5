import { setTimeout as sleep } from 'node:timers/promises';
import { connect, isFlowError, jsonCodec, type WorkerEvent } from '@flowmesh/client';
import { expect, it } from 'vitest';
import { Cluster, until } from './harness/cluster.ts';

interface Email {
  readonly to: string;
}

it('a worker in ten lines: jobs that fail come again by the policy, and are dead letters in the end', async () => {
  await using cluster = await Cluster.start({ nodes: 1 });
  await using mesh = await connect({ endpoints: cluster.endpoints });
  const config = { 'attempts.max': '2', 'retry.initial.ms': '10', 'retry.jitter.percent': '0' };
  await mesh.queues.create({ name: 'emails', shards: 2, config });
  const codec = jsonCodec<Email>();
  for (const to of ['ann', 'bob', 'nobody', 'eve'])
    await mesh.queues.enqueue('emails', { payload: { to }, key: to }, { codec });
  const sent: string[] = [];
  const events: WorkerEvent[] = [];
  const worker = mesh.worker<Email>(
    'emails',
    async ({ payload }) => {
      if (payload.to === 'nobody') throw new Error('no such mailbox');
      sent.push(payload.to);
    },
    { codec, concurrency: 2, onEvent: (event) => events.push(event) },
  );
  const ends = (): WorkerEvent[] => events.filter(({ kind }) => kind === 'completed' || kind === 'failed');
  await until(
    () => ends().length === 5,
    120_000,
    () => `events: ${JSON.stringify(events)}`,
  );
  await worker.close();
  expect(sent.sort()).toEqual(['ann', 'bob', 'eve']);
  expect(ends().filter(({ kind }) => kind === 'failed')).toMatchObject([
    { attempt: 1, outcome: 'retried' },
    { attempt: 2, outcome: 'dead' },
  ]);
  expect(await mesh.queues.receive('emails', { max: 10 })).toEqual([]);
});

it('what a closing worker has not begun goes to others at once, what it has begun is finished', async () => {
  await using cluster = await Cluster.start({ nodes: 1 });
  await using mesh = await connect({ endpoints: cluster.endpoints });
  await mesh.queues.create({ name: 'q', shards: 3 });
  const jobs = Array.from({ length: 12 }, (_, i) => ({ payload: String(i), shard: i % 3 }));
  for (const result of await mesh.queues.enqueueAll('q', jobs)) expect(isFlowError(result)).toBe(false);
  const finished: string[] = [];
  const stop = new AbortController();
  const worker = mesh.worker(
    'q',
    async ({ id }) => {
      stop.abort();
      await sleep(300);
      finished.push(id);
    },
    { concurrency: 2, signal: stop.signal },
  );
  await worker.done;
  expect(finished.length).toBeGreaterThanOrEqual(1);
  expect(finished.length).toBeLessThanOrEqual(2);
  let left = 12 - finished.length;
  while (left > 0) {
    const jobs = await mesh.queues.receive('q', { max: 100, waitMs: 2_000 });
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs.every(({ attempt }) => attempt === 1)).toBe(true);
    for (const outcome of await mesh.queues.ack('q', jobs)) expect(outcome.outcome).toBe('done');
    left -= jobs.length;
  }
});

it('a thousand jobs, two workers and a killed node: all done, none lost, none done twice', async () => {
  const JOBS = 1_000;
  const LEASE_MS = 4_000;
  await using cluster = await Cluster.start({ nodes: 3 });
  await using producing = await connect({ endpoints: cluster.endpoints });
  await producing.queues.create({
    name: 'jobs',
    shards: 3,
    replicationFactor: 3,
    config: { 'attempts.max': '-1' },
  });
  const meshes = await Promise.all([0, 1].map(() => connect({ endpoints: cluster.endpoints })));
  const completed = new Map<string, number>();
  const running = new Map<string, number>();
  const overlaps: string[] = [];
  const lost: string[] = [];
  const others: WorkerEvent[] = [];
  const workers = meshes.map((mesh) =>
    mesh.worker(
      'jobs',
      async ({ id, signal }) => {
        if ((running.get(id) ?? 0) > 0) overlaps.push(id);
        running.set(id, (running.get(id) ?? 0) + 1);
        signal.addEventListener('abort', () => lost.push(id));
        await sleep(10);
        running.set(id, (running.get(id) ?? 1) - 1);
      },
      {
        concurrency: 8,
        leaseMs: LEASE_MS,
        onEvent: (event) => {
          if (event.kind === 'completed') completed.set(event.id, (completed.get(event.id) ?? 0) + 1);
          else others.push(event);
        },
      },
    ),
  );
  const ids = new Set<string>();
  const enqueue = async (i: number): Promise<void> => {
    const { id } = await producing.queues.enqueue('jobs', { payload: String(i), dedupId: `job ${i}` });
    ids.add(id);
  };
  for (let i = 0; i < JOBS; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => enqueue(i + j)));
    if (i === 300) await cluster.node(1).stop('SIGKILL');
    if (i === 700) cluster.node(1).start();
  }
  expect(ids.size).toBe(JOBS);
  await until(
    () => completed.size === JOBS,
    60_000,
    () => `${completed.size} of ${JOBS}: ${JSON.stringify(others.slice(-20))}`,
  );
  await Promise.all(workers.map((worker) => worker.close()));
  await Promise.all(meshes.map((mesh) => mesh.close()));
  expect([...completed.keys()].filter((id) => !ids.has(id))).toEqual([]);
  expect([...completed].filter(([, times]) => times !== 1)).toEqual([]);
  expect(overlaps.filter((id) => !lost.includes(id))).toEqual([]);
  expect(await producing.queues.receive('jobs', { max: 10, waitMs: 500 })).toEqual([]);
});

it('any node answers for all shards: figures, peeks, dead letters and their redrive, schedules', async () => {
  await using cluster = await Cluster.start({ nodes: 3 });
  await using mesh = await connect({ endpoints: cluster.endpoints });
  const { operations } = mesh.queues;
  await mesh.queues.create({ name: 'q', shards: 3, replicationFactor: 3, config: { 'attempts.max': '1' } });
  const jobs = Array.from({ length: 30 }, (_, i) => ({ payload: `{"n":${i}}`, shard: i % 3 }));
  for (const result of await mesh.queues.enqueueAll('q', jobs)) expect(isFlowError(result)).toBe(false);
  expect((await operations.stats('q')).total).toMatchObject({ ready: 30, enqueuedTotal: 30 });
  const { jobs: peeked } = await operations.peek('q', { max: 100 });
  const shards = peeked.map(({ shard }) => shard);
  expect(shards).toEqual(shards.toSorted((a, b) => a - b));
  expect(peeked).toHaveLength(30);
  const { jobs: large } = await operations.search('q', { filter: 'payload.n >= 20' });
  expect(large).toHaveLength(10);
  for (let failed = 0; failed < 30; ) {
    const held = await mesh.queues.receive('q', { max: 100, waitMs: 2_000 });
    for (const { outcome } of await mesh.queues.nack('q', held, { error: 'no' }))
      expect(outcome).toBe('dead');
    failed += held.length;
  }
  expect(await mesh.deadLetters.stats('q.dlq')).toMatchObject({
    dead: 30,
    errors: [{ error: 'no', count: 30 }],
  });
  const filter = 'payload.n < 10';
  expect(await mesh.deadLetters.redrive('q', { filter, dryRun: true })).toMatchObject({ redriven: 10 });
  const { id } = await mesh.deadLetters.redrive('q', { filter });
  await until(
    async () => (await mesh.deadLetters.redriveTask('q', id)).state === 'done',
    120_000,
    () => 'the redrive has not ended',
  );
  // A poll of the last receive may still wait for a second, and gives back what it gets.
  await until(
    async () => (await operations.stats('q')).total.ready === 10,
    120_000,
    () => 'the jobs have not come back',
  );
  expect((await operations.stats('q')).total).toMatchObject({ dead: 20, redrivenTotal: 10 });
  expect(await operations.purge('q', 'dead')).toBe(20);
  await operations.putSchedule('q', { name: 'tick', expression: '* * * * * *', job: { payload: 'tick' } });
  await until(
    async () => ((await operations.schedules('q'))[0]?.fired ?? 0) >= 2,
    120_000,
    () => 'the schedule has not fired',
  );
  await operations.deleteSchedule('q', 'tick');
  expect(await operations.pause('q', { receive: true })).toEqual({ receive: true, enqueue: false });
  expect(await mesh.queues.receive('q', { max: 10, waitMs: 300 })).toEqual([]);
  const metrics = (await Promise.all(cluster.nodes.map((node) => node.http('/metrics')))).map(
    (answer) => answer?.body ?? '',
  );
  expect(metrics.join('\n')).toContain('flowmesh_queue_dead_lettered_total{queue="q"}');
});
