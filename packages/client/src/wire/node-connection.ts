/**
 * The connections to one node: one for calls and appends, one (opened when first used) for subscriptions, so that a full
 * receive window never delays acknowledgements. grpc-js connects, reconnects and probes; retries are ours alone.
 */
import { assert, FlowError } from '@flowmesh/base';
import {
  ClusterClient,
  DeadLettersClient,
  GroupsClient,
  KvClient,
  QueuesClient,
  StreamsClient,
  TransactionsClient,
} from '@flowmesh/proto';
import {
  type CallOptions,
  type ChannelOptions,
  type ClientUnaryCall,
  Metadata,
  type requestCallback,
} from '@grpc/grpc-js';
import {
  FLOW_CONTROL_WINDOW_BYTES,
  KEEPALIVE_TIME_MS,
  KEEPALIVE_TIMEOUT_MS,
  MESSAGE_BYTES_MAX,
  NODES_MAX,
} from '../limits.ts';
import { cancelled } from '../system.ts';
import { channelSecurity, type ChannelSecurity, type SecurityOptions } from './channel-security.ts';
import { fromCallFailure } from './errors.ts';

const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
  'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
};

export class NodeConnection {
  readonly address: string;
  private readonly security: ChannelSecurity;
  readonly streams: StreamsClient;
  readonly cluster: ClusterClient;
  readonly groups: GroupsClient;
  readonly transactions: TransactionsClient;
  readonly kv: KvClient;
  private kvReader: KvClient | undefined;
  readonly queues: QueuesClient;
  readonly deadLetters: DeadLettersClient;
  private reader: StreamsClient | undefined;
  private workers: QueuesClient | undefined;

  constructor(address: string, security: SecurityOptions) {
    this.address = address;
    this.security = channelSecurity(address, security);
    const { credentials, options } = this.security;
    this.streams = new StreamsClient(address, credentials, { ...CHANNEL_OPTIONS, ...options });
    const shared = { ...options, channelOverride: this.streams.getChannel() };
    this.cluster = new ClusterClient(address, credentials, shared);
    this.groups = new GroupsClient(address, credentials, shared);
    this.transactions = new TransactionsClient(address, credentials, shared);
    this.kv = new KvClient(address, credentials, shared);
    this.queues = new QueuesClient(address, credentials, shared);
    this.deadLetters = new DeadLettersClient(address, credentials, shared);
  }

  /** The client for watches of buckets. */
  get watches(): KvClient {
    this.kvReader ??= new KvClient(this.address, this.security.credentials, {
      ...this.security.options,
      channelOverride: this.subscriptions.getChannel(),
    });
    return this.kvReader;
  }

  /** The client for subscriptions. */
  get subscriptions(): StreamsClient {
    this.reader ??= new StreamsClient(this.address, this.security.credentials, {
      ...CHANNEL_OPTIONS,
      ...this.security.options,
    });
    return this.reader;
  }

  /** The client for streams of jobs, on the connection of subscriptions. */
  get work(): QueuesClient {
    this.workers ??= new QueuesClient(this.address, this.security.credentials, {
      ...this.security.options,
      channelOverride: this.subscriptions.getChannel(),
    });
    return this.workers;
  }

  close(): void {
    this.streams.close();
    this.reader?.close();
  }
}

/** Connections by address. What it hands out stays open until `close`. */
export class ConnectionPool {
  private readonly security: SecurityOptions;
  private readonly connections = new Map<string, NodeConnection>();
  private closed = false;

  constructor(security: SecurityOptions = {}) {
    this.security = security;
  }

  get(address: string): NodeConnection {
    if (this.closed) throw new FlowError('CANCELLED', 'the client is closed');
    let connection = this.connections.get(address);
    if (connection === undefined) {
      assert(this.connections.size < NODES_MAX, 'too many nodes');
      connection = new NodeConnection(address, this.security);
      this.connections.set(address, connection);
    }
    return connection;
  }

  close(): void {
    this.closed = true;
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
  }
}

/** A method of a generated client, in the form that takes everything. */
export type UnaryMethod<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: CallOptions,
  callback: requestCallback<Res>,
) => ClientUnaryCall;

export interface CallLimits {
  readonly address: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One attempt of a unary call. Rejects with a FlowError; CANCELLED where `signal` aborted. */
export function callUnary<Req, Res>(
  method: UnaryMethod<Req, Res>,
  request: Req,
  limits: CallLimits,
): Promise<Res> {
  return new Promise((resolve, reject) => {
    const { signal } = limits;
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    const onAbort = (): void => call.cancel();
    const options: CallOptions = { deadline: Date.now() + limits.timeoutMs };
    const call = method(request, new Metadata(), options, (error, response) => {
      signal?.removeEventListener('abort', onAbort);
      if (error === null && response !== undefined) resolve(response);
      else if (signal?.aborted === true) reject(cancelled());
      else reject(fromCallFailure(error, limits.address));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
