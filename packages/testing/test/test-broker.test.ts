import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@flowmesh/client';
import { describe, expect, it } from 'vitest';
import { startBroker } from '../src/index.ts';

describe('a broker for tests', () => {
  it('stores and serves, and is gone after stop', async () => {
    const broker = await startBroker({ memory: true });
    const mesh = await broker.mesh();
    await mesh.streams.create({ name: 'orders', partitions: 2 });
    const written = await mesh.producer().send({ stream: 'orders', partition: 1, value: 'a' });
    expect(written).toMatchObject({ stream: 'orders', partition: 1, offset: 0 });
    await broker.stop();
    await expect(connect({ endpoints: broker.endpoints, timeoutMs: 500 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await expect(broker.mesh()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('has three nodes that go on when one is stopped', async () => {
    await using broker = await startBroker({ nodes: 3 });
    expect(new Set(broker.endpoints).size).toBe(3);
    const mesh = await broker.mesh();
    const stream = await mesh.streams.create({ name: 'orders' });
    expect(stream.replicationFactor).toBe(3);
    const producer = mesh.producer();
    await producer.send({ stream: 'orders', value: 'before' });
    await broker.stopNode(0);
    const written = await producer.send({ stream: 'orders', value: 'after' });
    expect(written.offset).toBe(1);
  });

  it('runs on RocksDB in a folder that is removed', async () => {
    const temporary = await mkdtemp(path.join(tmpdir(), 'flowmesh-testing-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    try {
      const lines: string[] = [];
      const broker = await startBroker({ memory: false, onLog: (line) => lines.push(line) });
      expect(await readdir(temporary)).toHaveLength(1);
      await broker.stop();
      expect(await readdir(temporary)).toEqual([]);
      expect(lines.some((line) => line.includes('"node has stopped"'))).toBe(true);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      await rm(temporary, { recursive: true, force: true });
    }
  });

  it('says so when it cannot start in time', async () => {
    await expect(startBroker({ nodes: 3, timeoutMs: 1 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(startBroker({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
<<<<<<< HEAD

/** Runs an example of a README, the first one unless told, with the packages as they are here. */
async function runExample(
  readme: string,
  change: (example: string) => string,
  args: string[] = [],
  number = 0,
): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, readme), 'utf8');
  const example = must([...text.matchAll(/```ts\n([\s\S]*?)```/g)][number]?.[1], 'no example');
  const folder = await mkdtemp(path.join(tmpdir(), 'flowmesh-readme-'));
  try {
    const file = path.join(folder, 'example.test.mts');
    const sources = example.replaceAll(/'@flowmesh\/(\w+)'/g, (_, name: string) => {
      return `'${new URL(`../../${name}/src/index.ts`, import.meta.url).href}'`;
    });
    await writeFile(file, change(sources));
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    return (await promisify(execFile)(process.execPath, [...args, file], { env })).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the examples in the READMEs', () => {
  it('of this package passes as it is written', async () => {
    const output = await runExample('../README.md', (text) => text, ['--test', '--test-reporter=tap']);
    expect(output).toContain('# pass 1');
  });

  it('of the SDK says what it should', async () => {
    await using broker = await startBroker();
    const endpoint = must(broker.endpoints[0], 'no endpoint');
    const output = await runExample('../../client/README.md', (text) =>
      text.replace('127.0.0.1:50051', endpoint),
    );
    expect(output).toMatch(/^stored in partition [012] at offset 0\nhello\n$/);
    const change = (text: string): string => text.replace('127.0.0.1:50051', endpoint);
    expect(await runExample('../../client/README.md', change, [], 1)).toBe('ann@example.com\n');
  });
});
=======
>>>>>>> e6d5ba3 (Documentation: a tour of queues, groups, buckets and transactions; every example is a program that the tests run; SDK: connect() without endpoints, create with ifNotExists)
