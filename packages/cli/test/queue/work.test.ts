/** `flowmesh queue work` against a real broker, with real commands. */
import { writeFileSync } from 'node:fs';
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../client/test/support/conditions.ts';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { Capture, type Outcome, run, type RunOptions, TempDir } from '../support/run.ts';

let broker: TestBroker;
let mesh: FlowMesh;

beforeAll(async () => {
  broker = await startBroker();
  mesh = await broker.mesh();
});

afterAll(async () => {
  await broker.stop();
});

function work(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(['--url', broker.endpoints.join(','), 'queue', 'work', ...argv], {
    cwd: process.cwd(),
    variables: { PATH: process.env['PATH'] ?? '' },
    ...options,
  });
}

const node = (script: string): readonly string[] => ['--', process.execPath, '-e', script];

it('a command gets the payload on standard input and the job in its environment', async () => {
  await mesh.queues.create({ name: 'mails' });
  const headers = { 'trace-id': 't1', 'content-type': 'text/plain' };
  await mesh.queues.enqueue('mails', { payload: 'dear', key: 'ada', priority: 3, headers });
  const outcome = await work([
    'mails',
    '-n',
    '1',
    '--',
    'sh',
    '-c',
    'echo "$(cat) $JOB_ID $JOB_ATTEMPT $JOB_KEY $JOB_PRIORITY $JOB_QUEUE $JOB_HEADER_TRACE_ID"; echo "$JOB_HEADERS"',
  ]);
  expect(outcome.code).toBe(0);
  const [line, shown] = outcome.stdout.split('\n');
  expect(line).toMatch(/^dear 0-\d+ 1 ada 3 mails t1$/);
  expect(JSON.parse(shown ?? '')).toEqual(headers);
  expect(outcome.stderr).toMatch(/^done 0-\d+ \(attempt 1\) in \d+/);
  expect(await mesh.queues.receive('mails')).toEqual([]);
});

it('the payload is an argument or a variable where that is wanted', async () => {
  await mesh.queues.create({ name: 'words' });
  await mesh.queues.enqueue('words', { payload: 'one two' });
  const argument = await work(['words', '-n', '1', '--payload', 'argument', '--', 'echo', 'got']);
  expect(argument.stdout).toBe('got one two\n');
  await mesh.queues.enqueue('words', { payload: 'three' });
  const variable = await work([
    'words',
    '-n',
    '1',
    '--payload',
    'environment',
    '--',
    'printenv',
    'JOB_PAYLOAD',
  ]);
  expect(variable.stdout).toBe('three\n');
});

it('another exit code tries the job again with the end of standard error, until it is dead', async () => {
  const config = { 'attempts.max': '2', 'retry.initial.ms': '1' };
  await mesh.queues.create({ name: 'failing', config });
  await mesh.queues.enqueue('failing', { payload: 'x' });
  const script = ['--', 'sh', '-c', 'echo reading >&2; echo no such user >&2; exit 3'];
  const outcome = await work(['failing', '-n', '2', '-o', 'jsonl', ...script]);
  expect(outcome.code).toBe(0);
  const lines = outcome.stdout.trim().split('\n');
  const [first, second] = lines.map((line) => JSON.parse(line) as object);
  const error = 'exit code 3: reading\nno such user';
  expect(first).toMatchObject({
    attempt: 1,
    outcome: 'retried',
    error,
    retryAt: expect.any(Number) as number,
  });
  expect(second).toEqual({ id: expect.any(String) as string, attempt: 2, outcome: 'dead', error });
});

it('a command that takes too long is ended, and with it what it has started', async () => {
  using dir = new TempDir();
  await mesh.queues.create({ name: 'slow', config: { 'attempts.max': '1' } });
  await mesh.queues.enqueue('slow', { payload: 'x' });
  // The inner program holds the pipe: were it left alone, the command would never be closed.
  const script = `sleep 600; echo $? > ${dir.join('after')}`;
  const outcome = await work(['slow', '-n', '1', '--job-timeout', '300ms', '--', 'sh', '-c', script]);
  expect(outcome.stderr).toMatch(/^dead 0-\d+ \(attempt 1\): ended after 0.3 s, its time limit/);
});

it('when interrupted it lets commands finish, and gives back what has not begun', async () => {
  using dir = new TempDir();
  await mesh.queues.create({ name: 'long' });
  for (const payload of ['a', 'b', 'c']) await mesh.queues.enqueue('long', { payload });
  const interrupt = new AbortController();
  const stdout = new Capture();
  const script = `console.log('begun');setInterval(()=>require('fs').existsSync(${JSON.stringify(dir.join('go'))})&&process.exit(),10)`;
  const running = work(['long', ...node(script)], { interrupted: interrupt.signal, stdout });
  await until(() => stdout.text().includes('begun'), 'the command runs', 20_000);
  interrupt.abort();
  writeFileSync(dir.join('go'), '');
  const outcome = await running;
  expect(outcome.code).toBe(130);
  expect(outcome.stderr.match(/^done /gm)).toHaveLength(1);
  const left = await mesh.queues.receive('long', { max: 10, waitMs: 5_000 });
  expect(left.map((job) => [new TextDecoder().decode(job.payload), job.attempt])).toEqual([
    ['b', 1],
    ['c', 1],
  ]);
});

it('a command that is not there is refused before a job is tried with it', async () => {
  const missing = await work(['mails', '--', 'no-such-program']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('there is no program no-such-program');
  const none = await work(['mails']);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('flowmesh queue work mails -- ./handle');
  expect((await work(['nowhere', '--', 'true'])).code).toBe(3);
});
