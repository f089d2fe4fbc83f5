/** What is used of NATS's own client, which lies in the cache folder. */
import { createRequire } from 'node:module';
import path from 'node:path';

export interface Connection {
  close(): Promise<void>;
}

interface Transport {
  readonly connect: (options: {
    readonly servers: readonly string[];
    readonly timeout: number;
    /** -1: for ever. */
    readonly maxReconnectAttempts: number;
    readonly reconnectTimeWait: number;
    readonly ignoreClusterUpdates: boolean;
  }) => Promise<Connection>;
}

export interface Message {
  readonly data: Uint8Array;
  ackAck(): Promise<boolean>;
}

interface Consumer {
  consume(options: {
    readonly callback: (message: Message) => void;
    readonly max_messages: number;
  }): Promise<{ close(): Promise<unknown> }>;
}

export interface JetStream {
  publish(subject: string, data: Uint8Array, options?: { readonly timeout: number }): Promise<unknown>;
  readonly consumers: {
    /** With a policy: an ordered consumer, which is the client's own. */
    get(stream: string, consumer: string | { readonly deliver_policy: 'new' }): Promise<Consumer>;
  };
}

interface StreamFacts {
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly {
      readonly name: string;
      readonly current: boolean;
      readonly offline?: boolean;
    }[];
  };
}

export interface Manager {
  getAccountInfo(): Promise<{ readonly streams: number }>;
  readonly streams: {
    add(config: {
      readonly name: string;
      readonly subjects: readonly string[];
      readonly num_replicas: number;
      readonly storage: 'file';
      readonly retention?: 'limits' | 'workqueue';
    }): Promise<unknown>;
    delete(name: string): Promise<unknown>;
    info(name: string): Promise<StreamFacts>;
  };
  readonly consumers: {
    add(
      stream: string,
      config: {
        readonly durable_name: string;
        readonly ack_policy: 'explicit';
        readonly max_ack_pending: number;
      },
    ): Promise<unknown>;
  };
}

interface Buckets {
  create(
    name: string,
    options: { readonly replicas: number; readonly storage: 'file' },
  ): Promise<{ put(key: string, value: Uint8Array): Promise<unknown> }>;
  open(name: string): Promise<{ put(key: string, value: Uint8Array): Promise<unknown> }>;
}

const CONNECT_MS = 10_000;
const RECONNECT_MS = 100;
/** For requests that make, find and delete things. */
const ADMIN_MS = 15_000;

export class NatsClient implements AsyncDisposable {
  readonly stream: JetStream;
  private readonly connection: Connection;
  private readonly require: NodeJS.Require;
  private managing: Promise<Manager> | undefined;

  private constructor(require: NodeJS.Require, connection: Connection) {
    this.require = require;
    this.connection = connection;
    const { jetstream } = require('@nats-io/jetstream') as {
      jetstream: (connection: Connection) => JetStream;
    };
    this.stream = jetstream(connection);
  }

  static async connect(folder: string, servers: readonly string[]): Promise<NatsClient> {
    const require = createRequire(path.join(folder, 'package.json'));
    const { connect } = require('@nats-io/transport-node') as Transport;
    const options = {
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      // It stays with the servers that it was told of.
      ignoreClusterUpdates: true,
    };
    return new NatsClient(require, await connect({ servers, ...options }));
  }

  manager(): Promise<Manager> {
    const { jetstreamManager } = this.require('@nats-io/jetstream') as {
      jetstreamManager: (connection: Connection, options: { readonly timeout: number }) => Promise<Manager>;
    };
    this.managing ??= jetstreamManager(this.connection, { timeout: ADMIN_MS });
    return this.managing;
  }

  buckets(): Buckets {
    const { Kvm } = this.require('@nats-io/kv') as { Kvm: new (stream: JetStream) => Buckets };
    return new Kvm(this.stream);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
