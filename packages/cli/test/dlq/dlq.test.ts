/** `flowmesh dlq` against a real broker. */
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { type Outcome, run, type RunOptions } from '../support/run.ts';

let broker: TestBroker;
let mesh: FlowMesh;
let queue = '';
let ids: readonly string[] = [];
let queues = 0;

beforeAll(async () => {
  broker = await startBroker();
  mesh = await broker.mesh();
});

afterAll(async () => {
  await broker.stop();
});

/** Three dead jobs: two of a timeout, one of a wrong address. */
beforeEach(async () => {
  queue = `mails-${++queues}`;
  await mesh.queues.create({ name: queue, config: { 'attempts.max': '1' } });
  const dead: string[] = [];
  for (const [to, error] of [
    ['ada', 'timeout'],
    ['bob', 'no such address'],
    ['cy', 'timeout'],
  ] as const) {
    await mesh.queues.enqueue(queue, { payload: JSON.stringify({ to }), headers: { trace: to } });
    const [job] = await mesh.queues.receive(queue, { waitMs: 10_000 });
    await job?.nack({ error });
    dead.push(job?.id ?? '');
  }
  ids = dead;
});

function dlq(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(['--url', broker.endpoints.join(','), 'dlq', ...argv], options);
}

const json = ({ stdout, stderr }: Outcome): unknown => (stdout === '' ? stderr : JSON.parse(stdout));
const aNumber = expect.any(Number) as number;

async function ready(): Promise<readonly string[]> {
  return (await mesh.queues.operations.peek(queue, { max: 100 })).jobs.map((job) => job.id);
}

it('dead letters are listed with what they died of, under either name of their queue', async () => {
  const all = json(await dlq(['ls', `${queue}.dlq`, '-o', 'json']));
  expect(all).toMatchObject([{ id: ids[0] }, { id: ids[1] }, { id: ids[2] }]);
  expect((all as object[])[0]).toEqual({
    id: ids[0],
    shard: 0,
    state: 'dead',
    priority: 0,
    attempts: 1,
    totalAttempts: 1,
    enqueuedAt: aNumber,
    until: aNumber,
    headers: [{ key: 'trace', value: 'ada' }],
    payload: '{"to":"ada"}',
    lastError: 'timeout',
    failures: [{ attempt: 1, at: aNumber, error: 'timeout' }],
    redrives: 0,
    deadReason: 'attempts',
  });
  const some = await dlq(['ls', queue, '--filter', 'lastError == "timeout"', '-n', '1', '-o', 'json']);
  expect(json(some)).toMatchObject([{ id: ids[0] }]);
  expect(some.stderr).toContain('There are more than 1');
});

it('one is shown whole, by its id or as the first', async () => {
  const [first] = json(await dlq(['peek', queue, '-o', 'json'])) as { id: string }[];
  expect(first?.id).toBe(ids[0]);
  const { stdout } = await dlq(['peek', queue, ids[1] as string]);
  expect(stdout).toContain('attempt 1: no such address');
  expect(stdout).toContain('{"to":"bob"}');
  const missing = await dlq(['peek', queue, '0-999999']);
  expect(missing.code).toBe(3);
  expect((await dlq(['peek', queue, 'nonsense'])).code).toBe(2);
});

it('statistics count what they died of', async () => {
  expect(json(await dlq(['stats', queue, '-o', 'json']))).toEqual({
    queue,
    dead: 3,
    bytes: aNumber,
    oldestDiedAt: aNumber,
    errors: [
      { error: 'timeout', count: 2 },
      { error: 'no such address', count: 1 },
    ],
  });
  expect((await dlq(['stats', queue])).stdout).toMatch(/^2 +timeout$/m);
});

it('a mended job is what is redriven', async () => {
  const id = ids[1] as string;
  const edited = await dlq(['edit', queue, id, '--payload', '{"to":"bea"}', '-H', 'fixed=yes', '-o', 'json']);
  expect(json(edited)).toMatchObject({
    id,
    payload: '{"to":"bea"}',
    headers: [{ key: 'fixed', value: 'yes' }],
  });
  const redriven = await dlq(['redrive', queue, id, '-o', 'json']);
  expect(json(redriven)).toMatchObject({ state: 'done', redriven: 1 });
  const [job] = await mesh.queues.receive(queue, { waitMs: 10_000 });
  expect(new TextDecoder().decode(job?.payload)).toBe('{"to":"bea"}');
  expect(job?.header('fixed')).toBe('yes');
  expect((await dlq(['redrive', queue, id])).code).toBe(8);
  expect((await dlq(['edit', queue, ids[0] as string])).code).toBe(2);
  const piped = await dlq(['edit', queue, ids[0] as string, '--file', '-', '-o', 'json'], { stdin: 'piped' });
  expect(json(piped)).toMatchObject({ payload: 'piped', headers: [{ key: 'trace' }] });
});

it('a redrive is counted, confirmed, and followed to its end', async () => {
  const dry = await dlq(['redrive', queue, '--filter', 'lastError == "timeout"', '--dry-run', '-o', 'json']);
  expect(json(dry)).toMatchObject({ state: 'dry-run', redriven: 2 });
  expect(await ready()).toEqual([]);
  const asked = await dlq(['redrive', queue]);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain(`Put 3 dead letters back into queue ${queue}?`);
  const argv = ['redrive', queue, '--filter', 'lastError == "timeout"', '--yes', '--follow', '-o', 'json'];
  const followed = json(await dlq(argv));
  expect(followed).toEqual({
    id: expect.any(String) as string,
    queue,
    filter: 'lastError == "timeout"',
    rate: 0,
    max: 0,
    state: 'done',
    scanned: 3,
    redriven: 2,
    startedAt: aNumber,
    endedAt: aNumber,
  });
  expect(await ready()).toEqual([ids[0], ids[2]]);
  const tasks = json(await dlq(['tasks', queue, '-o', 'json']));
  expect(tasks).toEqual([followed]);
});

it('a slow redrive is cancelled, and what has been redriven stays', async () => {
  // So many that it takes minutes.
  const more = Array.from({ length: 97 }, (_, i) => ({ payload: String(i) }));
  await mesh.queues.enqueueAll(queue, more);
  for (let dead = 0; dead < more.length; ) {
    const jobs = await mesh.queues.receive(queue, { max: 100, waitMs: 10_000 });
    await mesh.queues.nack(queue, jobs, { error: 'again' });
    dead += jobs.length;
  }
  const begun = await dlq(['redrive', queue, '--rate', '1', '--yes', '-o', 'json']);
  const { id } = json(begun) as { id: string };
  expect(begun.stderr).toContain(`flowmesh dlq cancel ${queue} ${id}`);
  const cancelled = await dlq(['cancel', queue, id, '-o', 'json']);
  expect(json(cancelled)).toMatchObject({ id, state: 'cancelled' });
  const left = json(await dlq(['ls', queue, '-o', 'json'])) as object[];
  expect(left.length).toBeGreaterThan(0);
  expect(left.length + (await ready()).length).toBe(100);
  expect((await dlq(['cancel', queue, 'nothing'])).code).toBe(3);
});

it('dead letters are deleted by their ids, by a filter, or all of them', async () => {
  expect(json(await dlq(['delete', queue, ids[0] as string, '-o', 'json']))).toEqual({ queue, deleted: 1 });
  const filter = ['--filter', 'lastError == "timeout"'];
  expect((await dlq(['delete', queue, ...filter])).code).toBe(2);
  const dry = await dlq(['delete', queue, ...filter, '--dry-run', '-o', 'json']);
  expect(json(dry)).toEqual({ queue, deleted: 1 });
  expect(json(await dlq(['delete', queue, ...filter, '-y', '-o', 'json']))).toEqual({ queue, deleted: 1 });
  expect((await dlq(['delete', queue])).code).toBe(2);
  const purged = await dlq(['purge', `${queue}.dlq`, '--yes', '-o', 'json']);
  expect(json(purged)).toEqual([{ state: 'dead', purged: 1 }]);
  expect(json(await dlq(['ls', queue, '-o', 'json']))).toEqual([]);
});
