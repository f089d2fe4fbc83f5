/**
 * The Transport over gRPC. The receiver of the data dials: what this node says to a peer leaves on streams that the
 * peer opened here, what it hears comes on streams that it opened there. Votes, heartbeats, reads and replies have a connection
 * of their own (control), so that they never wait behind entries (append) or snapshots (bulk).
 *
 * Nothing here waits: `send` queues or drops, `flush` writes what credit allows. A dropped message is reported with
 * `onUnreachable` at the end of the turn, once per group and member.
 */
import {
  type Clock,
  FlowError,
  type GroupId,
  type NodeId,
  nodeOf,
  type Random,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import type { PeerMessage } from '@flowmesh/raft';
import { type ChannelCredentials, credentials as grpcCredentials } from '@grpc/grpc-js';
import { forwardCommand } from './forward.ts';
import { disowns, isLasting, type NodeIdentity } from './handshake.ts';
import type { ConnectionClass, LinkClass } from './inbound-link.ts';
import { DEFAULT_TRANSPORT_LIMITS, type TransportLimits } from './limits.ts';
import { Peer } from './peer.ts';
import { PeerLives } from './peer-lives.ts';
import type { PeerListener } from './peer-listener.ts';
import { PeerServing } from './peer-serving.ts';
import { pullChunks } from './snapshot-stream.ts';
import { RefusalLog, type TransportLog } from './refusal-log.ts';
import type { PeerEndpoint, SnapshotPull, Transport, TransportHandler } from './transport.ts';
import { UnreachableNotices } from './unreachable-notices.ts';

/** Called once per frame, or chunk of a snapshot. */
export interface TransportMetrics {
  peerTraffic(direction: 'sent' | 'received', connectionClass: ConnectionClass, bytes: number): void;
  peerDrop(connectionClass: ConnectionClass, messages: number): void;
}

export interface GrpcTransportOptions {
  readonly self: NodeIdentity;
  readonly listener: PeerListener;
  /** Which lives of peers were seen; absent: none is remembered. */
  readonly lives?: PeerLives;
  /** What a node that was removed or replaced is told; undefined for all others. */
  readonly letGo?: (node: number) => FlowError | undefined;
  /** The feature level in force, which every peer has to know; absent: it is not looked at. */
  readonly level?: () => number;
  readonly handler: TransportHandler;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly log: TransportLog;
  readonly metrics?: TransportMetrics;
  /** For dialling; absent: plain text. */
  readonly credentials?: ChannelCredentials;
  readonly limits?: TransportLimits;
}

/** Entries, and what must not overtake them, go with the entries; everything else is control. */
function classOf(message: PeerMessage): LinkClass {
  switch (message.kind) {
    case 'append':
    case 'propose':
    case 'snapshot':
      return 'append';
    case 'append-reply':
    case 'vote':
    case 'vote-reply':
    case 'heartbeat':
    case 'heartbeat-reply':
    case 'transfer-leader':
    case 'timeout-now':
    case 'read-index':
    case 'read-index-reply':
      return 'control';
  }
}

export class GrpcTransport implements Transport {
  private readonly options: GrpcTransportOptions;
  private readonly limits: TransportLimits;
  private readonly credentials: ChannelCredentials;
  private readonly lives: PeerLives;
  private readonly unreachable: UnreachableNotices;
  private readonly refusals: RefusalLog;
  private readonly serving: PeerServing;
  private readonly peers = new Map<NodeId, Peer>();
  private readonly stopping = new AbortController();
  private ticker: TimerHandle;
  private tickDueMs: number;
  private healthFlushDue = false;
  private throttled = false;
  private closed = false;

  /** Serves peers from now on; nothing is dialled before `setPeers`. */
  constructor(options: GrpcTransportOptions) {
    this.options = options;
    this.limits = options.limits ?? DEFAULT_TRANSPORT_LIMITS;
    this.credentials = options.credentials ?? grpcCredentials.createInsecure();
    this.lives = options.lives ?? new PeerLives({ remembered: new Map(), remember: () => undefined });
    this.refusals = new RefusalLog(options.log);
    this.unreachable = new UnreachableNotices(options.scheduler, (group, to) => {
      options.handler.onUnreachable(group, to);
    });
    this.tickDueMs = options.clock.monotonicMs() + this.limits.keepAliveIntervalMs;
    this.ticker = options.scheduler.after(this.limits.keepAliveIntervalMs, () => this.tick());
    this.serving = new PeerServing({
      self: options.self,
      limits: this.limits,
      scheduler: options.scheduler,
      handler: options.handler,
      refusals: this.refusals,
      peer: (node) => this.peers.get(node as NodeId),
      letGo: options.letGo ?? (() => undefined),
      level: options.level ?? (() => 0),
      sentBulk: (bytes) => options.metrics?.peerTraffic('sent', 'bulk', bytes),
    });
    options.listener.attach(this.serving);
  }

  send(group: GroupId, message: PeerMessage): void {
    const linkClass = classOf(message);
    const peer = this.peers.get(nodeOf(message.to));
    if (peer?.push(linkClass, { group, message }) === true) return;
    this.options.metrics?.peerDrop(linkClass, 1);
    if (!this.closed) this.unreachable.add(group, message.to);
  }

  broadcastHealth(payload: Uint8Array): void {
    for (const peer of this.peers.values()) peer.pushHealth(payload);
    if (this.healthFlushDue || this.closed) return;
    this.healthFlushDue = true;
    this.options.scheduler.endOfTurn(() => {
      this.healthFlushDue = false;
      this.flush();
    });
  }

  flush(): void {
    for (const peer of this.peers.values()) peer.flush();
  }

  connected(node: NodeId): boolean {
    return this.peers.get(node)?.up === true;
  }

  setPeers(endpoints: readonly PeerEndpoint[]): void {
    if (this.closed) return;
    const wanted = new Map(
      endpoints.filter(({ node }) => node !== this.options.self.node).map((e) => [e.node, e]),
    );
    for (const [node, peer] of this.peers) {
      const { uuid, address } = peer.endpoint;
      const endpoint = wanted.get(node);
      if (endpoint?.uuid === uuid && endpoint.address === address) continue;
      this.peers.delete(node);
      peer.close(
        new FlowError('UNAVAILABLE', `node ${node} is no longer a peer under this address and directory`),
      );
    }
    for (const [node, endpoint] of wanted) {
      if (this.peers.has(node)) continue;
      const peer = this.createPeer(endpoint, wanted.size);
      this.peers.set(node, peer);
      peer.start();
    }
  }

  /** Under memory pressure: peers get no new credit for appends, so that they stop within what they have. */
  throttleReceive(on: boolean): void {
    this.throttled = on;
    for (const peer of this.peers.values()) peer.throttle(on);
  }

  async *pullSnapshot(pull: SnapshotPull, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const peer = this.requirePeer(nodeOf(pull.from));
    yield* pullChunks(
      {
        client: peer.bulkClient(),
        self: this.options.self,
        peer: peer.endpoint,
        pull,
        limits: this.limits,
        scheduler: this.options.scheduler,
        received: (bytes) => this.options.metrics?.peerTraffic('received', 'bulk', bytes),
      },
      AbortSignal.any([signal, this.stopping.signal]),
    );
  }

  async forward(node: NodeId, command: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const peer = this.requirePeer(node);
    const client = peer.controlClient;
    if (client === undefined) throw new FlowError('UNAVAILABLE', `node ${node} is not connected`);
    const { self } = this.options;
    return await forwardCommand(
      { client, self, peer: peer.endpoint, command, limits: this.limits },
      AbortSignal.any([signal, this.stopping.signal]),
    );
  }

  /** Ends every connection to and from peers. The listener is its owner's to close. Nothing is reported any more. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.ticker.cancel();
    this.options.listener.detach(this.serving);
    this.stopping.abort();
    for (const peer of this.peers.values()) peer.close(new FlowError('UNAVAILABLE', 'the node is stopping'));
    this.peers.clear();
    this.unreachable.clear();
    await Promise.resolve();
  }

  private requirePeer(node: NodeId): Peer {
    const peer = this.peers.get(node);
    if (peer === undefined) throw new FlowError('UNAVAILABLE', `node ${node} is not a peer`);
    return peer;
  }

  private createPeer(endpoint: PeerEndpoint, peers: number): Peer {
    const { self, handler, clock, scheduler, random, metrics } = this.options;
    const { limits } = this;
    const share = Math.floor(limits.receiveBudgetBytes / peers);
    const { node } = endpoint;
    const peer = new Peer({
      self,
      endpoint,
      lives: this.lives,
      level: this.options.level ?? (() => 0),
      credentials: this.credentials,
      limits,
      clock,
      scheduler,
      random,
      appendCreditBytes: Math.max(limits.appendCreditBytesMin, Math.min(limits.appendCreditBytesMax, share)),
      events: {
        up: () => {
          this.options.log.info({ node, address: endpoint.address }, 'peer is up');
          handler.onPeerUp(node);
        },
        down: () => this.peerDown(node),
        messages: (messages) => handler.onMessages(node, messages),
        health: (payload) => handler.onHealth(node, payload),
        linked: (linkClass, outcome) => this.linked(node, linkClass, outcome),
        sent: (linkClass, bytes) => metrics?.peerTraffic('sent', linkClass, bytes),
        received: (linkClass, bytes) => metrics?.peerTraffic('received', linkClass, bytes),
        dropped: (linkClass, messages) => {
          metrics?.peerDrop(linkClass, messages.length);
          for (const { group, message } of messages) this.unreachable.add(group, message.to);
        },
      },
    });
    peer.throttle(this.throttled);
    return peer;
  }

  private peerDown(node: NodeId): void {
    if (this.closed) return;
    this.options.log.info({ node }, 'peer is down');
    this.options.handler.onPeerDown(node);
  }

  private linked(node: NodeId, linkClass: LinkClass, outcome: 'opened' | FlowError): void {
    if (this.closed) return;
    const trouble = { direction: 'outgoing', node, class: linkClass } as const;
    if (outcome === 'opened') this.refusals.clear(trouble);
    else this.refusals.report(trouble, outcome, isLasting(outcome) ? 'warn' : 'info');
    if (outcome !== 'opened' && disowns(outcome, this.options.self.node))
      this.options.handler.onDisowned?.(outcome);
  }

  private tick(): void {
    const nowMs = this.options.clock.monotonicMs();
    const stalled = nowMs - this.tickDueMs > this.limits.keepAliveIntervalMs;
    for (const peer of this.peers.values()) peer.tick(stalled);
    this.tickDueMs = nowMs + this.limits.keepAliveIntervalMs;
    this.ticker = this.options.scheduler.after(this.limits.keepAliveIntervalMs, () => this.tick());
  }
}
