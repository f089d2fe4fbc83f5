/** A client process that publishes to JetStream and waits for its acknowledgements; and what makes its stream. Its client lies in the cache folder. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BenchClient, PayloadSource } from '@flowmesh/cli/bench';

/** What is used of the client. */
interface Connection {
  close(): Promise<void>;
}

interface Transport {
  connect(options: { readonly servers: readonly string[]; readonly timeout: number }): Promise<Connection>;
}

interface JetStream {
  jetstream(connection: Connection): { publish(subject: string, data: Uint8Array): Promise<unknown> };
  jetstreamManager(connection: Connection): Promise<{
    readonly streams: {
      add(config: {
        readonly name: string;
        readonly subjects: readonly string[];
        readonly num_replicas: number;
        readonly storage: 'file';
      }): Promise<unknown>;
      delete(name: string): Promise<unknown>;
    };
  }>;
}

export interface NatsClientOptions {
  readonly folder: string;
  readonly servers: readonly string[];
  readonly subject: string;
  readonly payloadBytes: number;
}

const CONNECT_MS = 10_000;

function packages(folder: string): { readonly transport: Transport; readonly jetstream: JetStream } {
  const require = createRequire(path.join(folder, 'package.json'));
  return {
    transport: require('@nats-io/transport-node') as Transport,
    jetstream: require('@nats-io/jetstream') as JetStream,
  };
}

async function connected(folder: string, servers: readonly string[]): Promise<Connection> {
  return await packages(folder).transport.connect({ servers, timeout: CONNECT_MS });
}

export async function openClient(options: NatsClientOptions): Promise<BenchClient> {
  const { folder, servers, subject, payloadBytes } = options;
  const connection = await connected(folder, servers);
  const stream = packages(folder).jetstream.jetstream(connection);
  const payloads = new PayloadSource(payloadBytes);
  return {
    kind: 'operations',
    operate: async (sequence, intendedUs) => {
      await stream.publish(subject, payloads.next(intendedUs, sequence));
      return payloadBytes;
    },
    close: () => connection.close(),
  };
}

/** True once it is there. */
export async function makeStream(
  folder: string,
  servers: readonly string[],
  name: string,
  replicas: number,
): Promise<boolean> {
  const connection = await connected(folder, servers);
  try {
    const { streams } = await packages(folder).jetstream.jetstreamManager(connection);
    await streams.add({ name, subjects: [name], num_replicas: replicas, storage: 'file' });
    return true;
  } finally {
    await connection.close();
  }
}

export async function deleteStream(folder: string, servers: readonly string[], name: string): Promise<void> {
  const connection = await connected(folder, servers);
  try {
    const { streams } = await packages(folder).jetstream.jetstreamManager(connection);
    await streams.delete(name);
  } finally {
    await connection.close();
  }
}
