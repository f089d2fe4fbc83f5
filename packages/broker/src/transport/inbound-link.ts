/**
 * The dialling half of a connection: this node opens a Receive stream to a peer and receives on it what that peer has to
 * say. One link, one channel, one socket; it reconnects by itself until it is closed.
 *
 *   dialling ── identity checked ──► open ── stream ends ──► waiting ── backoff ──► dialling
 *      └────────── fails ───────────────────────────────────────┘         (closed: from anywhere, for good)
 *
 * Credit is given back to the peer once frames have been handled. Frames of an answerer that is not the one meant are
 * never handled.
 */
import { type Clock, FlowError, type Random, type Scheduler, type TimerHandle } from '@flowmesh/base';
import { FEATURES } from '@flowmesh/engines';
import { flowmesh, PeerClient } from '@flowmesh/proto';
import type { ChannelCredentials, ChannelOptions, ClientDuplexStream } from '@grpc/grpc-js';
import {
  type Claim,
  checkAnswer,
  claimOf,
  errorOf,
  isLasting,
  type NodeIdentity,
  PROTOCOL_VERSION,
} from './handshake.ts';
import type { TransportLimits } from './limits.ts';
import type { PeerEndpoint } from './transport.ts';

export type ConnectionClass = 'control' | 'append' | 'bulk';
export type LinkClass = Exclude<ConnectionClass, 'bulk'>;

type Stream = ClientDuplexStream<flowmesh.internal.v1.Hello.$Properties, Uint8Array>;

export interface LinkEvents {
  opened(claim: Claim): void;
  /** The payload of one frame. Throws FlowError where it is malformed; the connection is then closed. */
  frame(payload: Uint8Array): void;
  /** An open stream ended, or an attempt to open one failed. The link tries again by itself. */
  closed(wasOpen: boolean, cause: FlowError): void;
}

export interface LinkOptions {
  readonly self: NodeIdentity;
  readonly peer: PeerEndpoint;
  readonly class: LinkClass;
  readonly creditBytes: number;
  readonly credentials: ChannelCredentials;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** A further look at whoever answered, once it is known to be the node that was meant. */
  readonly judge: (claim: Claim) => FlowError | undefined;
  readonly events: LinkEvents;
}

interface Attempt {
  readonly client: PeerClient;
  readonly stream: Stream;
  readonly deadline: TimerHandle;
  open: boolean;
  openedAtMs: number;
}

/** Sockets of our own, no proxy, no name lookups of service configurations, no retries behind our back. */
export function channelOptions(limits: TransportLimits, windowBytes: number): ChannelOptions {
  return {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.initial_reconnect_backoff_ms': limits.reconnectMinMs,
    'grpc.max_reconnect_backoff_ms': limits.reconnectMaxMs,
    'grpc-node.flow_control_window': windowBytes,
    'grpc.max_receive_message_length': limits.messageBytesMax + 4096,
    'grpc.max_send_message_length': limits.forwardBytesMax + 4096,
  };
}

/**
 * Keep-alive of the connections that may be busy with one large message for long. The control connection has its own,
 * frame by frame, which an event loop that stood still for a while does not mistake for a dead peer.
 */
export function keepAliveOptions(limits: TransportLimits): ChannelOptions {
  return {
    'grpc.keepalive_time_ms': limits.keepAliveTimeoutMs,
    'grpc.keepalive_timeout_ms': limits.keepAliveTimeoutMs * 2,
  };
}

export class InboundLink {
  private readonly options: LinkOptions;
  private attempt: Attempt | undefined;
  private retry: TimerHandle | undefined;
  private failures = 0;
  private closed = false;
  private heldBytes = 0;
  private throttled = false;

  constructor(options: LinkOptions) {
    this.options = options;
  }

  get open(): boolean {
    return this.attempt?.open === true;
  }

  /** The client of the open connection, for other calls to the same peer. */
  get client(): PeerClient | undefined {
    return this.attempt?.open === true ? this.attempt.client : undefined;
  }

  dial(): void {
    if (this.closed || this.attempt !== undefined) return;
    this.retry = undefined;
    const { peer, limits, credentials } = this.options;
    const control = this.options.class === 'control';
    const client = new PeerClient(peer.address, credentials, {
      ...channelOptions(limits, control ? limits.controlWindowBytes : limits.appendWindowBytes),
      ...(control ? {} : keepAliveOptions(limits)),
    });
    const stream = client.receive();
    const deadline = this.options.scheduler.after(limits.handshakeTimeoutMs, () => {
      this.fail(attempt, new FlowError('TIMEOUT', `no answer from ${peer.address}`));
    });
    const attempt: Attempt = { client, stream, deadline, open: false, openedAtMs: 0 };
    this.attempt = attempt;
    this.heldBytes = 0;
    stream.on('metadata', (metadata) => this.answered(attempt, claimOf(metadata)));
    stream.on('data', (payload: Uint8Array) => this.received(attempt, payload));
    stream.on('error', (failure) => this.fail(attempt, errorOf(failure)));
    stream.on('end', () => this.fail(attempt, new FlowError('UNAVAILABLE', 'the peer ended the stream')));
    this.hello(stream, this.options.creditBytes);
  }

  /** Ends the connection, if there is one, and tries again after the usual backoff. */
  reset(cause: FlowError): void {
    if (this.attempt !== undefined) this.fail(this.attempt, cause);
  }

  /** While throttled the peer gets no new credit. */
  throttle(on: boolean): void {
    this.throttled = on;
    if (!on) this.giveCredit(0);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.retry?.cancel();
    if (this.attempt !== undefined)
      this.fail(this.attempt, new FlowError('CANCELLED', 'the transport was closed'));
  }

  private hello(stream: Stream, creditBytes: number): void {
    const { self, peer } = this.options;
    stream.write({
      clusterId: self.clusterId,
      nodeId: self.node,
      nodeUuid: self.uuid,
      toNodeId: peer.node,
      protocolVersion: PROTOCOL_VERSION,
      class: flowmesh.internal.v1.ConnectionClass[this.options.class === 'control' ? 'CONTROL' : 'APPEND'],
      creditBytes,
      session: self.session,
      starts: self.starts,
      featuresMax: FEATURES.max,
      recovered: self.recovered,
    });
  }

  private answered(attempt: Attempt, claim: Claim): void {
    if (this.attempt !== attempt || attempt.open) return;
    const { self, peer, judge } = this.options;
    const refusal = checkAnswer(claim, self, peer) ?? judge(claim);
    if (refusal !== undefined) return this.fail(attempt, refusal);
    attempt.deadline.cancel();
    attempt.open = true;
    attempt.openedAtMs = this.options.clock.monotonicMs();
    this.options.events.opened(claim);
  }

  private received(attempt: Attempt, payload: Uint8Array): void {
    if (this.attempt !== attempt || !attempt.open) return;
    try {
      this.options.events.frame(payload);
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      this.fail(attempt, error);
      return;
    }
    if (this.attempt === attempt) this.giveCredit(payload.length);
  }

  /** In portions, so that a busy connection does not carry a grant per frame. */
  private giveCredit(bytes: number): void {
    this.heldBytes += bytes;
    if (this.throttled || this.attempt?.open !== true || this.heldBytes < this.options.creditBytes / 8)
      return;
    // Grants carry nothing but the number: who grants was said in the first Hello.
    this.attempt.stream.write({ creditBytes: this.heldBytes });
    this.heldBytes = 0;
  }

  private fail(attempt: Attempt, cause: FlowError): void {
    if (this.attempt !== attempt) return;
    this.attempt = undefined;
    attempt.deadline.cancel();
    attempt.stream.cancel();
    attempt.client.close();
    // Only a connection that lasted starts the backoff anew: one that is refused right after opening must not spin.
    const lastedMs = attempt.open ? this.options.clock.monotonicMs() - attempt.openedAtMs : 0;
    if (lastedMs >= this.options.limits.reconnectMaxMs) this.failures = 0;
    if (!this.closed) this.retry = this.options.scheduler.after(this.backoffMs(cause), () => this.dial());
    this.options.events.closed(attempt.open, cause);
  }

  private backoffMs(cause: FlowError): number {
    const { limits, random } = this.options;
    const doubled = Math.min(limits.reconnectMinMs * 2 ** Math.min(this.failures, 16), limits.reconnectMaxMs);
    this.failures++;
    const baseMs = isLasting(cause) ? limits.refusedRetryMs : doubled;
    return baseMs / 2 + (baseMs / 2) * random.unit();
  }
}
