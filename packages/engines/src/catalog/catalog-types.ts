/**
 * What the metadata group knows: nodes, streams (queues, buckets and coordinators are values of the same type, see `ResourceKind`), and
 * where their partitions are to live. Values are immutable; a change
 * replaces the whole value. Leaders, in-sync sets and sizes are soft state and not here.
 *
 *   node:       normal ◄──(set-node-mode)──► draining, decommissioning ──(remove-node, once it holds nothing)──► removed
 *               active ──(replace-node)──► replaced
 *   partition:  replicas = what is wanted ──(a move, a replacement)──► move { releasing: who may still hold data }
 *               move ──(FinishMove: the group's configuration is what is wanted)──► released members get tombstones
 *               move ──(cancel-moves)──► what was wanted before, the new ones releasing
 *               move ──(move-replicas to repair or decommission)──► another move, what this one wanted and that does not: releasing
 */
import type { GroupId, MachineKind, MemberId, NodeId } from '@flowmesh/base';
import type { FeatureRange } from './features.ts';

export interface NodeAddresses {
  /** host:port of the listener for other nodes. */
  readonly peer: string;
  readonly grpc: string;
  /** Empty where the node has none. */
  readonly http: string;
}

/** `replaced`: another node took its place for ever. `removed`: let go for ever. Neither comes back under its id or directory. */
export type NodeState = 'active' | 'replaced' | 'removed';

/**
 * `draining`: keeps its replicas, leads nothing, takes nothing new. `decommissioning`: its replicas go elsewhere, and then it is removed.
 */
export type NodeMode = 'normal' | 'draining' | 'decommissioning';

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
  readonly mode: NodeMode;
  /** Revision that set the mode; 0 where it never was. */
  readonly modeRevision: number;
  /** Of its program; empty where it did not tell. */
  readonly version: string;
  readonly features: FeatureRange;
  /** Of its disk; 0 where unknown. */
  readonly capacityBytes: number;
}

export const MOVE_REASONS = [
  'repair',
  'decommission',
  'rack',
  'disk',
  'balance',
  'leaders',
  'replication-factor',
  'manual',
  'replacement',
  'recovery',
  'metadata-voters',
] as const;

export type PartitionMoveReason = (typeof MOVE_REASONS)[number];

export interface PartitionMove {
  /** Members no longer wanted that may still hold a vote or data; ascending. Deleted only after FinishMove. */
  readonly releasing: readonly MemberId[];
  /** Revision of the latest change of what is wanted. */
  readonly revision: number;
  readonly reason: PartitionMoveReason;
  readonly startedAtMs: number;
  /** Voters wanted before the move, preferred leader first: what cancelling goes back to. Empty: it cannot be cancelled. */
  readonly previous: readonly MemberId[];
  /** Wanted members that took the place of lost or damaged ones and hold no data of their own yet; ascending. */
  readonly replacing: readonly MemberId[];
  /** Made by the running rebalance. */
  readonly rebalance: boolean;
}

/** An operator declared one member to be the whole group. Until FinishMove reports it as the only one. */
export interface PartitionRecovery {
  readonly survivor: MemberId;
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
  readonly recovery: PartitionRecovery | undefined;
}

/** What users have: each consists of Raft groups of its own, with the machine of the same name. */
export type ResourceKind = Exclude<MachineKind, 'catalog'>;

/** A stream, or a queue, bucket or the coordinators: then its `groups` are called shards. */
export interface CatalogStream {
  /** Identity: a stream created again under an old name has another. */
  readonly uuid: string;
  /** Unique among those of its kind. */
  readonly name: string;
  /** Revision that created it. */
  readonly revision: number;
  /** Revision of the latest change of its configuration, partitions or replication factor; at first that of its creation. */
  readonly changedRevision: number;
  readonly createdAtMs: number;
  readonly replicationFactor: number;
  /** As given, validated by the kind's table (`CONFIG_TABLES`); what is absent has its default. */
  readonly config: Readonly<Record<string, string>>;
  /** Groups by partition number. */
  readonly groups: readonly GroupId[];
  readonly kind: ResourceKind;
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

/** A permission to join. The secret itself is never here. */
export interface JoinToken {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** SHA-256 of the secret, hexadecimal. */
  readonly secretHash: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly usesMax: number;
  /** uuids of the directories it let in, in order. */
  readonly usedBy: readonly string[];
  readonly description: string;
  readonly revoked: boolean;
}

/** The latest rebalance that an operator asked for. */
export interface Rebalance {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled';
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Accepted so far. */
  readonly moves: number;
  /** To be copied by them, as far as whoever planned them knew. */
  readonly bytes: number;
}

/** What an operator had done. */
export interface AuditEntry {
  readonly revision: number;
  readonly timeMs: number;
  /** Of the command. */
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  /** Who asked; empty where unknown. */
  readonly by: string;
}
