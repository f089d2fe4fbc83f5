/** A client process of NATS: publishes to JetStream, reads a stream as it grows, puts keys, or has jobs go through a work queue. */
import { randomInt } from 'node:crypto';
import { type BenchClient, machineNowUs, PayloadSource, stampOf } from '@flowmesh/cli/bench';
import { NatsClient } from './nats-client.ts';

export type NatsClientOptions = {
  readonly folder: string;
  readonly servers: readonly string[];
} & (
  | { readonly does: 'publish'; readonly subject: string; readonly payloadBytes: number }
  /** What comes from now on. */
  | { readonly does: 'tail'; readonly stream: string }
  | { readonly does: 'put'; readonly bucket: string; readonly keys: number; readonly payloadBytes: number }
  /** A job from when it is published until its acknowledgement is confirmed. */
  | {
      readonly does: 'job';
      readonly subject: string;
      readonly stream: string;
      readonly consumer: string;
      readonly inFlight: number;
      readonly payloadBytes: number;
    }
);

type Options<Does extends NatsClientOptions['does']> = Extract<NatsClientOptions, { readonly does: Does }>;

/** Pulled at once, of a stream that is read. */
const PULLED = 10_000;

export async function openClient(options: NatsClientOptions): Promise<BenchClient> {
  const client = await NatsClient.connect(options.folder, options.servers);
  switch (options.does) {
    case 'publish':
      return publisher(client, options);
    case 'tail':
      return await reader(client, options);
    case 'put':
      return await putter(client, options);
    case 'job':
      return await worker(client, options);
  }
}

function publisher(client: NatsClient, { subject, payloadBytes }: Options<'publish'>): BenchClient {
  const payloads = new PayloadSource(payloadBytes);
  return {
    kind: 'operations',
    operate: async (sequence, intendedUs) => {
      await client.stream.publish(subject, payloads.next(intendedUs, sequence));
      return payloadBytes;
    },
    close: () => client.close(),
  };
}

async function reader(client: NatsClient, { stream }: Options<'tail'>): Promise<BenchClient> {
  const consumer = await client.stream.consumers.get(stream, { deliver_policy: 'new' });
  return {
    kind: 'flow',
    run: async (sink, signal) => {
      const messages = await consumer.consume({
        max_messages: PULLED,
        callback: ({ data }) => {
          const stamp = stampOf(data);
          sink.arrived(data.length, stamp === undefined ? undefined : machineNowUs() - stamp);
        },
      });
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await messages.close();
    },
    close: () => client.close(),
  };
}

async function putter(client: NatsClient, options: Options<'put'>): Promise<BenchClient> {
  const { keys, payloadBytes } = options;
  const bucket = await client.buckets().open(options.bucket);
  const payloads = new PayloadSource(payloadBytes);
  return {
    kind: 'operations',
    operate: async (sequence, intendedUs) => {
      await bucket.put(`key-${randomInt(keys)}`, payloads.next(intendedUs, sequence));
      return payloadBytes;
    },
    close: () => client.close(),
  };
}

async function worker(client: NatsClient, options: Options<'job'>): Promise<BenchClient> {
  const { subject, payloadBytes, inFlight } = options;
  const payloads = new PayloadSource(payloadBytes);
  // Which job is acknowledged does not matter, only that as many are under way as before.
  const waiting: ((confirmed: Promise<unknown>) => void)[] = [];
  const consumer = await client.stream.consumers.get(options.stream, options.consumer);
  const messages = await consumer.consume({
    max_messages: inFlight,
    callback: (message) => {
      const confirmed = message.ackAck();
      const resolve = waiting.shift();
      if (resolve === undefined) confirmed.catch(() => undefined);
      else resolve(confirmed);
    },
  });
  return {
    kind: 'operations',
    operate: async (sequence, intendedUs) => {
      const done = new Promise<unknown>((resolve) => waiting.push(resolve));
      await client.stream.publish(subject, payloads.next(intendedUs, sequence));
      await done;
      return payloadBytes;
    },
    close: async () => {
      await messages.close();
      await client.close();
    },
  };
}
