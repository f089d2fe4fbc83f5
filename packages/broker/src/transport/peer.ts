/**
 * One other node: what we say to it (lanes, on streams that it opened), what it says to us (links, that we opened), and
 * whether it is up.
 *
 *   down ── control and append open both ways ──► up ── control ends either way, or falls silent ──► down
 *
 * A lost append connection alone is only reconnected: votes and heartbeats go on. Losing control takes the append connection along, so that nothing half-alive is left; both are opened again at once.
 */
import { type Clock, FlowError, type Random, type Scheduler } from '@flowmesh/base';
import { PeerClient } from '@flowmesh/proto';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { readFrame } from './frame.ts';
import { checkLevel, type Claim, type NodeIdentity } from './handshake.ts';
import { channelOptions, InboundLink, keepAliveOptions, type LinkClass } from './inbound-link.ts';
import type { TransportLimits } from './limits.ts';
import { type FrameSink, OutboundLane } from './outbound-lane.ts';
import type { PeerLives } from './peer-lives.ts';
import type { GroupMessage, PeerEndpoint } from './transport.ts';

/** What the transport wants to know of a peer. None of it is called from within `push` or `flush`, but `sent` and `dropped`. */
export interface PeerEvents {
  up(): void;
  down(): void;
  messages(messages: readonly GroupMessage[]): void;
  health(payload: Uint8Array): void;
  /** A link opened, or could not be opened, or ended. */
  linked(linkClass: LinkClass, outcome: 'opened' | FlowError): void;
  sent(linkClass: LinkClass, bytes: number): void;
  received(linkClass: LinkClass, bytes: number): void;
  dropped(linkClass: LinkClass, messages: readonly GroupMessage[]): void;
}

export interface PeerOptions {
  readonly self: NodeIdentity;
  readonly endpoint: PeerEndpoint;
  readonly lives: PeerLives;
  /** The feature level in force. */
  readonly level: () => number;
  readonly appendCreditBytes: number;
  readonly credentials: ChannelCredentials;
  readonly limits: TransportLimits;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly events: PeerEvents;
}

export class Peer {
  readonly endpoint: PeerEndpoint;
  private readonly options: PeerOptions;
  private readonly lanes: Readonly<Record<LinkClass, OutboundLane>>;
  private readonly links: Readonly<Record<LinkClass, InboundLink>>;
  private bulk: PeerClient | undefined;
  private heardAtMs = 0;
  private isUp = false;
  /** Of the process that is connected, or was last. */
  private session: string | undefined;

  constructor(options: PeerOptions) {
    this.options = options;
    this.endpoint = options.endpoint;
    const { limits } = options;
    this.lanes = {
      control: this.lane('control', limits.controlQueueBytesMax),
      append: this.lane('append', limits.appendQueueBytesMax),
    };
    this.links = {
      control: this.link('control', limits.controlCreditBytes),
      append: this.link('append', options.appendCreditBytes),
    };
  }

  get up(): boolean {
    return this.isUp;
  }

  get controlClient(): PeerClient | undefined {
    return this.links.control.client;
  }

  /** The bulk connection, dialled when it is first used; idle it closes. */
  bulkClient(): PeerClient {
    const { limits, credentials } = this.options;
    this.bulk ??= new PeerClient(this.endpoint.address, credentials, {
      ...channelOptions(limits, limits.bulkWindowBytes),
      ...keepAliveOptions(limits),
      'grpc.client_idle_timeout_ms': limits.snapshotIdleTimeoutMs,
    });
    return this.bulk;
  }

  start(): void {
    this.links.control.dial();
    this.links.append.dial();
  }

  private lane(linkClass: LinkClass, queueBytesMax: number): OutboundLane {
    const { self, limits, events, endpoint } = this.options;
    return new OutboundLane(
      { sender: self.node, receiver: endpoint.node },
      { ...limits, queueBytesMax },
      {
        sent: (bytes) => events.sent(linkClass, bytes),
        dropped: (messages) => events.dropped(linkClass, messages),
      },
    );
  }

  push(linkClass: LinkClass, message: GroupMessage): boolean {
    return this.lanes[linkClass].push(message);
  }

  pushHealth(payload: Uint8Array): void {
    this.lanes.control.pushHealth(payload);
  }

  /** Control goes first. */
  flush(): void {
    this.lanes.control.flush();
    this.lanes.append.flush();
  }

  throttle(on: boolean): void {
    this.links.append.throttle(on);
  }

  /** Whether this life of the peer may be heard: no build of a level that is given up, no old copy of its directory, and no second process beside one that is up. */
  judge(claim: Claim): FlowError | undefined {
    return (
      checkLevel(claim, this.options.level()) ??
      this.options.lives.judge(claim, this.isUp ? this.session : undefined)
    );
  }

  /** The peer opened a stream, and is who it should be. */
  accept(
    linkClass: LinkClass,
    sink: FrameSink,
    hello: { readonly claim: Claim; readonly creditBytes: number },
  ): void {
    this.heard(hello.claim);
    const replaced = this.lanes[linkClass].attach(sink, hello.creditBytes);
    if (replaced !== undefined) {
      replaced.end(new FlowError('UNAVAILABLE', 'a newer stream of the same node took this one’s place'));
      if (linkClass === 'control') this.goDown();
    }
    this.goUp();
  }

  grant(linkClass: LinkClass, sink: FrameSink, creditBytes: number): void {
    this.lanes[linkClass].grant(sink, creditBytes);
  }

  /** A stream that the peer had opened ended. */
  gone(linkClass: LinkClass, sink: FrameSink): void {
    if (!this.lanes[linkClass].detach(sink)) return;
    if (linkClass === 'control')
      this.lost(new FlowError('UNAVAILABLE', 'the peer closed its control connection'));
  }

  /**
   * Once per keep-alive interval. `stalled`: this node itself stood still; what peers sent meanwhile is still unread, so
   * silence proves nothing.
   */
  tick(stalled: boolean): void {
    this.lanes.control.keepAlive();
    if (!this.links.control.open) return;
    const nowMs = this.options.clock.monotonicMs();
    if (stalled) this.heardAtMs = nowMs;
    const silentMs = nowMs - this.heardAtMs;
    if (silentMs < this.options.limits.keepAliveTimeoutMs) return;
    this.links.control.reset(new FlowError('UNAVAILABLE', `nothing heard for ${Math.round(silentMs)} ms`));
  }

  close(cause: FlowError): void {
    this.links.control.close();
    this.links.append.close();
    this.lanes.control.end(cause);
    this.lanes.append.end(cause);
    this.bulk?.close();
  }

  private link(linkClass: LinkClass, creditBytes: number): InboundLink {
    const { self, endpoint, credentials, limits, clock, scheduler, random, events } = this.options;
    return new InboundLink({
      self,
      peer: endpoint,
      class: linkClass,
      creditBytes,
      credentials,
      limits,
      clock,
      scheduler,
      random,
      judge: (claim) => this.judge(claim),
      events: {
        opened: (claim) => {
          this.heard(claim);
          if (linkClass === 'control') this.heardAtMs = clock.monotonicMs();
          events.linked(linkClass, 'opened');
          this.goUp();
        },
        frame: (payload) => this.received(linkClass, payload),
        closed: (wasOpen, cause) => {
          events.linked(linkClass, cause);
          if (linkClass === 'control' && wasOpen) this.lost(cause);
        },
      },
    });
  }

  private heard(claim: Claim): void {
    this.session = claim.session;
    this.options.lives.note(claim);
  }

  private received(linkClass: LinkClass, payload: Uint8Array): void {
    const { self, endpoint, clock, events } = this.options;
    if (linkClass === 'control') this.heardAtMs = clock.monotonicMs();
    events.received(linkClass, payload.length);
    const frame = readFrame(payload, { sender: endpoint.node, receiver: self.node });
    switch (frame.kind) {
      case 'keep-alive':
        return;
      case 'messages':
        return events.messages(frame.messages);
      case 'health':
        return events.health(frame.payload);
    }
  }

  private goUp(): void {
    const { links, lanes } = this;
    if (this.isUp || !links.control.open || !lanes.control.open || !links.append.open || !lanes.append.open)
      return;
    this.isUp = true;
    this.options.events.up();
  }

  private goDown(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.options.events.down();
  }

  private lost(cause: FlowError): void {
    if (!this.isUp) return;
    this.goDown();
    this.links.append.reset(cause);
    this.links.control.reset(cause);
    this.lanes.append.end(cause);
    this.lanes.control.end(cause);
  }
}
