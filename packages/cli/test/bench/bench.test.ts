/** `flowmesh bench` against a real broker, with client processes, for moments: that it measures, not what. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { machineNowUs } from '../../src/bench/clients/machine-clock.ts';
import { openClient as openQueueClient } from '../../src/bench/drivers/queue-driver.ts';
import type { BenchResult } from '../../src/bench/report/result.ts';
import { type Outcome, run, type RunOptions, TempDir } from '../support/run.ts';

let broker: TestBroker;
let mesh: FlowMesh;

beforeAll(async () => {
  broker = await startBroker();
  mesh = await broker.mesh();
});

afterAll(async () => {
  await broker.stop();
});

const MOMENT = ['-d', '2s', '--warmup', '100ms', '--clients', '1', '--concurrency', '4', '--partitions', '2'];

function bench(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [workload = '', ...rest] = argv;
  const at =
    workload === 'kafka' ? ['--bootstrap', broker.kafka.join(',')] : ['--url', broker.endpoints.join(',')];
  return run(['bench', workload, ...MOMENT, ...rest, ...at], options);
}

async function all<T>(listed: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const one of listed) found.push(one);
  return found;
}

async function measured(argv: readonly string[]): Promise<BenchResult> {
  const outcome = await bench([...argv, '--json']);
  const result = JSON.parse(outcome.stdout) as BenchResult;
  // On a machine that is very busy a moment may be too short for anything to end in it.
  const idle = result.measures.some(({ operations, latency }) => operations === 0 && latency === null);
  expect([outcome.code, outcome.stderr]).toEqual([idle ? 1 : 0, expect.any(String)]);
  return result;
}

describe('flowmesh bench', () => {
  it('prints a result that programs can rely on, and leaves nothing behind', async () => {
    const result = await measured(['stream']);
    expect(result).toEqual({
      schema: 'flowmesh.bench.v1',
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      workload: 'stream',
      target: {
        system: 'FlowMesh',
        version: expect.any(String) as string,
        nodes: 1,
        durability: 'NONE: a node keeps everything in memory (--memory)',
        replicationFactor: 1,
        partitions: 2,
        details: { 'node.js': process.versions.node },
      },
      settings: {
        payloadBytes: 1_024,
        acks: 'all',
        compression: 'none',
        lingerMs: 5,
        batchBytes: 262_144,
        durationMs: 2_000,
        warmupMs: 100,
      },
      machine: {
        cpu: expect.any(String) as string,
        cores: expect.any(Number) as number,
        memoryBytes: expect.any(Number) as number,
        system: expect.any(String) as string,
        node: process.version,
        version: expect.any(String) as string,
        loadBefore: expect.any(Number) as number,
        loadAfter: expect.any(Number) as number,
      },
      measures: ['publish', 'consume', 'end-to-end'].map(
        (name) => expect.objectContaining({ name, failed: 0, clients: 1, durationMs: 2_000 }) as object,
      ),
    });
    expect(result.measures.map(({ loop }) => loop)).toEqual(['closed', 'arrivals', 'arrivals']);
    const [publish, , tail] = result.measures;
    expect([publish?.latency?.from ?? 'sent', tail?.latency?.from ?? 'intended']).toEqual([
      'sent',
      'intended',
    ]);
    expect(await all(mesh.streams.list({ prefix: 'bench-' }))).toEqual([]);
  });

  it('measures queues', async () => {
    const { measures } = await measured(['queue', '--warmup', '0ms']);
    expect(measures.map(({ name }) => name)).toEqual(['enqueue', 'work', 'end-to-end']);
    for (const { failed } of measures) expect(failed).toBe(0);
    expect(await all(mesh.queues.list({ prefix: 'bench-' }))).toEqual([]);
  });

  it('measures buckets, at a rate', async () => {
    const { measures, settings } = await measured(['kv', '--keys', '20', '--rate', '50']);
    expect(measures).toMatchObject([
      { name: 'put', loop: 'open', rate: 50 },
      { name: 'get', loop: 'open', rate: 50 },
    ]);
    expect(settings).toMatchObject({ keys: 20, reads: 'linearizable' });
    expect(await all(mesh.kv.list({ prefix: 'bench-' }))).toEqual([]);
  });

  it('measures what speaks the protocol of Kafka', async () => {
    const { measures, target } = await measured(['kafka', '--compression', 'lz4']);
    expect(measures.map(({ name }) => name)).toEqual(['produce', 'consume', 'end-to-end']);
    for (const { failed } of measures) expect(failed).toBe(0);
    expect(target).toMatchObject({ nodes: 1, replicationFactor: 1, partitions: 2 });
    expect(target.durability).toContain('acknowledged by all in-sync replicas');
  });

  it('has clients that put in every job and work on every job, stamped and unstamped', async () => {
    await mesh.queues.create({ name: 'jobs' });
    const at = { endpoints: broker.endpoints, security: {}, queue: 'jobs' };
    const sender = await openQueueClient({ ...at, does: 'enqueue', payloadBytes: 16 });
    if (sender.kind !== 'operations') throw new Error('it is no sender');
    const moved = await Promise.all(
      Array.from({ length: 20 }, (_, at20) => sender.operate(at20, machineNowUs())),
    );
    expect(moved).toEqual(Array.from({ length: 20 }, () => 16));
    await sender.close();
    for (const [does, jobs] of [
      ['receive', 10],
      ['work', 10],
    ] as const) {
      const worker = await openQueueClient({ ...at, does, concurrency: 1 });
      if (worker.kind !== 'flow') throw new Error('it is no receiver');
      const enough = new AbortController();
      const latencies: (number | undefined)[] = [];
      const arrived = (_bytes: number, latencyUs: number | undefined): void => {
        if (latencies.push(latencyUs) >= jobs) enough.abort();
      };
      const failed = (code: string): never => {
        throw new Error(code);
      };
      await worker.run({ nowUs: machineNowUs, arrived, failed }, enough.signal);
      await worker.close();
      expect(
        latencies.slice(0, jobs).every((us) => (does === 'work' ? us === undefined : (us ?? 0) > 0)),
      ).toBe(true);
    }
  });

  it('writes a page, and compares with an older result', async () => {
    using dir = new TempDir();
    const only = ['stream', '--only', 'publish'];
    writeFileSync(dir.join('old.json'), (await bench([...only, '--json'])).stdout);
    const outcome = await bench([...only, '--html', 'page.html', '--compare', 'old.json'], { cwd: dir.path });
    expect(outcome.stdout).toContain('compared with 20');
    expect(outcome.stdout).toMatch(/publish .*→/);
    expect(readFileSync(dir.join('page.html'), 'utf8')).toContain('<svg');
  });

  it('refuses what it cannot do before anything is made', async () => {
    expect((await bench(['stream', '--only', 'speed'])).stderr).toContain(
      'there is no measure speed of stream',
    );
    expect((await bench(['stream', '--compare', 'missing.json'])).code).toBe(2);
    expect((await bench(['queue', '-d', '1ms'])).code).toBe(2);
    const nobody = await run(['bench', 'kafka', '--bootstrap', '127.0.0.1:1']);
    expect([nobody.code, nobody.stderr]).toEqual([
      6,
      expect.stringContaining("nobody answers Kafka's protocol") as string,
    ]);
  });

  it('interrupted, ends its clients and deletes what it made', async () => {
    const interrupt = new AbortController();
    const running = bench(['stream', '-d', '1h'], { interrupted: interrupt.signal });
    const made = async (): Promise<number> => (await all(mesh.streams.list({ prefix: 'bench-' }))).length;
    while ((await made()) === 0) await new Promise((resolve) => setImmediate(resolve));
    interrupt.abort();
    expect((await running).code).toBe(130);
    expect(await made()).toBe(0);
  });
});
