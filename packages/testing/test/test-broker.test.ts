import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@flowmesh/client';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
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

  it('takes clients of Kafka', async () => {
    await using broker = await startBroker({ memory: true });
    const mesh = await broker.mesh();
    await mesh.streams.create({ name: 'orders', partitions: 1 });
    const kafka = new Kafka({ brokers: [...broker.kafka], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    try {
      const [sent] = await producer.send({ topic: 'orders', messages: [{ value: 'a' }] });
      expect(sent).toMatchObject({ errorCode: 0, baseOffset: '0' });
    } finally {
      await producer.disconnect();
    }
    const written = await mesh.producer().send({ stream: 'orders', partition: 0, value: 'b' });
    expect(written.offset).toBe(1);
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
