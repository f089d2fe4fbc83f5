/** Filters are evaluated by the broker, so these tests have a real one. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { type Outcome, run } from '../support/run.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startBroker();
  const mesh = await broker.mesh();
  await mesh.streams.create({ name: 'orders' });
  const producer = mesh.producer();
  for (const total of [9, 18, '100', 120])
    await producer.send({
      stream: 'orders',
      value: JSON.stringify({ total }),
      headers: { n: String(total) },
    });
  await producer.flush();
});

afterAll(async () => {
  await broker.stop();
});

function consume(...argv: string[]): Promise<Outcome> {
  return run(['stream', 'consume', 'orders', '-o', 'raw', '--url', broker.endpoints.join(','), ...argv]);
}

it('a group is brought past what does not match, and tells what the filter cannot be evaluated for', async () => {
  const stop = new AbortController();
  const url = ['--url', broker.endpoints.join(',')];
  const argv = ['stream', 'consume', 'orders', '--group', 'big', '--filter', 'payload.total > 1000', ...url];
  const running = run(argv, { interrupted: stop.signal });
  const mesh = await broker.mesh();
  const lag = async () => {
    const group = await mesh.groups.describe('big').catch(() => undefined);
    return group?.partitions.map((one) => [one.committedOffset, one.lag]);
  };
  await vi.waitUntil(async () => JSON.stringify(await lag()) === '[[4,0]]', { timeout: 50_000 });
  stop.abort();
  const outcome = await running;
  expect([outcome.code, outcome.stdout]).toEqual([130, '']);
  expect(outcome.stderr).toContain('1 records do not match because the filter could not be evaluated');
  const other = ['stream', 'consume', 'orders', '--group', 'some', '--filter', 'offset >= 1', '--count', '2'];
  const some = await run([...other, '-o', 'raw', ...url]);
  expect(some.stdout).toBe('{"total":18}\n{"total":"100"}\n');
  expect((await mesh.groups.describe('some')).partitions).toMatchObject([{ committedOffset: 3 }]);
});

it('records of a transaction are printed once it has committed, or before that where it is wanted', async () => {
  const mesh = await broker.mesh();
  await mesh.streams.create({ name: 'staged' });
  const transactional = mesh.transaction('t1');
  await transactional.begin();
  await transactional.send({ stream: 'staged', value: 'open' });
  const read = (...argv: string[]) =>
    run(['stream', 'consume', 'staged', '-o', 'raw', '--url', broker.endpoints.join(','), ...argv]);
  expect((await read()).stdout).toBe('');
  expect((await read('--isolation', 'uncommitted')).stdout).toBe('open\n');
  await transactional.commit();
  expect((await read()).stdout).toBe('open\n');
  expect((await read('--isolation', 'none')).code).toBe(2);
});

it('a description shows what is delayed', async () => {
  const mesh = await broker.mesh();
  await mesh.streams.create({ name: 'later', partitions: 2 });
  const producer = mesh.producer();
  const headers = { 'flowmesh-delay-ms': '3600000' };
  await producer.send({ stream: 'later', partition: 1, value: 'x', headers });
  const described = await run([
    'stream',
    'describe',
    'later',
    '-o',
    'json',
    '--url',
    broker.endpoints.join(','),
  ]);
  expect(JSON.parse(described.stdout)).toMatchObject({
    partitionInfos: [
      { partition: 0, delayedBatches: 0 },
      { partition: 1, delayedBatches: 1, nextDueAt: expect.any(Number) as number },
    ],
  });
});

it('prints the records that match', async () => {
  expect(await consume('--filter', 'int(headers.n) > 9')).toEqual({
    code: 0,
    stdout: '{"total":18}\n{"total":"100"}\n{"total":120}\n',
    stderr: '',
  });
});

it('counts the records for which a filter cannot be evaluated, and says why', async () => {
  const outcome = await consume('--filter', 'payload.total > 9');
  expect(outcome.stdout).toBe('{"total":18}\n{"total":120}\n');
  expect(outcome.stderr).toContain(
    'for some records: string cannot be compared with int (line 1, column 1)\n',
  );
  expect(outcome.stderr).toContain('1 records do not match because the filter could not be evaluated');
});

it('refuses a filter that is not valid, with the place', async () => {
  const outcome = await consume('--filter', 'key > 9');
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toContain('  key > 9\n  ^^^^^^^');
});
