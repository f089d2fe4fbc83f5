/**
 * What the metadata group knows: nodes, streams and where their partitions are to live. Values are immutable; a change
 * replaces the whole value. Leaders, in-sync sets and sizes are soft state and not here.
 *
 *   partition:  replicas = what is wanted ──(ReplaceNode, ReplaceReplica)──► move { releasing: who may still be a member }
 *               move ──(FinishMove: the group's configuration is what is wanted)──► released members get tombstones
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';

export interface NodeAddresses {
  /** host:port of the listener for other nodes. */
  readonly peer: string;
  readonly grpc: string;
  /** Empty where the node has none. */
  readonly http: string;
}

/** `replaced`: another node took its place for ever; it must not come back. */
export type NodeState = 'active' | 'replaced';

export interface CatalogNode {
  readonly id: NodeId;
  /** The identity of its data directory. */
  readonly uuid: string;
  readonly addresses: NodeAddresses;
  /** Empty where unknown. */
  readonly rack: string;
  readonly state: NodeState;
  /** Revision that gave out the id. */
  readonly registeredRevision: number;
  readonly replacedBy: NodeId | undefined;
}

export interface PartitionMove {
  /** Members no longer wanted that may still hold a vote or data; ascending. Deleted only after FinishMove. */
  readonly releasing: readonly MemberId[];
  /** Revision of the latest change of what is wanted. */
  readonly revision: number;
}

export interface CatalogPartition {
  readonly group: GroupId;
  /** uuid of the stream; undefined for the metadata group. */
  readonly stream: string | undefined;
  /** Number within the stream, from 0. */
  readonly partition: number;
  /**
   * The configuration the group is created with. A member in it starts the group; every other one joins empty and is
   * brought in by the leader.
   */
  readonly initial: readonly MemberId[];
  /** Voters that are wanted, preferred leader first. */
  readonly replicas: readonly MemberId[];
  /** Members wanted as learners for good (metadata group only); ascending. */
  readonly learners: readonly MemberId[];
  readonly move: PartitionMove | undefined;
}

export interface CatalogStream {
  /** Identity: a stream created again under an old name has another. */
  readonly uuid: string;
  readonly name: string;
  /** Revision that created it. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly replicationFactor: number;
  /** As given, validated; what is absent has its default (see `resolveStreamConfig`). */
  readonly config: Readonly<Record<string, string>>;
  /** Groups by partition number. */
  readonly groups: readonly GroupId[];
}

/** A replica that a committed command gave up: the only permission to delete its data. */
export interface Tombstone {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly revision: number;
}

/** A replica that a node has to have. */
export interface WantedMember {
  readonly group: GroupId;
  readonly member: MemberId;
  /**
   * Voters to create the group with if this replica has never been created; empty: join empty and wait for the leader.
   * Whoever once had this replica and lost it must not create it again, but ask for `replace-replica`.
   */
  readonly initial: readonly MemberId[];
  /** True for a member that is on its way out and must be kept until FinishMove. */
  readonly releasing: boolean;
}
