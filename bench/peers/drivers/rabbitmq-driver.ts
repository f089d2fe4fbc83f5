/** A client process that publishes to a quorum queue and waits for confirms; and what declares the queue. Its client lies in the cache folder. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BenchClient, PayloadSource } from '@flowmesh/cli/bench';

/** What is used of the client. */
interface Connection {
  createConfirmChannel(): Promise<Channel>;
  close(): Promise<void>;
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
}

export interface RabbitMqClientOptions {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly queue: string;
  readonly payloadBytes: number;
}

const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 3 } };

async function connected(folder: string, port: number): Promise<Connection> {
  const require = createRequire(path.join(folder, 'package.json'));
  const amqp = require('amqplib') as { connect(url: string): Promise<Connection> };
  return await amqp.connect(`amqp://guest:guest@127.0.0.1:${port}`);
}

export async function openClient(options: RabbitMqClientOptions): Promise<BenchClient> {
  const { folder, ports, queue, payloadBytes } = options;
  const connection = await connected(folder, ports[0] as number);
  const channel = await connection.createConfirmChannel();
  const payloads = new PayloadSource(payloadBytes);
  return {
    kind: 'operations',
    operate: (sequence, intendedUs) =>
      new Promise((resolve, reject) => {
        channel.sendToQueue(queue, payloads.next(intendedUs, sequence), { persistent: true }, (error) => {
          if (error === null) resolve(payloadBytes);
          else reject(error);
        });
      }),
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
