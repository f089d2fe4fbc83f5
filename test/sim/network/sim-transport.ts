/**
 * `Transport` over the simulated network. Messages of one turn to one peer travel in one frame, in the real encoding, so
 * that nothing is shared between nodes by accident. Snapshot pulls are streams of chunks that take time and may break.
 */
import { FlowError, type GroupId, type NodeId, nodeOf, type Random } from '@flowmesh/base';
import type { PeerMessage } from '@flowmesh/raft';
import type { SnapshotSource } from '@flowmesh/storage';
import type {
  GroupMessage,
  SnapshotPull,
  Transport,
  TransportHandler,
} from '../../../packages/broker/src/transport/transport.ts';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';
import { decodeFrame, encodeFrame } from './frame-codec.ts';
import type { SimNetwork } from './sim-network.ts';

const CHUNK_BYTES = 4_096;
/** How often a pull looks whether its peer is still there. */
const WATCH_MS = 250;

/** Sees what a node says, before it leaves. */
export interface TransportWitness {
  sending(from: NodeId, group: GroupId, message: PeerMessage): void;
}

/** Finds the process that runs on a node at this moment. */
export interface TransportDirectory {
  transportOf(node: NodeId): SimTransport | undefined;
  /** Share of snapshot pulls that break half-way. */
  pullBreakShare(): number;
}

export class SimTransport implements Transport {
  readonly node: NodeId;
  readonly owner: EventOwner;
  handler: TransportHandler | undefined;
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly network: SimNetwork;
  private readonly witness: TransportWitness;
  private readonly directory: TransportDirectory;
  /** Snapshots that this node is being asked for. */
  private readonly pulled = new Map<SnapshotSource, EventOwner>();
  private readonly outbox = new Map<NodeId, GroupMessage[]>();

  constructor(parts: {
    readonly node: NodeId;
    readonly owner: EventOwner;
    readonly time: VirtualTime;
    readonly random: Random;
    readonly network: SimNetwork;
    readonly witness: TransportWitness;
    readonly directory: TransportDirectory;
  }) {
    this.node = parts.node;
    this.owner = parts.owner;
    this.time = parts.time;
    this.random = parts.random;
    this.network = parts.network;
    this.witness = parts.witness;
    this.directory = parts.directory;
  }

  /** Joins the network; `handler` hears of it from now on. */
  start(handler: TransportHandler): void {
    this.handler = handler;
    this.network.attach({
      node: this.node,
      owner: this.owner,
      onFrame: (from, frame) => handler.onMessages(from, decodeFrame(frame, from, this.node)),
      onUp: (peer) => handler.onPeerUp(peer),
      onDown: (peer) => handler.onPeerDown(peer),
    });
  }

  send(group: GroupId, message: PeerMessage): void {
    this.witness.sending(this.node, group, message);
    const to = nodeOf(message.to);
    if (!this.network.connected(this.node, to)) {
      this.time.after(0, this.owner, 'unreachable', () => this.handler?.onUnreachable(group, message.to));
      return;
    }
    const waiting = this.outbox.get(to);
    if (waiting === undefined) this.outbox.set(to, [{ group, message }]);
    else waiting.push({ group, message });
  }

  broadcastHealth(): void {
    // The world's operator and clients look for leaders themselves.
  }

  flush(): void {
    if (this.outbox.size === 0) return;
    for (const [to, messages] of this.outbox)
      this.network.send(this.node, to, encodeFrame(messages, this.node));
    this.outbox.clear();
  }

  connected(node: NodeId): boolean {
    return this.network.connected(this.node, node);
  }

  setPeers(): void {
    // Every machine of the world knows every other.
  }

  async *pullSnapshot(pull: SnapshotPull, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const breaksAfter =
      this.random.unit() < this.directory.pullBreakShare() ? this.random.below(4) : Number.MAX_SAFE_INTEGER;
    const server = this.directory.transportOf(nodeOf(pull.from));
    if (server === undefined) throw gone();
    const source = await this.call(server, signal, () => server.serve(pull, this.owner));
    try {
      for (let chunks = 0; ; chunks++) {
        if (chunks === breaksAfter) throw new FlowError('UNAVAILABLE', 'the simulated bulk connection broke');
        const chunk = await this.call(server, signal, () => source.next(CHUNK_BYTES));
        if (chunk === undefined) return;
        yield chunk.slice();
      }
    } finally {
      this.time.after(1, server.owner, 'bulk-close', () => server.closeSource(source));
    }
  }

  forward(): Promise<Uint8Array> {
    return Promise.reject(new FlowError('UNSUPPORTED', 'the simulated world has no metadata group'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A puller is gone: its snapshots are no longer wanted. */
  release(puller: EventOwner): void {
    for (const [source, owner] of this.pulled) if (owner === puller) this.closeSource(source);
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

  /** Runs `request` in the server's process and brings back its answer; fails after a while where none can come. */
  private call<T>(server: SimTransport, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settled = false;
      const settle = (task: () => void): void => {
        if (settled) return;
        settled = true;
        task();
      };
      const answer = (task: () => void): void => {
        this.time.after(this.bulkDelay(), this.owner, 'bulk-answer', () => {
          settle(this.separated(server) ? () => reject(gone()) : task);
        });
      };
      const watch = (): void => {
        this.time.after(WATCH_MS, this.owner, 'bulk-watch', () => {
          if (settled) return;
          if (signal.aborted) settle(() => reject(new FlowError('CANCELLED', 'the pull was given up')));
          else if (!server.owner.alive || this.separated(server)) settle(() => reject(gone()));
          else watch();
        });
      };
      watch();
      this.time.after(this.bulkDelay(), server.owner, 'bulk-call', () => {
        request().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error)),
        );
      });
    });
  }

  private bulkDelay(): number {
    return 0.2 + this.random.unit() * 2;
  }

  private separated(server: SimTransport): boolean {
    return this.network.isCut(this.node, server.node) || this.network.isCut(server.node, this.node);
  }
}

/** For whoever waits for a process that has ended. */
function gone(): FlowError {
  return new FlowError('UNAVAILABLE', 'the peer is not there any more');
}
