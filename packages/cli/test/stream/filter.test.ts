/** Filters are evaluated by the broker, so these tests have a real one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
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
