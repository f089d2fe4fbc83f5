/** `flowmesh queue` against a real broker. */
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

const json = ({ stdout }: Outcome): unknown => JSON.parse(stdout);

it('queues are created, listed, described, altered and deleted', async () => {
  const created = await queue(['create', 'emails', '-s', '2', '-c', 'attempts.max=5', '-o', 'json']);
  expect(json(created)).toMatchObject({ name: 'emails', shards: 2, replicationFactor: 1 });
  expect((await queue(['create', 'emails'])).code).toBe(5);
  expect((await queue(['create', 'emails', '--if-not-exists'])).code).toBe(0);
  expect(json(await queue(['list', '-o', 'json']))).toMatchObject([{ name: 'emails' }]);
  expect((await queue(['describe', 'emails'])).stdout).toContain('attempts.max=5');
  expect((await queue(['alter', 'emails'])).code).toBe(2);
  const dry = await queue(['alter', 'emails', '--unset', 'attempts.max', '--dry-run', '-o', 'json']);
  expect(json(dry)).toMatchObject({ config: {} });
  expect((await queue(['describe', 'emails'])).stdout).toContain('attempts.max=5');
  expect(json(await queue(['delete', 'emails', '-o', 'json']))).toEqual({ name: 'emails', deleted: true });
  const gone = await queue(['describe', 'emails']);
  expect(gone.code).toBe(3);
  expect(gone.stderr).toContain('flowmesh queue create emails');
});

it('jobs are enqueued from arguments and from standard input', async () => {
  await mesh.queues.create({ name: 'jobs' });
  const first = json(await queue(['enqueue', 'jobs', 'low', '-k', 'a', '-H', 'n=1', '-o', 'json']));
  expect(first).toMatchObject({ shard: 0, duplicate: false });
  await queue(['enqueue', 'jobs', '--priority', '9', '--dedup-id', 'once'], { stdin: 'high' });
  const again = await queue(['enqueue', 'jobs', 'high', '--dedup-id', 'once', '-o', 'json']);
  expect(json(again)).toMatchObject({ duplicate: true });
  const jobs = await mesh.queues.receive('jobs', { max: 10, waitMs: 5_000 });
  expect(jobs.map((job) => new TextDecoder().decode(job.payload))).toEqual(['high', 'low']);
  expect((await queue(['enqueue', 'jobs', 'x', '--priority', '10'])).code).toBe(2);
  expect((await queue(['enqueue', 'nowhere', 'x'])).code).toBe(3);
});

it('jobs are received, held longer, failed and acknowledged by their receipts', async () => {
  await mesh.queues.create({ name: 'byhand' });
  await mesh.queues.enqueue('byhand', { payload: 'work' });
  const receive = async () =>
    json(await queue(['receive', 'byhand', '--wait', '5s', '-o', 'json'])) as {
      receipt: string;
      attempt: number;
    }[];
  const [first] = await receive();
  expect(first).toMatchObject({ payload: 'work', attempt: 1 });
  const receipt = first?.receipt ?? '';
  expect(receipt).toMatch(/^0:\d+:\d+$/);
  const extended = await queue(['extend', 'byhand', receipt, '--visibility', '1m', '-o', 'json']);
  expect(json(extended)).toEqual([{ receipt, outcome: 'extended' }]);
  const failed = await queue(['nack', 'byhand', receipt, '--delay', '0ms', '--error', 'no', '-o', 'json']);
  expect(json(failed)).toEqual([{ receipt, outcome: 'retried' }]);
  const stale = await queue(['ack', 'byhand', receipt, '-o', 'json']);
  expect(stale.code).toBe(8);
  const [second] = await receive();
  expect(second?.attempt).toBe(2);
  const done = await queue(['ack', 'byhand', second?.receipt ?? '', '-o', 'json']);
  expect(json(done)).toEqual([{ receipt: second?.receipt, outcome: 'done' }]);
  expect((await queue(['ack', 'byhand', 'nonsense'])).code).toBe(2);
});
