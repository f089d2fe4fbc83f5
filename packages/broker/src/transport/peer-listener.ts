/**
 * The listening half: the gRPC server that other nodes dial. It listens from the start of the process, before the node
 * is part of a cluster: `Join`, `Identify` and `Found` are answered by their own handlers; everything else is refused until a transport is attached.
 */
import { FlowError } from '@flowmesh/base';
import { type flowmesh, type PeerHandlers, PeerService } from '@flowmesh/proto';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';
import { statusOf } from './handshake.ts';
import { DEFAULT_TRANSPORT_LIMITS, type TransportLimits } from './limits.ts';
import type { SnapshotCall } from './snapshot-stream.ts';

type V1 = typeof flowmesh.internal.v1;
export type JoinRequest = InstanceType<V1['JoinRequest']>;
export type JoinResponse = flowmesh.internal.v1.JoinResponse.$Properties;
export type IdentifyRequest = InstanceType<V1['IdentifyRequest']>;
export type IdentifyResponse = flowmesh.internal.v1.IdentifyResponse.$Properties;
export type FoundRequest = InstanceType<V1['FoundRequest']>;
export type FoundResponse = flowmesh.internal.v1.FoundResponse.$Properties;
export type ReceiveCall = ServerDuplexStream<InstanceType<V1['Hello']>, Buffer>;
export type ForwardCall = ServerUnaryCall<
  InstanceType<V1['ForwardRequest']>,
  flowmesh.internal.v1.ForwardResponse.$Properties
>;

/** A transport, as its listener calls it. The promises reject with the call's FlowError. */
export interface PeerAcceptor {
  receive(call: ReceiveCall): void;
  /** Resolves once all is written. */
  pullSnapshot(call: SnapshotCall): Promise<void>;
  forward(call: ForwardCall): Promise<Uint8Array>;
}

export interface PeerListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Rejects with a FlowError. Absent: nobody joins through this node. */
  readonly onJoin?: (request: JoinRequest) => Promise<JoinResponse>;
  /** As `onJoin`; absent: this node does not say who it is. */
  readonly onIdentify?: (request: IdentifyRequest) => Promise<IdentifyResponse>;
  /** As `onJoin`; absent: this node founds nothing by number. */
  readonly onFound?: (request: FoundRequest) => Promise<FoundResponse>;
  readonly credentials?: ServerCredentials;
  readonly limits?: TransportLimits;
}

/** Connections whose other end vanished are let go after this; a live loop answers in milliseconds. */
const SERVER_KEEP_ALIVE_MS = 5_000;
const SERVER_KEEP_ALIVE_TIMEOUT_MS = 10_000;
/** A connection on which nobody opens a call. */
const CONNECTION_IDLE_MS = 60_000;
const HELLO_BYTES_MAX = 64 * 1024;

export class PeerListener {
  private readonly server: Server;
  private readonly desks: Pick<PeerListenerOptions, 'onJoin' | 'onIdentify' | 'onFound'>;
  private acceptor: PeerAcceptor | undefined;
  private boundPort = 0;
  readonly host: string;

  private constructor(options: PeerListenerOptions) {
    const limits = options.limits ?? DEFAULT_TRANSPORT_LIMITS;
    this.host = options.host;
    this.desks = options;
    // Channelz stays on: without it grpc-js 1.14 does not know its sessions, and forceShutdown closes none of them.
    this.server = new Server({
      'grpc.keepalive_time_ms': SERVER_KEEP_ALIVE_MS,
      'grpc.keepalive_timeout_ms': SERVER_KEEP_ALIVE_TIMEOUT_MS,
      'grpc.max_connection_idle_ms': CONNECTION_IDLE_MS,
      'grpc.max_concurrent_streams': limits.forwardsMax + 16,
      'grpc.max_receive_message_length': limits.forwardBytesMax + HELLO_BYTES_MAX,
      'grpc.max_send_message_length': -1,
    });
    this.server.addService(PeerService, this.handlers());
  }

  /** Rejects with CONFIG_INVALID where the address cannot be bound. */
  static async listen(options: PeerListenerOptions): Promise<PeerListener> {
    const listener = new PeerListener(options);
    const address = `${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
    await new Promise<void>((resolve, reject) => {
      const credentials = options.credentials ?? ServerCredentials.createInsecure();
      listener.server.bindAsync(address, credentials, (error, port) => {
        listener.boundPort = port;
        if (error === null) return resolve();
        reject(
          new FlowError('CONFIG_INVALID', `cannot listen for peers on ${address}: ${error.message}`, {
            hint: 'Choose an address of this machine and a port that is free (listeners.peer).',
            cause: error,
          }),
        );
      });
    });
    return listener;
  }

  get port(): number {
    return this.boundPort;
  }

  attach(acceptor: PeerAcceptor): void {
    this.acceptor = acceptor;
  }

  detach(acceptor: PeerAcceptor): void {
    if (this.acceptor === acceptor) this.acceptor = undefined;
  }

  /** Closes the socket and every connection. */
  close(): Promise<void> {
    this.acceptor = undefined;
    this.server.forceShutdown();
    return new Promise((resolve) => this.server.tryShutdown(() => resolve()));
  }

  private handlers(): PeerHandlers {
    return {
      receive: (call) => {
        if (this.acceptor === undefined) call.emit('error', statusOf(notReady()));
        else this.acceptor.receive(call);
      },
      pullSnapshot: (call) => {
        const served = this.acceptor?.pullSnapshot(call) ?? Promise.reject(notReady());
        served.then(
          () => call.end(),
          (error: unknown) => call.emit('error', statusOf(error)),
        );
      },
      forward: (call, callback) => {
        const reply = this.acceptor?.forward(call) ?? Promise.reject(notReady());
        reply.then(
          (bytes) => callback(null, { reply: bytes }),
          (error: unknown) => callback(statusOf(error)),
        );
      },
      join: (call, callback) => answer(this.desks.onJoin?.(call.request), callback),
      identify: (call, callback) => answer(this.desks.onIdentify?.(call.request), callback),
      found: (call, callback) => answer(this.desks.onFound?.(call.request), callback),
    };
  }
}

type Callback<T> = (error: Partial<ServiceError> | null, value?: T) => void;

function answer<T>(response: Promise<T> | undefined, callback: Callback<T>): void {
  (response ?? Promise.reject(notReady())).then(
    (value) => callback(null, value),
    (error: unknown) => callback(statusOf(error)),
  );
}

function notReady(): FlowError {
  return new FlowError('UNAVAILABLE', 'this node is not part of a cluster yet', {
    hint: 'It is starting or joining; try again in a moment.',
  });
}
