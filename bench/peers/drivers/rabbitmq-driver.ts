/**
 * A client process that has jobs go through a quorum queue: published, which is confirmed, delivered, acknowledged, which is not. And what
 * declares the queue. Its client lies in the cache folder.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BenchClient, PayloadSource } from '@flowmesh/cli/bench';

/** What is used of the client. */
interface Connection {
  createConfirmChannel(): Promise<Channel>;
  close(): Promise<void>;
}

interface Delivery {
  readonly fields: object;
}

interface Channel {
  assertQueue(
    name: string,
    options: { readonly durable: boolean; readonly arguments: object },
  ): Promise<unknown>;
  sendToQueue(
    queue: string,
    content: Buffer,
    options: { readonly persistent: boolean },
    confirmed: (error: Error | null) => void,
  ): boolean;
  prefetch(count: number): Promise<unknown>;
  consume(queue: string, onDelivery: (delivery: Delivery | null) => void): Promise<unknown>;
  ack(delivery: Delivery): void;
}

export interface RabbitMqClientOptions {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly queue: string;
  readonly payloadBytes: number;
  /** Delivered ahead. */
  readonly prefetch: number;
}

const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 3 } };

async function connected(folder: string, port: number): Promise<Connection> {
  const require = createRequire(path.join(folder, 'package.json'));
  const amqp = require('amqplib') as { connect(url: string): Promise<Connection> };
  return await amqp.connect(`amqp://guest:guest@127.0.0.1:${port}`);
}

export async function openClient(options: RabbitMqClientOptions): Promise<BenchClient> {
  const { folder, ports, queue, payloadBytes, prefetch } = options;
  const connection = await connected(folder, ports[0] as number);
  const channel = await connection.createConfirmChannel();
  const payloads = new PayloadSource(payloadBytes);
  const publish = (sequence: number, intendedUs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      channel.sendToQueue(queue, payloads.next(intendedUs, sequence), { persistent: true }, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  // Which job is acknowledged does not matter, only that as many are under way as before.
  const waiting: (() => void)[] = [];
  const consuming = await connection.createConfirmChannel();
  await consuming.prefetch(prefetch);
  await consuming.consume(queue, (delivery) => {
    if (delivery === null) return;
    consuming.ack(delivery);
    waiting.shift()?.();
  });
  return {
    kind: 'operations',
    operate: async (sequence, intendedUs) => {
      const done = new Promise<void>((resolve) => waiting.push(resolve));
      await publish(sequence, intendedUs);
      await done;
      return payloadBytes;
    },
    close: () => connection.close(),
  };
}

/** True once all nodes take clients and the queue is there. */
export async function declareQueue(
  folder: string,
  ports: readonly number[],
  queue: string,
): Promise<boolean> {
  const connections = await Promise.all(ports.map((port) => connected(folder, port)));
  try {
    const channel = await connections[0]?.createConfirmChannel();
    await channel?.assertQueue(queue, QUORUM);
    return true;
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}
