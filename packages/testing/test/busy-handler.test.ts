/** Handlers that keep their event loop busy, in a process of their own, against a real node in this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../src/index.ts';

const LEASE_MS = 2_000;
const BUSY_MS = 8_000;
const PROGRAM = path.join(import.meta.dirname, 'support', 'busy-worker.ts');

interface BusyOptions {
  readonly busyMs: number;
  readonly jobs: number;
  readonly nodeFlags?: readonly string[];
}

interface Line {
  readonly kind: string;
  readonly id?: string;
  readonly attempt?: number;
}

class BusyWorker implements AsyncDisposable {
  readonly lines: Line[] = [];
  warnings = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private readonly began = Promise.withResolvers<void>();

  constructor(broker: TestBroker, queue: string, { busyMs, jobs, nodeFlags = [] }: BusyOptions) {
    const args = [...nodeFlags, PROGRAM, queue, ...[LEASE_MS, busyMs, jobs].map(String)];
    const env = { ...process.env, FLOWMESH_URL: broker.endpoints.join(',') };
    const child = spawn(process.execPath, args, { env, stdio: 'pipe' });
    this.child = child;
    this.ended = new Promise((resolve) => child.once('close', resolve));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      this.lines.push(line);
      if (line.kind === 'began') this.began.resolve();
    });
    child.stderr.on('data', (chunk: Buffer) => (this.warnings += chunk.toString()));
  }

  /** Rejects with what it complained about, where it ended before. */
  async handlerBegan(): Promise<void> {
    const early = this.ended.then(() => Promise.reject(new Error(`ended: ${this.warnings}`)));
    await Promise.race([this.began.promise, early]);
  }

  /** Exits by itself: nothing that it started keeps it. */
  async end(): Promise<number | null> {
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

it('a handler that keeps the event loop busy for longer than its lease keeps its job', async () => {
  await using broker = await startBroker({ memory: true });
  const mesh = await broker.mesh();
  await mesh.queues.create({ name: 'sums', shards: 1 });
  await mesh.queues.enqueue('sums', { payload: '40! + 2' });
  await using busy = new BusyWorker(broker, 'sums', { busyMs: BUSY_MS, jobs: 1 });
  await busy.handlerBegan();
  const others: string[] = [];
  await using other = mesh.worker('sums', ({ id }) => void others.push(id), { leaseMs: LEASE_MS });
  expect(await busy.end()).toBe(0);
  expect(busy.lines.filter(({ kind }) => kind !== 'connected')).toMatchObject([
    { kind: 'began', attempt: 1 },
    { kind: 'completed', attempt: 1 },
  ]);
  expect([others, other.stats.running]).toEqual([[], 0]);
  expect((await mesh.queues.operations.stats('sums')).total).toMatchObject({ leased: 0, completedTotal: 1 });
});

it('a job that came while a handler kept the event loop busy, and that another worker has by now, is not begun', async () => {
  await using broker = await startBroker({ memory: true });
  const mesh = await broker.mesh();
  await mesh.queues.create({ name: 'sums', shards: 1 });
  const first = await mesh.queues.enqueue('sums', { payload: '40! + 2' });
  await using busy = new BusyWorker(broker, 'sums', { busyMs: BUSY_MS, jobs: 2 });
  await busy.handlerBegan();
  const second = await mesh.queues.enqueue('sums', { payload: '1 + 1' });
  const [taken] = await mesh.queues.receive('sums', { waitMs: 20_000, visibilityMs: 60_000 });
  expect([taken?.id, taken?.attempt]).toEqual([second.id, 2]);
  expect(await busy.end()).toBe(0);
  expect(busy.lines.filter(({ kind }) => kind === 'began')).toMatchObject([{ id: first.id }]);
  expect(busy.lines.filter(({ kind }) => kind === 'lease-lost')).toMatchObject([{ id: second.id }]);
  await taken?.ack();
});

it('where a process may not start threads, a warning says so, and jobs are done all the same', async () => {
  await using broker = await startBroker({ memory: true });
  const mesh = await broker.mesh();
  await mesh.queues.create({ name: 'sums', shards: 1 });
  await mesh.queues.enqueue('sums', { payload: '1 + 1' });
  const nodeFlags = ['--permission', '--allow-fs-read=*', '--allow-addons'];
  await using busy = new BusyWorker(broker, 'sums', { busyMs: 0, jobs: 1, nodeFlags });
  await busy.handlerBegan();
  expect(await busy.end()).toBe(0);
  expect(busy.lines.at(-1)).toMatchObject({ kind: 'completed', attempt: 1 });
  expect(busy.warnings).toContain('The leases of jobs are extended on the event loop of the handlers');
});
