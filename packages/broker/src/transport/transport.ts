/**
 * How nodes talk, as the replica layer sees it. Implemented over gRPC (`grpc-transport.ts`) and by the simulator's network.
 * Delivery may lose, delay, duplicate and reorder: the consensus core expects no more.
 */
import type { FlowError, GroupId, MemberId, NodeId } from '@flowmesh/base';
import type { PeerMessage, SnapshotMeta } from '@flowmesh/raft';
import type { SnapshotSource } from '@flowmesh/storage';

export interface GroupMessage {
  readonly group: GroupId;
  readonly message: PeerMessage;
}

export interface PeerEndpoint {
  readonly node: NodeId;
  /** UUID of the peer's data directory; a peer that answers with another one is refused (IDENTITY_MISMATCH). */
  readonly uuid: string;
  /** host:port of its peer listener. */
  readonly address: string;
}

export interface SnapshotPull {
  readonly group: GroupId;
  /** The member that offered the snapshot and the one that fetches it. */
  readonly from: MemberId;
  readonly to: MemberId;
  readonly meta: SnapshotMeta;
}

export interface Transport {
  /**
   * Queues a message for `nodeOf(message.to)`; it leaves with the next `flush`. Never throws and never blocks: a message
   * to an unconnected or congested peer is dropped, and `TransportHandler.onUnreachable` says so.
   */
  send(group: GroupId, message: PeerMessage): void;
  /** Sends soft state (leaders, in-sync sets, load) to all connected peers on the control connection. */
  broadcastHealth(payload: Uint8Array): void;
  /** Sends what is queued, one frame per peer and class. To be called at the end of every event-loop turn. */
  flush(): void;
  connected(node: NodeId): boolean;
  /** Replaces the set of peers; connections to others are closed. */
  setPeers(peers: readonly PeerEndpoint[]): void;
  /** Fetches a snapshot's chunks over the bulk connection. Ends with an error where the source fails. */
  pullSnapshot(pull: SnapshotPull, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a metadata command at `node`; resolves with the machine's encoded reply. NOT_LEADER, UNAVAILABLE, TIMEOUT. */
  forward(node: NodeId, command: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What arrives from peers. Calls come on the event loop, never re-entrantly from `send` or `flush`. */
export interface TransportHandler {
  /** All messages of one frame. Entry data alias the frame. */
  onMessages(from: NodeId, messages: readonly GroupMessage[]): void;
  onHealth(from: NodeId, payload: Uint8Array): void;
  onPeerUp(node: NodeId): void;
  /** The peer's connection closed or its keep-alive failed. */
  onPeerDown(node: NodeId): void;
  /** A message was dropped instead of sent. */
  onUnreachable(group: GroupId, to: MemberId): void;
  /**
   * This node's identity is over, and it must not vote: AMNESIA, a peer has seen a later life of its data directory, so this is an old
   * copy; IDENTITY_MISMATCH, the cluster has let the node go.
   */
  onDisowned?(error: FlowError): void;
  openSnapshot(pull: SnapshotPull): Promise<SnapshotSource>;
  onForward(command: Uint8Array): Promise<Uint8Array>;
}
