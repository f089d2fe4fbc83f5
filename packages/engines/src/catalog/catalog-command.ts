/**
 * The commands of the metadata group as values. What a field added later is when it is absent is said at the field.
 * `command-codec.ts` reads and writes them.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import type { Grant, Role, ScramCredential, ScramMechanism } from './access-types.ts';
import type { NodeAddresses, NodeMode, PartitionMoveReason, ResourceKind } from './catalog-types.ts';
import type { FeatureRange } from './features.ts';
import { groupOfScope } from './group-config.ts';
import { levelOfStreamKeys } from './stream-config.ts';

export const PARTITIONS_PER_STREAM_MAX = 1_000;
export const REPLICATION_FACTOR_MAX = 7;
export const PRODUCER_ID_BLOCK_MAX = 100_000;
export const MOVES_PER_COMMAND_MAX = 1_000;
export const METADATA_VOTERS_MAX = 7;

export interface Common {
  /** Unique per intent: a repetition returns the first success. */
  readonly requestId: string;
  /** The proposing leader's clock. */
  readonly timeMs: number;
  /** Who asked, for the audit. */
  readonly by?: string;
}

/** A node as it introduces itself. */
export interface NodeIntroduction {
  readonly uuid: string;
  readonly addresses: NodeAddresses;
  readonly rack: string;
  /** Of its program; absent: untold. */
  readonly version?: string;
  /** Absent: a build that knows level 1 only (with `init-cluster`: whatever the cluster is founded at). */
  readonly features?: FeatureRange;
  /** Of its disk; absent or 0: unknown. */
  readonly capacityBytes?: number;
}

/** What a joining node shows of its token: never the secret itself, which would stay in the log. */
export interface TokenProof {
  readonly id: string;
  readonly secretHash: string;
}

export interface InitCluster extends Common {
  readonly kind: 'init-cluster';
  readonly clusterId: string;
  /** The first voters of the metadata group, with the ids they were bootstrapped with. */
  readonly nodes: readonly (NodeIntroduction & { readonly id: NodeId })[];
  /** Dynamic configuration of the cluster to begin with; absent: none. */
  readonly config?: Readonly<Record<string, string>>;
  /** Absent: 1. */
  readonly featureLevel?: number;
}
/** A node with an empty data directory; known uuids keep their id. */
export interface RegisterNode extends Common, NodeIntroduction {
  readonly kind: 'register-node';
  readonly token?: TokenProof;
}
export interface UpdateNode extends Common, NodeIntroduction {
  readonly kind: 'update-node';
  readonly node: NodeId;
}
/** A new node takes the place of one that lost its data or is gone for good. */
export interface ReplaceNode extends Common, NodeIntroduction {
  readonly kind: 'replace-node';
  readonly oldNode: NodeId;
  /** The lost directory as the newcomer remembers it; where it is the old node's, no token is needed. */
  readonly lostUuid?: string;
  readonly token?: TokenProof;
}
/** The replica's data is damaged: the same node gets a new replica in its stead. */
export interface ReplaceReplica extends Common {
  readonly kind: 'replace-replica';
  readonly group: GroupId;
  readonly member: MemberId;
}
export interface SetNodeMode extends Common {
  readonly kind: 'set-node-mode';
  readonly node: NodeId;
  readonly mode: NodeMode;
  /** Drain though some partition will have fewer replicas in sync than it needs. Absent: false. */
  readonly force?: boolean;
}
export interface RemoveNode extends Common {
  readonly kind: 'remove-node';
  readonly node: NodeId;
  /** It is gone for good: its replicas are to be made anew elsewhere. Absent: false. */
  readonly force?: boolean;
}

export interface CreateStream extends Common {
  readonly kind: 'create-stream';
  /** Absent: a stream. */
  readonly resource?: Exclude<ResourceKind, 'stream'>;
  readonly uuid: string;
  readonly name: string;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  /** Nodes of each partition, preferred leader first, from the planner. */
  readonly placement: readonly (readonly NodeId[])[];
  readonly placementVersion: number;
}
export interface DeleteStream extends Common {
  readonly kind: 'delete-stream';
  /** By identity, so that a late repetition cannot hit a successor of the same name. */
  readonly uuid: string;
}
export interface AlterStream extends Common {
  readonly kind: 'alter-stream';
  readonly uuid: string;
  readonly set: Readonly<Record<string, string>>;
  /** Keys that go back to their defaults. */
  readonly unset: readonly string[];
}
export interface AddPartitions extends Common {
  readonly kind: 'add-partitions';
  readonly uuid: string;
  /** How many the stream has afterwards. */
  readonly count: number;
  /** Of the new ones only. */
  readonly placement: readonly (readonly NodeId[])[];
  readonly placementVersion: number;
}
export interface SetReplicationFactor extends Common {
  readonly kind: 'set-replication-factor';
  readonly uuid: string;
  readonly replicationFactor: number;
  /** Of every partition of the stream. */
  readonly assignments: readonly Reassignment[];
}
export interface AllocateProducerIds extends Common {
  readonly kind: 'allocate-producer-ids';
  readonly count: number;
}

/** Where a partition's replicas go: nodes, preferred leader first. */
export interface Reassignment {
  readonly group: GroupId;
  /** What is wanted now, order included: the plan was made from it. */
  readonly from: readonly NodeId[];
  readonly to: readonly NodeId[];
  /** To be copied, as far as the planner knows; absent: 0. */
  readonly bytes?: number;
}
export interface MoveReplicas extends Common {
  readonly kind: 'move-replicas';
  readonly moves: readonly Reassignment[];
  readonly reason: PartitionMoveReason;
  /** Belongs to the running rebalance. Absent: false. */
  readonly rebalance?: boolean;
}
export interface CancelMoves extends Common {
  readonly kind: 'cancel-moves';
  readonly groups: readonly GroupId[];
}
/** The group's configuration consists of exactly these members (voters and learners), and nothing else is a member. */
export interface FinishMove extends Common {
  readonly kind: 'finish-move';
  readonly group: GroupId;
  readonly members: readonly MemberId[];
}
/** Unsafe: one member becomes the whole of a group that lost its majority; what only the others had is lost. */
export interface RecoverGroup extends Common {
  readonly kind: 'recover-group';
  readonly group: GroupId;
  readonly survivor: MemberId;
  readonly reason: string;
}
export interface SetMetadataVoters extends Common {
  readonly kind: 'set-metadata-voters';
  readonly voters: readonly NodeId[];
}

export interface StartRebalance extends Common {
  readonly kind: 'start-rebalance';
  readonly id: string;
}
/** Nothing is left to move. */
export interface FinishRebalance extends Common {
  readonly kind: 'finish-rebalance';
  readonly id: string;
}
/** Ends it and cancels those of its moves that are under way. */
export interface CancelRebalance extends Common {
  readonly kind: 'cancel-rebalance';
  readonly id: string;
}

export interface CreateJoinToken extends Common, TokenProof {
  readonly kind: 'create-join-token';
  readonly expiresAtMs: number;
  readonly usesMax: number;
  readonly description: string;
}
export interface RevokeJoinToken extends Common {
  readonly kind: 'revoke-join-token';
  readonly id: string;
}
export interface SetConfig extends Common {
  readonly kind: 'set-config';
  /** `cluster` or `node:<id>`. */
  readonly scope: string;
  readonly set: Readonly<Record<string, string>>;
  /** Keys that go back to what applies without them. */
  readonly unset: readonly string[];
}
export interface NodeFeatures {
  readonly node: NodeId;
  readonly features: FeatureRange;
  /** Absent: what is stored. */
  readonly version?: string;
  /** Absent: what is stored. */
  readonly capacityBytes?: number;
}
export interface FinaliseFeatures extends Common {
  readonly kind: 'finalise-features';
  readonly level: number;
  /**
   * What nodes know, as the proposer has it: copies of the metadata that a build of level 1 kept may not, and all must decide alike.
   * Absent: what is stored.
   */
  readonly nodes?: readonly NodeFeatures[];
}

export interface CreateUser extends Common {
  readonly kind: 'create-user';
  readonly name: string;
  readonly roles: readonly Role[];
  readonly credentials: readonly ScramCredential[];
}
export interface AlterUser extends Common {
  readonly kind: 'alter-user';
  readonly name: string;
  /** Absent: as they are. */
  readonly roles?: readonly Role[];
  readonly enabled?: boolean;
  /** In the place of those of the same mechanisms. */
  readonly credentials?: readonly ScramCredential[];
  readonly withoutCredentials?: readonly ScramMechanism[];
}
export interface ChangeGrants extends Common {
  readonly kind: 'change-grants';
  readonly name: string;
  readonly add: readonly Grant[];
  readonly remove: readonly Grant[];
}
export interface DeleteUser extends Common {
  readonly kind: 'delete-user';
  readonly name: string;
}

export type CatalogCommand =
  | InitCluster
  | RegisterNode
  | UpdateNode
  | ReplaceNode
  | ReplaceReplica
  | SetNodeMode
  | RemoveNode
  | CreateStream
  | DeleteStream
  | AlterStream
  | AddPartitions
  | SetReplicationFactor
  | AllocateProducerIds
  | MoveReplicas
  | CancelMoves
  | FinishMove
  | RecoverGroup
  | SetMetadataVoters
  | StartRebalance
  | FinishRebalance
  | CancelRebalance
  | CreateJoinToken
  | RevokeJoinToken
  | SetConfig
  | FinaliseFeatures
  | CreateUser
  | AlterUser
  | ChangeGrants
  | DeleteUser;

/** The feature level that the command came with. */
export function levelOf(command: CatalogCommand): number {
  switch (command.kind) {
    case 'create-stream':
      return command.resource === undefined ? levelOfStreamKeys(Object.keys(command.config)) : 3;
    case 'init-cluster':
    case 'register-node':
    case 'update-node':
    case 'replace-node':
    case 'replace-replica':
    case 'delete-stream':
    case 'allocate-producer-ids':
    case 'finish-move':
    // What leads to a level cannot need it.
    case 'finalise-features':
      return 1;
    case 'alter-stream':
      return Math.max(2, levelOfStreamKeys([...Object.keys(command.set), ...command.unset]));
    case 'set-node-mode':
    case 'remove-node':
    case 'add-partitions':
    case 'set-replication-factor':
    case 'move-replicas':
    case 'cancel-moves':
    case 'recover-group':
    case 'set-metadata-voters':
    case 'start-rebalance':
    case 'finish-rebalance':
    case 'cancel-rebalance':
    case 'create-join-token':
    case 'revoke-join-token':
      return 2;
    case 'set-config':
      return groupOfScope(command.scope) === undefined ? 2 : 3;
    case 'create-user':
    case 'alter-user':
    case 'change-grants':
    case 'delete-user':
      return 3;
  }
}
