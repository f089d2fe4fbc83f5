/**
 * `Transport` over the simulated network. Messages of one turn to one peer travel in one frame, in the real encoding, so
 * that nothing is shared between nodes by accident. Snapshot pulls are streams of chunks that take time and may break.
 */
import { FlowError, type GroupId, type NodeId, nodeOf, type Random } from '@flowmesh/base';
import type { PeerMessage } from '@flowmesh/raft';
import type { SnapshotSource } from '@flowmesh/storage';
import { disowns } from '../../../packages/broker/src/transport/handshake.ts';
import type {
  GroupMessage,
  PeerEndpoint,
  SnapshotPull,
  Transport,
  TransportHandler,
} from '../../../packages/broker/src/transport/transport.ts';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';
import { decodeFrame, encodeFrame } from './frame-codec.ts';
import { gone, SimCalls } from './sim-calls.ts';
import type { Endpoint, Frame, Place, SimNetwork } from './sim-network.ts';

const CHUNK_BYTES = 4_096;

/** Sees what a node says, before it leaves. */
export interface TransportWitness {
  sending(from: NodeId, group: GroupId, message: PeerMessage): void;
}

/** Finds the process that runs at a place at this moment. */
export interface TransportDirectory {
  transportAt(place: Place): SimTransport | undefined;
  /** Whether those that run there can reach each other at all. */
  reachable(a: Place, b: Place): boolean;
  /** Share of snapshot pulls that break half-way. */
  pullBreakShare(): number;
}

/** Who this process talks to, where they are, and whom it lets in. */
export interface PeerView {
  placeOf(node: NodeId): Place | undefined;
  /** Why it would not talk to `other`. */
  judge(other: PeerView, connected: (place: Place) => boolean): FlowError | undefined;
  /** They are connected. */
  met(other: PeerView): void;
  /** Returns whether anything changed. */
  setPeers(peers: readonly PeerEndpoint[]): boolean;
}

export interface SimTransportParts {
  readonly node: NodeId;
  readonly place: Place;
  readonly owner: EventOwner;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly network: SimNetwork;
  readonly witness: TransportWitness;
  readonly directory: TransportDirectory;
  readonly view: PeerView;
}

export class SimTransport implements Transport {
  readonly node: NodeId;
  readonly place: Place;
  readonly owner: EventOwner;
  readonly view: PeerView;
  handler: TransportHandler | undefined;
  private readonly parts: SimTransportParts;
  private readonly calls: SimCalls;
  /** Snapshots that this node is being asked for. */
  private readonly pulled = new Map<SnapshotSource, EventOwner>();
  private readonly outbox = new Map<NodeId, GroupMessage[]>();
  /** Which node it was that came up at a place. */
  private readonly nodeAt = new Map<Place, NodeId>();

  constructor(parts: SimTransportParts) {
    this.parts = parts;
    this.node = parts.node;
    this.place = parts.place;
    this.owner = parts.owner;
    this.view = parts.view;
    this.calls = new SimCalls({ ...parts, client: this });
  }

  /** Joins the network; `handler` hears of it from now on. */
  start(handler: TransportHandler): void {
    this.handler = handler;
    const { view } = this;
    const { directory, network } = this.parts;
    const { nodeAt } = this;
    network.attach({
      place: this.place,
      owner: this.owner,
      accepts: (other: Endpoint) => {
        const transport = directory.transportAt(other.place);
        if (transport === undefined || !directory.reachable(this.place, other.place)) return false;
        const refusal = view.judge(transport.view, (at) => network.connected(this.place, at));
        if (refusal !== undefined) transport.refused(refusal);
        return refusal === undefined;
      },
      onFrame: (frame) => this.received(handler, frame),
      onUp: (place) => {
        const peer = directory.transportAt(place);
        if (peer === undefined) return;
        nodeAt.set(place, peer.node);
        view.met(peer.view);
        handler.onPeerUp(peer.node);
      },
      onDown: (place) => {
        const node = nodeAt.get(place);
        nodeAt.delete(place);
        if (node !== undefined) handler.onPeerDown(node);
      },
    });
  }

  send(group: GroupId, message: PeerMessage): void {
    this.parts.witness.sending(this.node, group, message);
    const to = nodeOf(message.to);
    if (!this.connected(to)) {
      this.parts.time.after(0, this.owner, 'unreachable', () =>
        this.handler?.onUnreachable(group, message.to),
      );
      return;
    }
    const waiting = this.outbox.get(to);
    if (waiting === undefined) this.outbox.set(to, [{ group, message }]);
    else waiting.push({ group, message });
  }

  broadcastHealth(payload: Uint8Array): void {
    const { network } = this.parts;
    const bytes = payload.slice();
    for (const place of network.connectedTo(this.place)) {
      network.send(this.place, place, { sender: this.node, kind: 'health', bytes });
    }
  }

  flush(): void {
    if (this.outbox.size === 0) return;
    const { network, view } = this.parts;
    for (const [to, messages] of this.outbox) {
      const place = view.placeOf(to);
      if (place === undefined) continue;
      const bytes = encodeFrame(messages, this.node);
      network.send(this.place, place, { sender: this.node, kind: 'messages', bytes });
    }
    this.outbox.clear();
  }

  connected(node: NodeId): boolean {
    const place = this.parts.view.placeOf(node);
    if (place === undefined || !this.parts.network.connected(this.place, place)) return false;
    return (this.nodeAt.get(place) ?? node) === node;
  }

  /** It has met the process that is connected there. */
  knows(place: Place): boolean {
    return this.parts.network.attached(this.place, place) && this.nodeAt.has(place);
  }

  setPeers(peers: readonly PeerEndpoint[]): void {
    if (this.parts.view.setPeers(peers)) this.parts.network.review(this.place);
  }

  async *pullSnapshot(pull: SnapshotPull, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { random, directory, time } = this.parts;
    const breaksAfter =
      random.unit() < directory.pullBreakShare() ? random.below(4) : Number.MAX_SAFE_INTEGER;
    const server = this.server(nodeOf(pull.from));
    if (server === undefined) throw gone();
    const source = await this.calls.call(server, signal, () => server.serve(pull, this.owner));
    try {
      for (let chunks = 0; ; chunks++) {
        if (chunks === breaksAfter) throw new FlowError('UNAVAILABLE', 'the simulated bulk connection broke');
        const chunk = await this.calls.call(server, signal, () => source.next(CHUNK_BYTES));
        if (chunk === undefined) return;
        yield chunk.slice();
      }
    } finally {
      time.after(1, server.owner, 'bulk-close', () => server.closeSource(source));
    }
  }

  async forward(node: NodeId, command: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const server = this.server(node);
    if (server === undefined || !this.connected(node)) throw gone();
    const { network, random } = this.parts;
    // A request that is lost on the way is noticed by nobody but the caller's own clock.
    const lost = random.unit() < network.weather.loss;
    const bytes = command.slice();
    return await this.calls.call(server, signal, () => {
      if (lost || server.handler === undefined) return new Promise(() => undefined);
      return server.handler.onForward(bytes);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A puller is gone: its snapshots are no longer wanted. */
  release(puller: EventOwner): void {
    for (const [source, owner] of this.pulled) if (owner === puller) this.closeSource(source);
  }

  private received(handler: TransportHandler, frame: Frame): void {
    switch (frame.kind) {
      case 'messages':
        handler.onMessages(frame.sender, decodeFrame(frame.bytes, frame.sender, this.node));
        return;
      case 'health':
        handler.onHealth(frame.sender, frame.bytes.slice());
    }
  }

  /** A peer does not want to talk to this process, and says why. */
  private refused(error: FlowError): void {
    if (!disowns(error, this.node)) return;
    this.parts.time.after(0, this.owner, 'disowned', () => this.handler?.onDisowned?.(error));
  }

  /** The process that answers for `node`. */
  private server(node: NodeId): SimTransport | undefined {
    const { view, directory } = this.parts;
    const place = view.placeOf(node);
    const server = place === undefined ? undefined : directory.transportAt(place);
    return server?.node === node && directory.reachable(this.place, server.place) ? server : undefined;
  }

  private closeSource(source: SnapshotSource): void {
    if (this.pulled.delete(source)) source.close();
  }

  private async serve(pull: SnapshotPull, puller: EventOwner): Promise<SnapshotSource> {
    if (this.handler === undefined) throw gone();
    const source = await this.handler.openSnapshot(pull);
    this.pulled.set(source, puller);
    return source;
  }
}

/** Every machine knows every other, and node and machine are the same. */
export const EVERYBODY: PeerView = {
  placeOf: (node) => node,
  judge: () => undefined,
  met: () => undefined,
  setPeers: () => false,
};
