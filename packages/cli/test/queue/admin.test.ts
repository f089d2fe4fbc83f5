/** Queues looked at and operated, against a real broker. */
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../client/test/support/conditions.ts';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { type Outcome, run, type RunOptions } from '../support/run.ts';

let broker: TestBroker;
let mesh: FlowMesh;

beforeAll(async () => {
  broker = await startBroker();
  mesh = await broker.mesh();
});

afterAll(async () => {
  await broker.stop();
});

function queue(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(['--url', broker.endpoints.join(','), 'queue', ...argv], options);
}

const json = ({ stdout, stderr }: Outcome): unknown => (stdout === '' ? stderr : JSON.parse(stdout));
const aNumber = expect.any(Number) as number;

it('jobs are peeked at as they lie, without being taken', async () => {
  await mesh.queues.create({ name: 'peeked' });
  const headers = { trace: 't1' };
  await mesh.queues.enqueue('peeked', { payload: 'low', key: 'ada', headers, dedupId: 'd1' });
  await mesh.queues.enqueue('peeked', { payload: new Uint8Array([0xff, 0]), priority: 9 });
  await mesh.queues.enqueue('peeked', { payload: 'later', delayMs: 3_600_000 });
  const shown = json(await queue(['peek', 'peeked', '-o', 'json']));
  const common = { shard: 0, state: 'ready', attempts: 0, totalAttempts: 0, enqueuedAt: aNumber };
  const always = { ...common, id: expect.stringMatching(/^0-\d+$/) as string, failures: [], redrives: 0 };
  expect(shown).toEqual([
    { ...always, priority: 9, headers: [], payload: '/wA=', encoding: 'base64' },
    {
      ...always,
      priority: 0,
      key: 'ada',
      headers: [{ key: 'trace', value: 't1' }],
      payload: 'low',
      dedupId: 'd1',
    },
  ]);
  expect(json(await queue(['peek', 'peeked', '--state', 'delayed', '-o', 'json']))).toMatchObject([
    { state: 'delayed', payload: 'later', until: aNumber },
  ]);
  expect((await queue(['peek', 'peeked', '-n', '1'])).stdout.split('\n')).toHaveLength(3);
  expect((await queue(['peek', 'nowhere'])).code).toBe(3);
});

it('tables show payloads in one line, cut between characters', async () => {
  await mesh.queues.create({ name: 'wordy' });
  await mesh.queues.enqueue('wordy', { payload: `line\n${'é'.repeat(100)}` });
  const { stdout } = await queue(['peek', 'wordy']);
  expect(stdout).toContain(`line ${'é'.repeat(57)}…\n`);
});

it('jobs are found by what is in them, and what the filter cannot be evaluated for is told', async () => {
  await mesh.queues.create({ name: 'searched', shards: 2 });
  for (const to of ['ada', 'bob', 'ada'])
    await mesh.queues.enqueue('searched', { payload: JSON.stringify({ to }) });
  await mesh.queues.enqueue('searched', { payload: 'no JSON' });
  const found = await queue(['search', 'searched', '--filter', 'payload.to == "ada"', '-o', 'json']);
  expect(json(found)).toMatchObject([{ payload: '{"to":"ada"}' }, { payload: '{"to":"ada"}' }]);
  expect(found.stderr).toContain('1 jobs do not match because the filter could not be evaluated for them: ');
  const little = await queue(['search', 'searched', '--filter', 'false', '--scan', '1']);
  expect(little.stderr).toContain('1 jobs were looked at, and there are more: --scan looks further.');
  expect((await queue(['search', 'searched', '--filter', 'payload.'])).code).toBe(2);
});

it('statistics say what lies in a queue, by shard too', async () => {
  await mesh.queues.create({ name: 'counted', shards: 2 });
  await mesh.queues.enqueue('counted', { payload: 'a', shard: 0, priority: 4 });
  await mesh.queues.enqueue('counted', { payload: 'b', shard: 1, delayMs: 60_000 });
  const stats = json(await queue(['stats', 'counted', '-o', 'json'])) as { total: object; shards: object[] };
  expect(stats).toMatchObject({ queue: 'counted', shards: [{ shard: 0 }, { shard: 1 }] });
  expect(stats.total).toEqual({
    ready: 1,
    readyByPriority: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    blocked: 0,
    delayed: 1,
    leased: 0,
    dead: 0,
    bytes: aNumber,
    deadBytes: 0,
    oldestReadyAgeMs: aNumber,
    enqueuedTotal: 2,
    deduplicatedTotal: 0,
    deliveredTotal: 0,
    completedTotal: 0,
    retriedTotal: 0,
    deadLetteredTotal: 0,
    leaseExpiredTotal: 0,
    redrivenTotal: 0,
    droppedTotal: 0,
    purgedTotal: 0,
    receivePaused: false,
    enqueuePaused: false,
    enqueueRate: aNumber,
    deliverRate: aNumber,
    completeRate: aNumber,
  });
  const { stdout } = await queue(['stats', 'counted']);
  expect(stdout).toMatch(/by priority: +4: 1\n/);
  expect(stdout).toMatch(/^SHARD +READY/m);
});

it('a queue is paused in one part or both, and resumed', async () => {
  await mesh.queues.create({ name: 'paused' });
  await mesh.queues.enqueue('paused', { payload: 'a' });
  const state = (receivePaused: boolean, enqueuePaused: boolean) => ({
    queue: 'paused',
    receivePaused,
    enqueuePaused,
  });
  expect(json(await queue(['pause', 'paused', '-o', 'json']))).toEqual(state(true, false));
  expect(await mesh.queues.receive('paused')).toEqual([]);
  expect(json(await queue(['pause', 'paused', '--only', 'enqueue', '-o', 'json']))).toEqual(
    state(true, true),
  );
  expect((await queue(['enqueue', 'paused', 'x'])).code).toBe(5);
  expect((await queue(['stats', 'paused'])).stdout).toMatch(/paused: +receive and enqueue/);
  expect(json(await queue(['resume', 'paused', '-o', 'json']))).toEqual(state(false, false));
  expect(await mesh.queues.receive('paused', { waitMs: 5_000 })).toHaveLength(1);
});

it('a purge counts first, and needs to be confirmed', async () => {
  await mesh.queues.create({ name: 'full' });
  for (const delayMs of [0, 0, 60_000]) await mesh.queues.enqueue('full', { payload: 'x', delayMs });
  const dry = await queue(['purge', 'full', '--dry-run', '-o', 'json']);
  const counts = [
    { state: 'ready', purged: 2 },
    { state: 'delayed', purged: 1 },
  ];
  expect(json(dry)).toEqual(counts);
  const asked = await queue(['purge', 'full']);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('Delete 2 ready and 1 delayed jobs of queue full?');
  expect((await mesh.queues.operations.peek('full')).jobs).toHaveLength(2);
  const some = await queue(['purge', 'full', '--state', 'delayed', '--yes', '-o', 'json']);
  expect(json(some)).toEqual([{ state: 'delayed', purged: 1 }]);
  expect(json(await queue(['purge', 'full', '--yes', '-o', 'json']))).toEqual([
    { state: 'ready', purged: 2 },
    { state: 'delayed', purged: 0 },
  ]);
});

it('workers are listed with how they do', async () => {
  await mesh.queues.create({ name: 'worked' });
  expect((await queue(['workers', 'worked'])).stderr).toContain('flowmesh queue work worked -- COMMAND');
  const worker = mesh.worker('worked', () => undefined, { name: 'w1' });
  await mesh.queues.enqueue('worked', { payload: 'x' });
  await until(() => worker.stats.completed === 1, 'the job is done', 20_000);
  expect(json(await queue(['workers', 'worked', '-o', 'json']))).toEqual([
    {
      name: 'w1',
      peer: expect.stringContaining('127.0.0.1:') as string,
      connectedAt: aNumber,
      lastHeardAt: aNumber,
      inFlight: 0,
      done: 1,
      failed: 0,
      expired: 0,
      health: 'live',
      shards: [0],
    },
  ]);
  await worker.close();
});

it('schedules are put, listed, paused, resumed and deleted', async () => {
  await mesh.queues.create({ name: 'planned' });
  const words = ['planned', 'report', '0 8 * * 1-5', 'go', '--time-zone', 'Europe/Berlin', '--priority', '3'];
  const shown = {
    name: 'report',
    expression: '0 8 * * 1-5',
    timeZone: 'Europe/Berlin',
    paused: false,
    nextAt: aNumber,
    fired: 0,
    missed: 0,
    priority: 3,
    payload: 'go',
  };
  expect(json(await queue(['schedule', 'put', ...words, '-o', 'json']))).toEqual(shown);
  expect(json(await queue(['schedule', 'list', 'planned', '-o', 'json']))).toEqual([shown]);
  const paused = await queue(['schedule', 'pause', 'planned', 'report', '-o', 'json']);
  expect(json(paused)).toMatchObject({ paused: true });
  expect((await queue(['schedule', 'list', 'planned'])).stdout).toContain('(paused)');
  const resumed = await queue(['schedule', 'resume', 'planned', 'report', '-o', 'json']);
  expect(json(resumed)).toMatchObject({ paused: false });
  expect((await queue(['schedule', 'put', 'planned', 'x', 'never', 'x'])).code).toBe(2);
  const gone = await queue(['schedule', 'delete', 'planned', 'report', '-o', 'json']);
  expect(json(gone)).toEqual({ name: 'report', deleted: true });
  expect((await queue(['schedule', 'delete', 'planned', 'report'])).code).toBe(3);
});
